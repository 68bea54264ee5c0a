//! What a sweep over shapes of a local cluster found: the input of the planner and the report.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Histogram, LoadReport, Operations};

/// What a sweep over shapes of a local cluster found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sweep {
    /// [`super::VERSION`].
    pub version: u32,
    /// When it began, in milliseconds since 1970.
    pub began_ms: u64,
    /// How long it took, in seconds.
    pub took_seconds: f64,
    /// Where everything ran: root, leaves and the load generator shared it.
    pub machine: Machine,
    /// What was searched.
    pub corpus: Corpus,
    /// What was asked.
    pub queries: QueryLog,
    /// What a shape is to meet.
    pub objective: Objective,
    /// How long a query may take, in milliseconds.
    pub timeout_ms: u64,
    /// Hits asked for.
    pub size: u32,
    /// Whether hits come with their documents.
    pub source: bool,
    /// Queries asked alone, one after the other, for each number of leaves (one replica each, no hedging, no stragglers).
    pub profiles: Vec<Profile>,
    /// The same queries alone at one leaf that holds all documents in a single shard: what a shard costs, however few documents it
    /// has. Nothing if there was no time for it.
    pub one_shard: Option<Profile>,
    /// Runs under load.
    pub points: Vec<Point>,
    /// The highest rate of each shape that was searched for one.
    pub highest: Vec<Highest>,
    /// What a reader has to know besides, in sentences: that it was ended early, or what was left out for lack of time.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// A machine.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Machine {
    /// What its processor calls itself.
    pub processor: String,
    /// Cores that may be used.
    pub cores: u32,
    /// Memory in bytes.
    pub memory_bytes: u64,
}

/// What was searched.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Corpus {
    /// What people call it.
    pub name: String,
    /// Documents in the index.
    pub documents: u64,
    /// Their size as JSON.
    pub source_bytes: u64,
    /// The size of the index on disk, one copy of all shards.
    pub index_bytes: u64,
    /// Shards of the index: the same for all shapes.
    pub shards: u32,
    /// How long it took to load it over the API, in seconds.
    pub load_seconds: f64,
}

/// What was asked.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QueryLog {
    /// What people call it.
    pub name: String,
    /// Different queries.
    pub distinct: u64,
    /// Their weights, in the order of the log: a query is asked that often in relation to the others.
    pub weights: Vec<f64>,
}

/// A latency that must be met: `p99<50ms`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Objective {
    /// The share of the requests that must be as fast, 0 to 1.
    pub quantile: f64,
    /// Milliseconds.
    pub latency_ms: f64,
}

/// Whoever answers less than this share of the queries from all documents misses every objective.
pub const COMPLETE_MIN: f64 = 0.999;

impl Objective {
    /// Whether these requests were fast enough, and answered from all documents but for one in a thousand.
    #[must_use]
    pub fn is_met_by(&self, requests: &Operations) -> bool {
        let latency_ms = requests.quantile_ms(self.quantile);
        latency_ms.is_some_and(|ms| ms <= self.latency_ms) && requests.availability() >= COMPLETE_MIN
    }
}

/// How a cluster is made up, and what goes wrong in it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    /// Leaves.
    pub leaves: u32,
    /// Replicas of each.
    pub replicas: u32,
    /// Whether the root hedges.
    pub hedging: bool,
    /// What goes wrong.
    pub stragglers: Stragglers,
}

/// A script of stragglers: searches that a leaf answers later than it could.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Stragglers {
    /// Nothing goes wrong: `none`.
    None,
    /// At every replica this share of the searches is late, independently of each other: `1%:100ms`.
    Share {
        /// 0 to 1.
        share: f64,
        /// How late.
        delay_ms: u64,
    },
    /// One replica of the first leaf answers every search late: `one:100ms`.
    One {
        /// How late.
        delay_ms: u64,
    },
}

