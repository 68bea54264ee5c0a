//! The page: the winners with their documents, which came along with the hits or are fetched now.

use shared::wire::StoredDocument;

use super::fetch;
use super::gather::{Gathered, LeafHits};
use super::merge::Winner;
use super::plan::Plan;
use super::result::FoundDocument;
use super::rounds::Rounds;
use crate::dsl::search_body::SearchCommand;

/// The page's documents, and whether they had to be fetched. A hit whose document is gone by now is left out; a document
/// that cannot be had makes its shard a failed one.
pub(super) async fn documents(
    plan: &Plan,
    gathered: &mut Gathered,
    winners: Vec<Winner>,
    command: &SearchCommand,
    rounds: Rounds<'_>,
) -> (Vec<FoundDocument>, bool) {
    let scored = plan.is_scored();
    let found = |winner: Winner, document| FoundDocument {
        index: None,
        id: winner.hit.id,
        score: scored.then_some(winner.hit.score),
        sort: winner.hit.sort,
        document,
    };
    if winners.is_empty() || !wants_documents(command) {
        let hits = winners.into_iter().map(|winner| found(winner, None));
        return (hits.collect(), false);
    }
    if plan.documents
        && let Some(documents) = came_along(&mut gathered.lists, winners.len())
    {
        let both = winners.into_iter().zip(documents);
        let hits = both.map(|(winner, document)| found(winner, Some(document)));
        return (hits.collect(), false);
    }
    let fetched = fetch::fetch(plan.index, &winners, &gathered.lists, rounds).await;
    let mut hits = Vec::with_capacity(winners.len());
    for (winner, fetched) in winners.into_iter().zip(fetched) {
        match fetched {
            Ok(Some(document)) => hits.push(found(winner, Some(document))),
            Ok(None) => {}
            Err(failure) => {
                let leaf = gathered.lists[winner.list].leaf;
                gathered.lost(leaf, winner.hit.shard, failure.cause, &failure.reason);
            }
        }
    }
    (hits, true)
}

/// The documents that the only leaf sent along with its hits, if it sent one for each.
fn came_along(lists: &mut [LeafHits], winners: usize) -> Option<Vec<StoredDocument>> {
    let [only] = lists else { return None };
    (only.documents.len() == winners).then(|| std::mem::take(&mut only.documents))
}

/// Without source, version and the like, a hit is its id and score, and nothing need be fetched.
pub(super) fn wants_documents(command: &SearchCommand) -> bool {
    command.source.is_shown() || command.version || command.seq_no_primary_term
}
