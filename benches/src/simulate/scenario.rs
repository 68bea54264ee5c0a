//! A scenario: what is simulated, and what is expected of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::config::SimulationConfig;
use super::report::Report;

/// A scenario file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it shows, for people.
    pub about: String,
    /// What is simulated.
    pub input: SimulationConfig,
    /// For each figure, the least and the most that are accepted.
    #[serde(default)]
    pub expect: BTreeMap<Metric, (f64, f64)>,
}

/// A figure of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// The median latency.
    P50Ms,
    /// 99 % of the queries take no longer.
    P99Ms,
    /// 99.9 % of the queries take no longer.
    P999Ms,
    /// The slowest query.
    MaxMs,
    /// Hedges for each primary.
    HedgeShare,
    /// Hedges and retries for each primary.
    ExtraShare,
    /// Hedges whose answer came first.
    HedgesWon,
    /// Retries.
    Retries,
    /// Attempts that failed, overload not counted.
    Errors,
    /// Attempts refused for overload.
    Shed,
    /// The most requests in the hands of one replica at a time.
    InHandMax,
    /// The mean share of the documents covered.
    CoverageMean,
    /// The share of the queries that cover everything.
    CoverageFullShare,
    /// Queries answered with an error.
    Failed,
}

impl Metric {
    /// Its value in a report.
    pub fn of(self, report: &Report) -> f64 {
        let (latency, attempts, coverage) = (&report.latency_ms, &report.attempts, &report.coverage);
        match self {
            Self::P50Ms => latency.p50,
            Self::P99Ms => latency.p99,
            Self::P999Ms => latency.p999,
            Self::MaxMs => latency.max,
            Self::HedgeShare => attempts.hedge_share,
            Self::ExtraShare => attempts.extra_share,
            Self::HedgesWon => attempts.hedges_won as f64,
            Self::Retries => attempts.retries as f64,
            Self::Errors => attempts.errors as f64,
            Self::Shed => attempts.shed as f64,
            Self::InHandMax => f64::from(attempts.in_hand_max),
            Self::CoverageMean => coverage.mean,
            Self::CoverageFullShare => coverage.full_share,
            Self::Failed => coverage.failed as f64,
        }
    }
}

impl Scenario {
    /// What of the expectations the report does not meet.
    pub fn missed(&self, report: &Report) -> Vec<String> {
        let missed = |(metric, (least, most)): (&Metric, &(f64, f64))| {
            let value = metric.of(report);
            let met = (*least..=*most).contains(&value);
            (!met).then(|| format!("{metric:?} is {value}, expected {least} to {most}"))
        };
        self.expect.iter().filter_map(missed).collect()
    }
}
