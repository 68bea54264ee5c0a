//! How long the attempts at one leaf took lately, by phase: what hedges are timed by.

use std::time::Duration;

use parking_lot::Mutex;

use crate::attempt::{HedgeConfig, LatencyWindow};

/// The rounds of a query, each with latencies of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// Global statistics.
    Statistics,
    /// Matching and ranking.
    Query,
    /// Stored documents.
    Fetch,
}

impl Phase {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Statistics, Self::Query, Self::Fetch];

    /// Its name in metrics, profiles and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Statistics => "statistics",
            Self::Query => "query",
            Self::Fetch => "fetch",
        }
    }
}

/// The windows of one leaf.
#[derive(Debug, Default)]
pub struct LeafLatencies {
    statistics: Mutex<LatencyWindow>,
    query: Mutex<LatencyWindow>,
    fetch: Mutex<LatencyWindow>,
}

impl LeafLatencies {
    /// An attempt took this long, or had taken this long when it was cancelled.
    pub fn record(&self, phase: Phase, latency: Duration) {
        self.window(phase).lock().record(latency);
    }

    /// How long to wait for an attempt before hedging it.
    pub fn hedge_delay(&self, phase: Phase, config: &HedgeConfig) -> Duration {
        self.window(phase).lock().delay(config)
    }

    fn window(&self, phase: Phase) -> &Mutex<LatencyWindow> {
        match phase {
            Phase::Statistics => &self.statistics,
            Phase::Query => &self.query,
            Phase::Fetch => &self.fetch,
        }
    }
}
