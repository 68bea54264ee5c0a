//! What a run looks like while it goes on, for a display.

use std::time::Duration;

use crate::measured::{Histogram, Outcomes};
use crate::scrape::RootCounts;

/// Seconds that a snapshot tells the p99 of.
pub const SECONDS_SHOWN: usize = 60;
/// Seconds that count as the present: one alone has too few answers for a tail at low rates.
pub const PRESENT_SECONDS: usize = 5;

/// What a run looks like while it goes on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Where it is.
    pub phase: Phase,
    /// Since the first request was due.
    pub elapsed: Duration,
    /// How long it is to take, warm-up included.
    pub planned: Duration,
    /// Requests per second that were due in the last seconds.
    pub due_per_second: f64,
    /// Requests per second that were answered in the last seconds, from all or some documents.
    pub answered_per_second: f64,
    /// Requests that are under way.
    pub under_way: u64,
    /// Latencies of reads and writes in the last seconds; those that were given up or never sent count with the patience.
    pub present: Ladder,
    /// Latencies of reads since the warm-up.
    pub reads: Ladder,
    /// Latencies of writes since the warm-up.
    pub writes: Ladder,
    /// How requests ended since the warm-up, reads and writes.
    pub outcomes: Outcomes,
    /// The mean share of the documents that answers cover.
    pub coverage: f64,
    /// How late the generator was in the last seconds: the 99th percentile in milliseconds.
    pub late_p99_ms: f64,
    /// The last seconds one by one, the present one last.
    pub seconds: Vec<Glimpse>,
    /// What the root counted since the warm-up; nothing if the service is not Gleaner.
    pub root: Option<RootCounts>,
    /// What it counted in the last second.
    pub root_now: Option<RootCounts>,
}

/// Where a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Phase {
    /// Requests are sent, and do not count yet.
    #[default]
    WarmUp,
    /// They count.
    Measuring,
    /// No more are sent; the last answers are waited for.
    Draining,
}

/// What a second looked like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Glimpse {
    /// Nothing ended, and nothing was under way.
    Quiet,
    /// 99 % of what ended took no longer, in milliseconds.
    P99(f64),
    /// Requests waited and none was answered, or more than 1 % ended without an answer.
    Lost,
}

/// Percentiles in milliseconds; requests without an answer are slower than all others, and have no time: a percentile that is
/// among them is nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ladder {
    /// How many requests.
    pub count: u64,
    /// The median.
    pub p50_ms: Option<f64>,
    /// 90 % take no longer.
    pub p90_ms: Option<f64>,
    /// 99 %.
    pub p99_ms: Option<f64>,
    /// 99.9 %.
    pub p999_ms: Option<f64>,
    /// The longest.
    pub max_ms: Option<f64>,
}

impl Ladder {
    /// The percentiles of these times, when so many more have none.
    #[must_use]
    pub fn of(times: &Histogram, lost: u64) -> Self {
        let at = |quantile| times.quantile_ms_with_lost(quantile, lost);
        Self {
            count: times.count() + lost,
            p50_ms: at(0.5),
            p90_ms: at(0.9),
            p99_ms: at(0.99),
            p999_ms: at(0.999),
            max_ms: at(1.0),
        }
    }
}
