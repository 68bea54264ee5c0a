//! What one run of the load generator found at one service.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Histogram;
use crate::scrape::RootCounts;

/// How requests follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Arrivals {
    /// Open loop: independently of each other, as those of many clients, so many per second on average.
    Poisson {
        /// Requests per second.
        per_second: f64,
    },
    /// Open loop: at equal distances.
    Constant {
        /// Requests per second.
        per_second: f64,
    },
    /// Closed loop: each client sends its next request when the one before has been answered.
    Closed {
        /// How many clients.
        clients: u32,
    },
}

/// What one run of the load generator found at one service. What came before the end of the warm-up is left out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadReport {
    /// The service's address.
    pub url: String,
    /// How requests followed each other.
    pub arrivals: Arrivals,
    /// How long it was measured, in seconds: from the first due request to the last.
    pub seconds: f64,
    /// Searches.
    pub reads: Operations,
    /// Documents written, if the load has any.
    pub writes: Operations,
    /// How much later than due requests were sent: what the generator itself adds to latencies.
    pub late: Histogram,
    /// What each second brought, in their order.
    pub timeline: Vec<Second>,
    /// What the root counted meanwhile: attempts by kind; nothing if the service is not Gleaner.
    pub root: Option<RootCounts>,
    /// What the generator took for it.
    #[serde(default)]
    pub generator: Generator,
}

/// What the generator took from its start until the last request was sent, warm-up included: whether the figures are about the service, or about the generator.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Generator {
    /// Its threads.
    pub threads: u32,
    /// Whether they never slept: they are busy all the time then, and that says nothing.
    pub awake: bool,
    /// Processor seconds of all of them.
    pub cpu_seconds: f64,
    /// The share of a core that the busiest thread took, 0 to 1.
    pub busiest: f64,
    /// Connections that were opened.
    pub connections: u64,
    /// Requests that waited because as many connections as allowed were in use.
    pub waited: u64,
    /// Requests that were never sent, and count as timed out: as many as allowed were under way, or the generator was behind.
    pub not_sent: u64,
    /// Of these, those that the generator came to when they would have been given up already.
    pub too_late: u64,
}

/// Requests of one kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Operations {
    /// Requests that were due in the measured time.
    pub due: u64,
    /// From when a request was due to its answer, of those that were answered from all or some documents: free of
    /// coordinated omission.
    pub latency: Histogram,
    /// The same from when it was sent, which is what a client in a closed loop would have seen.
    pub service: Histogram,
    /// How they ended.
    pub outcomes: Outcomes,
    /// Answers from all or some documents that arrived in the measured time, whenever they were due. A service that falls behind
    /// answers the rest when nobody asks any more: that is no rate that it can bear.
    #[serde(default)]
    pub answered_meanwhile: u64,
    /// The mean share of the documents that answers cover; 1 if the service does not say.
    pub coverage: f64,
    /// Why requests were not answered from all documents, in words, and how many for each reason.
    #[serde(default)]
    pub reasons: BTreeMap<String, u64>,
}

/// How requests ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcomes {
    /// Answered from all documents.
    pub complete: u64,
    /// Answered, but some shards failed or were not waited for.
    pub partial: u64,
    /// Refused for overload: 429 or 503.
    pub refused: u64,
    /// Answered with another error.
    pub failed: u64,
    /// Not answered within the generator's own patience.
    pub timed_out: u64,
    /// No connection, or one that broke.
    pub broken: u64,
}

/// What one second brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Second {
    /// In which of the turns of its service it was, counted from 0.
    #[serde(default)]
    pub turn: u32,
    /// Requests that were due in it.
    pub due: u64,
    /// Of these, answered from all documents.
    pub complete: u64,
    /// Of these, without a complete answer.
    pub others: u64,
    /// Half of those answered took no longer, in milliseconds; nothing if none was answered.
    pub p50_ms: Option<f64>,
    /// 99 % took no longer.
    pub p99_ms: Option<f64>,
}

impl Outcomes {
    /// Requests without any answer that is good for something.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.refused + self.failed + self.timed_out + self.broken
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.complete + self.partial + self.lost()
    }
}

impl Operations {
    /// The share of the requests that were answered from all documents; 1 if there were none.
    #[must_use]
    pub fn availability(&self) -> f64 {
        let all = self.outcomes.all();
        if all == 0 {
            1.0
        } else {
            self.outcomes.complete as f64 / all as f64
        }
    }

    /// The quantile of the latency in milliseconds, where requests without an answer count as slower than all others;
    /// `None` if the quantile is among them.
    #[must_use]
    pub fn quantile_ms(&self, quantile: f64) -> Option<f64> {
        self.latency.quantile_ms_with_lost(quantile, self.outcomes.lost())
    }
}