/// One query log asked without load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Leaves.
    pub leaves: u32,
    /// Documents of each leaf.
    pub documents: Vec<u64>,
    /// What the processes took while nobody asked them; nothing if it was not looked at.
    pub idle: Option<Idle>,
    /// The queries that were asked: drawn by their weights, with repetition, so that each entry counts the same; each was
    /// asked twice when everything was warm, forwards and backwards through the sample.
    pub queries: Vec<QueryProfile>,
}

/// What the processes of a cluster take while nobody asks them: roots poll replicas, and replicas look for writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Idle {
    /// How long it was looked at.
    pub seconds: f64,
    /// Processor seconds of the root.
    pub root_cpu_seconds: f64,
    /// Processor seconds of all replicas of all leaves.
    pub leaves_cpu_seconds: f64,
}

/// What one query cost when it was alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueryProfile {
    /// Which of the log, counted from 0.
    pub query: u32,
    /// What the client waited.
    pub client_us: u64,
    /// What the root says that it took.
    pub took_us: u64,
    /// The searches at the leaves.
    pub searches: Vec<LeafProfile>,
    /// The fetches at the leaves; none if documents came along, or none were found.
    pub fetches: Vec<LeafProfile>,
}

/// One request to a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeafProfile {
    /// Which leaf.
    pub leaf: u32,
    /// What the root waited.
    pub attempt_us: u64,
    /// Of this, waiting for a thread at the leaf.
    pub queued_us: u64,
    /// Of this, execution.
    pub executed_us: u64,
    /// Of this, processor time.
    pub cpu_us: u64,
}

/// One run under load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// At which shape.
    pub shape: Shape,
    /// Requests per second that were due.
    pub rate_per_second: f64,
    /// What the generator saw.
    pub load: LoadReport,
    /// What it took.
    pub resources: ResourceUse,
    /// What leaves say of their searches, all of them together.
    pub searches: LeafTimes,
    /// And of their fetches.
    pub fetches: LeafTimes,
}

/// What a run took; processor time is that of the measured seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ResourceUse {
    /// Processor seconds of the root.
    pub root_cpu_seconds: f64,
    /// Processor seconds of all replicas of all leaves.
    pub leaves_cpu_seconds: f64,
    /// Processor seconds of the load generator.
    pub generator_cpu_seconds: f64,
    /// Resident memory of the root at the end.
    pub root_memory_bytes: u64,
    /// Resident memory of all replicas of all leaves at the end.
    pub leaves_memory_bytes: u64,
}

/// What leaves say of one kind of requests, by the buckets of their metrics (each 1.25 times the one before). The warm-up
/// counts: nobody asks the leaves for it in between, because that would be seen in the latencies. A straggler's delay comes
/// before both times.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct LeafTimes {
    /// Requests that ended.
    pub requests: u64,
    /// Waiting for a thread.
    pub queued: Histogram,
    /// Execution.
    pub executed: Histogram,
    /// Processor time of all executions together: exact, where the buckets are not.
    pub cpu_seconds: f64,
}

/// The highest rate at which a shape meets the objective.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Highest {
    /// The shape.
    pub shape: Shape,
    /// The highest rate that met the objective, in requests per second; 0 if none did.
    pub met_per_second: f64,
    /// The lowest rate that missed it; nothing if every rate that was tried met it.
    pub missed_per_second: Option<f64>,
}

/// An objective that cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no objective: say a percentile and a time, such as p99<50ms, p99.9<200ms or p50<1.5s")]
pub struct ObjectiveError(String);

/// A script of stragglers that cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is no script of stragglers: say none, 1%:100ms (that share of all searches is late by that time) or \
     one:100ms (one replica is always late)"
)]
pub struct StragglersError(String);

/// The longest time that an objective or a script may name: an hour.
const LONGEST_MS: f64 = 3_600_000.0;

