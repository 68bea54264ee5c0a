//! Waits until the shards of a request are as fresh as it asks.

use std::sync::Arc;
use std::time::Duration;

use shared::deadline::Deadline;
use shared::ids::IndexUuid;
use shared::wire::{LeafError, Pin, PinSelection, ShardFailure, ShardTarget};
use tokio::time::Instant;

use super::{Service, check_shards};
use crate::execute::ShardView;
use crate::shard::Unreached;
use crate::view::View;

impl Service {
    /// The view of each shard once it holds the position asked for, or that of a point in time, or why there is none. One shard that lags costs its own
    /// share: at three quarters of the time it is left out, so that the rest is for the others.
    pub(super) async fn fresh(
        &self,
        index: IndexUuid,
        targets: &[ShardTarget],
        pin: Option<Pin>,
        deadline: Deadline,
    ) -> Result<Vec<ShardView>, LeafError> {
        check_shards(targets.iter().map(|target| target.shard))?;
        let now = Instant::now();
        let patience = deadline.at_most(now, deadline.remaining(now) / 4 * 3);
        let waits = targets.iter().map(|target| async move {
            let view = self.fresh_shard(index, target, pin, patience).await;
            (target.shard, view)
        });
        let views = futures::future::join_all(waits).await;
        let not_hosted =
            |(shard, view): &ShardView| view.is_err() && self.host.shard(index, *shard).is_none();
        if views.iter().all(not_hosted) {
            return Err(LeafError::NotHosted);
        }
        Ok(views)
    }

    async fn fresh_shard(
        &self,
        index: IndexUuid,
        target: &ShardTarget,
        pin: Option<Pin>,
        patience: Deadline,
    ) -> Result<Arc<View>, ShardFailure> {
        let Some(shard) = self.host.shard(index, target.shard) else {
            return Err(ShardFailure::NotReady);
        };
        let waited = match pin {
            None => shard.committed(target.position_min, patience).await.map(Some),
            Some(pin) => {
                let view = shard.pinned(pin.id, target.position_min, patience).await;
                if pin.keep_ms > 0 {
                    let keep = Duration::from_millis(pin.keep_ms);
                    shard.pins().keep(PinSelection::One(pin.id), keep, Instant::now());
                }
                view
            }
        };
        match waited {
            Ok(Some(view)) => Ok(view),
            Ok(None) => Err(ShardFailure::NoSuchPin),
            Err(Unreached::Deadline) => Err(ShardFailure::Deadline),
            Err(Unreached::Recovering | Unreached::Stopped) => Err(ShardFailure::NotReady),
            Err(Unreached::Failed(reason)) => Err(ShardFailure::Failed(reason)),
        }
    }
}
