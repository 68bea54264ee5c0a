//! The race of one leaf's attempts: a primary, at most one hedge or twin at a time, and retries; the first success wins.
//!
//! An error never beats a pending success: errors are collected, and reported only when nothing is left to wait for.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use shared::deadline::Deadline;
use shared::wire::{AttemptKind, LeafError, Tie};
use tokio::time::{Instant, sleep_until};
use tracing::Instrument as _;

use super::attempts::{Answer, Attempted, Attempts, Call, Failure, Twins};
use super::record::{RaceLog, Work};
use crate::client::CallError;
use crate::members::{Candidate, Fitness, Phase, Replica};
use crate::search::Cause;

type Finished<T> = (Candidate, AttemptKind, Result<T, CallError>);

/// One leaf's race while it runs.
pub(super) struct Race<'a, T, C> {
    attempts: &'a Attempts,
    phase: Phase,
    kind: AttemptKind,
    untried: Vec<Candidate>,
    pending: FuturesUnordered<BoxFuture<'a, Finished<T>>>,
    /// The extra attempt that is wanted next, and when.
    wanted: Option<Wanted>,
    /// The hedge that goes out if nothing is heard before.
    hedge: Option<Wanted>,
    /// The tied requests, if the first attempt is one.
    twins: Option<Twins>,
    failures: Vec<(String, CallError)>,
    began: Instant,
    log: Arc<RaceLog>,
    call: C,
}

/// An attempt beyond the first that the race would like to make.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) kind: AttemptKind,
    pub(super) at: Instant,
    /// If the budget has no token then, how long until it is asked again; `None`: never.
    pub(super) pause: Option<Duration>,
}

/// A retry that the budget refused is tried again after this long: its floor fills slowly, and the deadline may be far.
const RETRY_PAUSE: Duration = Duration::from_millis(20);

impl<'a, T: Answer, C: Call<T>> Race<'a, T, C> {
    pub(super) fn new(
        attempts: &'a Attempts,
        phase: Phase,
        kind: AttemptKind,
        candidates: Vec<Candidate>,
        hedge: Option<Wanted>,
        log: RaceLog,
        call: C,
    ) -> Self {
        Self {
            attempts,
            phase,
            kind,
            untried: candidates,
            pending: FuturesUnordered::new(),
            wanted: None,
            hedge,
            twins: None,
            failures: Vec::new(),
            began: Instant::now(),
            log: Arc::new(log),
            call,
        }
    }

    /// Makes the first attempt, at the candidate in that place; a retry when the budget allows it.
    pub(super) fn begin(&mut self, first: usize, now: Instant) {
        if first >= self.untried.len() {
            return;
        }
        if self.kind == AttemptKind::Retry {
            self.wanted = Some(Wanted {
                kind: AttemptKind::Retry,
                at: now,
                pause: Some(RETRY_PAUSE),
            });
            return;
        }
        self.attempts.deposit();
        self.began = now;
        let first = self.untried.swap_remove(first);
        self.wanted = self.hedge;
        if let Some((twins, at)) = self.attempts.tie(&first, &self.untried, self.phase, now) {
            self.twins = Some(twins);
            self.wanted = Some(Wanted {
                kind: AttemptKind::Tied,
                at,
                pause: None,
            });
        }
        self.launch(first, self.kind, now);
    }

    /// Waits for the first success, making extra attempts on the way.
    pub(super) async fn finish(mut self, deadline: Deadline) -> Result<Attempted<T>, Failure> {
        while !self.pending.is_empty() || self.wanted.is_some() {
            let wanted_at = self.wanted.map_or(deadline.instant(), |wanted| wanted.at);
            tokio::select! {
                biased;
                Some((candidate, kind, result)) = self.pending.next(), if !self.pending.is_empty() => match result {
                    Ok(reply) => {
                        self.log.won_by(kind);
                        self.settle(kind, reply.work(), Instant::now());
                        return Ok(Attempted { reply, replica: candidate.replica, kind });
                    }
                    Err(CallError::Refused(LeafError::Yielded)) => self.yielded(candidate),
                    Err(error) => self.failed(&candidate.replica, error),
                },
                () = sleep_until(deadline.instant()) => return Err(self.out_of_time()),
                () = sleep_until(wanted_at), if self.wanted.is_some() => self.extra(),
            }
        }
        Err(self.failure())
    }

    /// Sends an attempt.
    fn launch(&mut self, candidate: Candidate, kind: AttemptKind, now: Instant) {
        let replica = &candidate.replica;
        let in_flight = replica.begin(self.phase, kind, self.log.clone(), now);
        let span = in_flight.span();
        let reply = span.in_scope(|| (self.call)(replica, kind, self.tie_of(replica, kind)));
        let attempt = async move {
            let result = reply.await;
            match &result {
                Ok(answer) => in_flight.answered(answer.work()),
                Err(error) => in_flight.failed(error),
            }
            (candidate, kind, result)
        };
        self.pending.push(Box::pin(attempt.instrument(span)));
    }

    /// What ties an attempt to its twin.
    fn tie_of(&self, replica: &Replica, kind: AttemptKind) -> Option<Tie> {
        let twins = self.twins.as_ref()?;
        let twin = match kind {
            AttemptKind::Primary if std::ptr::eq(replica, &raw const *twins.first) => &twins.second,
            AttemptKind::Tied => &twins.first,
            _ => return None,
        };
        Some(Tie {
            id: twins.id,
            twin: twin.endpoint.to_string(),
        })
    }

