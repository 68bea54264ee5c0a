//! The service behind the API: one value with everything that a handler may call.

mod cluster_view;
mod get;
mod index_spec;
mod levels;
mod search_defaults;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use shared::catalog::{Catalog, IndexMeta};
use shared::deadline::Deadline;
use shared::ids::{self, IndexUuid, Position};
use shared::log::LogStore;
use shared::mapping::Mapping;
use shared::store::{self, Store};
use tokio::time::Instant;

use self::index_spec::new_meta;
use crate::catalogs::{Catalogs, Change};
use crate::client::LeafClient;
use crate::dsl::search_body::SearchCommand;
use crate::error::ApiError;
use crate::members::Members;
use crate::refresh::{self, Refresh, Visible};
use crate::search::{SearchResult, Searches, ShardsSummary, leaves_of};
use crate::write::{IndexWrites, RefreshPolicy, WriteItem, WriteResults, Writes};

pub use cluster_view::{ClusterView, ReplicaView};
pub use index_spec::IndexSpec;

/// How long a write to a new index waits for the replicas to be ready for it.
const CREATE_PATIENCE: Duration = Duration::from_secs(5);

/// The service. Cheap to clone.
#[derive(Clone)]
pub struct App {
    parts: Arc<Parts>,
}

/// What the service is made of.
pub(crate) struct Parts {
    pub(crate) store: Store,
    pub(crate) members: Arc<Members>,
    pub(crate) client: Arc<dyn LeafClient>,
    pub(crate) catalogs: Arc<Catalogs>,
    pub(crate) searches: Searches,
    pub(crate) writes: Writes,
    pub(crate) visible: Visible,
}

impl App {
    pub(crate) fn new(parts: Parts) -> Self {
        Self {
            parts: Arc::new(parts),
        }
    }

    /// The newest catalog that this root knows.
    pub fn catalog(&self) -> Arc<Catalog> {
        self.parts.catalogs.current()
    }

    /// The cluster as this root sees it.
    pub fn cluster(&self) -> ClusterView {
        let view = |replica: &Arc<crate::members::Replica>| ReplicaView {
            leaf: replica.leaf,
            number: replica.number,
            url: replica.endpoint.to_string(),
            reachable: replica.reachable(),
            status: replica.status().map(|status| (*status).clone()),
        };
        ClusterView {
            catalog: self.catalog(),
            replicas: self.parts.members.replicas().map(view).collect(),
        }
    }

    /// Waits until the cluster, as this root sees it, is as `wanted`; false if the deadline came first.
    pub async fn wait_until(&self, deadline: Deadline, wanted: impl Fn(&ClusterView) -> bool) -> bool {
        let mut changes = self.parts.members.changes();
        loop {
            changes.borrow_and_update();
            if wanted(&self.cluster()) {
                return true;
            }
            if !matches!(
                tokio::time::timeout_at(deadline.instant(), changes.changed()).await,
                Ok(Ok(()))
            ) {
                return false;
            }
        }
    }

    /// Creates an index. True if every shard has a ready replica before the deadline.
    ///
    /// # Errors
    /// [`ApiError`] if the name cannot be or is taken, or a limit is passed.
    pub async fn create_index(
        &self,
        name: &str,
        spec: IndexSpec,
        deadline: Deadline,
    ) -> Result<bool, ApiError> {
        ids::check_index_name(name)?;
        let leaves = self.parts.members.leaf_count();
        let meta = new_meta(&spec, leaves)?;
        self.parts
            .catalogs
            .change(|catalog| {
                if let Some(there) = catalog.indexes.get(name) {
                    let (index, uuid) = (name.to_owned(), there.uuid.to_string());
                    return Err(ApiError::IndexExists { index, uuid });
                }
                catalog.indexes.insert(name.to_owned(), meta.clone());
                Ok(Change::Write(()))
            })
            .await?;
        tracing::info!(index = name, shards = meta.shards, "index created");
        Ok(self.ready(&meta, deadline).await)
    }

    /// Deletes an index with all its documents.
    ///
    /// # Errors
    /// [`ApiError::IndexNotFound`], or a failure of the store.
    pub async fn delete_index(&self, name: &str) -> Result<(), ApiError> {
        let not_found = || ApiError::IndexNotFound {
            index: name.to_owned(),
        };
        let remove = |catalog: &mut Catalog| {
            catalog
                .indexes
                .remove(name)
                .map(|meta| Change::Write(meta.uuid))
                .ok_or_else(not_found)
        };
        let uuid = self.parts.catalogs.change(remove).await?;
        // The catalog has decided; what is left behind in the store is only space.
        if let Err(error) = store::delete_below(&self.parts.store, &store::index_prefix(uuid)).await {
            tracing::warn!(%error, index = name, "the deleted index's log is still in the store");
        }
        tracing::info!(index = name, "index deleted");
        Ok(())
    }

    /// Adds fields to an index's mapping, all or none.
    ///
    /// # Errors
    /// [`ApiError`] for a field that is there as something else, or past a limit.
    pub async fn add_fields(&self, name: &str, fields: &Mapping) -> Result<(), ApiError> {
        self.parts
            .catalogs
            .change(|catalog| {
                let not_found = || ApiError::IndexNotFound {
                    index: name.to_owned(),
                };
                let meta = catalog.indexes.get_mut(name).ok_or_else(not_found)?;
                meta.mapping.merge(fields, meta.text_slots)?;
                Ok(Change::Write(()))
            })
            .await
    }

