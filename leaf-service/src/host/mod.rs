//! Which shards this replica hosts: those that the catalog places on its leaf.

mod folders;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::RwLock;
use shared::catalog::{Catalog, IndexMeta};
use shared::ids::{IndexUuid, Leaf, Shard};
use shared::log::LogStore;
use shared::placement;
use shared::store::Store;
use shared::wire::{ShardState, ShardStatus};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::catalog::CatalogWatch;
use crate::index_log::IndexLog;
use crate::shard::{Definition, HostedShard, ShardConfig, Stop, mapped_files};

/// How often hosting is looked over without a new catalog: for shards that could not be started, or folders removed.
const LOOK_OVER_EVERY: Duration = Duration::from_secs(30);

/// How a replica hosts.
pub(crate) struct HostConfig {
    /// The leaf that it serves.
    pub(crate) leaf: Leaf,
    /// The folder of its shards.
    pub(crate) folder: PathBuf,
    /// The object store.
    pub(crate) store: Store,
    /// Memory for documents that are being indexed, for each shard.
    pub(crate) writer_memory_bytes: usize,
}

/// The shards of this replica.
pub(crate) struct Host {
    config: HostConfig,
    catalog: CatalogWatch,
    shards: RwLock<BTreeMap<(IndexUuid, Shard), Arc<HostedShard>>>,
}

/// What the shards of an index share.
struct HostedIndex {
    definition: watch::Sender<Definition>,
    log: Arc<IndexLog>,
    polling: JoinHandle<()>,
}

impl Drop for HostedIndex {
    fn drop(&mut self) {
        self.polling.abort();
    }
}

impl Host {
    pub(crate) fn new(config: HostConfig, catalog: CatalogWatch) -> Self {
        Self {
            config,
            catalog,
            shards: RwLock::default(),
        }
    }

    /// The shard, if it is hosted here.
    pub(crate) fn shard(&self, index: IndexUuid, shard: Shard) -> Option<Arc<HostedShard>> {
        self.shards.read().get(&(index, shard)).cloned()
    }

    /// All shards of an index that are hosted here.
    pub(crate) fn shards_of(&self, index: IndexUuid) -> Vec<Arc<HostedShard>> {
        let range = (index, Shard(0))..=(index, Shard(u32::MAX));
        let shards = self.shards.read();
        shards.range(range).map(|(_, shard)| Arc::clone(shard)).collect()
    }

    /// What is hosted.
    pub(crate) fn status(&self) -> Vec<ShardStatus> {
        let shards: Vec<_> = self.shards.read().values().cloned().collect();
        shards.iter().map(|shard| shard.status()).collect()
    }

    /// How many batches the shard furthest behind has yet to apply, of those known to be there.
    pub(crate) fn positions_behind(&self) -> u64 {
        let shards = self.shards.read();
        let behind = shards.values().map(|shard| shard.positions_behind());
        behind.max().unwrap_or(0)
    }

    /// The catalog is known, its shards are there, and none is still recovering. A shard that failed does not count: it
    /// would be failed on every replica, and the other shards can be searched.
    pub(crate) fn is_ready(&self) -> bool {
        let Some(catalog) = self.catalog.subscribe().borrow().clone() else {
            return false;
        };
        let shards = self.shards.read();
        self.placed(&catalog).keys().all(|key| {
            shards
                .get(key)
                .is_some_and(|shard| shard.progress().state != ShardState::Recovering)
        })
    }

    /// Hosts what the catalog says, as it changes, until `stop`; then ends every shard with a commit.
    pub(crate) async fn run(&self, stop: CancellationToken) {
        let mut indexes = BTreeMap::new();
        let mut catalogs = self.catalog.subscribe();
        loop {
            let catalog = catalogs.borrow_and_update().clone();
            if let Some(catalog) = catalog {
                self.reconcile(&catalog, &mut indexes).await;
            }
            tokio::select! {
                () = stop.cancelled() => break,
                _ = catalogs.changed() => {}
                () = tokio::time::sleep(LOOK_OVER_EVERY) => {}
            }
        }
        let shards: Vec<_> = self.shards.read().values().cloned().collect();
        futures::future::join_all(shards.iter().map(|shard| shard.stop(Stop::Finish))).await;
        self.shards.write().clear();
    }

