//! The views of a shard: the current one, and the last few, so that a fetch finds what a search has found.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use parking_lot::Mutex;
use tokio::time::Instant;

use crate::view::View;

/// Older views are dropped even if they are recent: each may keep merged segments on the disk.
const KEPT_MAX: usize = 4;
/// How long after its successor a view is kept. A fetch follows its search within a request's time; one that comes later
/// looks the document up by id.
const KEPT_FOR: Duration = Duration::from_secs(10);

static GENERATIONS: AtomicU64 = AtomicU64::new(1);

/// A number for a new set of segments, unique in this process.
pub(crate) fn next_generation() -> u64 {
    GENERATIONS.fetch_add(1, Ordering::Relaxed)
}

#[derive(Default)]
pub(crate) struct Views {
    current: ArcSwapOption<View>,
    /// Views that were replaced, oldest first, and when.
    replaced: Mutex<VecDeque<(Instant, Arc<View>)>>,
}

impl Views {
    /// The newest view; `None` before the index is open.
    pub(crate) fn current(&self) -> Option<Arc<View>> {
        self.current.load_full()
    }

    /// The view of that generation, if it is still there.
    pub(crate) fn of_generation(&self, generation: u64) -> Option<Arc<View>> {
        let current = self.current();
        if current.as_ref().is_some_and(|view| view.generation == generation) {
            return current;
        }
        let replaced = self.replaced.lock();
        replaced
            .iter()
            .find(|(_, view)| view.generation == generation)
            .map(|(_, view)| Arc::clone(view))
    }

    /// Makes `view` the current one. A view of the same generation as the current one (the same segments at a later
    /// position) takes its place and pushes no other out.
    pub(crate) fn publish(&self, view: Arc<View>, now: Instant) {
        let generation = view.generation;
        if let Some(old) = self.current.swap(Some(view))
            && old.generation != generation
        {
            self.replaced.lock().push_back((now, old));
        }
        self.expire(now);
    }

    /// Drops views that are too many or too old.
    pub(crate) fn expire(&self, now: Instant) {
        let mut replaced = self.replaced.lock();
        while replaced.len() >= KEPT_MAX
            || replaced
                .front()
                .is_some_and(|(since, _)| now.saturating_duration_since(*since) >= KEPT_FOR)
        {
            replaced.pop_front();
        }
    }

    /// When the next view is due to be dropped.
    pub(crate) fn next_expiry(&self) -> Option<Instant> {
        self.replaced.lock().front().map(|(since, _)| *since + KEPT_FOR)
    }
}
