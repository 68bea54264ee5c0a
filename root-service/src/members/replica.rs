//! One replica: its last account of itself, and its load and latency as this root sees them.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use parking_lot::RwLock;
use shared::ids::{IndexUuid, Leaf, Position, Shard};
use shared::wire::{Load, ShardState, StatusResponse};
use tokio::time::Instant;

use super::ejection::{Standing, Verdict};
use super::history::LeafHistory;
use super::in_flight::End;
use crate::attempt::PeakEwma;
use crate::client::Endpoint;

/// What a replica is taken to need while nothing is known of its leaf.
const LATENCY_UNKNOWN: Duration = Duration::from_millis(5);

/// What a replica that fails is taken to need, so that failing quickly does not look like being quick.
const LATENCY_FAILED: Duration = Duration::from_secs(1);

/// A guess at a latency that was cut short is at most this: a replica that recovered is tried again within seconds.
const LATENCY_GUESS_MAX: Duration = Duration::from_secs(10);
/// Beyond this the guess does not double any more.
const LOST_IN_A_ROW_MAX: u32 = 6;

/// One replica.
pub struct Replica {
    /// The leaf it serves.
    pub leaf: Leaf,
    /// Its number among the leaf's replicas.
    pub number: u32,
    /// Where it listens.
    pub endpoint: Endpoint,
    pub(super) in_flight: AtomicU32,
    /// What was seen of it and its siblings.
    pub(super) history: Arc<LeafHistory>,
    observed: RwLock<Observed>,
}

struct Observed {
    reachable: bool,
    status: Option<Arc<StatusResponse>>,
    shards: HashMap<(IndexUuid, Shard), Served>,
    /// How busy it said it is, and when.
    load: (Load, Instant),
    latency: PeakEwma,
    /// Primaries that lost to their hedges since the last answer.
    lost_in_a_row: u32,
}

/// What a replica has of a shard.
#[derive(Clone, Copy, Debug)]
struct Served {
    ready: bool,
    committed: Position,
    documents: u64,
}

/// The name of the node that a replica is to clients: `leaf-2-1`.
pub fn node_name(leaf: Leaf, number: u32) -> String {
    format!("leaf-{leaf}-{number}")
}

impl Replica {
    /// A replica of which nothing is known yet; its siblings share the history.
    pub(super) fn new(
        leaf: Leaf,
        number: u32,
        endpoint: Endpoint,
        history: Arc<LeafHistory>,
        now: Instant,
    ) -> Self {
        let observed = Observed {
            reachable: false,
            status: None,
            shards: HashMap::new(),
            load: (Load::default(), now),
            latency: PeakEwma::new(LATENCY_UNKNOWN, now),
            lost_in_a_row: 0,
        };
        Self {
            leaf,
            number,
            endpoint,
            in_flight: AtomicU32::new(0),
            history,
            observed: RwLock::new(observed),
        }
    }

    /// The name of the replica in reports: `leaf-2/1`.
    pub fn name(&self) -> String {
        format!("leaf-{}/{}", self.leaf, self.number)
    }

    /// The name of the node that it is to clients: `leaf-2-1`.
    pub fn node_name(&self) -> String {
        node_name(self.leaf, self.number)
    }

    /// A status arrived. True if it says something else than the last one.
    pub fn heard(&self, status: StatusResponse, now: Instant) -> bool {
        let mut observed = self.observed.write();
        let restarted = observed
            .status
            .as_ref()
            .is_some_and(|last| last.instance != status.instance);
        if restarted {
            self.history.restarted(self.number);
            observed.begin_anew(&self.history, now);
        }
        let same = observed.reachable
            && observed.status.as_ref().is_some_and(|last| {
                last.shards == status.shards
                    && last.instance == status.instance
                    && last.catalog_version == status.catalog_version
            });
        observed.reachable = true;
        observed.load = (status.load, now);
        observed.shards = status
            .shards
            .iter()
            .map(|there| {
                let ready = there.state == ShardState::Ready;
                let served = Served {
                    ready,
                    committed: there.committed,
                    documents: there.documents,
                };
                ((there.index, there.shard), served)
            })
            .collect();
        observed.status = Some(Arc::new(status));
        !same
    }

    /// A status poll went unanswered. True if the one before was answered.
    pub fn lost(&self) -> bool {
        let mut observed = self.observed.write();
        std::mem::replace(&mut observed.reachable, false)
    }

