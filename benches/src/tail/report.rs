//! The figures of every phase: for people, as a table for `docs/TAIL.md`, and for programs, as JSON.

use std::fmt;
use std::time::Duration;

use benches::open_loop::Answered;
use benches::scrape::RootCounts;
use benches::simulate::Percentiles;
use serde::Serialize;

/// The p99 of a phase is to be at most so many times that of the healthy phase.
const P99_RATIO_MAX: f64 = 2.0;

/// What was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Setting {
    /// Documents and queries.
    pub workload: String,
    /// Leaves.
    pub leaves: u32,
    /// Replicas of each.
    pub replicas: u32,
    /// The rate of the queries.
    pub per_second: u32,
    /// How long each phase lasted.
    pub seconds: u32,
    /// By how much the slow replica was late.
    pub slow_ms: u64,
    /// Cores that the cluster and the load shared.
    pub cores: usize,
}

/// One phase.
#[derive(Debug, Serialize)]
pub(crate) struct Measured {
    queries: usize,
    /// Answers that were no success, or not computed from all documents.
    incomplete: usize,
    latency_ms: Percentiles,
    /// How late queries were sent: what the load generator itself adds to the latencies.
    late_ms: Percentiles,
    attempts: RootCounts,
    /// Hedges, retries, tied requests and probes, in percent of the primaries.
    extra_percent: f64,
    /// How many of them the root's default budget allows in that time.
    extra_max: f64,
    within_budget: bool,
}

/// All phases.
#[derive(Debug, Serialize)]
pub(crate) struct TailReport {
    setting: Setting,
    phases: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    phase: &'static str,
    /// The phase's p99 divided by that of the first one.
    p99_ratio: f64,
    #[serde(flatten)]
    measured: Measured,
}

impl Measured {
    /// Sums up a phase that took `time`. An answer is `true` if it is whole.
    pub(crate) fn new(answers: &[Answered<bool>], counts: &RootCounts, time: Duration) -> Self {
        let extra_max = counts.extra_max(time);
        Self {
            queries: answers.len(),
            incomplete: answers.iter().filter(|answered| !answered.answer).count(),
            latency_ms: percentiles(answers.iter().map(|answered| answered.latency)),
            late_ms: percentiles(answers.iter().map(|answered| answered.late)),
            attempts: *counts,
            extra_percent: 100.0 * counts.extra() as f64 / counts.primaries.max(1) as f64,
            extra_max,
            within_budget: counts.extra() as f64 <= extra_max,
        }
    }
}

/// Exact, by nearest rank.
fn percentiles(latencies: impl Iterator<Item = Duration>) -> Percentiles {
    let mut sorted: Vec<f64> = latencies.map(|latency| latency.as_secs_f64() * 1e3).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let at = |permille: usize| {
        let rank = (sorted.len() * permille).div_ceil(1_000);
        sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default()
    };
    Percentiles {
        mean: sorted.iter().sum::<f64>() / sorted.len().max(1) as f64,
        p50: at(500),
        p90: at(900),
        p95: at(950),
        p99: at(990),
        p999: at(999),
        max: at(1_000),
    }
}

impl TailReport {
    /// The phases in their order; the first one is what the others are compared with.
    pub(crate) fn new(setting: Setting, phases: Vec<(&'static str, Measured)>) -> Self {
        let healthy = phases.first().map_or(0.0, |(_, first)| first.latency_ms.p99);
        let row = |(phase, measured): (_, Measured)| Row {
            phase,
            p99_ratio: measured.latency_ms.p99 / healthy,
            measured,
        };
        Self {
            setting,
            phases: phases.into_iter().map(row).collect(),
        }
    }
}

impl fmt::Display for TailReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let setting = &self.setting;
        writeln!(
            f,
            "{}; {} leaves × {} replicas, {} queries/s for {} s a phase; one replica {} ms slow, then hung, then dead; {} cores\n",
            setting.workload,
            setting.leaves,
            setting.replicas,
            setting.per_second,
            setting.seconds,
            setting.slow_ms,
            setting.cores
        )?;
        writeln!(
            f,
            "| phase | p50 ms | p90 | p99 | p99.9 | max | p99 / healthy | incomplete | extra requests | hedges won / lost | retries | probes | ejections |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|---|---|---|---|---|---|")?;
        for row in &self.phases {
            row.fmt(f)?;
        }
        let queries: usize = self.phases.iter().map(|row| row.measured.queries).sum();
        let late = self
            .phases
            .iter()
            .map(|row| row.measured.late_ms.p99)
            .fold(0.0, f64::max);
        writeln!(
            f,
            "\nBudget: p99 at most {P99_RATIO_MAX:.1} × the healthy one, nothing incomplete (of {queries}), extra requests as the root's budget allows."
        )?;
        writeln!(
            f,
            "Latencies count from when a query was due; 99 % of the queries were sent within {late:.1} ms of that."
        )
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Measured {
            latency_ms,
            attempts,
            incomplete,
            extra_percent,
            ..
        } = &self.measured;
        let over = if self.measured.within_budget {
            ""
        } else {
            " **over budget**"
        };
        writeln!(
            f,
            "| {} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {:.2} | {incomplete} | {extra_percent:.1} %{over} | {} / {} | {} | {} | {} |",
            self.phase,
            latency_ms.p50,
            latency_ms.p90,
            latency_ms.p99,
            latency_ms.p999,
            latency_ms.max,
            self.p99_ratio,
            attempts.hedges_won,
            attempts.hedges_lost,
            attempts.retries,
            attempts.probes,
            attempts.ejections
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(p99_ms: u64) -> Measured {
        let answered = |ms| Answered {
            latency: Duration::from_millis(ms),
            late: Duration::ZERO,
            answer: ms != 50,
        };
        let mut answers: Vec<_> = (1..=100).map(answered).collect();
        answers[98..].fill(answered(p99_ms));
        let counts = RootCounts {
            primaries: 1_000,
            hedges: 120,
            retries: 1,
            ..RootCounts::default()
        };
        Measured::new(&answers, &counts, Duration::from_secs(2))
    }

    #[test]
    fn percentiles_are_those_of_the_nearest_rank() {
        let all = percentiles((1..=1_000).rev().map(Duration::from_millis));
        assert_eq!(
            (all.p50, all.p99, all.p999, all.max),
            (500.0, 990.0, 999.0, 1_000.0)
        );
        assert_eq!(percentiles([].into_iter()), Percentiles::default());
    }

    #[test]
    fn a_phase_is_compared_with_the_first_and_with_its_budget() {
        let setting = Setting {
            workload: "nothing".to_owned(),
            leaves: 4,
            replicas: 2,
            per_second: 50,
            seconds: 2,
            slow_ms: 300,
            cores: 2,
        };
        let report = TailReport::new(setting, vec![("healthy", measured(100)), ("slow", measured(150))]);
        let slow = &report.phases[1];
        assert_eq!((slow.p99_ratio, slow.measured.incomplete), (1.5, 1));
        assert!(!slow.measured.within_budget);
        assert!(report.to_string().contains("over budget"));
    }
}
