//! What is counted at the simulated leaves, over all of them.

use std::sync::Arc;

use parking_lot::Mutex;
use root_service::client::CallError;
use shared::wire::{AttemptKind, LeafError};

/// Everything that happened at the leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// By [`AttemptKind`].
    pub(super) attempts: [u64; AttemptKind::ALL.len()],
    /// Attempts that answered, by [`AttemptKind`].
    pub(super) answered: [u64; AttemptKind::ALL.len()],
    /// Attempts of searches that a replica began to execute.
    pub(super) begun: u64,
    /// Microseconds of execution, over all servers.
    pub(super) busy_us: u64,
    /// Attempts that the root gave up.
    pub(super) cancelled: u64,
    /// Attempts whose twin had begun elsewhere.
    pub(super) yielded: u64,
    /// Attempts refused for overload.
    pub(super) shed: u64,
    /// Attempts whose time was over before they began.
    pub(super) expired: u64,
    /// Attempts that failed otherwise.
    pub(super) errors: u64,
    /// The most requests in the hands of one replica at a time.
    pub(super) in_hand_max: u32,
}

/// The counts of a cluster.
#[derive(Clone, Debug, Default)]
pub(super) struct Counter(Arc<Mutex<Counts>>);

impl Counter {
    /// What has happened so far.
    pub(super) fn counts(&self) -> Counts {
        self.0.lock().clone()
    }

    /// An attempt arrives at a replica that has so many requests in hand, this one included.
    pub(super) fn attempt(&self, kind: AttemptKind, in_hand: u32) -> Counted {
        let mut counts = self.0.lock();
        counts.attempts[kind as usize] += 1;
        counts.in_hand_max = counts.in_hand_max.max(in_hand);
        Counted {
            counter: self.clone(),
            kind,
            ended: false,
        }
    }

    /// An attempt of a search begins to be executed.
    pub(super) fn begun(&self) {
        self.0.lock().begun += 1;
    }

    /// A server was at work for so long.
    pub(super) fn busy(&self, busy_us: u64) {
        self.0.lock().busy_us += busy_us;
    }
}

/// An attempt, which is counted whatever becomes of it.
pub(super) struct Counted {
    counter: Counter,
    kind: AttemptKind,
    ended: bool,
}

impl Counted {
    /// It ended, and was not cancelled.
    pub(super) fn end<T>(mut self, result: &Result<T, CallError>) {
        self.ended = true;
        let mut counts = self.counter.0.lock();
        match result {
            Ok(_) => counts.answered[self.kind as usize] += 1,
            Err(CallError::Refused(LeafError::Shed)) => counts.shed += 1,
            Err(CallError::Refused(LeafError::Yielded)) => counts.yielded += 1,
            Err(CallError::Refused(LeafError::Expired)) => counts.expired += 1,
            Err(_) => counts.errors += 1,
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if !self.ended {
            self.counter.0.lock().cancelled += 1;
        }
    }
}
