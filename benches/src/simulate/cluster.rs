//! A simulated cluster: the leaves, and roots made of the same parts as a real one.

use std::collections::BTreeMap;
use std::sync::Arc;

use root_service::search::{Searches, TailConfig};
use shared::catalog::{Catalog, IndexMeta, SearchDefaults};
use shared::ids::{IndexUuid, Shard};
use shared::mapping::Mapping;
use tokio::time::Instant;
use uuid::Uuid;

use super::config::SimulationConfig;
use super::leaves::SimulatedLeaves;

/// The only index, with one shard for each leaf.
pub(super) const INDEX: &str = "simulated";

/// A cluster on a paused clock.
pub(super) struct Cluster {
    pub(super) leaves: Arc<SimulatedLeaves>,
    pub(super) roots: Vec<Arc<Searches>>,
    pub(super) catalog: Arc<Catalog>,
}

impl Cluster {
    /// A cluster at the start of its run; everything random in it follows from the seed.
    pub(super) fn new(config: &SimulationConfig, seed: u64) -> Self {
        let meta = IndexMeta {
            uuid: IndexUuid(Uuid::from_u128(1)),
            shards: config.leaves,
            text_slots: 1,
            refresh_interval_ms: None,
            created_ms: 0,
            mapping: Mapping::default(),
        };
        let mut placed: Vec<_> = meta.placement(config.leaves).into_iter().zip(0..).collect();
        placed.sort_unstable();
        let hosted = placed.into_iter().map(|(_, shard)| Shard(shard)).collect();
        let rng = shared::random::from_seed(seed);
        let leaves = Arc::new(SimulatedLeaves::new(config, meta.uuid, hosted, rng));
        let roots = (0..u64::from(config.roots)).map(|root| {
            let seed = seed.wrapping_add(1 + root);
            Arc::new(root_of(config, &leaves, seed))
        });
        Self {
            roots: roots.collect(),
            catalog: Arc::new(Catalog {
                cluster: Uuid::nil(),
                version: 1,
                leaves: config.leaves,
                indexes: BTreeMap::from([(INDEX.to_owned(), meta)]),
                aliases: BTreeMap::new(),
                search: SearchDefaults::default(),
            }),
            leaves,
        }
    }
}

/// A root that has heard of every replica once.
fn root_of(config: &SimulationConfig, leaves: &Arc<SimulatedLeaves>, seed: u64) -> Searches {
    let now = Instant::now();
    let endpoints = (0..config.leaves)
        .map(|leaf| {
            (0..config.replicas)
                .map(|replica| leaves.endpoint(leaf, replica))
                .collect()
        })
        .collect();
    let tail = TailConfig {
        hedge: (&config.hedge).into(),
        budget: (&config.budget).into(),
        ejection: (&config.ejection).into(),
        searches_max: config.searches_max,
    };
    let rng = shared::random::from_seed(seed);
    let searches = Searches::new(endpoints, leaves.clone(), tail, rng, now);
    for replica in searches.members.replicas() {
        replica.heard(leaves.account(&replica.endpoint), now);
    }
    searches
}
