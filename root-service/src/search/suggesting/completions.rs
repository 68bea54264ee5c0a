//! Completions: every leaf sends its best, the best of all are shown with their documents.

use futures::future::join_all;
use shared::completion::{Best, Ranked};
use shared::ids::{Leaf, Shard};
use shared::wire::suggest::{CompleteRequest, CompleteResponse, Completing, Completion};
use shared::wire::{AttemptKind, Hit, ShardFailure, ShardTarget, Tie};
use tokio::time::Instant;

use super::Missing;
use crate::attempt::{Answer, Attempted, Failure};
use crate::members::{Phase, Replica};
use crate::search::Cause;
use crate::search::fetch;
use crate::search::gather::LeafHits;
use crate::search::merge::Winner;
use crate::search::plan::Plan;
use crate::search::rounds::{AboutShards, Answers, Rounds, Wanted};
use crate::search::time::Schedule;
use crate::suggest::result::{Completed, Entry, Found, Suggested};
use crate::suggest::{self, What};

/// The completions, in the order of the request, and the shards that did not tell all of theirs.
pub(super) async fn complete(
    plan: &Plan,
    documents: bool,
    rounds: Rounds<'_>,
) -> (Vec<Suggested>, Vec<Missing>) {
    let asked: Vec<(&str, &suggest::completion::Completion)> = plan
        .suggestions
        .iter()
        .filter_map(|suggestion| match &suggestion.what {
            What::Completion(completion) => Some((suggestion.name.as_str(), completion)),
            What::Term(_) | What::Phrase(_) => None,
        })
        .collect();
    let wanted: Vec<Completing> = asked.iter().filter_map(|(_, of)| of.wanted.clone()).collect();
    let mut told = Told::default();
    if !wanted.is_empty() {
        let leaves = plan.leaves.iter().map(async |(leaf, shards)| {
            let answers = ask(plan, &wanted, (*leaf, shards), rounds).await;
            (*leaf, shards, answers)
        });
        for (leaf, shards, answers) in join_all(leaves).await {
            told.add((leaf, shards), answers);
        }
    }
    let best = told.best(&wanted);
    let mut completed = told.shown(plan, best, documents, rounds).await.into_iter();
    let of_each = |(name, of): (&str, &suggest::completion::Completion)| {
        let options = of.wanted.as_ref().and_then(|_| completed.next());
        Suggested {
            name: name.to_owned(),
            found: Found::Completion {
                entry: Entry::whole(&of.text, options.unwrap_or_default()),
                size: of.size,
                distinct: of.distinct,
            },
        }
    };
    let found = asked.into_iter().map(of_each).collect();
    (found, told.missing)
}

async fn ask(
    plan: &Plan,
    wanted: &[Completing],
    (leaf, shards): (Leaf, &[ShardTarget]),
    rounds: Rounds<'_>,
) -> Answers<CompleteResponse> {
    // One round, which may take as long as the query phase.
    let schedule = Schedule {
        statistics: rounds.schedule.query,
        ..rounds.schedule
    };
    let rounds = Rounds { schedule, ..rounds };
    let call = |replica: &Replica, _: AttemptKind, _: Option<Tie>, shards: &[ShardTarget]| {
        let request = CompleteRequest {
            index: plan.index,
            shards: shards.to_vec(),
            wanted: wanted.to_vec(),
            pin: plan.pin,
            time_remaining_us: rounds.schedule.leaf.remaining_us(Instant::now()),
        };
        rounds.client.complete(&replica.endpoint, &request)
    };
    let of_leaf = Wanted {
        index: plan.index,
        leaf,
        shards,
        phase: Phase::Statistics,
    };
    rounds.ask(of_leaf, call).await
}

/// What the leaves told.
#[derive(Default)]
struct Told {
    /// Who told it, to fetch documents from.
    lists: Vec<LeafHits>,
    /// What, of each, for each of what was wanted.
    completions: Vec<Vec<Vec<Completion>>>,
    missing: Vec<Missing>,
}

/// A completion with the number of the list that it is in.
type Placed = (usize, Completion);

impl Told {
    fn add(&mut self, (leaf, shards): (Leaf, &[ShardTarget]), answers: Answers<CompleteResponse>) {
        for target in shards {
            self.account(leaf, target.shard, &answers);
        }
        for Attempted { replica, reply, .. } in answers.given {
            self.completions.push(reply.completions);
            self.lists.push(LeafHits {
                leaf: replica.leaf,
                replica,
                hits: Vec::new(),
                documents: Vec::new(),
            });
        }
    }

