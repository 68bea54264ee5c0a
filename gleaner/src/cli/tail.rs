//! The flags that decide how a root deals with slow, sick and busy leaves, for every command that starts one.

use std::ffi::OsString;
use std::time::Duration;

use clap::{Args, ValueEnum};
use root_service::attempt::{BudgetConfig, HedgeConfig, HedgeMode};
use root_service::members::EjectionConfig;
use shared::limits::TIMEOUT_SECONDS_MAX;

use super::Problems;
use crate::serve::root::TailSettings;

/// The longest time that any of the flags can name.
const TIME_MAX: Duration = Duration::from_secs(TIMEOUT_SECONDS_MAX);
/// The longest head start of a tied request: beyond it the second one is a hedge.
const STAGGER_MAX: Duration = Duration::from_secs(1);
/// The most extra attempts per second without any load.
const FLOOR_MAX: f64 = 1_000_000.0;
/// The most searches at a time: each holds a page of hits in memory.
const SEARCHES_MAX: u32 = 100_000;

/// How a root deals with slow, sick and busy leaves. Kept as typed, so that `up` can hand it on.
#[derive(Debug, Args)]
#[command(next_help_heading = "The tail")]
pub(super) struct TailFlags {
    /// Whether a leaf's second replica is asked too: when the first takes long, a moment after it, or never
    ///
    /// A hedge cuts the slowest answers for a few percent more work. Tied requests cut the wait in queues too: they are sent
    /// twice and executed once, mostly, and only what was executed twice counts as extra load.
    #[arg(long, value_name = "WHEN", env = "GLEANER_HEDGE", default_value = "delayed")]
    hedge: Hedge,
    /// Hedge what takes longer than this quantile of the leaf's recent latencies
    ///
    /// 0.95 sends about 5 requests in 100 twice. Lower cuts more of the tail and costs more; the budget has the last word.
    #[arg(
        long,
        value_name = "0..1",
        env = "GLEANER_HEDGE_QUANTILE",
        default_value = "0.95"
    )]
    hedge_quantile: String,
    /// Never hedge earlier than this: below it a hedge costs more than it saves
    #[arg(
        long,
        value_name = "TIME",
        env = "GLEANER_HEDGE_DELAY_MIN",
        default_value = "2ms"
    )]
    hedge_delay_min: String,
    /// Never wait longer than this for a hedge, whatever the quantile says
    #[arg(
        long,
        value_name = "TIME",
        env = "GLEANER_HEDGE_DELAY_MAX",
        default_value = "1s"
    )]
    hedge_delay_max: String,
    /// With --hedge tied: how much later the second replica is asked
    ///
    /// About the time that a message takes between leaves, or a little more: with less, both begin the same work before
    /// either can tell the other.
    #[arg(
        long,
        value_name = "TIME",
        env = "GLEANER_TIED_STAGGER",
        default_value = "1ms"
    )]
    tied_stagger: String,
    /// Hedges and retries together, as a share of first requests, on the long run
    ///
    /// When everything is slow, every query wants a hedge: this is what the load can grow by at most.
    #[arg(
        long,
        value_name = "SHARE",
        env = "GLEANER_EXTRA_LOAD",
        default_value = "0.05"
    )]
    extra_load: String,
    /// Hedges and retries per second that are allowed besides, so that a quiet service has some too
    #[arg(
        long,
        value_name = "N",
        env = "GLEANER_EXTRA_LOAD_FLOOR",
        default_value = "10"
    )]
    extra_load_floor: String,
    /// The deadline of a search that names none, unless the cluster's settings do
    #[arg(
        long,
        value_name = "TIME",
        env = "GLEANER_SEARCH_TIMEOUT",
        default_value = "30s"
    )]
    search_timeout: String,
    /// How many searches run at a time; as many more wait, and the others are answered with 429
    ///
    /// More keeps more leaves busy, and holds more pages in memory.
    #[arg(long, value_name = "N", env = "GLEANER_SEARCHES_MAX", default_value = "256")]
    searches_max: String,
    /// Whether a replica that fails, or is far slower than the others of its leaf, is left alone for a while
    ///
    /// Never the last one of a leaf. Off is for those who want to see what hedges do alone.
    #[arg(long, value_name = "WHETHER", env = "GLEANER_EJECTION", default_value = "on")]
    ejection: Switch,
}

