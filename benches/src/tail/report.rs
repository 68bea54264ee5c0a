//! The figures of every phase: for people, as a table for `docs/TAIL.md`, and for programs, as JSON.

use std::fmt;
use std::time::Duration;

use benches::measured::{Histogram, LoadReport};
use benches::scrape::RootCounts;
use benches::simulate::Percentiles;
use serde::Serialize;

use crate::error::BenchError;
use crate::runs::entry::{Measurement, Unit};

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
    queries: u64,
    /// Those that were not answered, or not from all documents.
    incomplete: u64,
    /// Of those that were answered.
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
    /// Sums up a phase.
    ///
    /// # Errors
    /// If the root's counts are missing: nobody could tell whether it kept its budget.
    pub(crate) fn new(load: &LoadReport) -> Result<Self, BenchError> {
        let missing = || BenchError::Answer("no counts of the root's attempts".to_owned());
        let counts = load.root.ok_or_else(missing)?;
        let extra_max = counts.extra_max(Duration::from_secs_f64(load.seconds));
        let outcomes = load.reads.outcomes;
        Ok(Self {
            queries: load.reads.due,
            incomplete: outcomes.all() - outcomes.complete,
            latency_ms: percentiles(&load.reads.latency),
            late_ms: percentiles(&load.late),
            attempts: counts,
            extra_percent: 100.0 * counts.extra() as f64 / counts.primaries.max(1) as f64,
            extra_max,
            within_budget: counts.extra() as f64 <= extra_max,
        })
    }
}

fn percentiles(times: &Histogram) -> Percentiles {
    Percentiles {
        mean: times.mean_ms(),
        p50: times.quantile_ms(0.5),
        p90: times.quantile_ms(0.9),
        p95: times.quantile_ms(0.95),
        p99: times.quantile_ms(0.99),
        p999: times.quantile_ms(0.999),
        max: times.max_ms(),
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

impl TailReport {
    /// The figures of a round, for a run that is compared with others. Hedges and retries are not among them: they are a few
    /// in a hundred, and the ratio of two such numbers says nothing.
    pub(crate) fn measurements(&self) -> Vec<Measurement> {
        let Setting {
            leaves,
            replicas,
            per_second,
            seconds,
            ..
        } = self.setting;
        let of = format!("{leaves} leaves × {replicas}, {per_second}/s for {seconds} s");
        let mut all = Vec::new();
        let mut incomplete = 0;
        for Row { phase, measured, .. } in &self.phases {
            let latency = &measured.latency_ms;
            for (what, ms) in [("p50", latency.p50), ("p99", latency.p99)] {
                let name = format!("{of}, {phase}: {what}");
                all.push(Measurement::new(name, ms, Unit::Milliseconds));
            }
            incomplete += measured.incomplete;
        }
        let name = format!("{of}: incomplete answers");
        all.push(Measurement::new(name, incomplete as f64, Unit::Mishaps));
        all
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
        let queries: u64 = self.phases.iter().map(|row| row.measured.queries).sum();
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
    use benches::measured::{Arrivals, Generator, Operations, Outcomes};

    use super::*;

    fn load(slow_ms: u64) -> LoadReport {
        let mut latency = Histogram::default();
        (1..=98)
            .chain([slow_ms, slow_ms])
            .for_each(|ms| latency.record(Duration::from_millis(ms)));
        let root = RootCounts {
            primaries: 1_000,
            hedges: 120,
            retries: 1,
            ..RootCounts::default()
        };
        LoadReport {
            url: String::new(),
            arrivals: Arrivals::Constant { per_second: 50.0 },
            seconds: 2.0,
            reads: Operations {
                due: 101,
                latency,
                outcomes: Outcomes {
                    complete: 100,
                    broken: 1,
                    ..Outcomes::default()
                },
                ..Operations::default()
            },
            writes: Operations::default(),
            late: Histogram::default(),
            timeline: Vec::new(),
            root: Some(root),
            generator: Generator::default(),
        }
    }

    fn measured(slow_ms: u64) -> Measured {
        Measured::new(&load(slow_ms)).unwrap()
    }

    #[test]
    fn a_budget_that_nobody_can_check_is_not_kept() {
        let uncounted = LoadReport {
            root: None,
            ..load(100)
        };
        Measured::new(&uncounted).unwrap_err();
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
        assert!((slow.p99_ratio - 1.5).abs() < 0.01, "{}", slow.p99_ratio);
        assert_eq!((slow.measured.queries, slow.measured.incomplete), (101, 1));
        assert!(!slow.measured.within_budget);
        assert!(report.to_string().contains("over budget"));
    }
}
