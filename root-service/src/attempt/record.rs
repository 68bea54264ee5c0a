//! What became of an attempt: every attempt leaves one record when it ends, also when it is cancelled. Metrics, profiles
//! and the judgement of replicas are made of these.

use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use shared::ids::Leaf;
use shared::wire::AttemptKind;
use tokio::time::Instant;

use crate::members::Phase;

/// One attempt, after its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttemptRecord {
    /// The leaf asked.
    pub leaf: Leaf,
    /// The replica asked, by its number among the leaf's replicas.
    pub replica: u32,
    /// In which round of the query.
    pub phase: Phase,
    /// Why it was sent.
    pub kind: AttemptKind,
    /// When it was sent.
    pub began: Instant,
    /// When it ended for the root.
    pub ended: Instant,
    /// How.
    pub end: AttemptEnd,
    /// What the replica said of its work, if it answered and said so.
    pub work: Option<Work>,
}

/// A replica's account of the time that a request took there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Work {
    /// Microseconds in its queue.
    pub queued_us: u64,
    /// Microseconds of execution.
    pub executed_us: u64,
    /// Microseconds of processor time in them.
    pub cpu_us: u64,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AttemptEnd {
    /// It answered, and its answer was taken.
    Won,
    /// Another attempt answered first, and this one was cancelled.
    Lost,
    /// The deadline came, or enough was covered, and it was cancelled.
    Abandoned,
    /// Its twin began first, and the replica left it alone; see [`shared::wire::Tie`].
    Yielded,
    /// The replica refused for overload.
    Shed,
    /// Its time was over before the replica came to it.
    Expired,
    /// The replica failed, or was out of reach.
    Failed,
}

impl AttemptEnd {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Won,
        Self::Lost,
        Self::Abandoned,
        Self::Yielded,
        Self::Shed,
        Self::Expired,
        Self::Failed,
    ];

    /// Its name in metrics, profiles and logs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Abandoned => "abandoned",
            Self::Yielded => "yielded",
            Self::Shed => "shed",
            Self::Expired => "expired",
            Self::Failed => "failed",
        }
    }
}

/// What the attempts of one race have in common when they end.
#[derive(Debug, Default)]
pub struct RaceLog {
    winner: OnceLock<AttemptKind>,
    recorder: Option<Arc<Recorder>>,
}

/// Collects the records of one query's attempts, for its profile.
#[derive(Debug, Default)]
pub struct Recorder(Mutex<Vec<AttemptRecord>>);

impl RaceLog {
    /// The log of a race that begins.
    pub fn new(recorder: Option<Arc<Recorder>>) -> Self {
        Self {
            winner: OnceLock::new(),
            recorder,
        }
    }

    /// The race is decided: what is still pending has lost.
    pub fn won_by(&self, kind: AttemptKind) {
        // There is one winner in a race.
        let _ = self.winner.set(kind);
    }

    /// Which attempt was the first to answer, if one did.
    pub fn winner(&self) -> Option<AttemptKind> {
        self.winner.get().copied()
    }

    /// How an attempt ended that is cancelled now.
    pub fn cancelled(&self) -> AttemptEnd {
        match self.winner() {
            Some(_) => AttemptEnd::Lost,
            None => AttemptEnd::Abandoned,
        }
    }

    /// An attempt has ended.
    pub fn record(&self, record: AttemptRecord) {
        if let Some(recorder) = &self.recorder {
            recorder.0.lock().push(record);
        }
    }
}

impl Recorder {
    /// What was collected so far.
    pub fn take(&self) -> Vec<AttemptRecord> {
        std::mem::take(&mut *self.0.lock())
    }
}
