//! A root whose leaves answer at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use root_service::search::{Searches, TailConfig};
use shared::catalog::{Catalog, IndexMeta};
use shared::ids::{IndexUuid, Shard};
use shared::mapping::Parsed;
use tokio::runtime::{Builder, Runtime};
use tokio::time::Instant;
use uuid::Uuid;

use crate::leaves::{ReadyLeaves, endpoint};

/// The only index, with one shard for each leaf.
pub(crate) const INDEX: IndexUuid = IndexUuid(Uuid::from_u128(1));
/// Its name.
pub(crate) const NAME: &str = "bench";

/// A root, and the one thread that it runs on.
pub(crate) struct BenchRoot {
    pub(crate) runtime: Runtime,
    pub(crate) searches: Searches,
    pub(crate) catalog: Catalog,
}

impl BenchRoot {
    /// A root that has heard of every replica once.
    pub(crate) fn new(leaves: u32, replicas: u32) -> Self {
        let json = serde_json::json!({"properties": {"title": {"type": "text"}}});
        let parsed = Parsed::from_json(json.as_object().expect("a literal object"));
        let meta = IndexMeta {
            uuid: INDEX,
            shards: leaves,
            text_slots: 4,
            refresh_interval_ms: None,
            created_ms: 0,
            mapping: parsed.expect("a literal mapping").mapping,
        };
        let mut placed: Vec<_> = meta.placement(leaves).into_iter().zip(0..).collect();
        placed.sort_unstable();
        let hosted = placed.into_iter().map(|(_, shard)| Shard(shard)).collect();
        let client = Arc::new(ReadyLeaves::new(hosted));
        let endpoints = (0..leaves)
            .map(|leaf| (0..replicas).map(|_| endpoint(leaf)).collect())
            .collect();
        let (rng, now) = (shared::random::from_seed(1), Instant::now());
        let searches = Searches::new(endpoints, client.clone(), TailConfig::default(), rng, now);
        for replica in searches.members.replicas() {
            replica.heard(client.account(replica.leaf), now);
        }
        let runtime = Builder::new_current_thread().enable_time().build();
        Self {
            runtime: runtime.expect("a thread has a timer"),
            searches,
            catalog: Catalog {
                version: 1,
                leaves,
                indexes: BTreeMap::from([(NAME.to_owned(), meta)]),
                ..Catalog::default()
            },
        }
    }
}
