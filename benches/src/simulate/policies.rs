//! The root's policies as they are written in files; all defaults are the root's own.

use std::time::Duration;

use root_service::attempt::{BudgetConfig, HedgeConfig, HedgeMode};
use root_service::members::EjectionConfig;
use serde::{Deserialize, Serialize};

/// [`HedgeConfig`] in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hedge {
    /// Whether to hedge, and how.
    pub mode: Mode,
    /// The quantile of the leaf's latency after which a hedge goes out.
    pub quantile: f64,
    /// Never earlier.
    pub delay_min_ms: u64,
    /// Never later.
    pub delay_max_ms: u64,
    /// The delay while too few latencies are known.
    pub delay_unknown_ms: u64,
    /// How long the second of two tied requests is held back.
    pub stagger_ms: u64,
}

/// [`HedgeMode`] in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Never a second request.
    Off,
    /// A second request when the first takes long.
    Delayed,
    /// A second request almost at once; whichever begins tells the other not to.
    Tied,
}

impl Default for Hedge {
    fn default() -> Self {
        let root = HedgeConfig::default();
        Self {
            mode: match root.mode {
                HedgeMode::Off => Mode::Off,
                HedgeMode::Delayed => Mode::Delayed,
                HedgeMode::Tied => Mode::Tied,
            },
            quantile: root.quantile,
            delay_min_ms: ms(root.delay_min),
            delay_max_ms: ms(root.delay_max),
            delay_unknown_ms: ms(root.delay_unknown),
            stagger_ms: ms(root.stagger),
        }
    }
}

impl From<&Hedge> for HedgeConfig {
    fn from(hedge: &Hedge) -> Self {
        Self {
            mode: match hedge.mode {
                Mode::Off => HedgeMode::Off,
                Mode::Delayed => HedgeMode::Delayed,
                Mode::Tied => HedgeMode::Tied,
            },
            quantile: hedge.quantile,
            delay_min: Duration::from_millis(hedge.delay_min_ms),
            delay_max: Duration::from_millis(hedge.delay_max_ms),
            delay_unknown: Duration::from_millis(hedge.delay_unknown_ms),
            stagger: Duration::from_millis(hedge.stagger_ms),
        }
    }
}

/// [`BudgetConfig`] in a file.
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

/// [`EjectionConfig`] in a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Ejection {
    /// Whether to eject at all.
    pub enabled: bool,
    /// So many failures, or defeats by hedges, in a row make a replica suspect.
    pub suspicious_min: u32,
    /// So many times as slow as its siblings makes a replica suspect.
    pub slow_factor: f64,
    /// It must be slower by so much at least.
    pub slow_margin_ms: u64,
    /// How long the first ejection lasts.
    pub backoff_min_ms: u64,
    /// How long an ejection lasts at most.
    pub backoff_max_ms: u64,
    /// So many good probes in a row bring the replica back.
    pub probes_min: u32,
}

impl Default for Ejection {
    fn default() -> Self {
        let root = EjectionConfig::default();
        Self {
            enabled: root.enabled,
            suspicious_min: root.suspicious_min,
            slow_factor: root.slow_factor,
            slow_margin_ms: ms(root.slow_margin),
            backoff_min_ms: ms(root.backoff_min),
            backoff_max_ms: ms(root.backoff_max),
            probes_min: root.probes_min,
        }
    }
}

impl From<&Ejection> for EjectionConfig {
    fn from(ejection: &Ejection) -> Self {
        Self {
            enabled: ejection.enabled,
            suspicious_min: ejection.suspicious_min,
            slow_factor: ejection.slow_factor,
            slow_margin: Duration::from_millis(ejection.slow_margin_ms),
            backoff_min: Duration::from_millis(ejection.backoff_min_ms),
            backoff_max: Duration::from_millis(ejection.backoff_max_ms),
            probes_min: ejection.probes_min,
        }
    }
}

fn ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
