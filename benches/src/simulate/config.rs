//! What is simulated.

use std::time::Duration;

use root_service::attempt::{BudgetConfig, HedgeConfig, HedgeMode};
use serde::{Deserialize, Serialize};

use super::fault::Fault;
use super::latency::Latency;

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
    /// How the roots hedge.
    pub hedge: Hedge,
    /// What hedges and retries may cost.
    pub budget: Budget,
    /// What goes wrong.
    pub faults: Vec<Fault>,
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
            hedge: Hedge::default(),
            budget: Budget::default(),
            faults: Vec::new(),
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

/// [`HedgeConfig`] as it is written in files; the defaults are the root's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hedge {
    /// Whether to hedge at all.
    pub enabled: bool,
    /// The quantile of the leaf's latency after which a hedge goes out.
    pub quantile: f64,
    /// Never earlier.
    pub delay_min_ms: u64,
    /// Never later.
    pub delay_max_ms: u64,
    /// The delay while too few latencies are known.
    pub delay_unknown_ms: u64,
}

impl Default for Hedge {
    fn default() -> Self {
        let root = HedgeConfig::default();
        let ms = |duration: Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Self {
            enabled: root.mode != HedgeMode::Off,
            quantile: root.quantile,
            delay_min_ms: ms(root.delay_min),
            delay_max_ms: ms(root.delay_max),
            delay_unknown_ms: ms(root.delay_unknown),
        }
    }
}

impl From<&Hedge> for HedgeConfig {
    fn from(hedge: &Hedge) -> Self {
        Self {
            mode: if hedge.enabled {
                HedgeMode::Delayed
            } else {
                HedgeMode::Off
            },
            quantile: hedge.quantile,
            delay_min: Duration::from_millis(hedge.delay_min_ms),
            delay_max: Duration::from_millis(hedge.delay_max_ms),
            delay_unknown: Duration::from_millis(hedge.delay_unknown_ms),
            ..Self::default()
        }
    }
}

/// [`BudgetConfig`] as it is written in files; the defaults are the root's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Budget {
    /// Extra attempts for each primary, on the long run.
    pub extra_share: f64,
    /// Extra attempts per second without any load.
    pub floor_per_second: f64,
    /// The largest burst of extra attempts.
    pub burst: f64,
}

impl Default for Budget {
    fn default() -> Self {
        let root = BudgetConfig::default();
        Self {
            extra_share: root.extra_share,
            floor_per_second: root.floor_per_second,
            burst: root.burst,
        }
    }
}

impl From<&Budget> for BudgetConfig {
    fn from(budget: &Budget) -> Self {
        Self {
            extra_share: budget.extra_share,
            floor_per_second: budget.floor_per_second,
            burst: budget.burst,
        }
    }
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
        let mut problems = Vec::new();
        let mut must = |holds: bool, text: &str| {
            if !holds {
                problems.push(text.to_owned());
            }
        };
        must((1..=1_024).contains(&self.runs), "runs: 1 to 1,024");
        must(
            (self.runs..=100_000_000).contains(&self.queries),
            "queries: at least one for each run, at most 100 million",
        );
        must(
            self.warmup_queries <= 1_000_000,
            "warmup_queries: at most a million",
        );
        must((1..=64).contains(&self.roots), "roots: 1 to 64");
        must((1..=10_000).contains(&self.leaves), "leaves: 1 to 10,000");
        must((1..=64).contains(&self.replicas), "replicas: 1 to 64");
        must(self.servers >= 1, "servers: at least 1");
        must(
            (1e-3..=1e6).contains(&self.rate_per_second),
            "rate_per_second: 0.001 to a million",
        );
        must(
            (1..=3_600_000).contains(&self.timeout_ms),
            "timeout_ms: 1 to 3,600,000",
        );
        must(self.slow_ms <= 3_600_000, "slow_ms: at most 3,600,000");
        must(
            (0.0..=1.0).contains(&self.hedge.quantile),
            "hedge.quantile: 0 to 1",
        );
        must(
            self.hedge.delay_min_ms <= self.hedge.delay_max_ms,
            "hedge.delay_min_ms: at most delay_max_ms",
        );
        let budget = [
            self.budget.extra_share,
            self.budget.floor_per_second,
            self.budget.burst,
        ];
        must(
            budget.iter().all(|number| (0.0..=1e9).contains(number)),
            "budget: numbers from 0 to a thousand million",
        );
        must(
            self.latency.makes_sense(),
            "latency: positive times, shares from 0 to 1, rising quantiles",
        );
        must(
            self.faults
                .iter()
                .all(|fault| fault.makes_sense(self.leaves, self.replicas)),
            "faults: existing leaves and replicas, times that go forward, factors and periods above 0",
        );
        if problems.is_empty() {
            Ok(())
        } else {
            Err(ConfigError(problems))
        }
    }
}
