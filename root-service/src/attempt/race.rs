//! The race of one leaf's attempts: a primary, at most one hedge, and retries; the first success wins.
//!
//! An error never beats a pending success: errors are collected, and reported only when nothing is left to wait for.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt as _;
use futures::future::BoxFuture;
use futures::stream::FuturesUnordered;
use parking_lot::Mutex;
use rand::rngs::StdRng;
use shared::deadline::Deadline;
use shared::wire::{AttemptKind, LeafError};
use tokio::time::{Instant, sleep_until};

use super::{AttemptBudget, BudgetConfig, HedgeConfig, pick};
use crate::client::{CallError, Reply};
use crate::members::{Candidate, Fitness, LeafMembers, Phase, Replica};
use crate::search::Cause;

/// What all attempts of a root have in common: the budget, the timing of hedges, the randomness of the selection.
pub struct Attempts {
    budget: Mutex<AttemptBudget>,
    hedge: HedgeConfig,
    rng: Mutex<StdRng>,
}

/// A success, and who it came from.
#[derive(Debug)]
pub struct Attempted<T> {
    /// The answer.
    pub reply: T,
    /// The replica that gave it.
    pub replica: Arc<Replica>,
    /// Which attempt it was.
    pub kind: AttemptKind,
}

/// A leaf gave no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure.
    pub cause: Cause,
    /// What each attempt said, for people.
    pub reason: String,
}

impl std::fmt::Debug for Replica {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.name())
    }
}

type Finished<T> = (Arc<Replica>, AttemptKind, Result<T, CallError>);

/// One leaf's race while it runs.
struct Race<'a, T, C> {
    attempts: &'a Attempts,
    phase: Phase,
    untried: Vec<Candidate>,
    pending: FuturesUnordered<BoxFuture<'a, Finished<T>>>,
    /// The extra attempt that is wanted next, and when.
    wanted: Option<Wanted>,
    failures: Vec<(String, CallError)>,
    call: C,
}

/// An attempt beyond the primary that the race would like to make.
#[derive(Clone, Copy)]
struct Wanted {
    kind: AttemptKind,
    at: Instant,
    /// If the budget has no token then, how long until it is asked again; `None`: never.
    pause: Option<Duration>,
}

/// A retry that the budget refused is tried again after this long: its floor fills slowly, and the deadline may be far.
const RETRY_PAUSE: Duration = Duration::from_millis(20);

impl Attempts {
    /// A full budget, and a generator for the selection.
    pub fn new(budget: BudgetConfig, hedge: HedgeConfig, rng: StdRng, now: Instant) -> Self {
        Self {
            budget: Mutex::new(AttemptBudget::new(budget, now)),
            hedge,
            rng: Mutex::new(rng),
        }
    }

    /// Asks a leaf through one of the candidates, hedging and retrying through the others, until an answer, the
    /// deadline, or the end of all possibilities. Attempts that lose are cancelled by being dropped.
    ///
    /// # Errors
    /// [`Failure`] when no attempt succeeded.
    pub async fn run<T: Send>(
        &self,
        leaf: &LeafMembers,
        candidates: Vec<Candidate>,
        phase: Phase,
        deadline: Deadline,
        call: impl Fn(&Replica, AttemptKind) -> Reply<T>,
    ) -> Result<Attempted<T>, Failure> {
        let first = self.select(&candidates, Fitness::Unfit, Instant::now());
        self.run_from(leaf, candidates, first.unwrap_or(0), phase, deadline, call)
            .await
    }