/// `50ms`, `1.5s` in milliseconds.
fn time_ms(text: &str) -> Option<f64> {
    let (number, unit_ms) = match text.strip_suffix("ms") {
        Some(number) => (number, 1.0),
        None => (text.strip_suffix('s')?, 1e3),
    };
    let ms = number.trim().parse::<f64>().ok()? * unit_ms;
    (ms > 0.0 && ms <= LONGEST_MS).then_some(ms)
}

/// The same as a whole number of milliseconds.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "time_ms is above 0 and at most an hour"
)]
fn whole_ms(text: &str) -> Option<u64> {
    let ms = time_ms(text)?.round();
    (ms >= 1.0).then_some(ms as u64)
}

impl FromStr for Objective {
    type Err = ObjectiveError;

    fn from_str(text: &str) -> Result<Self, ObjectiveError> {
        let read = || {
            let (percentile, time) = text.trim().strip_prefix('p')?.split_once('<')?;
            let percentile: f64 = percentile.trim().parse().ok()?;
            let latency_ms = time_ms(time.trim_start_matches('=').trim())?;
            // Rounded: 99.9 / 100 is a hair off what people mean.
            let quantile = (percentile * 1e7).round() / 1e9;
            (percentile > 0.0 && percentile < 100.0).then_some(Self { quantile, latency_ms })
        };
        read().ok_or_else(|| ObjectiveError(text.to_owned()))
    }
}

impl fmt::Display for Objective {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let percentile = (self.quantile * 1e9).round() / 1e7;
        write!(formatter, "p{percentile}<{}ms", self.latency_ms)
    }
}

impl TryFrom<String> for Objective {
    type Error = ObjectiveError;

    fn try_from(text: String) -> Result<Self, ObjectiveError> {
        text.parse()
    }
}

impl From<Objective> for String {
    fn from(objective: Objective) -> Self {
        objective.to_string()
    }
}

impl FromStr for Stragglers {
    type Err = StragglersError;

    fn from_str(text: &str) -> Result<Self, StragglersError> {
        let read = || {
            if text.trim() == "none" {
                return Some(Self::None);
            }
            let (who, delay) = text.trim().split_once(':')?;
            let delay_ms = whole_ms(delay.trim())?;
            if who == "one" {
                return Some(Self::One { delay_ms });
            }
            let percent: f64 = who.strip_suffix('%')?.trim().parse().ok()?;
            let share = (percent * 1e7).round() / 1e9;
            (percent > 0.0 && percent <= 100.0).then_some(Self::Share { share, delay_ms })
        };
        read().ok_or_else(|| StragglersError(text.to_owned()))
    }
}

impl fmt::Display for Stragglers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => formatter.write_str("none"),
            Self::Share { share, delay_ms } => {
                write!(formatter, "{}%:{delay_ms}ms", (share * 1e9).round() / 1e7)
            }
            Self::One { delay_ms } => write!(formatter, "one:{delay_ms}ms"),
        }
    }
}

impl TryFrom<String> for Stragglers {
    type Error = StragglersError;

    fn try_from(text: String) -> Result<Self, StragglersError> {
        text.parse()
    }
}

impl From<Stragglers> for String {
    fn from(stragglers: Stragglers) -> Self {
        stragglers.to_string()
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = |count: u32, one: &str, more: &str| match count {
            1 => format!("1 {one}"),
            _ => format!("{count} {more}"),
        };
        let leaves = plural(self.leaves, "leaf", "leaves");
        let replicas = plural(self.replicas, "replica", "replicas");
        write!(formatter, "{leaves}, {replicas}")?;
        if self.replicas > 1 {
            formatter.write_str(if self.hedging { ", hedging" } else { ", no hedging" })?;
        }
        match self.stragglers {
            Stragglers::None => Ok(()),
            stragglers => write!(formatter, ", stragglers {stragglers}"),
        }
    }
}

#[cfg(test)]
#[path = "sweep_tests.rs"]
mod tests;