    /// Notes why a shard did not tell all of its completions, if it did not.
    fn account(&mut self, leaf: Leaf, shard: Shard, answers: &Answers<CompleteResponse>) {
        let of_shard = |attempted: &Attempted<CompleteResponse>| {
            let mut shards = attempted.reply.shards.iter();
            shards.find(|completed| completed.shard == shard).cloned()
        };
        let told: Vec<_> = answers.given.iter().filter_map(of_shard).collect();
        if told.iter().any(|completed| completed.failure.is_none()) {
            return;
        }
        let (cause, reason) = match told.into_iter().find_map(|completed| completed.failure) {
            Some(ShardFailure::Deadline) => (
                Cause::Timeout,
                "the deadline stopped the search for completions".to_owned(),
            ),
            Some(ShardFailure::Failed(reason)) => (Cause::Failed, reason),
            Some(ShardFailure::NoSuchPin) => (
                Cause::NoPin,
                "the shard does not hold the point in time any more".to_owned(),
            ),
            Some(ShardFailure::NotReady) | None => match &answers.failure {
                Some(failure) => (failure.cause, failure.reason.clone()),
                None => (Cause::Failed, "the shard is not ready on this replica".to_owned()),
            },
        };
        self.missing.push(Missing {
            leaf,
            shard,
            cause,
            reason,
        });
    }

    /// The best of all, for each of what was wanted.
    fn best(&mut self, wanted: &[Completing]) -> Vec<Vec<(Ranked, Placed)>> {
        let mut all: Vec<Best<Placed>> = wanted
            .iter()
            .map(|wanted| Best::new(wanted.size as usize, wanted.distinct))
            .collect();
        for (list, lists) in std::mem::take(&mut self.completions).into_iter().enumerate() {
            for (best, completions) in all.iter_mut().zip(lists) {
                for completion in completions {
                    let ranked = Ranked {
                        score: completion.score,
                        text: completion.text.clone(),
                        key: completion.key,
                        id: completion.id.clone(),
                    };
                    best.add(ranked, (list, completion));
                }
            }
        }
        all.into_iter().map(|best| best.into_ranked().collect()).collect()
    }

    /// The best with their documents, if these are wanted. One whose document is gone by now is left out.
    async fn shown(
        &mut self,
        plan: &Plan,
        best: Vec<Vec<(Ranked, Placed)>>,
        documents: bool,
        rounds: Rounds<'_>,
    ) -> Vec<Vec<Completed>> {
        let shown = |rank: Ranked, document| Completed {
            index: None,
            rank,
            document,
        };
        if !documents {
            let each =
                |best: Vec<(Ranked, Placed)>| best.into_iter().map(|(rank, _)| shown(rank, None)).collect();
            return best.into_iter().map(each).collect();
        }
        let winners: Vec<Winner> = best.iter().flatten().map(|(_, placed)| winner(placed)).collect();
        let pin = plan.pin.map(|pin| pin.id);
        let fetched = fetch::fetch((plan.index, pin), &winners, &self.lists, rounds).await;
        let mut fetched = winners.iter().zip(fetched);
        let mut all = Vec::with_capacity(best.len());
        for best in best {
            let mut completed = Vec::with_capacity(best.len());
            for ((rank, _), (winner, document)) in best.into_iter().zip(fetched.by_ref()) {
                match document {
                    Ok(Some(document)) => completed.push(shown(rank, Some(document))),
                    Ok(None) => {}
                    Err(Failure { cause, reason }) => self.missing.push(Missing {
                        leaf: self.lists[winner.list].leaf,
                        shard: winner.hit.shard,
                        cause,
                        reason,
                    }),
                }
            }
            all.push(completed);
        }
        all
    }
}

/// What the fetch phase needs to know of a completion.
fn winner((list, completion): &Placed) -> Winner {
    let hit = Hit {
        shard: completion.shard,
        score: 0.0,
        key: completion.key,
        id: completion.id.clone(),
        sort: Vec::new(),
        group: None,
        address: completion.address,
    };
    Winner::new(*list, hit)
}

impl Answer for CompleteResponse {}

impl AboutShards for CompleteResponse {
    fn has(&self, shard: Shard) -> bool {
        let is_final =
            |failure: &Option<ShardFailure>| matches!(failure, None | Some(ShardFailure::Deadline));
        self.shards
            .iter()
            .any(|completed| completed.shard == shard && is_final(&completed.failure))
    }
}
