//! What a shard reads next from the log, and why it cannot read on.

use std::time::Duration;

use shared::ids::{Position, Shard};
use shared::log::Batch;
use tokio::time::Instant;

use super::backoff::Backoff;

/// How long to wait for a batch that somebody announced and that is not there.
pub(crate) const ABSENT_RETRY: Duration = Duration::from_millis(500);
/// How often a damaged batch is read again: somebody may have restored it.
pub(crate) const DAMAGED_RETRY: Duration = Duration::from_secs(5);

/// Where a shard's reading of the log stands.
#[derive(Default)]
pub(crate) struct Tail {
    /// The end of the log when the shard started; `None` while it is not known.
    pub(crate) goal: Option<Position>,
    /// A batch that waits for a newer catalog.
    pub(crate) held: Option<Batch>,
    /// Not before then.
    pub(crate) paused_until: Option<Instant>,
    /// What is wrong with the next batch, if it is damaged.
    pub(crate) damaged: Option<String>,
    pub(crate) backoff: Backoff,
}

impl Tail {
    pub(crate) fn pause(&mut self, now: Instant, pause: Duration) {
        self.paused_until = Some(now + pause);
    }

    /// Whether a pause is over, or there was none.
    pub(crate) fn may_read(&mut self, now: Instant) -> bool {
        if self.paused_until.is_some_and(|until| now < until) {
            return false;
        }
        self.paused_until = None;
        true
    }

    /// Starts over: the position to read next has gone back.
    pub(crate) fn rewind(&mut self) {
        self.held = None;
        self.paused_until = None;
        self.damaged = None;
    }
}

/// Reads the section of one shard.
pub(crate) fn decode(bytes: &[u8], shard: Shard) -> Result<Batch, shared::log::BatchError> {
    Batch::decode(bytes, |section| section == shard)
}
