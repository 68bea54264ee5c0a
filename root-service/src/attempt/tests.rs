//! The race under a paused clock: who wins, what is retried, what it costs.

use std::sync::Arc;
use std::time::Duration;

use shared::deadline::Deadline;
use shared::wire::{AttemptKind, LeafError, Tie};
use tokio::time::Instant;

use super::{Answer, Ask, Attempted, Attempts, BudgetConfig, Failure, HedgeConfig, HedgeMode};
use crate::client::CallError;
use crate::client::scripted::{Act, ScriptedLeaves};
use crate::members::{Candidate, EjectionConfig, Fitness, LeafMembers, Members, Phase, Replica};
use crate::metrics::RootMetrics;
use crate::search::Cause;
use shared::ids::Leaf;

impl Answer for &'static str {}

const MS: Duration = Duration::from_millis(1);

struct Stage {
    leaves: Arc<ScriptedLeaves>,
    members: Members,
    attempts: Attempts,
}

impl Stage {
    /// One leaf whose replicas are scripted in order; the hedge goes out after 10 ms.
    fn new(acts: &[Act], budget: BudgetConfig) -> Self {
        Self::seeded(acts, budget, 3)
    }

    /// The seed decides which replica is picked first.
    fn seeded(acts: &[Act], budget: BudgetConfig, seed: u64) -> Self {
        Self::hedging(acts, budget, HedgeMode::Delayed, seed)
    }

    fn hedging(acts: &[Act], budget: BudgetConfig, mode: HedgeMode, seed: u64) -> Self {
        let now = Instant::now();
        let leaves = Arc::new(ScriptedLeaves::default());
        let names: Vec<String> = (0..acts.len()).map(|n| format!("replica-{n}")).collect();
        for (name, act) in names.iter().zip(acts) {
            leaves.script(name, act.clone());
        }
        let metrics = Arc::new(RootMetrics::default());
        let mut rng = shared::random::from_seed(seed);
        let endpoints = names.iter().map(|name| Arc::from(name.as_str())).collect();
        let ejection = EjectionConfig::default();
        let members = Members::new(vec![endpoints], ejection, &metrics, &mut rng, now);
        let hedge = HedgeConfig {
            mode,
            delay_unknown: 10 * MS,
            ..HedgeConfig::default()
        };
        let attempts = Attempts::new(budget, hedge, metrics, shared::random::from_seed(seed), now);
        Self {
            leaves,
            members,
            attempts,
        }
    }

    async fn run(&self, deadline: Duration) -> Result<Attempted<&'static str>, Failure> {
        let leaf = self.members.leaf(Leaf(0)).unwrap();
        self.run_with(candidates(leaf), deadline).await
    }

    async fn run_with(
        &self,
        candidates: Vec<Candidate>,
        deadline: Duration,
    ) -> Result<Attempted<&'static str>, Failure> {
        let ask = Ask {
            leaf: self.members.leaf(Leaf(0)).unwrap(),
            candidates,
            first: None,
            kind: AttemptKind::Primary,
            phase: Phase::Query,
            deadline: Deadline::after(Instant::now(), deadline),
            recorder: None,
        };
        let call =
            |replica: &Replica, _: AttemptKind, _: Option<Tie>| self.leaves.act(&replica.endpoint, "answer");
        self.attempts.run(ask, call).await
    }

    fn calls(&self) -> u32 {
        (0..3).map(|n| self.leaves.calls(&format!("replica-{n}"))).sum()
    }
}

fn candidates(leaf: &LeafMembers) -> Vec<Candidate> {
    let ready = |replica: &Arc<Replica>| Candidate {
        fitness: Fitness::Ready,
        replica: replica.clone(),
    };
    leaf.replicas.iter().map(ready).collect()
}

fn refused(refusal: LeafError) -> CallError {
    CallError::Refused(refusal)
}