/// When a second replica is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Hedge {
    /// Only if the first fails
    Off,
    /// When the first takes longer than most
    Delayed,
    /// Right after the first; whichever begins tells the other not to
    Tied,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Switch {
    /// Do
    On,
    /// Do not
    Off,
}

impl TailFlags {
    /// The settings, with everything that is wrong among the problems.
    pub(super) fn check(&self, problems: &mut Problems) -> TailSettings {
        let delay_min = problems.time(
            "--hedge-delay-min",
            &self.hedge_delay_min,
            &(Duration::ZERO..=TIME_MAX),
        );
        let delay_max = problems.time(
            "--hedge-delay-max",
            &self.hedge_delay_max,
            &(Duration::ZERO..=TIME_MAX),
        );
        if delay_min > delay_max {
            let advice = format!("{delay_min:?} is longer than --hedge-delay-max, which is {delay_max:?}");
            problems.add("--hedge-delay-min", advice);
        }
        let hedge = HedgeConfig::default();
        let delay_unknown = hedge.delay_unknown.min(delay_max).max(delay_min);
        TailSettings {
            hedge: HedgeConfig {
                mode: match self.hedge {
                    Hedge::Off => HedgeMode::Off,
                    Hedge::Delayed => HedgeMode::Delayed,
                    Hedge::Tied => HedgeMode::Tied,
                },
                quantile: problems.fraction("--hedge-quantile", &self.hedge_quantile, &(0.0..=1.0)),
                delay_min,
                delay_max,
                delay_unknown,
                stagger: problems.time(
                    "--tied-stagger",
                    &self.tied_stagger,
                    &(Duration::ZERO..=STAGGER_MAX),
                ),
            },
            budget: BudgetConfig {
                extra_share: problems.fraction("--extra-load", &self.extra_load, &(0.0..=1.0)),
                floor_per_second: problems.fraction(
                    "--extra-load-floor",
                    &self.extra_load_floor,
                    &(0.0..=FLOOR_MAX),
                ),
                ..BudgetConfig::default()
            },
            ejection: EjectionConfig {
                enabled: self.ejection == Switch::On,
                ..EjectionConfig::default()
            },
            search_timeout: problems.time(
                "--search-timeout",
                &self.search_timeout,
                &(Duration::from_millis(1)..=TIME_MAX),
            ),
            searches_max: problems.number("--searches-max", &self.searches_max, &(1..=SEARCHES_MAX)),
        }
    }

    /// The same as arguments of `gleaner root`.
    pub(super) fn arguments(&self) -> Vec<OsString> {
        let flags = [
            ("hedge", spelt(&self.hedge)),
            ("hedge-quantile", self.hedge_quantile.clone()),
            ("hedge-delay-min", self.hedge_delay_min.clone()),
            ("hedge-delay-max", self.hedge_delay_max.clone()),
            ("tied-stagger", self.tied_stagger.clone()),
            ("extra-load", self.extra_load.clone()),
            ("extra-load-floor", self.extra_load_floor.clone()),
            ("search-timeout", self.search_timeout.clone()),
            ("searches-max", self.searches_max.clone()),
            ("ejection", spelt(&self.ejection)),
        ];
        flags
            .into_iter()
            .map(|(flag, value)| OsString::from(format!("--{flag}={value}")))
            .collect()
    }
}

/// A value as it is typed.
fn spelt(value: &impl ValueEnum) -> String {
    value
        .to_possible_value()
        .map(|value| value.get_name().to_owned())
        .unwrap_or_default()
}

#[cfg(test)]
#[path = "tail_tests.rs"]
mod tests;
