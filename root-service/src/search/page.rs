//! The page: the winners with their documents, which came along with the hits or are fetched now.

use std::sync::Arc;

use shared::mapping::Mapping;
use shared::wire::group::GroupKey;
use shared::wire::sort::{SortBy, SortKey, SortValue};
use shared::wire::{Hit, ScoredQuery, Statistics, StoredDocument};

use super::explained;
use super::fetch;
use super::gather::{Gathered, LeafHits};
use super::merge::{self, Winner};
use super::plan::{Plan, Window};
use super::result::{FoundDocument, Group};
use super::rounds::Rounds;
use crate::dsl::search_body::SearchCommand;
use crate::error::ApiError;
use crate::resolve;

/// The best score of all matches, and the page's hits, out of the leaves' lists.
pub(super) fn winners(
    lists: &mut [LeafHits],
    order: &[SortKey],
    window: Window,
) -> (Option<f32>, Vec<Winner>) {
    let lists: Vec<Vec<Hit>> = lists
        .iter_mut()
        .map(|list| std::mem::take(&mut list.hits))
        .collect();
    let best = best_score(order, &lists);
    let winners = merge::merge(lists, order, window.from as usize, window.size as usize);
    (best, winners)
}

/// The best score of all matches; unknown if hits do not come by score.
fn best_score(order: &[SortKey], lists: &[Vec<Hit>]) -> Option<f32> {
    if order
        .first()
        .is_some_and(|key| key.by != SortBy::Score || !key.descending)
    {
        return None;
    }
    lists
        .iter()
        .filter_map(|hits| hits.first())
        .map(|hit| hit.score)
        .max_by(f32::total_cmp)
}

/// The page's hits, with all that is to be known of them, and whether leaves had to be asked.
pub(super) async fn hits(
    (plan, statistics, named): (&Plan, &Statistics, Vec<ScoredQuery>),
    (command, mapping): (&SearchCommand, &Mapping),
    gathered: &mut Gathered,
    mut winners: Vec<Winner>,
    rounds: Rounds<'_>,
) -> Result<(Vec<FoundDocument>, bool), ApiError> {
    if let (Some(collapse), Some(by)) = (&command.collapse, &plan.collapse) {
        name_groups(&mut winners, (&collapse.field, by), mapping);
    }
    let asked = !winners.is_empty() && plan.questions.any();
    let winners = explained::ask(plan, (statistics, named), mapping, winners, gathered, rounds).await?;
    let (mut hits, fetched) = documents(plan, gathered, winners, command, rounds).await;
    with_mapping(&mut hits, command, mapping);
    Ok((hits, asked || fetched))
}

/// Says which groups the winners stand for.
fn name_groups(winners: &mut [Winner], of: (&str, &SortBy), mapping: &Mapping) {
    for winner in winners {
        let value = winner.hit.group.as_ref().unwrap_or(&SortValue::Missing);
        winner.group = Some(Box::new(Group {
            key: GroupKey::from(value),
            field: of.0.to_owned(),
            shown: resolve::collapse::shown(of.1, value),
            members: resolve::collapse::members(of, mapping, value),
        }));
    }
}

/// The page's documents, and whether they had to be fetched. A hit whose document is gone by now is left out; a document
/// that cannot be had makes its shard a failed one.
async fn documents(
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
        said: winner.said,
        group: winner.group,
        inner_hits: Vec::new(),
        document,
        mapping: None,
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
    let of = (plan.index, plan.pin.map(|pin| pin.id));
    let fetched = fetch::fetch(of, &winners, &gathered.lists, rounds).await;
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
    command.source.is_shown() || command.version || command.seq_no_primary_term || command.reads_fields()
}

/// Gives hits the mapping by which their documents are read, if the command shows more of them than their source.
fn with_mapping(hits: &mut [FoundDocument], command: &SearchCommand, mapping: &Mapping) {
    if hits.is_empty() || !command.reads_fields() {
        return;
    }
    let mapping = Arc::new(mapping.clone());
    for hit in hits {
        hit.mapping = Some(Arc::clone(&mapping));
    }
}
