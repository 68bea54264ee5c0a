//! Fetch: the stored documents of the winners only, from the replicas that found them, or by id from another.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures::future::join_all;
use shared::ids::{IndexUuid, Position};
use shared::wire::{AttemptKind, FetchItem, FetchRequest, FetchResponse, ShardTarget, StoredDocument, Tie};
use tokio::time::Instant;
use uuid::Uuid;

use super::gather::LeafHits;
use super::merge::Winner;
use super::rounds::Rounds;
use crate::attempt::{Answer, Ask, Failure};
use crate::client::Reply;
use crate::members::{Phase, Replica};
use crate::search::Cause;

/// The winners' documents, in the winners' order, each found, gone, or failed with its leaf.
pub(super) type Fetched = Vec<Result<Option<StoredDocument>, Failure>>;

/// Fetches the winners' documents; each leaf's share succeeds or fails on its own.
pub(super) async fn fetch(
    (index, pin): (IndexUuid, Option<Uuid>),
    winners: &[Winner],
    lists: &[LeafHits],
    rounds: Rounds<'_>,
) -> Fetched {
    let call = |replica: &Replica, documents: Vec<FetchItem>| {
        let request = FetchRequest {
            index,
            documents,
            pin,
            time_remaining_us: rounds.schedule.answer.remaining_us(Instant::now()),
        };
        rounds.client.fetch(&replica.endpoint, &request)
    };
    from_finders(index, winners, lists, rounds, call).await
}

/// An answer about documents, in the order in which they were asked about.
pub(super) trait AboutDocuments: Answer {
    /// What is said of one.
    type Of;

    /// What is said of each; `None` of one that is gone.
    fn documents(self) -> Vec<Option<Self::Of>>;
}

/// Asks about the winners where they were found; each leaf's share succeeds or fails on its own.
pub(super) async fn from_finders<T: AboutDocuments>(
    index: IndexUuid,
    winners: &[Winner],
    lists: &[LeafHits],
    rounds: Rounds<'_>,
    call: impl Fn(&Replica, Vec<FetchItem>) -> Reply<T> + Send + Sync,
) -> Vec<Result<Option<T::Of>, Failure>> {
    let call = &call;
    let asked = lists.iter().enumerate().map(async |(number, list)| {
        let wanted: Vec<usize> = winners
            .iter()
            .enumerate()
            .filter(|(_, winner)| winner.list == number)
            .map(|(at, _)| at)
            .collect();
        if wanted.is_empty() {
            return (wanted, Ok(Vec::new()));
        }
        let hits: Vec<&Winner> = wanted.iter().map(|at| &winners[*at]).collect();
        let result = ask_list(index, &hits, list, rounds, call).await;
        (wanted, result)
    });
    let mut fetched: Vec<_> = winners.iter().map(|_| Ok(None)).collect();
    for (wanted, result) in join_all(asked).await {
        match result {
            Ok(documents) => {
                for (at, document) in wanted.into_iter().zip(documents) {
                    fetched[at] = Ok(document);
                }
            }
            Err(failure) => wanted
                .into_iter()
                .for_each(|at| fetched[at] = Err(failure.clone())),
        }
    }
    fetched
}

async fn ask_list<T: AboutDocuments>(
    index: IndexUuid,
    hits: &[&Winner],
    list: &LeafHits,
    rounds: Rounds<'_>,
    call: impl Fn(&Replica, Vec<FetchItem>) -> Reply<T> + Send + Sync,
) -> Result<Vec<Option<T::Of>>, Failure> {
    let Some(leaf) = rounds.members.leaf(list.leaf) else {
        let reason = format!("leaf {} is gone", list.leaf);
        return Err(Failure {
            cause: Cause::Failed,
            reason,
        });
    };
    // The replica that found the hits goes first: it has them at hand. Any other that is ready can look them up.
    let shards: Vec<ShardTarget> = hits
        .iter()
        .map(|winner| winner.hit.shard)
        .collect::<BTreeSet<_>>()
        .into_iter()
        .map(|shard| ShardTarget {
            shard,
            position_min: Position::START,
        })
        .collect();
    let candidates = leaf.candidates(index, &shards);
    let finder = candidates
        .iter()
        .position(|candidate| Arc::ptr_eq(&candidate.replica, &list.replica));
    let attempt = |replica: &Replica, _: AttemptKind, _: Option<Tie>| {
        let at_hand = std::ptr::eq(replica, Arc::as_ptr(&list.replica));
        let item = |winner: &&Winner| FetchItem {
            shard: winner.hit.shard,
            id: winner.hit.id.clone(),
            address: at_hand.then_some(winner.hit.address),
        };
        call(replica, hits.iter().map(item).collect())
    };
    let ask = Ask {
        leaf,
        candidates,
        first: finder,
        kind: AttemptKind::Primary,
        phase: Phase::Fetch,
        deadline: rounds.schedule.answer,
        recorder: rounds.recorder.cloned(),
    };
    let attempted = rounds.attempts.run(ask, attempt).await?;
    let documents = attempted.reply.documents();
    if documents.len() == hits.len() {
        return Ok(documents);
    }
    let reason = format!(
        "{} sent {} documents for {}",
        attempted.replica.name(),
        documents.len(),
        hits.len()
    );
    Err(Failure {
        cause: Cause::Failed,
        reason,
    })
}

impl Answer for FetchResponse {}

impl AboutDocuments for FetchResponse {
    type Of = StoredDocument;

    fn documents(self) -> Vec<Option<StoredDocument>> {
        self.documents
    }
}
