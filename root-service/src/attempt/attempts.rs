//! What all attempts of a root have in common, and how a race begins.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rand::rngs::StdRng;
use shared::deadline::Deadline;
use shared::ids::random_uuid;
use shared::wire::{AttemptKind, Tie};
use tokio::time::Instant;
use uuid::Uuid;

use super::race::{Race, Wanted};
use super::record::{RaceLog, Recorder};
use super::{AttemptBudget, BudgetConfig, HedgeConfig, HedgeMode, Work, pick};
use crate::client::Reply;
use crate::members::{Candidate, Fitness, LeafMembers, Phase, Replica};
use crate::metrics::RootMetrics;
use crate::search::Cause;

/// The budget, the timing of hedges, the randomness of the selection.
pub struct Attempts {
    budget: Mutex<AttemptBudget>,
    hedge: HedgeConfig,
    rng: Mutex<StdRng>,
    metrics: Arc<RootMetrics>,
}

/// What a leaf is asked in one race.
pub struct Ask<'a> {
    /// The leaf.
    pub leaf: &'a LeafMembers,
    /// The replicas that may be asked.
    pub candidates: Vec<Candidate>,
    /// The place of the one to ask first; `None` leaves it to the selection.
    pub first: Option<usize>,
    /// The first attempt's kind: a [`AttemptKind::Retry`] is paid for out of the budget.
    pub kind: AttemptKind,
    /// In which round.
    pub phase: Phase,
    /// By when the race ends.
    pub deadline: Deadline,
    /// Who wants to know of the attempts.
    pub recorder: Option<Arc<Recorder>>,
}

/// An answer to an attempt, which may say what it cost the replica.
pub trait Answer: Send + 'static {
    /// The replica's own account of the time.
    fn work(&self) -> Option<Work> {
        None
    }
}

/// How a replica is called for an attempt.
pub trait Call<T>: Fn(&Replica, AttemptKind, Option<Tie>) -> Reply<T> + Send + Sync {}

impl<T, C: Fn(&Replica, AttemptKind, Option<Tie>) -> Reply<T> + Send + Sync> Call<T> for C {}

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

/// Two tied requests: the first goes to one replica, its twin a little later to the other.
pub(super) struct Twins {
    pub(super) id: Uuid,
    pub(super) first: Arc<Replica>,
    pub(super) second: Arc<Replica>,
    /// The second was sent, and has not yielded.
    pub(super) pending: bool,
}

impl Attempts {
    /// A full budget, and a generator for the selection.
    pub fn new(
        budget: BudgetConfig,
        hedge: HedgeConfig,
        metrics: Arc<RootMetrics>,
        rng: StdRng,
        now: Instant,
    ) -> Self {
        Self {
            budget: Mutex::new(AttemptBudget::new(budget, now)),
            hedge,
            rng: Mutex::new(rng),
            metrics,
        }
    }

    /// Asks a leaf through one of the candidates, hedging and retrying through the others, until an answer, the
    /// deadline, or the end of all possibilities. Attempts that lose are cancelled by being dropped.
    ///
    /// # Errors
    /// [`Failure`] when no attempt succeeded.
    pub async fn run<T: Answer>(&self, ask: Ask<'_>, call: impl Call<T>) -> Result<Attempted<T>, Failure> {
        let began = Instant::now();
        if ask.kind == AttemptKind::Primary && ask.phase == Phase::Query {
            self.probe(&ask, &call, began);
        }
        let first = ask
            .first
            .or_else(|| self.select(&ask.candidates, Fitness::Unfit, began));
        let deadline = ask.deadline;
        let mut race = self.race(ask, call, began);
        if let Some(first) = first {
            race.begin(first, began);
        }
        race.finish(deadline).await
    }

    /// After how long a leaf is hedged in a round.
    pub fn hedge_delay(&self, leaf: &LeafMembers, phase: Phase) -> Duration {
        leaf.history.latencies.hedge_delay(phase, &self.hedge)
    }

    /// The tokens of the budget.
    pub fn budget_tokens(&self) -> f64 {
        self.budget.lock().tokens()
    }

    fn race<'a, T: Answer, C: Call<T>>(&'a self, ask: Ask<'_>, call: C, began: Instant) -> Race<'a, T, C> {
        let delay = self.hedge_delay(ask.leaf, ask.phase);
        let hedge = Wanted {
            kind: AttemptKind::Hedge,
            at: began + delay,
            pause: Some(delay),
        };
        let hedges = self.hedge.mode != HedgeMode::Off && ask.candidates.len() > 1;
        Race::new(
            self,
            ask.phase,
            ask.kind,
            ask.candidates,
            hedges.then_some(hedge),
            RaceLog::new(ask.recorder),
            call,
        )
    }

    /// Takes a token for an attempt beyond the first.
    pub(super) fn withdraw(&self, kind: AttemptKind, now: Instant) -> bool {
        let granted = self.budget.lock().withdraw(now);
        if !granted {
            self.metrics.budget_refused(kind);
        }
        granted
    }

    /// A token was taken for nothing.
    pub(super) fn refund(&self) {
        self.budget.lock().refund();
    }

    /// How long a twin is held back.
    pub(super) fn stagger(&self) -> Duration {
        self.hedge.stagger
    }

    /// A first attempt was made.
    pub(super) fn deposit(&self) {
        self.budget.lock().deposit();
    }

    /// The twins of a query whose first attempt goes to `first`, and when the second is sent; `None` if requests are not
    /// tied, or there is nobody to tie this one to, or the budget has no token for it.
    pub(super) fn tie(
        &self,
        first: &Candidate,
        others: &[Candidate],
        phase: Phase,
        now: Instant,
    ) -> Option<(Twins, Instant)> {
        if self.hedge.mode != HedgeMode::Tied || phase != Phase::Query {
            return None;
        }
        let second = self.select(others, Fitness::Beginning, now)?;
        if !self.withdraw(AttemptKind::Tied, now) {
            return None;
        }
        let twins = Twins {
            id: random_uuid(&mut *self.rng.lock()),
            first: first.replica.clone(),
            second: others[second].replica.clone(),
            pending: false,
        };
        Some((twins, now + self.hedge.stagger))
    }

    /// The place of the candidate to ask: among the fittest, the cheaper of two. None that is less fit than `least`.
    pub(super) fn select(&self, candidates: &[Candidate], least: Fitness, now: Instant) -> Option<usize> {
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

    /// Sends copies of a request to ejected replicas that are due to be tried. Nobody waits for their answers, and they are
    /// paid for out of the budget, as everything that is sent more than once.
    fn probe<T: Answer>(&self, ask: &Ask<'_>, call: &impl Call<T>, now: Instant) {
        let ejected = ask
            .candidates
            .iter()
            .filter(|candidate| matches!(candidate.fitness, Fitness::Suspected | Fitness::Ejected));
        for Candidate { replica, .. } in ejected {
            let Some(patience) = replica.probe(now) else {
                continue;
            };
            if !self.withdraw(AttemptKind::Probe, now) {
                replica.not_probed(now);
                continue;
            }
            let kind = AttemptKind::Probe;
            let in_flight = replica.begin(ask.phase, kind, Arc::default(), now);
            let reply = call(replica, kind, None);
            let until = ask.deadline.at_most(now, patience).instant();
            tokio::spawn(async move {
                match tokio::time::timeout_at(until, reply).await {
                    Ok(Ok(answer)) => in_flight.answered(answer.work()),
                    Ok(Err(error)) => in_flight.failed(&error),
                    // Too slow: dropping the guard says so.
                    Err(_) => {}
                }
            });
        }
    }
}
