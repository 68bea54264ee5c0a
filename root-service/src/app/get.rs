//! Reads one document by its id, as the newest acknowledged write left it.

use shared::deadline::Deadline;
use shared::ids::{Position, Shard};
use shared::wire::{AttemptKind, GetRequest, ShardTarget, StoredDocument, Tie};
use tokio::time::Instant;

use super::{App, Parts};
use crate::attempt::Ask;
use crate::error::ApiError;
use crate::members::{Phase, Replica};
use crate::search::one::unanswered;

/// A document that was looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Got {
    /// The index that it was looked up in: that of the alias, if it was asked by one.
    pub index: String,
    /// The shard where it is or would be.
    pub shard: Shard,
    /// The document, if it is there.
    pub document: Option<StoredDocument>,
}

impl App {
    /// One document of an index or an alias of one, up to date with every write that this root acknowledged.
    ///
    /// # Errors
    /// [`ApiError::IndexNotFound`], an alias of several, or no replica could tell.
    pub async fn get(
        &self,
        name: &str,
        id: &str,
        routing: Option<&str>,
        deadline: Deadline,
    ) -> Result<Got, ApiError> {
        let catalog = self.catalog();
        let (index, meta) = catalog.only(name)?;
        let known = self.parts.writes.tail(meta.uuid);
        let position_min = known.max(self.parts.visible.position(meta.uuid));
        self.get_at(index, id, routing, position_min, deadline).await
    }

    /// One document of an index, as of a position at least.
    pub(super) async fn get_at(
        &self,
        index: &str,
        id: &str,
        routing: Option<&str>,
        position_min: Position,
        deadline: Deadline,
    ) -> Result<Got, ApiError> {
        let catalog = self.catalog();
        let (index, meta) = catalog.only(index)?;
        let shard = meta.shard_of(routing.unwrap_or(id));
        let got = |document| Got {
            index: index.to_owned(),
            shard,
            document,
        };
        let placement = self.parts.members.placements.of(&catalog, meta);
        let Parts {
            members,
            client,
            searches,
            ..
        } = &*self.parts;
        let leaf = members.route(meta.uuid, shard, placement[shard.0 as usize]);
        let unavailable = |reason: String| ApiError::StorageUnavailable(format!("shard {shard}: {reason}"));
        let leaf = members
            .leaf(leaf)
            .ok_or_else(|| unavailable(format!("leaf {leaf} is unknown")))?;
        let target = ShardTarget {
            shard,
            position_min: Position::START,
        };
        let call = |replica: &Replica, _: AttemptKind, _: Option<Tie>| {
            let request = GetRequest {
                index: meta.uuid,
                shard,
                id: id.to_owned(),
                position_min,
                time_remaining_us: deadline.remaining_us(Instant::now()),
            };
            client.get(&replica.endpoint, &request)
        };
        let candidates = leaf.candidates(meta.uuid, &[target]);
        let ask = Ask {
            leaf,
            candidates,
            first: None,
            kind: AttemptKind::Primary,
            phase: Phase::Fetch,
            deadline,
            recorder: None,
        };
        let attempted = searches.attempts.run(ask, call).await;
        let reply = attempted.map_err(|failure| unanswered(shard, failure))?.reply;
        Ok(got(reply.documents.into_iter().next().flatten()))
    }
}
