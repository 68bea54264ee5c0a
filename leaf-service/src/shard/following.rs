//! How a shard follows its log besides applying it: where the log ends, what of it cannot be read, and which points in time
//! it asks for.

use std::sync::Arc;

use shared::clock;
use shared::log::{BatchError, Operation};
use shared::store::StoreError;
use tokio::time::Instant;

use super::actor::Actor;
use super::pins::Pinning;
use super::tail;

impl Actor {
    /// Learns where the log ended when the shard started: searches wait until the shard has come that far.
    pub(super) fn find_goal(&mut self, now: Instant) -> bool {
        if self.tail.goal.is_some() {
            return true;
        }
        let (log, from) = (Arc::clone(&self.config.log), self.tally.position);
        let found = self.block_on(async move {
            let last = log.read(from).await?;
            Ok::<_, StoreError>((log.tail(from).await?, last))
        });
        match found {
            Some(Ok((tail, last))) => {
                if let Some(bytes) = last {
                    self.pin_again(&bytes, now);
                }
                self.tail.goal = Some(tail);
                self.publish_progress();
                true
            }
            Some(Err(error)) => {
                self.log_unreadable(&error, now);
                false
            }
            None => false,
        }
    }

    /// The points in time that a batch asks for and that are not held yet.
    pub(super) fn pinnings(&self, operations: &[Operation], now: Instant) -> Vec<Pinning> {
        let now_ms = clock::now_ms();
        operations
            .iter()
            .filter_map(|operation| Pinning::of(operation, now_ms, now))
            .filter(|pinning| !self.published.pins.has(pinning))
            .collect()
    }

    /// A restart forgets points in time. Those of the very batch that the last commit ends with are what the index holds, so
    /// they are kept again; those of later batches are met as the log is applied, and those of earlier ones are gone.
    fn pin_again(&mut self, last_batch: &[u8], now: Instant) {
        let Ok(batch) = tail::decode(last_batch, self.config.shard) else {
            // Applied long ago. Whoever needs it anew will say that it is damaged.
            return;
        };
        let operations = batch
            .sections
            .get(&self.config.shard)
            .map_or(&[][..], Vec::as_slice);
        self.pinning = self.pinnings(operations, now);
        self.publish_position();
    }

    pub(super) fn log_unreadable(&mut self, error: &StoreError, now: Instant) {
        let wait = self.tail.backoff.failed();
        self.tail.pause(now, wait);
        tracing::warn!(
            index = %self.config.index, shard = %self.config.shard, %error, retry_in_ms = wait.as_millis(),
            "the log cannot be read"
        );
    }

    pub(super) fn stop_at_damage(
        &mut self,
        position: shared::ids::Position,
        error: &BatchError,
        now: Instant,
    ) {
        let reason = format!("the log is damaged at position {position}: {error}");
        if self.tail.damaged.is_none() {
            tracing::error!(index = %self.config.index, shard = %self.config.shard, reason, "the shard is stopped");
        }
        self.config.log.forget(position);
        self.tail.pause(now, tail::DAMAGED_RETRY);
        self.tail.damaged = Some(reason);
        self.publish_progress();
    }
}