fn unreachable() -> CallError {
    CallError::Connection {
        endpoint: "replica".to_owned(),
        reason: "connection refused".to_owned(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_quick_primary_is_never_hedged() {
    let stage = Stage::new(
        &[Act::Answer(5 * MS), Act::Answer(5 * MS)],
        BudgetConfig::default(),
    );
    let began = Instant::now();
    assert_eq!(
        stage.run(Duration::from_secs(1)).await.unwrap().kind,
        AttemptKind::Primary
    );
    assert_eq!((began.elapsed(), stage.calls()), (5 * MS, 1));
}

#[tokio::test(start_paused = true)]
async fn a_hung_primary_loses_to_its_hedge() {
    // Whichever of the two is picked first, the answer comes from the one that does not hang.
    for seed in 0..8 {
        let stage = Stage::seeded(&[Act::Hang, Act::Answer(5 * MS)], BudgetConfig::default(), seed);
        let began = Instant::now();
        let answer = stage.run(Duration::from_secs(1)).await.unwrap();
        assert_eq!(answer.replica.number, 1);
        assert!(began.elapsed() <= 15 * MS, "10 ms of patience and 5 ms of work");
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_never_beats_a_pending_success() {
    let acts = [
        Act::Answer(50 * MS),
        Act::Fail(MS, refused(LeafError::Internal("broken".to_owned()))),
    ];
    for seed in 0..8 {
        let stage = Stage::seeded(&acts, BudgetConfig::default(), seed);
        assert_eq!(stage.run(Duration::from_secs(1)).await.unwrap().replica.number, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_connection_is_retried_elsewhere_at_once() {
    let acts = [Act::Fail(Duration::ZERO, unreachable()), Act::Answer(5 * MS)];
    for seed in 0..8 {
        let stage = Stage::seeded(&acts, BudgetConfig::default(), seed);
        let began = Instant::now();
        assert_eq!(stage.run(Duration::from_secs(1)).await.unwrap().replica.number, 1);
        assert_eq!(began.elapsed(), 5 * MS);
    }
}

#[tokio::test(start_paused = true)]
async fn a_bad_request_is_not_tried_elsewhere() {
    let acts = [
        Act::Fail(MS, refused(LeafError::BadRequest("no".to_owned()))),
        Act::Answer(MS),
    ];
    let picks_the_first =
        |seed: &u64| super::pick(&[1.0, 1.0], &mut shared::random::from_seed(*seed)) == Some(0);
    let stage = Stage::seeded(
        &acts,
        BudgetConfig::default(),
        (0..64).find(picks_the_first).unwrap(),
    );
    assert_eq!(
        stage.run(Duration::from_secs(1)).await.unwrap_err().cause,
        Cause::Failed
    );
    assert_eq!(stage.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_deadline_ends_the_race_whatever_the_replicas_do() {
    let stage = Stage::new(&[Act::Hang, Act::Hang], BudgetConfig::default());
    let began = Instant::now();
    assert_eq!(stage.run(100 * MS).await.unwrap_err().cause, Cause::Timeout);
    assert_eq!(began.elapsed(), 100 * MS);
}

#[tokio::test(start_paused = true)]
async fn without_budget_there_are_only_primaries() {
    let none = BudgetConfig {
        extra_share: 0.0,
        floor_per_second: 0.0,
        burst: 0.0,
    };
    let stage = Stage::new(&[Act::Answer(50 * MS), Act::Answer(50 * MS)], none);
    for _ in 0..100 {
        stage.run(Duration::from_secs(1)).await.unwrap();
    }
    assert_eq!(stage.calls(), 100);
}

#[tokio::test(start_paused = true)]
async fn all_replicas_shedding_is_reported_as_such() {
    let shed = Act::Fail(MS, refused(LeafError::Shed));
    let stage = Stage::new(&[shed.clone(), shed], BudgetConfig::default());
    assert_eq!(
        stage.run(Duration::from_secs(1)).await.unwrap_err().cause,
        Cause::Shed
    );
    assert_eq!(stage.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_retry_waits_for_the_budget_rather_than_give_up() {
    let acts = [Act::Fail(MS, unreachable()), Act::Answer(5 * MS)];
    let budget = BudgetConfig {
        extra_share: 0.0,
        floor_per_second: 10.0,
        burst: 1.0,
    };
    for seed in 0..8 {
        let stage = Stage::seeded(&acts, budget, seed);
        for _ in 0..5 {
            assert_eq!(stage.run(Duration::from_secs(1)).await.unwrap().replica.number, 1);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_less_fit_replica_is_asked_only_when_the_fit_one_failed() {
    for (act, winner) in [(Act::Answer(50 * MS), 0), (Act::Fail(MS, unreachable()), 1)] {
        let stage = Stage::new(&[act, Act::Answer(MS)], BudgetConfig::default());
        let leaf = stage.members.leaf(Leaf(0)).unwrap();
        let mut candidates = candidates(leaf);
        candidates[1].fitness = Fitness::Unfit;
        let answer = stage.run_with(candidates, Duration::from_mins(1)).await.unwrap();
        assert_eq!(answer.replica.number, winner);
    }
}

#[tokio::test(start_paused = true)]
async fn a_twin_follows_after_the_stagger_and_the_first_to_answer_wins() {
    for seed in 0..8 {
        let acts = [Act::Hang, Act::Answer(5 * MS)];
        let stage = Stage::hedging(&acts, BudgetConfig::default(), HedgeMode::Tied, seed);
        let began = Instant::now();
        let answer = stage.run(Duration::from_secs(1)).await.unwrap();
        assert_eq!((answer.replica.number, stage.calls()), (1, 2));
        assert!(began.elapsed() <= 6 * MS, "1 ms of stagger and 5 ms of work");
    }
}

#[tokio::test(start_paused = true)]
async fn a_twin_that_yields_costs_no_token_and_the_other_is_still_hedged() {
    let yields = Act::Fail(MS, refused(LeafError::Yielded));
    let picks_the_first =
        |seed: &u64| super::pick(&[1.0, 1.0], &mut shared::random::from_seed(*seed)) == Some(0);
    let seed = (0..64).find(picks_the_first).unwrap();
    let budget = BudgetConfig::default();
    let stage = Stage::hedging(
        &[Act::Answer(5 * MS), yields.clone()],
        budget,
        HedgeMode::Tied,
        seed,
    );
    let tokens = stage.attempts.budget_tokens();
    assert_eq!(stage.run(Duration::from_secs(1)).await.unwrap().replica.number, 0);
    assert_eq!(stage.calls(), 2);
    assert!((stage.attempts.budget_tokens() - tokens).abs() < f64::EPSILON);
    // The one that has begun hangs, so the one that yielded is asked again, as a hedge.
    let stage = Stage::hedging(&[Act::Hang, yields], budget, HedgeMode::Tied, seed);
    let healed = async {
        tokio::time::sleep(5 * MS).await;
        stage.leaves.script("replica-1", Act::Answer(MS));
    };
    let began = Instant::now();
    let (answer, ()) = futures::join!(stage.run(Duration::from_secs(1)), healed);
    assert_eq!(answer.unwrap().kind, AttemptKind::Hedge);
    assert_eq!((began.elapsed(), stage.calls()), (11 * MS, 3));
}

#[tokio::test(start_paused = true)]
async fn without_a_token_there_is_no_twin() {
    let none = BudgetConfig {
        extra_share: 0.0,
        floor_per_second: 0.0,
        burst: 0.0,
    };
    let acts = [Act::Answer(50 * MS), Act::Answer(50 * MS)];
    let stage = Stage::hedging(&acts, none, HedgeMode::Tied, 1);
    stage.run(Duration::from_secs(1)).await.unwrap();
    assert_eq!(stage.calls(), 1);
}
