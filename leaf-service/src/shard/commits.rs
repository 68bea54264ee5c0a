//! When a shard commits, and how it makes what it has visible.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use shared::ids::Position;
use shared::wire::ShardState;
use tokio::time::Instant;

use super::actor::Actor;
use super::apply::Applied;
use super::engine::EngineError;
use super::views;
use crate::view::View;

/// Operations of that many bytes are committed at once: they are in memory until then.
const UNCOMMITTED_BYTES_MAX: usize = 128 * 1024 * 1024;
/// As many operations are, for their ids are in memory too.
const UNCOMMITTED_OPERATIONS_MAX: usize = 500_000;
/// Batches that change nothing here are committed in groups of that many, so that a restart need not read them all.
const EMPTY_BATCHES_MAX: u64 = 1_000;
/// The first look for finished merges after a commit, and the longest time between two looks.
const MERGE_LOOKS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_mins(1));

/// What was applied since the last commit.
#[derive(Default)]
pub(super) struct Changes {
    since: Option<Instant>,
    bytes: usize,
    operations: usize,
}

impl Changes {
    pub(super) fn is_empty(&self) -> bool {
        self.since.is_none()
    }

    pub(super) fn add(&mut self, applied: &Applied, now: Instant) {
        if applied.changed {
            self.since.get_or_insert(now);
            self.bytes += applied.bytes;
            self.operations += applied.outcomes.len();
        }
    }
}

/// When to look whether a merge in the background has finished: often at first, then less.
#[derive(Default)]
pub(super) struct MergeWatch {
    next: Option<(Instant, Duration)>,
}

impl MergeWatch {
    pub(super) fn due_at(&self) -> Option<Instant> {
        self.next.map(|(at, _)| at)
    }

    fn begin(&mut self, now: Instant) {
        self.next = Some((now + MERGE_LOOKS.0, MERGE_LOOKS.0));
    }

    fn look_later(&mut self, now: Instant) {
        if let Some((_, wait)) = self.next {
            let wait = (wait * 2).min(MERGE_LOOKS.1);
            self.next = Some((now + wait, wait));
        }
    }
}

impl Actor {
    pub(super) fn commit_due(&self, demanded: Position, now: Instant) -> bool {
        let committed = self.engine().committed().position;
        if self.changes.is_empty() {
            return self.tally.position.0 - committed.0 >= EMPTY_BATCHES_MAX;
        }
        let full = self.changes.bytes >= UNCOMMITTED_BYTES_MAX
            || self.changes.operations >= UNCOMMITTED_OPERATIONS_MAX;
        let asked = demanded > self.visible_position() && self.tally.position >= demanded;
        full || asked || self.commit_at().is_some_and(|at| at <= now)
    }

    /// When the next periodic commit is due. A shard that recovers commits when it is done, and its searches wait for that.
    pub(super) fn commit_at(&self) -> Option<Instant> {
        let since = self.changes.since?;
        match self.tail.goal {
            Some(goal) if self.tally.position < goal => None,
            Some(_) if !self.is_ready() => Some(since),
            _ => {
                let interval_ms = self.config.definition.borrow().meta.refresh_interval_ms?;
                since.checked_add(Duration::from_millis(interval_ms))
            }
        }
    }

    pub(super) fn commit(&mut self, now: Instant) -> Result<(), EngineError> {
        let tally = self.tally;
        self.engine_mut().commit(tally)?;
        self.engine_succeeded();
        self.changes = Changes::default();
        self.publish_segments();
        // Only now: whoever finds an id here no more finds the document in the view.
        self.published.pending.lock().clear(tally.position);
        self.publish_progress();
        self.merges.begin(now);
        Ok(())
    }

    /// The last commit before the thread ends: it spares the next start the work, and it may fail.
    pub(super) fn finish(&mut self) {
        let Some(engine) = &mut self.engine else {
            return;
        };
        if engine.committed() != self.tally
            && let Err(error) = engine.commit(self.tally)
        {
            tracing::warn!(
                index = %self.config.index, shard = %self.config.shard, %error,
                "the last commit failed; the next start applies the log from the one before"
            );
        }
    }

    /// Lets searches see merged segments, so that the ones they replace can go.
    pub(super) fn adopt_merges(&mut self, now: Instant) -> Result<(), EngineError> {
        if self.merges.due_at().is_none_or(|at| now < at) {
            return Ok(());
        }
        if self.engine_mut().adopt_merges()? {
            self.publish_segments();
            self.merges.begin(now);
        } else {
            self.merges.look_later(now);
        }
        Ok(())
    }

    /// Publishes the engine's segments as a view of a new generation.
    pub(super) fn publish_segments(&mut self) {
        self.generation = views::next_generation();
        self.publish_view(self.visible_position());
        self.published
            .disk_bytes
            .store(self.disk_bytes(), Ordering::Relaxed);
    }

    /// Publishes the same segments at a later position: nothing in between changed them.
    pub(super) fn publish_position(&mut self) {
        self.publish_view(self.tally.position);
    }

    fn publish_view(&mut self, position: Position) {
        let engine = self.engine();
        let view = View::new(
            (self.config.shard, self.generation, position),
            Arc::clone(engine.schema()),
            Arc::clone(&self.config.definition.borrow().mapping),
            engine.searcher(),
        );
        let (view, now) = (Arc::new(view), Instant::now());
        // Before anybody hears of the position: whoever waits for it finds the point in time.
        for pinning in std::mem::take(&mut self.pinning) {
            self.published.pins.keep_view(pinning, Arc::clone(&view), now);
        }
        self.published.views.publish(view, now);
    }

    /// What the segments hold: everything applied, unless something of it waits for a commit.
    fn visible_position(&self) -> Position {
        if self.changes.is_empty() {
            self.tally.position
        } else {
            self.published.progress.borrow().committed
        }
    }

    pub(super) fn publish_progress(&self) {
        let committed = self.visible_position();
        let state = match (&self.tail.damaged, self.tail.goal) {
            (Some(reason), _) => ShardState::Failed(reason.clone()),
            (None, Some(goal)) if self.is_ready() || committed >= goal => ShardState::Ready,
            (None, _) => ShardState::Recovering,
        };
        self.published.progress.send_modify(|progress| {
            progress.state = state;
            progress.applied = self.tally.position;
            progress.committed = committed;
        });
    }

    fn is_ready(&self) -> bool {
        self.published.progress.borrow().state == ShardState::Ready
    }

    fn disk_bytes(&self) -> u64 {
        let Ok(files) = std::fs::read_dir(&self.config.path) else {
            return 0;
        };
        files
            .filter_map(|file| file.ok()?.metadata().ok())
            .map(|metadata| metadata.len())
            .sum()
    }
}
