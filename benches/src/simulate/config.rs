//! What is simulated.

use root_service::search::TailConfig;
use serde::{Deserialize, Serialize};

use super::fault::Fault;
use super::latency::Latency;
use super::machines::Machines;
use super::policies::{Budget, Ejection, Hedge};

/// A simulation: the cluster, what it is asked, and what goes wrong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SimulationConfig {
    /// Everything random follows from it.
    pub seed: u64,
    /// Independent clusters, each with its share of the queries; they can be computed at the same time.
    pub runs: u32,
    /// Queries that are measured, over all runs.
    pub queries: u32,
    /// Queries of each run before the measured ones, in which roots learn their leaves' latencies.
    pub warmup_queries: u32,
    /// Queries per second, whatever becomes of the ones before (open loop).
    pub rate_per_second: f64,
    /// How queries follow each other.
    pub arrivals: Arrivals,
    /// Roots that take turns with the queries and know nothing of each other.
    pub roots: u32,
    /// Leaves; every query asks all of them.
    pub leaves: u32,
    /// Replicas of each leaf.
    pub replicas: u32,
    /// Requests that a replica executes at a time; the others queue.
    pub servers: u32,
    /// Requests that may queue at a replica; one more is shed.
    pub queue_max: u32,
    /// The deadline of each query.
    pub timeout_ms: u64,
    /// Queries that take at least this long are counted as slow.
    pub slow_ms: u64,
    /// How long a replica executes a request.
    pub latency: Latency,
    /// How long each message takes: a request, an answer, a cancellation, a replica's word to another that a twin has begun.
    pub network_ms: u64,
    /// An answer is good enough when it covers this share of the documents; all of them if not said.
    pub min_coverage: Option<f64>,
    /// How long to wait for more, at least, once that share is covered.
    pub coverage_wait_min_ms: u64,
    /// How long to wait for more, at most.
    pub coverage_wait_max_ms: u64,
    /// How the roots hedge.
    pub hedge: Hedge,
    /// What hedges and retries may cost.
    pub budget: Budget,
    /// When the roots eject replicas.
    pub ejection: Ejection,
    /// Searches that a root runs at a time, at most; as many more wait for their turn, and the others are refused.
    pub searches_max: u32,
    /// What goes wrong.
    pub faults: Vec<Fault>,
    /// Machines with scarce processors, and queries that cost different amounts, as they were measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub machines: Option<Machines>,
}

impl Default for SimulationConfig {
    fn default() -> Self {
        Self {
            seed: 1,
            runs: 4,
            queries: 20_000,
            warmup_queries: 500,
            rate_per_second: 100.0,
            arrivals: Arrivals::Poisson,
            roots: 1,
            leaves: 10,
            replicas: 2,
            servers: 1_000,
            queue_max: 1_000,
            timeout_ms: 10_000,
            slow_ms: 1_000,
            latency: Latency::Lognormal {
                median_ms: 50.0,
                sigma: 0.5,
            },
            network_ms: 0,
            min_coverage: None,
            coverage_wait_min_ms: 0,
            coverage_wait_max_ms: 0,
            hedge: Hedge::default(),
            budget: Budget::default(),
            ejection: Ejection::default(),
            searches_max: TailConfig::default().searches_max,
            faults: Vec::new(),
            machines: None,
        }
    }
}

/// How queries follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Arrivals {
    /// At equal distances.
    Constant,
    /// Independently of each other, as those of many clients.
    Poisson,
}

/// What is wrong with a configuration, all of it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the simulation makes no sense: {}", .0.join("; "))]
pub struct ConfigError(Vec<String>);

