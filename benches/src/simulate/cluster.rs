//! A simulated cluster: the leaves, and roots made of the same parts as a real one.

use std::collections::BTreeMap;
use std::sync::Arc;

use root_service::search::{Searches, TailConfig};
use shared::catalog::{Catalog, IndexMeta, SearchDefaults};
use shared::ids::{IndexUuid, Shard};
use shared::mapping::Mapping;
use tokio::time::Instant;
use uuid::Uuid;

use super::clock::Clock;
use super::config::SimulationConfig;
use super::host::Host;
use super::leaves::{SimulatedLeaves, us};
use super::machines::Machines;
use super::root_client::{RootClient, RootMachine};

/// The only index, with one shard for each leaf.
pub(super) const INDEX: &str = "simulated";

/// A cluster on a paused clock.
pub(super) struct Cluster {
    pub(super) leaves: Arc<SimulatedLeaves>,
    pub(super) roots: Vec<Root>,
    pub(super) catalog: Arc<Catalog>,
}

/// A root and the machine that it computes on, if that is simulated.
#[derive(Clone)]
pub(super) struct Root {
    pub(super) searches: Arc<Searches>,
    pub(super) host: Option<Arc<Host>>,
}

impl Cluster {
    /// A cluster at the start of its run; everything random in it follows from the seed.
    pub(super) fn new(config: &SimulationConfig, seed: u64, clock: &Clock) -> Self {
        let machines = config.machines.as_ref();
        let shared = machines
            .and_then(|machines| machines.shared_cores)
            .map(|cores| Host::new(cores, clock.clone()));
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
        let hosted = (meta.uuid, hosted);
        let leaves = Arc::new(SimulatedLeaves::new(config, hosted, rng, clock, shared.as_ref()));
        let roots = (0..u64::from(config.roots)).map(|root| {
            let seed = seed.wrapping_add(1 + root);
            let own = |machines: &Machines| Host::new(machines.cores_per_root, clock.clone());
            let host = machines.map(|machines| shared.clone().unwrap_or_else(|| own(machines)));
            let searches = Arc::new(root_of(config, &leaves, host.as_ref(), seed));
            Root { searches, host }
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
fn root_of(
    config: &SimulationConfig,
    leaves: &Arc<SimulatedLeaves>,
    host: Option<&Arc<Host>>,
    seed: u64,
) -> Searches {
    let machine = config.machines.as_ref().zip(host);
    let machine = machine.map(|(machines, host)| RootMachine {
        host: host.clone(),
        call: us(machines.overheads.root_per_request_us),
        poll: us(machines.overheads.root_poll_us),
    });
    let client = RootClient::new(leaves.clone(), machine);
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
    let searches = Searches::new(endpoints, Arc::new(client), tail, rng, now);
    for replica in searches.members.replicas() {
        replica.heard(leaves.account(&replica.endpoint), now);
    }
    searches
}
