//! Fan out: one leaf request per leaf, all at once, each through its own race of attempts, until all have answered, or
//! enough of the documents is covered.

use std::future::pending;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use shared::ids::{Leaf, Shard};
use shared::wire::{
    AttemptKind, SearchRequest, SearchResponse, ShardAnswer, ShardFailure, ShardTarget, Statistics, Tie,
};
use tokio::time::{Instant, sleep_until};

use super::patience::{Patience, Progress};
use super::plan::Plan;
use super::rounds::{AboutShards, Answers, Rounds, Wanted};
use crate::attempt::{Answer, Failure, Work};
use crate::members::{Members, Phase, Replica};
use crate::search::Cause;

/// What one leaf came to.
pub(super) struct LeafOutcome {
    /// The leaf.
    pub(super) leaf: Leaf,
    /// The shards it was asked for.
    pub(super) shards: Vec<ShardTarget>,
    /// What was answered, by whom, and why not everything was.
    pub(super) answers: Answers<SearchResponse>,
}

/// Asks all leaves of the plan; returns one outcome for each, by the end of the query phase at the latest.
pub(super) async fn fan_out(
    plan: &Plan,
    statistics: &Statistics,
    rounds: Rounds<'_>,
    patience: Option<Patience>,
) -> Vec<LeafOutcome> {
    let mut pending: FuturesUnordered<_> = plan
        .leaves
        .iter()
        .map(|(leaf, shards)| ask_leaf(plan, statistics, rounds, *leaf, shards))
        .collect();
    let mut progress = patience.map(|patience| Progress::new(patience, expected(plan, rounds.members)));
    let mut outcomes = Vec::with_capacity(plan.leaves.len());
    loop {
        let enough = progress
            .as_mut()
            .and_then(|progress| progress.enough_at(Instant::now()));
        let enough = async {
            match enough {
                Some(instant) => sleep_until(instant).await,
                None => pending_forever().await,
            }
        };
        tokio::select! {
            biased;
            outcome = pending.next() => match outcome {
                Some(outcome) => {
                    if let Some(progress) = &mut progress {
                        progress.answered(covered(&outcome));
                    }
                    outcomes.push(outcome);
                }
                None => break,
            },
            () = enough => break,
        }
    }
    // Whoever is still at it is cancelled.
    drop(pending);
    add_those_not_waited_for(plan, &mut outcomes);
    outcomes.sort_unstable_by_key(|outcome| outcome.leaf);
    outcomes
}

async fn pending_forever() {
    pending::<()>().await;
}

async fn ask_leaf(
    plan: &Plan,
    statistics: &Statistics,
    rounds: Rounds<'_>,
    leaf: Leaf,
    shards: &[ShardTarget],
) -> LeafOutcome {
    let call = |replica: &Replica, attempt: AttemptKind, tie: Option<Tie>, shards: &[ShardTarget]| {
        let request = SearchRequest {
            index: plan.index,
            shards: shards.to_vec(),
            query: plan.query.clone(),
            statistics: statistics.clone(),
            k: plan.k,
            sort: plan.order.keys.clone(),
            after: plan.order.after.clone(),
            scores: plan.scores,
            documents: plan.documents,
            count_max: plan.count_max,
            collapse: plan.collapse.clone(),
            pin: plan.pin,
            aggregations: plan
                .aggregations
                .as_ref()
                .map_or_else(Vec::new, |of| of.wire.clone()),
            aggregated: plan.aggregated.clone(),
            time_remaining_us: rounds.schedule.leaf.remaining_us(Instant::now()),
            attempt,
            tie,
        };
        rounds.client.search(&replica.endpoint, &request)
    };
    let wanted = Wanted {
        index: plan.index,
        leaf,
        shards,
        phase: Phase::Query,
    };
    LeafOutcome {
        leaf,
        shards: shards.to_vec(),
        answers: rounds.ask(wanted, call).await,
    }
}

fn add_those_not_waited_for(plan: &Plan, outcomes: &mut Vec<LeafOutcome>) {
    for (leaf, shards) in &plan.leaves {
        if outcomes.iter().any(|outcome| outcome.leaf == *leaf) {
            continue;
        }
        let failure = Failure {
            cause: Cause::Early,
            reason: "enough of the documents was covered without it".to_owned(),
        };
        outcomes.push(LeafOutcome {
            leaf: *leaf,
            shards: shards.clone(),
            answers: Err(failure).into(),
        });
    }
}

/// The documents of all shards of the plan, as far as they are known.
fn expected(plan: &Plan, members: &Members) -> u64 {
    let documents = |(leaf, target): (Leaf, ShardTarget)| members.newest(leaf, plan.index, target.shard);
    plan.shards()
        .filter_map(documents)
        .map(|(_, documents)| documents)
        .sum()
}

/// The documents that an outcome covers.
fn covered(outcome: &LeafOutcome) -> u64 {
    let answers = outcome.answers.given.iter().flat_map(|given| &given.reply.shards);
    answers.map(|answer| answer.documents_seen).sum()
}

impl Answer for SearchResponse {
    fn work(&self) -> Option<Work> {
        Some(Work {
            queued_us: self.queued_us,
            executed_us: self.executed_us,
            cpu_us: self.cpu_us,
        })
    }
}

impl AboutShards for SearchResponse {
    fn has(&self, shard: Shard) -> bool {
        self.shards
            .iter()
            .any(|answer| answer.shard == shard && is_final(answer))
    }
}

/// Whether another replica could not do better: what the deadline cut short it would cut short again.
pub(super) fn is_final(answer: &ShardAnswer) -> bool {
    match &answer.failure {
        None | Some(ShardFailure::Deadline) => true,
        Some(ShardFailure::NotReady | ShardFailure::Failed(_) | ShardFailure::NoSuchPin) => false,
    }
}
