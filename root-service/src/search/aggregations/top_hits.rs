//! The best documents of buckets, fetched like those of a page: once it is known which are shown, and only these.

use std::sync::Arc;

use shared::catalog::SearchDefaults;
use shared::deadline::Deadline;
use shared::ids::{Leaf, Shard};
use shared::limits;
use shared::wire::StoredDocument;
use tokio::time::Instant;

use super::outcome::{Outcome, ShownHit};
use super::{Aggregated, Finished};
use crate::attempt::Failure;
use crate::dsl::SearchCommand;
use crate::error::ApiError;
use crate::resolve::aggregations::{Node, What};
use crate::search::Searches;
use crate::search::fetch;
use crate::search::gather::LeafHits;
use crate::search::merge::Winner;
use crate::search::result::{Cause, SearchResult, ShardReport};
use crate::search::rounds::Rounds;
use crate::search::time::Schedule;
use crate::search::wishes::Wishes;

/// What came of fetching one document.
type Fetched = Result<Option<StoredDocument>, (Leaf, Failure)>;

impl Searches {
    /// Gives the best documents of buckets what is shown of them, if any are. One that is gone by now is left out; one that
    /// cannot be had makes its shard a failed one.
    ///
    /// # Errors
    /// As [`Aggregated::render`], and a 400 if they are more than a page may have.
    pub async fn with_top_hits(
        &self,
        mut result: SearchResult,
        (command, defaults): (&SearchCommand, &SearchDefaults),
        deadline: Deadline,
    ) -> Result<SearchResult, ApiError> {
        let shows_hits = |of: &Aggregated| of.indexes.first().is_some_and(|of| any_documents(&of.plan.nodes));
        let Some(aggregated) = result.aggregations.take_if(|of| shows_hits(of)) else {
            return Ok(result);
        };
        let finishing = tokio::task::spawn_blocking(move || {
            let finished = aggregated.finish();
            (aggregated, finished)
        });
        let (mut aggregated, finished) = match finishing.await {
            Ok(done) => done,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => return Err(ApiError::Internal),
            },
        };
        let mut finished = finished?;
        let wanted = wanted(&mut finished)?;
        let fetched = self.fetch_hits(&aggregated, &wanted, deadline).await;
        let mut lost: Vec<(Arc<str>, Shard, Leaf, Failure)> = Vec::new();
        let mut hits = Vec::new();
        shown_hits(&finished.plan.nodes, &mut finished.outcomes, &mut hits);
        for (hit, fetched) in hits.into_iter().zip(fetched) {
            match fetched {
                Ok(document) => hit.document = document,
                Err((leaf, failure)) => lost.push((hit.index.clone(), hit.hit.hit.shard, leaf, failure)),
            }
            hit.gone = hit.document.is_none();
        }
        let several = aggregated.indexes.len() > 1;
        for (index, shard, leaf, failure) in lost {
            report(&mut result, several.then_some(index), (shard, leaf), failure);
        }
        if Wishes::of(command, defaults).all_or_nothing && !result.shards.failures.is_empty() {
            return Err(ApiError::Incomplete(
                "the best documents of some buckets could not be fetched".to_owned(),
            ));
        }
        aggregated.finished = Some(Arc::new(finished));
        result.aggregations = Some(aggregated);
        Ok(result)
    }

    /// Fetches documents from the replicas that found them, of all indexes at the same time.
    async fn fetch_hits(&self, of: &Aggregated, wanted: &[ShownHit], deadline: Deadline) -> Vec<Fetched> {
        let rounds = Rounds {
            members: &self.members,
            client: &self.client,
            attempts: &self.attempts,
            schedule: Schedule::new(Instant::now(), deadline),
            recorder: None,
        };
        let mut first = 0;
        let asked = of.indexes.iter().map(|of| {
            let origins = first..first + of.parts.len();
            first = origins.end;
            let mut lists: Vec<LeafHits> = Vec::new();
            let mut winners: Vec<(usize, Winner)> = Vec::new();
            for (at, shown) in wanted.iter().enumerate() {
                let origin = shown.hit.origin as usize;
                let part = origins
                    .contains(&origin)
                    .then(|| &of.parts[origin - origins.start]);
                let Some(replica) = part.and_then(|part| part.replica.clone()) else {
                    continue;
                };
                let known = lists.iter().position(|list| Arc::ptr_eq(&list.replica, &replica));
                let list = known.unwrap_or_else(|| {
                    lists.push(LeafHits {
                        leaf: replica.leaf,
                        replica,
                        hits: Vec::new(),
                        documents: Vec::new(),
                    });
                    lists.len() - 1
                });
                let hit = shown.hit.hit.clone();
                winners.push((at, Winner::new(list, hit)));
            }
            async move {
                let (places, winners): (Vec<usize>, Vec<Winner>) = winners.into_iter().unzip();
                let fetched = fetch::fetch((of.index, of.pin), &winners, &lists, rounds).await;
                let fetched = fetched
                    .into_iter()
                    .zip(&winners)
                    .map(|(fetched, winner)| fetched.map_err(|failure| (lists[winner.list].leaf, failure)));
                places
                    .into_iter()
                    .zip(fetched.collect::<Vec<_>>())
                    .collect::<Vec<_>>()
            }
        });
        let mut all: Vec<Fetched> = wanted.iter().map(|_| Ok(None)).collect();
        for (at, fetched) in futures::future::join_all(asked).await.into_iter().flatten() {
            all[at] = fetched;
        }
        all
    }
}

