//! The deadline as CPU work sees it: asked often, read rarely.
//!
//! One clock is shared by all that works on a request, down to the scorers that tantivy drives, which nobody else could stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use parking_lot::Mutex;
use shared::deadline::Deadline;
use tokio::time::Instant;

/// Documents between two looks at the clock: at most 4 % of a query of a millisecond.
const DOCUMENTS_PER_LOOK: u32 = 1_024;

/// A deadline with its clock. Once it has passed, it stays passed.
#[derive(Clone)]
pub(super) struct Clock(Arc<Shared>);

/// Atomic only because scorers may be sent to other threads: in fact one thread works on a request, so that nothing needs to
/// be ordered, or read and written in one.
struct Shared {
    deadline: Deadline,
    now: Box<dyn Fn() -> Instant + Send + Sync>,
    expired: AtomicBool,
    countdown: AtomicU32,
    /// Whether the work at hand is to be finished whatever the time.
    unheeded: AtomicBool,
    /// Why the request turned out to be one that cannot be served.
    refusal: Mutex<Option<String>>,
}

impl Clock {
    pub(super) fn new(deadline: Deadline, now: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        Self(Arc::new(Shared {
            deadline,
            now: Box::new(now),
            expired: AtomicBool::new(false),
            countdown: AtomicU32::new(DOCUMENTS_PER_LOOK),
            unheeded: AtomicBool::new(false),
            refusal: Mutex::new(None),
        }))
    }

    /// Stops everything as if the deadline had passed: the request turned out to be one that cannot be served. Scorers have
    /// no other way to say so.
    pub(super) fn refuse(&self, reason: String) {
        self.0.refusal.lock().get_or_insert(reason);
        self.0.expired.store(true, Ordering::Relaxed);
    }

    /// Why the request cannot be served, if it was refused.
    pub(super) fn refusal(&self) -> Option<String> {
        self.0.refusal.lock().clone()
    }

    /// Looks at the clock.
    pub(super) fn expired(&self) -> bool {
        self.0.countdown.store(DOCUMENTS_PER_LOOK, Ordering::Relaxed);
        if !self.has_expired() && self.0.deadline.expired((self.0.now)()) {
            self.0.expired.store(true, Ordering::Relaxed);
        }
        self.is_to_stop()
    }

    /// Counts `documents` of work, and looks at the clock when enough have come together.
    pub(super) fn expired_after(&self, documents: u32) -> bool {
        let left = self.0.countdown.load(Ordering::Relaxed).saturating_sub(documents);
        if left == 0 {
            return self.expired();
        }
        self.0.countdown.store(left, Ordering::Relaxed);
        self.is_to_stop()
    }

    /// Whether the deadline was seen to have passed. From then on scorers end wherever they are: what they say is not to be
    /// believed.
    pub(super) fn has_expired(&self) -> bool {
        self.0.expired.load(Ordering::Relaxed)
    }

    /// Does work that is to be finished even if the deadline passes, because it is little, and makes sense as a whole only.
    pub(super) fn unheeded<T>(&self, work: impl FnOnce() -> T) -> T {
        let _heeded_again = Unheeded::begin(&self.0.unheeded);
        work()
    }

    fn is_to_stop(&self) -> bool {
        self.has_expired() && !self.0.unheeded.load(Ordering::Relaxed)
    }
}

/// While it is there, the clock is not heeded. A panic ends it too: other shards are still to be searched in time.
struct Unheeded<'a>(&'a AtomicBool);

impl<'a> Unheeded<'a> {
    fn begin(flag: &'a AtomicBool) -> Self {
        flag.store(true, Ordering::Relaxed);
        Self(flag)
    }
}

impl Drop for Unheeded<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;

    #[test]
    fn the_clock_is_read_when_enough_work_has_come_together_and_stays_expired() {
        let start = Instant::now();
        let reads = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&reads);
        let clock = Clock::new(Deadline::at(start), move || {
            counted.fetch_add(1, Ordering::Relaxed);
            start
        });
        for _ in 1..DOCUMENTS_PER_LOOK / 16 {
            assert!(!clock.expired_after(16));
        }
        assert_eq!(reads.load(Ordering::Relaxed), 0);
        assert!(clock.expired_after(16));
        assert!(clock.expired_after(1) && clock.expired() && clock.has_expired());
        assert_eq!(reads.load(Ordering::Relaxed), 1);
    }

    #[test]
    fn what_is_to_be_finished_is_not_stopped_and_a_panic_ends_that() {
        let start = Instant::now();
        let clock = Clock::new(Deadline::at(start), move || start);
        assert!(!clock.unheeded(|| clock.expired()));
        assert!(clock.has_expired(), "it was seen all the same");
        let panicked = catch_unwind(AssertUnwindSafe(|| clock.unheeded(|| panic!("on purpose"))));
        let panicked: Result<(), _> = panicked;
        assert!(panicked.is_err());
        assert!(clock.expired());
    }
}
