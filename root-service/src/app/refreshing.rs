//! Refreshes: what was acknowledged becomes visible to searches.

use shared::deadline::Deadline;
use shared::ids::{IndexUuid, Position};
use shared::log::LogStore;

use super::{App, Parts};
use crate::error::ApiError;
use crate::refresh::{self, Refresh};
use crate::search::{ShardsSummary, leaves_of};

impl App {
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

    pub(super) async fn refresh_to(
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
}