impl SimulationConfig {
    /// Whether it can be simulated.
    ///
    /// # Errors
    /// [`ConfigError`] with everything that is wrong.
    pub fn check(&self) -> Result<(), ConfigError> {
        let rules = [self.scale_rules(), self.policy_rules()].concat();
        let broken = rules.into_iter().filter(|(holds, _)| !holds);
        let problems: Vec<String> = broken.map(|(_, rule)| rule.to_owned()).collect();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(ConfigError(problems))
        }
    }

    /// What must hold of the cluster and its load, whether it does, and how to say it.
    fn scale_rules(&self) -> Vec<(bool, &'static str)> {
        let faults = |fault: &Fault| fault.makes_sense(self.leaves, self.replicas);
        vec![
            ((1..=1_024).contains(&self.runs), "runs: 1 to 1,024"),
            (
                (self.runs..=100_000_000).contains(&self.queries),
                "queries: at least one for each run, at most 100 million",
            ),
            (
                self.warmup_queries <= 1_000_000,
                "warmup_queries: at most a million",
            ),
            ((1..=64).contains(&self.roots), "roots: 1 to 64"),
            ((1..=10_000).contains(&self.leaves), "leaves: 1 to 10,000"),
            ((1..=64).contains(&self.replicas), "replicas: 1 to 64"),
            (
                self.servers >= 1 && self.searches_max >= 1,
                "servers, searches_max: at least 1",
            ),
            (
                (1e-3..=1e6).contains(&self.rate_per_second),
                "rate_per_second: 0.001 to a million",
            ),
            (
                (1..=HOUR_MS).contains(&self.timeout_ms),
                "timeout_ms: 1 to 3,600,000",
            ),
            (self.slow_ms <= HOUR_MS, "slow_ms: at most 3,600,000"),
            (
                self.latency.makes_sense(),
                "latency: positive times, shares from 0 to 1, rising quantiles",
            ),
            (
                self.faults.iter().all(faults),
                "faults: existing leaves and replicas, times that go forward, factors and periods above 0",
            ),
            (
                self.machines.as_ref().is_none_or(Machines::makes_sense),
                "machines: cores from 1 to 4,096, costs from 0 to an hour, queries with weights, at most 10,000 hits",
            ),
        ]
    }

    /// The same of what the roots and the replicas do.
    fn policy_rules(&self) -> Vec<(bool, &'static str)> {
        let (hedge, budget, ejection) = (&self.hedge, &self.budget, &self.ejection);
        let budget = [budget.extra_share, budget.floor_per_second, budget.burst];
        vec![
            ((0.0..=1.0).contains(&hedge.quantile), "hedge.quantile: 0 to 1"),
            (
                hedge.delay_min_ms <= hedge.delay_max_ms,
                "hedge.delay_min_ms: at most delay_max_ms",
            ),
            (
                [
                    hedge.delay_max_ms,
                    hedge.delay_unknown_ms,
                    hedge.stagger_ms,
                    self.network_ms,
                ]
                .iter()
                .all(|ms| *ms <= HOUR_MS),
                "hedge, network_ms: at most 3,600,000 ms each",
            ),
            (
                budget.iter().all(|number| (0.0..=1e9).contains(number)),
                "budget: numbers from 0 to a thousand million",
            ),
            (
                (1.0..=1e6).contains(&ejection.slow_factor) && ejection.suspicious_min > 0,
                "ejection: slow_factor from 1 to a million, suspicious_min above 0",
            ),
            (
                [
                    ejection.slow_margin_ms,
                    ejection.backoff_min_ms,
                    ejection.backoff_max_ms,
                ]
                .iter()
                .all(|ms| *ms <= HOUR_MS),
                "ejection: times of at most 3,600,000 ms",
            ),
            (
                self.min_coverage.is_none_or(|share| (0.0..=1.0).contains(&share)),
                "min_coverage: 0 to 1",
            ),
            (
                self.coverage_wait_min_ms.max(self.coverage_wait_max_ms) <= HOUR_MS,
                "coverage_wait_min_ms, coverage_wait_max_ms: at most 3,600,000",
            ),
        ]
    }
}

/// The longest time that makes sense anywhere here.
const HOUR_MS: u64 = 3_600_000;
