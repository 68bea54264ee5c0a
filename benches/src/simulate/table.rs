//! A report for people.

use std::fmt;

use super::report::Report;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (latency, coverage) = (&self.latency_ms, &self.coverage);
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
        attempts(self, f)?;
        writeln!(
            f,
            "coverage     {:.3} % of documents, {:.3} % of queries complete, {:.3} % answered early; {} timed out, \
             {} refused, {} failed",
            coverage.mean * 100.0,
            coverage.full_share * 100.0,
            coverage.early_share * 100.0,
            coverage.timed_out,
            coverage.refused,
            coverage.failed
        )?;
        let (rates, replicas) = (&self.rates, &self.replicas);
        writeln!(
            f,
            "per second   {:.1} offered, {:.1} complete, {:.1} partial, {:.1} unanswered",
            rates.offered, rates.complete, rates.partial, rates.unanswered
        )?;
        writeln!(
            f,
            "replicas     {:.1} % busy, at most {} requests at one at a time, at least {:.1} % of its leaf's work; \
             {} ejected, {} came back",
            replicas.utilisation * 100.0,
            replicas.in_hand_max,
            replicas.share_min * 100.0,
            replicas.ejections,
            replicas.returns
        )
    }
}

fn attempts(report: &Report, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let attempts = &report.attempts;
    writeln!(
        f,
        "attempts     {} primaries, {} hedges ({:.2} %, {} won), {} tied, {} retries, {} probes",
        attempts.primaries,
        attempts.hedges,
        attempts.hedge_share * 100.0,
        attempts.hedges_won,
        attempts.tied,
        attempts.retries,
        attempts.probes
    )?;
    writeln!(
        f,
        "             {:.2} % extra sent, {:.2} % executed; {} yielded, {} cancelled, {} shed, {} expired, {} failed",
        attempts.extra_share * 100.0,
        attempts.executed_share * 100.0,
        attempts.yielded,
        attempts.cancelled,
        attempts.shed,
        attempts.expired,
        attempts.errors
    )
}