    /// Makes the attempt that is wanted, if there is a replica for it and the budget has a token; without a token it is
    /// wanted again later. A hedge needs a replica that may be well; a retry has nothing to lose.
    fn extra(&mut self) {
        let Some(wanted) = self.wanted.take() else { return };
        let now = Instant::now();
        let (place, paid) = match wanted.kind {
            AttemptKind::Tied => (self.place_of_twin(), true),
            AttemptKind::Hedge => (
                self.attempts.select(&self.untried, Fitness::Suspected, now),
                false,
            ),
            AttemptKind::Primary | AttemptKind::Retry | AttemptKind::Probe => {
                (self.attempts.select(&self.untried, Fitness::Unfit, now), false)
            }
        };
        let Some(place) = place else { return };
        if paid || self.attempts.withdraw(wanted.kind, now) {
            let candidate = self.untried.swap_remove(place);
            if let (AttemptKind::Tied, Some(twins)) = (wanted.kind, &mut self.twins) {
                twins.pending = true;
            }
            self.launch(candidate, wanted.kind, now);
        } else {
            self.wanted = wanted.pause.map(|pause| Wanted {
                at: now + pause,
                ..wanted
            });
        }
    }

    fn place_of_twin(&self) -> Option<usize> {
        let second = &self.twins.as_ref()?.second;
        self.untried
            .iter()
            .position(|candidate| Arc::ptr_eq(&candidate.replica, second))
    }

    /// The race is won. If the winner's notice was at the other replica before its twin was, the twin was not executed, and
    /// cost nothing, whether it had the time to say so or not.
    fn settle(&mut self, winner: AttemptKind, work: Option<Work>, now: Instant) {
        let began_first = work.is_some_and(
            |Work {
                 queued_us,
                 executed_us,
                 ..
             }| {
                let queued = Duration::from_micros(queued_us);
                let elapsed = now.saturating_duration_since(self.began);
                // What is neither waiting nor work is the way there and back. The notice sets out after the wait, and takes as
                // long as the twin, which is sent after the stagger.
                let way = elapsed.saturating_sub(queued + Duration::from_micros(executed_us)) / 2;
                way + queued < self.attempts.stagger()
            },
        );
        let twin_pending = self.twins.as_ref().is_some_and(|twins| twins.pending);
        if twin_pending && began_first && winner == AttemptKind::Primary {
            self.attempts.refund();
        }
    }

    /// An attempt's twin has begun elsewhere. It cost nothing, its replica may be asked again, and the one that has begun
    /// may still be hedged.
    fn yielded(&mut self, candidate: Candidate) {
        self.attempts.refund();
        self.untried.push(candidate);
        if let Some(twins) = &mut self.twins {
            twins.pending = false;
        }
        if self.pending.is_empty() {
            self.retry(true);
        } else {
            self.wanted = self.hedge;
        }
    }

    /// An attempt failed: while another is pending that one may still succeed, else a retry goes out at once, unless it
    /// would fail everywhere.
    fn failed(&mut self, replica: &Replica, error: CallError) {
        let retryable = error.retryable();
        // Overload does not go away by waiting for a token: whoever shed wants less load, not the same a little later.
        let shed = matches!(error, CallError::Refused(LeafError::Shed));
        self.failures.push((replica.name(), error));
        if self.pending.is_empty() {
            self.untie();
            self.wanted = None;
            if retryable {
                self.retry(!shed);
            }
        }
    }

    fn retry(&mut self, patiently: bool) {
        let retry = Wanted {
            kind: AttemptKind::Retry,
            at: Instant::now(),
            pause: patiently.then_some(RETRY_PAUSE),
        };
        self.wanted = (!self.untried.is_empty()).then_some(retry);
    }

    fn out_of_time(&self) -> Failure {
        let mut reason = "no answer before the deadline".to_owned();
        if !self.failures.is_empty() {
            reason = format!("{reason}; {}", self.said());
        }
        Failure {
            cause: Cause::Timeout,
            reason,
        }
    }

    fn failure(&self) -> Failure {
        let all = |is: fn(&LeafError) -> bool| {
            let refused = |error: &CallError| matches!(error, CallError::Refused(refusal) if is(refusal));
            !self.failures.is_empty() && self.failures.iter().all(|(_, error)| refused(error))
        };
        let cause = if all(|refusal| matches!(refusal, LeafError::Shed)) {
            Cause::Shed
        } else if all(|refusal| matches!(refusal, LeafError::Expired)) {
            Cause::Timeout
        } else {
            Cause::Failed
        };
        let reason = if self.failures.is_empty() {
            "the leaf has no replica".to_owned()
        } else {
            self.said()
        };
        Failure { cause, reason }
    }

    fn said(&self) -> String {
        let said: Vec<String> = self
            .failures
            .iter()
            .map(|(name, error)| format!("{name}: {error}"))
            .collect();
        said.join("; ")
    }
}

impl<T, C> Race<'_, T, C> {
    /// A twin that was paid for and not sent yet is not sent any more.
    fn untie(&mut self) {
        if self.wanted.is_some_and(|wanted| wanted.kind == AttemptKind::Tied) {
            self.wanted = None;
            self.attempts.refund();
        }
    }
}

impl<T, C> Drop for Race<'_, T, C> {
    fn drop(&mut self) {
        self.untie();
    }
}
