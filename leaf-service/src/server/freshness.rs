//! Waits until the shards of a request are as fresh as it asks.

use std::sync::Arc;

use shared::deadline::Deadline;
use shared::ids::{IndexUuid, Position};
use shared::wire::{LeafError, ShardAnswer, ShardFailure, ShardTarget};
use tokio::time::Instant;

use super::Service;
use super::wire::Refusal;
use crate::shard::Unreached;
use crate::view::View;

/// What there is of the shards asked for.
pub(super) struct Fresh {
    /// Those that are fresh enough.
    pub(super) views: Vec<Arc<View>>,
    /// The others, each with why.
    pub(super) missing: Vec<ShardAnswer>,
}

impl Service {
    /// The views of the shards once each holds the position asked for. One shard that lags costs its own share: at three
    /// quarters of the time it is left out, so that the rest is for the others.
    pub(super) async fn fresh(
        &self,
        index: IndexUuid,
        targets: &[ShardTarget],
        deadline: Deadline,
    ) -> Result<Fresh, Refusal> {
        if targets.iter().all(|target| self.host.shard(index, target.shard).is_none()) {
            return Err(LeafError::NotHosted.into());
        }
        let now = Instant::now();
        let patience = deadline.at_most(now, deadline.remaining(now) / 4 * 3);
        let waits = targets.iter().map(|target| self.fresh_shard(index, target, patience));
        let mut fresh = Fresh {
            views: Vec::with_capacity(targets.len()),
            missing: Vec::new(),
        };
        for waited in futures::future::join_all(waits).await {
            match waited {
                Ok(view) => fresh.views.push(view),
                Err(answer) => fresh.missing.push(answer),
            }
        }
        Ok(fresh)
    }

    async fn fresh_shard(
        &self,
        index: IndexUuid,
        target: &ShardTarget,
        patience: Deadline,
    ) -> Result<Arc<View>, ShardAnswer> {
        let mut answer = ShardAnswer {
            shard: target.shard,
            position: Position::START,
            documents: 0,
            documents_seen: 0,
            count: 0,
            failure: Some(ShardFailure::NotReady),
        };
        let Some(shard) = self.host.shard(index, target.shard) else {
            return Err(answer);
        };
        let reason = match shard.committed(target.position_min, patience).await {
            Ok(view) => return Ok(view),
            Err(reason) => reason,
        };
        if let Some(view) = shard.view() {
            answer.position = view.position;
            answer.documents = view.documents();
        }
        answer.failure = Some(match reason {
            Unreached::Deadline => ShardFailure::Deadline,
            Unreached::Recovering | Unreached::Stopped => ShardFailure::NotReady,
            Unreached::Failed(reason) => ShardFailure::Failed(reason),
        });
        Err(answer)
    }
}
