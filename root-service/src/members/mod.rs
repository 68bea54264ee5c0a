//! The replicas that this root knows: what they said of themselves, and how they have behaved.

mod ejection;
mod history;
mod in_flight;
mod latencies;
mod poll;
mod replica;
mod window;

use std::sync::Arc;

use rand::{Rng, RngExt as _};
use shared::ids::{IndexUuid, Leaf, Position, Shard};
use shared::wire::ShardTarget;
use tokio::sync::watch;
use tokio::time::Instant;

pub use ejection::{EjectionCause, EjectionConfig, Judge, Standing, Told, Verdict};
pub use history::LeafHistory;
pub use in_flight::InFlight;
pub use latencies::{LeafLatencies, Phase};
pub use poll::poll_forever;
pub use replica::{Replica, node_name};

use crate::client::Endpoint;
use crate::metrics::RootMetrics;
use crate::placements::Placements;

/// All replicas, by leaf.
pub struct Members {
    /// Where shards are placed.
    pub placements: Placements,
    leaves: Vec<LeafMembers>,
    /// Counts up whenever some replica's status changed, for those who wait for the cluster to become something.
    changed: watch::Sender<u64>,
}

/// One leaf's replicas and what was seen of them.
pub struct LeafMembers {
    /// Its number.
    pub leaf: Leaf,
    /// Its replicas, by number.
    pub replicas: Vec<Arc<Replica>>,
    /// How they behaved.
    pub history: Arc<LeafHistory>,
}

impl LeafMembers {
    /// All replicas of the leaf, each with how well it suits a request for these shards.
    pub fn candidates(&self, index: IndexUuid, shards: &[ShardTarget]) -> Vec<Candidate> {
        let candidate = |replica| Candidate::of(replica, index, shards);
        self.replicas.iter().map(candidate).collect()
    }
}

/// A replica that could be asked.
#[derive(Clone)]
pub struct Candidate {
    /// How well it suits.
    pub fitness: Fitness,
    /// The replica.
    pub replica: Arc<Replica>,
}

impl Candidate {
    /// A replica, and how well it suits a request for these shards.
    pub fn of(replica: &Arc<Replica>, index: IndexUuid, shards: &[ShardTarget]) -> Self {
        Self {
            fitness: Fitness::of(replica, index, shards),
            replica: replica.clone(),
        }
    }
}

/// How well a replica suits a request; the best first. Observations may be stale, so even the worst is asked when
/// nothing better is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fitness {
    /// It reports all shards ready, and as fresh as asked.
    Fresh,
    /// It reports all shards ready; the request would wait for a commit.
    Ready,
    /// It reports all shards ready, but is new, and busy enough for what is known of it.
    Beginning,
    /// It reports all shards ready, but is suspected: it failed, or was slower than its siblings, more than once.
    Suspected,
    /// It reports all shards ready, but is ejected: probes found it sick.
    Ejected,
    /// It reports some of the shards ready.
    Partial,
    /// It reports none, or is out of reach.
    Unfit,
}

impl Fitness {
    fn of(replica: &Replica, index: IndexUuid, shards: &[ShardTarget]) -> Self {
        let serves = |target: &ShardTarget| replica.serves(index, target.shard);
        let fresh = |target: &ShardTarget| {
            let committed = replica.committed(index, target.shard);
            committed.is_some_and(|(position, _)| position >= target.position_min)
        };
        if shards.iter().all(serves) {
            match replica.standing() {
                Standing::Serving if shards.iter().all(fresh) => Self::Fresh,
                Standing::Serving => Self::Ready,
                Standing::Beginning => Self::Beginning,
                Standing::Suspected => Self::Suspected,
                Standing::Ejected => Self::Ejected,
            }
        } else if shards.iter().any(serves) {
            Self::Partial
        } else {
            Self::Unfit
        }
    }
}

impl Members {
    /// The members at these addresses: for each leaf, its replicas.
    pub fn new(
        leaves: Vec<Vec<Endpoint>>,
        ejection: EjectionConfig,
        metrics: &Arc<RootMetrics>,
        rng: &mut impl Rng,
        now: Instant,
    ) -> Self {
        let mut members = |leaf: Leaf, endpoints: Vec<Endpoint>| {
            let judge = Judge::new(ejection, endpoints.len());
            let seed = shared::random::from_seed(rng.random());
            let history = Arc::new(LeafHistory::new(leaf, judge, seed, metrics.clone()));
            let replica =
                |(number, endpoint)| Arc::new(Replica::new(leaf, number, endpoint, history.clone(), now));
            LeafMembers {
                leaf,
                replicas: (0_u32..).zip(endpoints).map(replica).collect(),
                history,
            }
        };
        Self {
            leaves: (0_u32..)
                .zip(leaves)
                .map(|(leaf, endpoints)| members(Leaf(leaf), endpoints))
                .collect(),
            placements: Placements::default(),
            changed: watch::Sender::new(0),
        }
    }

    /// The number of leaves.
    pub fn leaf_count(&self) -> u32 {
        u32::try_from(self.leaves.len()).expect("leaves are counted in 32 bits")
    }

    /// A leaf's members; `None` if this root was told of no such leaf.
    pub fn leaf(&self, leaf: Leaf) -> Option<&LeafMembers> {
        self.leaves.get(leaf.0 as usize)
    }

    /// Every leaf's members, by leaf number.
    pub fn leaves(&self) -> &[LeafMembers] {
        &self.leaves
    }

    /// Every replica.
    pub fn replicas(&self) -> impl Iterator<Item = &Arc<Replica>> {
        self.leaves.iter().flat_map(|leaf| &leaf.replicas)
    }

    /// The leaf to ask for a shard: the planned one if a replica of it serves the shard, else any that does, else the
    /// planned one all the same.
    pub fn route(&self, index: IndexUuid, shard: Shard, planned: Leaf) -> Leaf {
        let serves = |members: &LeafMembers| {
            members
                .replicas
                .iter()
                .any(|replica| replica.serves(index, shard))
        };
        if self.leaf(planned).is_some_and(serves) {
            return planned;
        }
        self.leaves
            .iter()
            .find(|members| serves(members))
            .map_or(planned, |members| members.leaf)
    }

    /// The newest committed position that a replica of the leaf reports for a shard, and its live documents then.
    pub fn newest(&self, leaf: Leaf, index: IndexUuid, shard: Shard) -> Option<(Position, u64)> {
        let replicas = self.leaf(leaf).into_iter().flat_map(|members| &members.replicas);
        replicas
            .filter_map(|replica| replica.committed(index, shard))
            .max()
    }

    /// Something about some replica has changed.
    pub fn touch(&self) {
        self.changed.send_modify(|count| *count += 1);
    }

    /// Told whenever some replica's status changed.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }
}
