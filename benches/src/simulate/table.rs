//! A report for people.

use std::fmt;

use super::report::Report;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (latency, attempts, coverage) = (&self.latency_ms, &self.attempts, &self.coverage);
        writeln!(
            f,
            "{} queries over {} leaves with {} replicas, {:.0} simulated seconds, seed {}",
            self.queries, self.config.leaves, self.config.replicas, self.simulated_seconds, self.config.seed
        )?;
        writeln!(
            f,
            "latency ms   mean {:.1}  p50 {:.0}  p90 {:.0}  p95 {:.0}  p99 {:.0}  p99.9 {:.0}  max {:.0}  \
             at least {}: {:.3} %",
            latency.mean,
            latency.p50,
            latency.p90,
            latency.p95,
            latency.p99,
            latency.p999,
            latency.max,
            self.config.slow_ms,
            self.slow_share * 100.0
        )?;
        writeln!(
            f,
            "attempts     {} primaries, {} hedges ({:.2} %, {} won), {} retries; extra {:.2} %",
            attempts.primaries,
            attempts.hedges,
            attempts.hedge_share * 100.0,
            attempts.hedges_won,
            attempts.retries,
            attempts.extra_share * 100.0
        )?;
        writeln!(
            f,
            "             {} cancelled, {} shed, {} failed; at most {} at one replica at a time",
            attempts.cancelled, attempts.shed, attempts.errors, attempts.in_hand_max
        )?;
        writeln!(
            f,
            "coverage     {:.3} % of documents, {:.3} % of queries complete, {} timed out, {} failed",
            coverage.mean * 100.0,
            coverage.full_share * 100.0,
            coverage.timed_out,
            coverage.failed
        )
    }
}