    /// Writes operations durably; each succeeds or fails on its own, and the results are in their order.
    pub async fn write(
        &self,
        items: Vec<WriteItem>,
        refresh: RefreshPolicy,
        deadline: Deadline,
    ) -> WriteResults {
        let mut results: Vec<_> = items.iter().map(|_| Err(ApiError::Internal)).collect();
        let mut by_index: BTreeMap<String, (Vec<usize>, Vec<WriteItem>)> = BTreeMap::new();
        for (at, item) in items.into_iter().enumerate() {
            let group = by_index.entry(item.index.clone()).or_default();
            group.0.push(at);
            group.1.push(item);
        }
        for (name, (places, items)) in by_index {
            match self.write_to(&name, items, refresh, deadline).await {
                Ok(written) => places
                    .into_iter()
                    .zip(written)
                    .for_each(|(at, result)| results[at] = result),
                Err(error) => places.into_iter().for_each(|at| results[at] = Err(error.clone())),
            }
        }
        results
    }

    async fn write_to(
        &self,
        name: &str,
        items: Vec<WriteItem>,
        refresh: RefreshPolicy,
        deadline: Deadline,
    ) -> Result<WriteResults, ApiError> {
        self.ensure_index(name, deadline).await?;
        let IndexWrites {
            mut results,
            index,
            position,
        } = self.parts.writes.write(name, items, deadline).await?;
        if let (Some(position), true) = (position, refresh != RefreshPolicy::None) {
            let now = refresh == RefreshPolicy::Now;
            let summary = self.refresh_to(index, position, now, deadline).await;
            let forced = now && summary.failures.is_empty();
            results
                .iter_mut()
                .flatten()
                .for_each(|written| written.forced_refresh = forced);
        }
        Ok(results)
    }

    /// Makes all acknowledged writes of an index visible to searches.
    ///
    /// # Errors
    /// [`ApiError::IndexNotFound`], or a failure of the store.
    pub async fn refresh(&self, name: &str, deadline: Deadline) -> Result<ShardsSummary, ApiError> {
        let unavailable = |error| ApiError::StorageUnavailable(format!("the store cannot be read: {error}"));
        // Other roots write too: the store knows which fields they added, and how far the log reaches.
        self.parts.catalogs.refresh().await.map_err(unavailable)?;
        let index = self.meta(name)?.uuid;
        let log = LogStore::new(self.parts.store.clone(), index);
        let tail = log
            .tail(self.parts.writes.tail(index))
            .await
            .map_err(unavailable)?;
        Ok(self.refresh_to(index, tail, true, deadline).await)
    }

    async fn refresh_to(
        &self,
        index: IndexUuid,
        position: Position,
        now: bool,
        deadline: Deadline,
    ) -> ShardsSummary {
        let catalog = self.catalog();
        let Some((_, meta)) = catalog.by_uuid(index) else {
            return ShardsSummary::default();
        };
        let placement = self.parts.members.placements.of(&catalog, meta);
        let leaves = leaves_of(meta, &placement, &self.parts.members);
        let what = Refresh {
            index,
            leaves,
            position,
            now,
        };
        let Parts {
            members,
            client,
            visible,
            ..
        } = &*self.parts;
        refresh::refresh(members, client, visible, &what, deadline).await
    }

    /// Searches an index.
    ///
    /// # Errors
    /// As [`Searches::search`].
    pub async fn search(
        &self,
        name: &str,
        command: &SearchCommand,
        deadline: Deadline,
    ) -> Result<SearchResult, ApiError> {
        let catalog = self.catalog();
        let index = catalog.indexes.get(name).map(|meta| meta.uuid);
        let position_min = index.map_or(Position::START, |index| self.parts.visible.position(index));
        self.parts
            .searches
            .search(&catalog, name, command, position_min, deadline)
            .await
    }

    fn meta(&self, name: &str) -> Result<IndexMeta, ApiError> {
        let not_found = || ApiError::IndexNotFound {
            index: name.to_owned(),
        };
        self.catalog().indexes.get(name).cloned().ok_or_else(not_found)
    }

    /// Creates the index that a write names, unless it is there.
    async fn ensure_index(&self, name: &str, deadline: Deadline) -> Result<(), ApiError> {
        if self.catalog().indexes.contains_key(name) {
            return Ok(());
        }
        // With no replica up, the write is durable all the same and applied later.
        let ready_by = deadline.at_most(Instant::now(), CREATE_PATIENCE);
        match self.create_index(name, IndexSpec::default(), ready_by).await {
            Ok(_) | Err(ApiError::IndexExists { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Waits until some replica reports each shard ready.
    async fn ready(&self, meta: &IndexMeta, deadline: Deadline) -> bool {
        let members = self.parts.members.clone();
        let serves = move |shard: u32| {
            members
                .replicas()
                .any(|replica| replica.serves(meta.uuid, ids::Shard(shard)))
        };
        self.wait_until(deadline, |_| (0..meta.shards).all(&serves)).await
    }

    /// Told whenever the catalog or some replica changed.
    pub(crate) fn changes(&self) -> tokio::sync::watch::Receiver<u64> {
        self.parts.members.changes()
    }

    /// Frees what is remembered of indexes that are gone.
    pub(crate) fn forget_deleted(&self) {
        let catalog = self.catalog();
        let alive: HashSet<IndexUuid> = catalog.indexes.values().map(|meta| meta.uuid).collect();
        self.parts.writes.retain(|index| alive.contains(&index));
        self.parts.visible.retain(|index| alive.contains(&index));
        self.parts
            .members
            .placements
            .retain(|index| alive.contains(&index));
        self.parts
            .searches
            .statistics
            .retain(|index| alive.contains(&index));
    }
}
