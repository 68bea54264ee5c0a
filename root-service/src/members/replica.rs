//! One replica: its last account of itself, and its load and latency as this root sees them.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use parking_lot::RwLock;
use shared::ids::{IndexUuid, Leaf, Position, Shard};
use shared::wire::{AttemptKind, Load, ShardState, StatusResponse};
use tokio::time::Instant;

use super::latencies::{LeafLatencies, Phase};
use crate::attempt::PeakEwma;
use crate::client::Endpoint;

/// What a replica without history is taken to need: neither better nor much worse than one at work, so that it is tried
/// and not flooded.
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
    in_flight: AtomicU32,
    leaf_latencies: Arc<LeafLatencies>,
    observed: RwLock<Observed>,
}

struct Observed {
    reachable: bool,
    status: Option<Arc<StatusResponse>>,
    shards: HashMap<(IndexUuid, Shard), Served>,
    load: Load,
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

impl Replica {
    /// A replica of which nothing is known yet; `leaf_latencies` are shared by the replicas of its leaf.
    pub fn new(
        leaf: Leaf,
        number: u32,
        endpoint: Endpoint,
        leaf_latencies: Arc<LeafLatencies>,
        now: Instant,
    ) -> Self {
        let observed = Observed {
            reachable: false,
            status: None,
            shards: HashMap::new(),
            load: Load::default(),
            latency: PeakEwma::new(LATENCY_UNKNOWN, now),
            lost_in_a_row: 0,
        };
        Self {
            leaf,
            number,
            endpoint,
            in_flight: AtomicU32::new(0),
            leaf_latencies,
            observed: RwLock::new(observed),
        }
    }

    /// The name of the replica in reports: `leaf-2/1`.
    pub fn name(&self) -> String {
        format!("leaf-{}/{}", self.leaf, self.number)
    }

    /// A status arrived. True if it says something else than the last one.
    pub fn heard(&self, status: StatusResponse, now: Instant) -> bool {
        let mut observed = self.observed.write();
        let restarted = observed
            .status
            .as_ref()
            .is_some_and(|last| last.instance != status.instance);
        if restarted {
            observed.latency = PeakEwma::new(LATENCY_UNKNOWN, now);
            observed.lost_in_a_row = 0;
        }
        let same = observed.reachable
            && observed.status.as_ref().is_some_and(|last| {
                last.shards == status.shards
                    && last.instance == status.instance
                    && last.catalog_version == status.catalog_version
            });
        observed.reachable = true;
        observed.load = status.load;
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
    pub fn loaded(&self, load: Load) {
        self.observed.write().load = load;
    }

    /// The cost of asking it now, for comparison only: in flight (here and in its queue) times latency.
    pub fn cost(&self, now: Instant) -> f64 {
        let observed = self.observed.read();
        let waiting = f64::from(self.in_flight.load(Ordering::Relaxed)) + f64::from(observed.load.queued);
        let unreachable = if observed.reachable { 1.0 } else { 1e6 };
        (waiting + 1.0) * (observed.latency.estimate_us(now) + 1.0) * unreachable
    }

    /// An attempt begins; the returned guard ends it.
    pub fn begin(self: &Arc<Self>, phase: Phase, kind: AttemptKind, now: Instant) -> InFlight {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        InFlight {
            replica: self.clone(),
            phase,
            kind,
            began: now,
            end: End::Cancelled,
        }
    }

    /// What an attempt's end says of the replica's latency.
    fn felt(&self, kind: AttemptKind, end: End, elapsed: Duration, now: Instant) {
        let mut observed = self.observed.write();
        match end {
            End::Answered => {
                observed.lost_in_a_row = 0;
                observed.latency.record(elapsed, now);
            }
            End::Failed => observed.latency.record(elapsed.max(LATENCY_FAILED), now),
            // A primary that lost to its hedge would have taken longer than it was given, nobody knows how much: each
            // loss in a row doubles the guess. A cancelled hedge was not given the time to say anything.
            End::Cancelled if kind == AttemptKind::Hedge => observed.latency.record_at_least(elapsed, now),
            End::Cancelled => {
                observed.lost_in_a_row = (observed.lost_in_a_row + 1).min(LOST_IN_A_ROW_MAX);
                let guess = elapsed.saturating_mul(1 << observed.lost_in_a_row);
                observed
                    .latency
                    .record_at_least(guess.min(LATENCY_GUESS_MAX), now);
            }
        }
    }
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Answered,
    Failed,
    Cancelled,
}

/// An attempt in flight. When it is dropped (answered, failed or cancelled) the replica's load falls and its latency is
/// recorded: a cancelled attempt took at least as long as it was given, a failed one says nothing about speed.
pub struct InFlight {
    replica: Arc<Replica>,
    phase: Phase,
    kind: AttemptKind,
    began: Instant,
    end: End,
}

impl InFlight {
    /// The attempt was answered, or failed; one that never ends was cancelled.
    pub fn ended(mut self, answered: bool) {
        self.end = if answered { End::Answered } else { End::Failed };
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let now = Instant::now();
        let elapsed = now.saturating_duration_since(self.began);
        self.replica.in_flight.fetch_sub(1, Ordering::Relaxed);
        self.replica.felt(self.kind, self.end, elapsed, now);
        if self.end != End::Failed {
            self.replica.leaf_latencies.record(self.phase, elapsed);
        }
    }
}
