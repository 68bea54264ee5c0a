//! An attempt in flight: however it ends, answered, failed or cancelled, it leaves its record when it is dropped.
//!
//! Cancelled attempts must report too: an estimator that never hears of the slow ones loses its tail, and hedges ever more.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use shared::wire::{AttemptKind, LeafError};
use tokio::time::Instant;
use tracing::Span;

use super::ejection::Told;
use super::latencies::Phase;
use super::replica::Replica;
use crate::attempt::{AttemptEnd, AttemptRecord, RaceLog, Work};
use crate::client::CallError;

/// An attempt in flight.
pub struct InFlight {
    replica: Arc<Replica>,
    phase: Phase,
    kind: AttemptKind,
    began: Instant,
    race: Arc<RaceLog>,
    ended: Option<Ended>,
    /// The attempt in the query's trace.
    span: Span,
}

/// An end that was not a cancellation.
struct Ended {
    end: AttemptEnd,
    work: Option<Work>,
    /// Whether it says something about the replica.
    telling: bool,
}

/// How an attempt ended, as the selection sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Answered,
    Failed,
    /// Somebody who was asked later answered first, or nobody was in time.
    Beaten,
    Cancelled,
    /// It says nothing of how long the replica needs.
    Nothing,
}

impl Replica {
    /// An attempt begins; the returned guard ends it.
    pub fn begin(
        self: &Arc<Self>,
        phase: Phase,
        kind: AttemptKind,
        race: Arc<RaceLog>,
        now: Instant,
    ) -> InFlight {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        let span = tracing::debug_span!(
            target: "gleaner::trace",
            "attempt",
            leaf = i64::from(self.leaf.0),
            replica = i64::from(self.number),
            kind = kind.name(),
            outcome = tracing::field::Empty,
        );
        InFlight {
            span,
            replica: self.clone(),
            phase,
            kind,
            began: now,
            race,
            ended: None,
        }
    }
}

impl InFlight {
    /// The attempt in the query's trace.
    pub fn span(&self) -> Span {
        self.span.clone()
    }

    /// The attempt was answered.
    pub fn answered(mut self, work: Option<Work>) {
        self.ended = Some(Ended {
            end: AttemptEnd::Won,
            work,
            telling: true,
        });
    }

    /// The attempt failed.
    pub fn failed(mut self, error: &CallError) {
        let (end, telling) = match error {
            CallError::Connection { .. } | CallError::Protocol { .. } => (AttemptEnd::Failed, true),
            CallError::Refused(refusal) => match refusal {
                LeafError::Internal(_) | LeafError::Draining => (AttemptEnd::Failed, true),
                LeafError::NotHosted | LeafError::BadRequest(_) => (AttemptEnd::Failed, false),
                LeafError::Shed => (AttemptEnd::Shed, true),
                LeafError::Expired => (AttemptEnd::Expired, false),
                LeafError::Yielded => (AttemptEnd::Yielded, false),
            },
        };
        self.ended = Some(Ended {
            end,
            work: None,
            telling,
        });
    }

    /// What the end says of the replica: to the selection, and to the judge.
    fn meaning(&self, end: AttemptEnd, elapsed: Duration) -> (End, Told) {
        let first = matches!(self.kind, AttemptKind::Primary | AttemptKind::Retry);
        match end {
            AttemptEnd::Won => (End::Answered, Told::Answered(elapsed)),
            AttemptEnd::Lost if first && self.race.winner() == Some(AttemptKind::Hedge) => {
                (End::Beaten, Told::Beaten(elapsed))
            }
            AttemptEnd::Abandoned if first => (End::Beaten, Told::GivenUp(elapsed)),
            AttemptEnd::Abandoned if self.kind == AttemptKind::Probe => {
                (End::Cancelled, Told::GivenUp(elapsed))
            }
            AttemptEnd::Lost | AttemptEnd::Abandoned => (End::Cancelled, Told::Nothing),
            AttemptEnd::Failed => (End::Failed, Told::Failed),
            // Overload is no sickness, but leaving the replica alone for a moment is what it asks for.
            AttemptEnd::Shed => (End::Failed, Told::Nothing),
            AttemptEnd::Yielded | AttemptEnd::Expired => (End::Nothing, Told::Nothing),
        }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        let now = Instant::now();
        let elapsed = now.saturating_duration_since(self.began);
        self.replica.in_flight.fetch_sub(1, Ordering::Relaxed);
        let Ended { end, work, telling } = self.ended.take().unwrap_or_else(|| Ended {
            end: self.race.cancelled(),
            work: None,
            telling: true,
        });
        self.span.record("outcome", end.name());
        let record = AttemptRecord {
            leaf: self.replica.leaf,
            replica: self.replica.number,
            phase: self.phase,
            kind: self.kind,
            began: self.began,
            ended: now,
            end,
            work,
        };
        let (felt, told) = if telling {
            self.meaning(end, elapsed)
        } else {
            (End::Nothing, Told::Nothing)
        };
        let verdict = self.replica.history.ended(&record, felt, told);
        self.replica.felt(felt, elapsed, verdict, now);
        self.race.record(record);
    }
}