impl Aggregated {
    /// Tells hits the index that they are in.
    pub(super) fn name_indexes(&self, outcomes: &mut [Outcome]) -> Result<(), ApiError> {
        let names = self
            .indexes
            .iter()
            .flat_map(|of| of.parts.iter().map(|_| &of.name));
        let names: Vec<&Arc<str>> = names.collect();
        let mut hits = Vec::new();
        for outcome in outcomes {
            outcome.hits(&mut hits);
        }
        for hit in hits {
            let name = names.get(hit.hit.origin as usize).ok_or(ApiError::Internal)?;
            hit.index = Arc::clone(name);
        }
        Ok(())
    }
}

/// Whether anything shows stored documents.
fn any_documents(nodes: &[Node]) -> bool {
    nodes.iter().any(|node| match &node.what {
        What::TopHits(top) => top.wants_documents(),
        _ => any_documents(&node.inner),
    })
}

/// The hits whose documents are shown, in the order of [`shown_hits`].
fn wanted(finished: &mut Finished) -> Result<Vec<ShownHit>, ApiError> {
    let mut hits = Vec::new();
    shown_hits(&finished.plan.nodes, &mut finished.outcomes, &mut hits);
    if hits.len() > limits::TOP_HITS_ALL_MAX {
        return Err(ApiError::illegal(format!(
            "the [top_hits] of all buckets show [{}] documents, the limit is [{}]; ask for fewer buckets or a smaller [size]",
            hits.len(),
            limits::TOP_HITS_ALL_MAX
        )));
    }
    Ok(hits.into_iter().map(|hit| hit.clone()).collect())
}

fn shown_hits<'a>(nodes: &[Node], outcomes: &'a mut [Outcome], into: &mut Vec<&'a mut ShownHit>) {
    for (node, outcome) in nodes.iter().zip(outcomes) {
        match (&node.what, outcome) {
            (What::TopHits(top), outcome) if top.wants_documents() => outcome.hits(into),
            (_, Outcome::Single(bucket)) => shown_hits(&node.inner, &mut bucket.inner, into),
            (_, Outcome::Buckets(list)) => {
                for bucket in &mut list.buckets {
                    shown_hits(&node.inner, &mut bucket.inner, into);
                }
            }
            _ => {}
        }
    }
}

/// A shard that was counted as complete turns out not to be.
fn report(
    result: &mut SearchResult,
    index: Option<Arc<str>>,
    (shard, leaf): (Shard, Leaf),
    failure: Failure,
) {
    let known = |report: &ShardReport| report.shard == shard && report.index == index;
    if result.shards.failures.iter().any(known) {
        return;
    }
    result.shards.successful = result.shards.successful.saturating_sub(1);
    match failure.cause {
        Cause::Timeout => result.coverage.shards_timeout += 1,
        Cause::Early => result.coverage.shards_early += 1,
        Cause::Shed => result.coverage.shards_shed += 1,
        Cause::Failed | Cause::NoPin => result.coverage.shards_failed += 1,
    }
    result.shards.failures.push(ShardReport {
        index,
        shard,
        leaf,
        cause: failure.cause,
        reason: failure.reason,
    });
}
