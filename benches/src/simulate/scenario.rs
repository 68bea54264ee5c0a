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
    /// 90 % of the answers take no longer.
    P90Ms,
    /// 99 % of the queries take no longer.
    P99Ms,
    /// 99.9 % of the queries take no longer.
    P999Ms,
    /// The slowest query.
    MaxMs,
    /// Hedges for each primary.
    HedgeShare,
    /// All attempts beyond the first, sent, for each primary.
    ExtraShare,
    /// Attempts that a replica began to execute, for each primary.
    ExecutedShare,
    /// Hedges whose answer came first.
    HedgesWon,
    /// Attempts sent along with the first.
    Tied,
    /// Attempts whose twin had begun elsewhere.
    Yielded,
    /// Retries.
    Retries,
    /// Copies for ejected replicas.
    Probes,
    /// Attempts that failed, overload not counted.
    Errors,
    /// Attempts refused for overload.
    Shed,
    /// Attempts whose time was over before they began.
    Expired,
    /// The share of the time in which servers were at work.
    Utilisation,
    /// The most requests in the hands of one replica at a time.
    InHandMax,
    /// The least share of its leaf's executions that a replica had.
    ShareMin,
    /// Replicas ejected.
    Ejections,
    /// Ejected replicas that came back.
    Returns,
    /// The mean share of the documents covered.
    CoverageMean,
    /// The least share that an answer covers.
    CoverageMin,
    /// The share of the queries that cover everything.
    CoverageFullShare,
    /// The share of the queries answered before all leaves were.
    EarlyShare,
    /// Queries answered from all documents, per second: the goodput.
    CompletePerSecond,
    /// Queries sent away for overload.
    Refused,
    /// Queries answered with another error.
    Failed,
}

impl Metric {
    /// Its value in a report.
    pub fn of(self, report: &Report) -> f64 {
        let (latency, attempts) = (&report.latency_ms, &report.attempts);
        let (coverage, replicas) = (&report.coverage, &report.replicas);
        match self {
            Self::P50Ms => latency.p50,
            Self::P90Ms => latency.p90,
            Self::P99Ms => latency.p99,
            Self::P999Ms => latency.p999,
            Self::MaxMs => latency.max,
            Self::HedgeShare => attempts.hedge_share,
            Self::ExtraShare => attempts.extra_share,
            Self::ExecutedShare => attempts.executed_share,
            Self::HedgesWon => attempts.hedges_won as f64,
            Self::Tied => attempts.tied as f64,
            Self::Yielded => attempts.yielded as f64,
            Self::Retries => attempts.retries as f64,
            Self::Probes => attempts.probes as f64,
            Self::Errors => attempts.errors as f64,
            Self::Shed => attempts.shed as f64,
            Self::Expired => attempts.expired as f64,
            Self::Utilisation => replicas.utilisation,
            Self::InHandMax => f64::from(replicas.in_hand_max),
            Self::ShareMin => replicas.share_min,
            Self::Ejections => replicas.ejections as f64,
            Self::Returns => replicas.returns as f64,
            Self::CoverageMean => coverage.mean,
            Self::CoverageMin => coverage.min,
            Self::CoverageFullShare => coverage.full_share,
            Self::EarlyShare => coverage.early_share,
            Self::CompletePerSecond => report.rates.complete,
            Self::Refused => coverage.refused as f64,
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