    /// As [`Attempts::run`], but the candidate at `first` gets the primary.
    ///
    /// # Errors
    /// [`Failure`] when no attempt succeeded.
    pub async fn run_from<T: Send>(
        &self,
        leaf: &LeafMembers,
        candidates: Vec<Candidate>,
        first: usize,
        phase: Phase,
        deadline: Deadline,
        call: impl Fn(&Replica, AttemptKind) -> Reply<T>,
    ) -> Result<Attempted<T>, Failure> {
        let began = Instant::now();
        let delay = leaf.latencies.hedge_delay(phase, &self.hedge);
        let hedge = Wanted {
            kind: AttemptKind::Hedge,
            at: began + delay,
            pause: Some(delay),
        };
        let mut race = Race {
            attempts: self,
            phase,
            wanted: (self.hedge.enabled && candidates.len() > 1).then_some(hedge),
            untried: candidates,
            pending: FuturesUnordered::new(),
            failures: Vec::new(),
            call,
        };
        self.budget.lock().deposit();
        race.launch(first, AttemptKind::Primary, began);
        race.finish(deadline).await
    }

    /// The place of the candidate to ask: among the fittest, the cheaper of two. None that is less fit than `least`.
    fn select(&self, candidates: &[Candidate], least: Fitness, now: Instant) -> Option<usize> {
        let fittest = candidates
            .iter()
            .map(|candidate| candidate.fitness)
            .min()
            .filter(|best| *best <= least)?;
        let (places, costs): (Vec<usize>, Vec<f64>) = candidates
            .iter()
            .enumerate()
            .filter(|(_, candidate)| candidate.fitness == fittest)
            .map(|(place, candidate)| (place, candidate.replica.cost(now)))
            .unzip();
        pick(&costs, &mut *self.rng.lock()).map(|picked| places[picked])
    }
}

impl<'a, T: Send + 'a, C: Fn(&Replica, AttemptKind) -> Reply<T>> Race<'a, T, C> {
    /// Waits for the first success, making extra attempts on the way.
    async fn finish(mut self, deadline: Deadline) -> Result<Attempted<T>, Failure> {
        while !self.pending.is_empty() || self.wanted.is_some() {
            let wanted_at = self.wanted.map_or(deadline.instant(), |wanted| wanted.at);
            tokio::select! {
                biased;
                Some((replica, kind, result)) = self.pending.next(), if !self.pending.is_empty() => match result {
                    Ok(reply) => return Ok(Attempted { reply, replica, kind }),
                    Err(error) => self.failed(&replica, error),
                },
                () = sleep_until(deadline.instant()) => return Err(self.out_of_time()),
                () = sleep_until(wanted_at), if self.wanted.is_some() => self.extra(),
            }
        }
        Err(self.failure())
    }

    /// Sends an attempt to a replica not tried yet.
    fn launch(&mut self, candidate: usize, kind: AttemptKind, now: Instant) {
        if candidate >= self.untried.len() {
            return;
        }
        let replica = self.untried.swap_remove(candidate).replica;
        let in_flight = replica.begin(self.phase, kind, now);
        let reply = (self.call)(&replica, kind);
        self.pending.push(Box::pin(async move {
            let result = reply.await;
            in_flight.ended(result.is_ok());
            (replica, kind, result)
        }));
    }

    /// Makes the attempt that is wanted, if there is a replica for it and the budget has a token; without a token it is
    /// wanted again later. A hedge needs a replica that is ready; a retry has nothing to lose.
    fn extra(&mut self) {
        let Some(wanted) = self.wanted.take() else { return };
        let now = Instant::now();
        let hedge = wanted.kind == AttemptKind::Hedge;
        let least = if hedge { Fitness::Ready } else { Fitness::Unfit };
        let Some(best) = self.attempts.select(&self.untried, least, now) else {
            return;
        };
        if self.attempts.budget.lock().withdraw(now) {
            self.launch(best, wanted.kind, now);
        } else {
            self.wanted = wanted.pause.map(|pause| Wanted {
                at: now + pause,
                ..wanted
            });
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
            let retry = Wanted {
                kind: AttemptKind::Retry,
                at: Instant::now(),
                pause: (!shed).then_some(RETRY_PAUSE),
            };
            self.wanted = (retryable && !self.untried.is_empty()).then_some(retry);
        }
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
