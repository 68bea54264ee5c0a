//! The service behind the API: one value with everything that a handler may call.

mod aliases;
mod cluster_view;
mod deleting;
mod explaining;
mod get;
mod group_searches;
mod index_spec;
mod indexes;
mod levels;
mod pit_searches;
mod pits;
mod refreshing;
mod search_defaults;
mod searching;
mod targets;
mod updating;
mod writing;

use std::collections::HashSet;
use std::sync::Arc;

use shared::catalog::Catalog;
use shared::deadline::Deadline;
use shared::ids::IndexUuid;
use shared::store::Store;

use crate::catalogs::Catalogs;
use crate::client::LeafClient;
use crate::members::Members;
use crate::refresh::Visible;
use crate::search::Searches;
use crate::write::Writes;

pub use aliases::AliasAction;
pub use cluster_view::{ClusterView, ReplicaView};
pub use deleting::{Deletion, Deletions};
pub use explaining::InWords;
pub use get::Got;
pub use index_spec::IndexSpec;
pub(crate) use index_spec::REFRESH_INTERVAL_MS;
pub use pit_searches::PitUse;
pub use pits::{Opening, PinnedIndex, Pit};
pub use targets::{Chosen, Leniency, Names, Targets};

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
