//! What the series of a leaf's metrics are told apart by: closed sets, each with its names.

use prometheus_client::encoding::EncodeLabelSet;
use shared::wire::{LeafError, ShardFailure, ShardState};

/// How a request ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Answered.
    Ok,
    /// Answered, but for shards that the deadline stopped, or that could not be searched.
    Partial,
    /// [`LeafError::Shed`].
    Shed,
    /// [`LeafError::Expired`].
    Expired,
    /// [`LeafError::Yielded`].
    Yielded,
    /// [`LeafError::NotHosted`].
    NotHosted,
    /// [`LeafError::Draining`].
    Draining,
    /// [`LeafError::BadRequest`].
    BadRequest,
    /// [`LeafError::Internal`].
    Failed,
    /// Its caller went away.
    Cancelled,
}

impl Outcome {
    /// All of them, in their order.
    pub(super) const ALL: [Self; 10] = [
        Self::Ok,
        Self::Partial,
        Self::Shed,
        Self::Expired,
        Self::Yielded,
        Self::NotHosted,
        Self::Draining,
        Self::BadRequest,
        Self::Failed,
        Self::Cancelled,
    ];

    /// The outcome of a request that is refused.
    pub(crate) fn of_refusal(error: &LeafError) -> Self {
        match error {
            LeafError::Shed => Self::Shed,
            LeafError::Expired => Self::Expired,
            LeafError::NotHosted => Self::NotHosted,
            LeafError::Yielded => Self::Yielded,
            LeafError::Draining => Self::Draining,
            LeafError::BadRequest(_) => Self::BadRequest,
            LeafError::Internal(_) => Self::Failed,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Partial => "partial",
            Self::Shed => "shed",
            Self::Expired => "expired",
            Self::Yielded => "yielded",
            Self::NotHosted => "not_hosted",
            Self::Draining => "draining",
            Self::BadRequest => "bad_request",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// Where work was when it was taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It waited for a thread, and was never executed.
    Queued,
    /// It was being executed, and stopped at its next look at the clock.
    Running,
}

impl Stage {
    pub(super) const ALL: [Self; 2] = [Self::Queued, Self::Running];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
        }
    }
}

/// What became of a notice to a twin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    /// The other replica has it.
    Arrived,
    /// It did not arrive, or not in time.
    Lost,
    /// Too many were under way: it was not sent.
    Dropped,
}

impl Sent {
    pub(super) const ALL: [Self; 3] = [Self::Arrived, Self::Lost, Self::Dropped];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Arrived => "arrived",
            Self::Lost => "lost",
            Self::Dropped => "dropped",
        }
    }
}

/// What a notice from a twin did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// A search that waited yielded.
    Yielded,
    /// The search had begun.
    TooLate,
    /// It was kept for a search that had not arrived, or had ended.
    Kept,
}

impl Effect {
    pub(super) const ALL: [Self; 3] = [Self::Yielded, Self::TooLate, Self::Kept];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Yielded => "yielded",
            Self::TooLate => "too_late",
            Self::Kept => "kept",
        }
    }
}

/// Why a shard did not contribute all of its documents: the places of [`ShardFailure`]'s variants.
pub(super) const REASONS: [&str; 4] = ["deadline", "not_ready", "failed", "no_such_pin"];

/// Which of [`REASONS`].
pub(super) fn reason(failure: &ShardFailure) -> usize {
    match failure {
        ShardFailure::Deadline => 0,
        ShardFailure::NotReady => 1,
        ShardFailure::Failed(_) => 2,
        ShardFailure::NoSuchPin => 3,
    }
}

/// The places of [`ShardState`]'s variants.
pub(super) const STATES: [&str; 3] = ["recovering", "ready", "failed"];

/// Which of [`STATES`].
pub(super) fn state(state: &ShardState) -> usize {
    match state {
        ShardState::Recovering => 0,
        ShardState::Ready => 1,
        ShardState::Failed(_) => 2,
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct RequestLabels {
    pub(super) call: &'static str,
    pub(super) kind: &'static str,
    pub(super) outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct CallLabels {
    pub(super) call: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct StageLabels {
    pub(super) stage: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct OutcomeLabels {
    pub(super) outcome: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct EffectLabels {
    pub(super) effect: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct ReasonLabels {
    pub(super) reason: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct StateLabels {
    pub(super) state: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_in_their_order() {
        for (place, outcome) in Outcome::ALL.into_iter().enumerate() {
            assert_eq!(outcome as usize, place);
        }
    }
}
