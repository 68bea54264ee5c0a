//! The stages of one query as they pass: measured for the metrics, noted for the profile, spanned for the trace.

use std::sync::Arc;

use tokio::time::Instant;
use tracing::Span;

use super::profile::{Profile, Round};
use crate::attempt::Recorder;
use crate::members::Phase;
use crate::metrics::RootMetrics;

/// The stages so far.
pub(super) struct Stages<'a> {
    /// When the query began.
    pub(super) began: Instant,
    metrics: &'a RootMetrics,
    /// When the last stage ended.
    last: Instant,
    /// If anybody wants to know.
    rounds: Option<Vec<Round>>,
}

impl<'a> Stages<'a> {
    /// A query began, with the wait for its turn.
    pub(super) fn begin(metrics: &'a RootMetrics, profiled: bool, began: Instant) -> Self {
        Self {
            began,
            metrics,
            last: began,
            rounds: profiled.then(Vec::new),
        }
    }

    /// A stage without requests to leaves ended.
    /// `admit`, `plan` or `merge`.
    pub(super) fn ended(&mut self, name: &'static str) {
        let (began, ended) = (self.last, Instant::now());
        self.last = ended;
        if let Some(rounds) = &mut self.rounds {
            rounds.push(Round { name, began, ended });
        }
    }

    /// A round of requests to leaves ended.
    pub(super) fn round_ended(&mut self, phase: Phase) {
        let began = self.last;
        self.ended(phase.name());
        self.metrics.round(phase, self.last - began);
    }

    /// What the query did.
    pub(super) fn profile(self, recorder: &Arc<Recorder>) -> Profile {
        Profile {
            began: self.began,
            took: self.began.elapsed(),
            rounds: self.rounds.unwrap_or_default(),
            attempts: recorder.take(),
        }
    }
}

/// The trace's span of a round.
pub(super) fn span(phase: Phase) -> Span {
    tracing::debug_span!(target: "gleaner::trace", "round", otel.name = phase.name())
}