    /// Where each shard of this leaf belongs: by index and shard, the definition of its index.
    fn placed<'c>(&self, catalog: &'c Catalog) -> BTreeMap<(IndexUuid, Shard), &'c IndexMeta> {
        let of_index = |meta: &'c IndexMeta| {
            placement::shards_on(meta.uuid, meta.shards, catalog.leaves.max(1), self.config.leaf)
                .into_iter()
                .map(move |shard| ((meta.uuid, shard), meta))
        };
        catalog.indexes.values().flat_map(of_index).collect()
    }

    async fn reconcile(&self, catalog: &Catalog, indexes: &mut BTreeMap<IndexUuid, HostedIndex>) {
        let placed = self.placed(catalog);
        for (&(uuid, _), meta) in &placed {
            self.define(catalog.version, uuid, meta, indexes);
        }
        self.stop_others(&placed).await;
        indexes.retain(|uuid, _| placed.keys().any(|(index, _)| index == uuid));
        // The empty catalog before the first version says nothing of what the folders hold.
        if catalog.version > 0 {
            let keep: BTreeSet<_> = placed.keys().copied().collect();
            folders::remove_others(self.config.folder.clone(), keep).await;
        }
        for &(uuid, shard) in placed.keys() {
            if self.shard(uuid, shard).is_none() {
                self.start(uuid, shard, &indexes[&uuid]);
            }
        }
    }

    /// Tells the shards of an index its newest definition.
    fn define(
        &self,
        catalog_version: u64,
        uuid: IndexUuid,
        meta: &IndexMeta,
        indexes: &mut BTreeMap<IndexUuid, HostedIndex>,
    ) {
        let Some(hosted) = indexes.get(&uuid) else {
            let definition = Definition {
                catalog_version,
                meta: Arc::new(meta.clone()),
                mapping: Arc::new(meta.mapping.clone()),
            };
            let log = Arc::new(IndexLog::new(LogStore::new(Arc::clone(&self.config.store), uuid)));
            let polled = Arc::clone(&log);
            let hosted = HostedIndex {
                definition: watch::Sender::new(definition),
                log,
                polling: tokio::spawn(async move { polled.poll().await }),
            };
            indexes.insert(uuid, hosted);
            return;
        };
        hosted.definition.send_if_modified(|definition| {
            let newer = definition.catalog_version < catalog_version;
            definition.catalog_version = catalog_version;
            if *definition.meta != *meta {
                definition.meta = Arc::new(meta.clone());
                definition.mapping = Arc::new(meta.mapping.clone());
            }
            newer
        });
    }

    fn start(&self, index: IndexUuid, shard: Shard, hosted: &HostedIndex) {
        let config = ShardConfig {
            index,
            shard,
            path: folders::of_shard(&self.config.folder, index, shard),
            writer_memory_bytes: self.config.writer_memory_bytes,
            open_directory: mapped_files(),
            log: Arc::clone(&hosted.log),
            definition: hosted.definition.subscribe(),
            catalog_wanted: self.catalog.wanted(),
        };
        match HostedShard::start(config) {
            Ok(started) => drop(self.shards.write().insert((index, shard), Arc::new(started))),
            Err(error) => tracing::error!(%index, %shard, %error, "a shard cannot be started"),
        }
    }

    async fn stop_others(&self, placed: &BTreeMap<(IndexUuid, Shard), &IndexMeta>) {
        let gone: Vec<_> = {
            let mut shards = self.shards.write();
            shards
                .extract_if(.., |key, _| !placed.contains_key(key))
                .collect()
        };
        let stopping = gone.iter().map(|((index, shard), hosted)| {
            tracing::info!(%index, %shard, "shard is no longer hosted here");
            hosted.stop(Stop::Abandon)
        });
        futures::future::join_all(stopping).await;
    }
}
