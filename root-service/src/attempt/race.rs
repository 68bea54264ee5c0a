//! The race of one leaf's attempts: a primary, at most one hedge, and retries; the first success wins.
//!
//! An error never beats a pending success: errors are collected, and reported only when nothing is left to wait for.

use std::sync::Arc;

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
use crate::members::{LeafMembers, Phase, Replica};
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
    untried: Vec<Arc<Replica>>,
    pending: FuturesUnordered<BoxFuture<'a, Finished<T>>>,
    failures: Vec<(String, CallError)>,
    call: C,
}

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
        mut candidates: Vec<Arc<Replica>>,
        phase: Phase,
        deadline: Deadline,
        call: impl Fn(&Replica, AttemptKind) -> Reply<T>,
    ) -> Result<Attempted<T>, Failure> {
        if let Some(best) = self.select(&candidates, Instant::now()) {
            candidates.swap(0, best);
        }
        self.run_from(leaf, candidates, phase, deadline, call).await
    }

    /// As [`Attempts::run`], but the first candidate gets the primary.
    ///
    /// # Errors
    /// [`Failure`] when no attempt succeeded.
    pub async fn run_from<T: Send>(
        &self,
        leaf: &LeafMembers,
        candidates: Vec<Arc<Replica>>,
        phase: Phase,
        deadline: Deadline,
        call: impl Fn(&Replica, AttemptKind) -> Reply<T>,
    ) -> Result<Attempted<T>, Failure> {
        let began = Instant::now();
        let hedge_at = began + leaf.latencies.hedge_delay(phase, &self.hedge);
        let mut may_hedge = self.hedge.enabled && candidates.len() > 1;
        let mut race = Race {
            attempts: self,
            phase,
            untried: candidates,
            pending: FuturesUnordered::new(),
            failures: Vec::new(),
            call,
        };
        self.budget.lock().deposit();
        race.launch(0, AttemptKind::Primary, began);
        loop {
            tokio::select! {
                biased;
                finished = race.pending.next() => match finished {
                    Some((replica, kind, Ok(reply))) => return Ok(Attempted { reply, replica, kind }),
                    Some((replica, _, Err(error))) => race.failed(&replica, error),
                    None => return Err(race.failure()),
                },
                () = sleep_until(deadline.instant()) => return Err(race.out_of_time()),
                () = sleep_until(hedge_at), if may_hedge => {
                    may_hedge = false;
                    race.extra(AttemptKind::Hedge);
                }
            }
        }
    }
}

impl Attempts {
    fn select(&self, candidates: &[Arc<Replica>], now: Instant) -> Option<usize> {
        let costs: Vec<f64> = candidates.iter().map(|replica| replica.cost(now)).collect();
        pick(&costs, &mut *self.rng.lock())
    }
}

impl<'a, T: Send + 'a, C: Fn(&Replica, AttemptKind) -> Reply<T>> Race<'a, T, C> {
    /// Sends an attempt to a replica not tried yet.
    fn launch(&mut self, candidate: usize, kind: AttemptKind, now: Instant) {
        if candidate >= self.untried.len() {
            return;
        }
        let replica = self.untried.swap_remove(candidate);
        let in_flight = replica.begin(self.phase, now);
        let reply = (self.call)(&replica, kind);
        self.pending.push(Box::pin(async move {
            let result = reply.await;
            if result.is_err() {
                in_flight.failed();
            }
            (replica, kind, result)
        }));
    }

    /// Sends a hedge or a retry, if there is another replica and the budget has a token.
    fn extra(&mut self, kind: AttemptKind) {
        let now = Instant::now();
        let Some(best) = self.attempts.select(&self.untried, now) else {
            return;
        };
        if self.attempts.budget.lock().withdraw(now) {
            self.launch(best, kind, now);
        }
    }

    /// An attempt failed: while another is pending that one may still succeed, else a retry goes out at once.
    fn failed(&mut self, replica: &Replica, error: CallError) {
        let retryable = error.retryable();
        self.failures.push((replica.name(), error));
        if retryable && self.pending.is_empty() {
            self.extra(AttemptKind::Retry);
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
