//! Reads one document by its id, as the newest acknowledged write left it.

use shared::deadline::Deadline;
use shared::ids::Position;
use shared::wire::{AttemptKind, GetRequest, ShardTarget, StoredDocument, Tie};
use tokio::time::Instant;

use super::{App, Parts};
use crate::attempt::Ask;
use crate::error::ApiError;
use crate::members::{Phase, Replica};
use crate::search::Cause;

impl App {
    /// One document, up to date with every write that this root acknowledged.
    ///
    /// # Errors
    /// [`ApiError::IndexNotFound`], or no replica could tell.
    pub async fn get(
        &self,
        name: &str,
        id: &str,
        routing: Option<&str>,
        deadline: Deadline,
    ) -> Result<Option<StoredDocument>, ApiError> {
        let meta = self.meta(name)?;
        let shard = meta.shard_of(routing.unwrap_or(id));
        let placement = self.parts.members.placements.of(&self.catalog(), &meta);
        let Parts {
            members,
            client,
            searches,
            writes,
            ..
        } = &*self.parts;
        let leaf = members.route(meta.uuid, shard, placement[shard.0 as usize]);
        let unavailable = |reason: String| ApiError::StorageUnavailable(format!("shard {shard}: {reason}"));
        let leaf = members
            .leaf(leaf)
            .ok_or_else(|| unavailable(format!("leaf {leaf} is unknown")))?;
        let position_min = writes.tail(meta.uuid).max(self.parts.visible.position(meta.uuid));
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
        match searches.attempts.run(ask, call).await {
            Ok(attempted) => Ok(attempted.reply.documents.into_iter().next().flatten()),
            Err(failure) => match failure.cause {
                Cause::Timeout | Cause::Early => {
                    Err(ApiError::Deadline(format!("shard {shard}: {}", failure.reason)))
                }
                Cause::Shed => Err(ApiError::Rejected {
                    reason: failure.reason,
                    retry_after_seconds: 1,
                }),
                Cause::Failed => Err(unavailable(failure.reason)),
            },
        }
    }
}