    /// Whether the last status poll was answered.
    pub fn reachable(&self) -> bool {
        self.observed.read().reachable
    }

    /// What it said last.
    pub fn status(&self) -> Option<Arc<StatusResponse>> {
        self.observed.read().status.clone()
    }

    /// Whether it is reachable and reports the shard ready.
    pub fn serves(&self, index: IndexUuid, shard: Shard) -> bool {
        let observed = self.observed.read();
        observed.reachable
            && observed
                .shards
                .get(&(index, shard))
                .is_some_and(|served| served.ready)
    }

    /// The position of a shard that its searches see, and its live documents.
    pub fn committed(&self, index: IndexUuid, shard: Shard) -> Option<(Position, u64)> {
        let observed = self.observed.read();
        observed
            .shards
            .get(&(index, shard))
            .map(|served| (served.committed, served.documents))
    }

    /// An answer told what its searches see of a shard now.
    pub fn saw(&self, index: IndexUuid, shard: Shard, position: Position, documents: Option<u64>) {
        if self
            .committed(index, shard)
            .is_some_and(|(known, _)| known >= position)
        {
            return;
        }
        if let Some(served) = self.observed.write().shards.get_mut(&(index, shard)) {
            served.committed = position;
            served.documents = documents.unwrap_or(served.documents);
        }
    }

    /// An answer said how busy it is.
    pub fn loaded(&self, load: Load, now: Instant) {
        self.observed.write().load = (load, now);
    }

    /// The cost of asking it now, for comparison only: in flight (here and in its queue) times latency. A queue that it
    /// reported a while ago has been worked off since, or other roots would all avoid it until they hear of it again.
    pub fn cost(&self, now: Instant) -> f64 {
        let observed = self.observed.read();
        let latency_us = observed.latency.estimate_us(now) + 1.0;
        let (load, said) = observed.load;
        let worked_off = now.saturating_duration_since(said).as_secs_f64() * 1e6 / latency_us;
        let queued = (f64::from(load.queued) - worked_off).max(0.0);
        let waiting = f64::from(self.in_flight.load(Ordering::Relaxed)) + queued;
        let unreachable = if observed.reachable { 1.0 } else { 1e6 };
        (waiting + 1.0) * latency_us * unreachable
    }

    /// What the judge of its leaf makes of it.
    pub fn standing(&self) -> Standing {
        let in_flight = self.in_flight.load(Ordering::Relaxed);
        self.history.standing(self.number, in_flight)
    }

    /// Whether it is ejected and should be probed now, and how long a good answer may take.
    pub fn probe(&self, now: Instant) -> Option<Duration> {
        self.history.probe(self.number, now)
    }

    /// It should have been probed, and was not.
    pub fn not_probed(&self, now: Instant) {
        self.history.not_probed(self.number, now);
    }

    /// What an attempt's end says of its latency, for the selection.
    pub(super) fn felt(&self, end: End, elapsed: Duration, verdict: Option<Verdict>, now: Instant) {
        let mut observed = self.observed.write();
        if matches!(verdict, Some(Verdict::Returned | Verdict::Cleared)) {
            observed.begin_anew(&self.history, now);
        }
        match end {
            End::Answered => {
                observed.lost_in_a_row = 0;
                observed.latency.record(elapsed, now);
            }
            End::Failed => observed.latency.record(elapsed.max(LATENCY_FAILED), now),
            // It would have taken longer than it was given, nobody knows how much: each time in a row doubles the guess.
            End::Beaten => {
                observed.lost_in_a_row = (observed.lost_in_a_row + 1).min(LOST_IN_A_ROW_MAX);
                let guess = elapsed.saturating_mul(1 << observed.lost_in_a_row);
                observed
                    .latency
                    .record_at_least(guess.min(LATENCY_GUESS_MAX), now);
            }
            // It was not given the time to say anything.
            End::Cancelled => observed.latency.record_at_least(elapsed, now),
            End::Nothing => {}
        }
    }
}

impl Observed {
    /// Nothing is known any more: the replica is taken to be like its siblings, neither better, which would flood it, nor
    /// worse, which would leave it out.
    fn begin_anew(&mut self, history: &LeafHistory, now: Instant) {
        self.latency = PeakEwma::new(history.typical().unwrap_or(LATENCY_UNKNOWN), now);
        self.lost_in_a_row = 0;
    }
}

impl std::fmt::Debug for Replica {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name())
    }
}
