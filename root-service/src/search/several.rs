//! Searches over several indexes: each is searched by itself, by its own statistics, as in Elasticsearch; what they
//! find is merged in the order that was asked for, with the same order of ties as within one.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use shared::ids::{self, Leaf, Shard};
use shared::wire::sort::{self, SortBy, SortKey};

use super::coverage::Coverage;
use super::result::{Cause, FoundDocument, SearchResult, ShardReport, ShardsSummary, Total};
use crate::dsl::search_body::SearchCommand;
use crate::error::ApiError;
use crate::suggest::result::Suggested;

/// The search that each index answers: the page from its beginning.
///
/// # Errors
/// A 400 for a search that asks for what cannot be merged from the answers of single indexes.
pub fn each(command: &SearchCommand) -> Result<SearchCommand, ApiError> {
    let known = SearchCommand {
        query: command.query.clone(),
        from: command.from,
        size: command.size,
        sort: command.sort.clone(),
        search_after: command.search_after.clone(),
        track_scores: command.track_scores,
        post_filter: command.post_filter.clone(),
        collapse: command.collapse.clone(),
        explain: command.explain,
        named_scores: command.named_scores,
        suggest: command.suggest.clone(),
        typed_keys: command.typed_keys,
        source: command.source.clone(),
        highlight: command.highlight.clone(),
        fields: command.fields.clone(),
        docvalue_fields: command.docvalue_fields.clone(),
        count_max: command.count_max,
        timeout: command.timeout,
        allow_partial_search_results: command.allow_partial_search_results,
        min_coverage: command.min_coverage,
        coverage_wait_min: command.coverage_wait_min,
        coverage_wait_max: command.coverage_wait_max,
        aggregations: command.aggregations.clone(),
        version: command.version,
        seq_no_primary_term: command.seq_no_primary_term,
        rest_total_hits_as_int: command.rest_total_hits_as_int,
        ..SearchCommand::default()
    };
    // Whatever else a search can say is not merged here, so it is refused and never lost.
    if known != *command {
        return Err(ApiError::illegal(
            "a search over several indexes offers [query], [post_filter], [collapse], [explain], [min_score], [from], [size], [sort], [search_after], [aggs], \
             [_source], [fields], [docvalue_fields], [highlight], [track_total_hits], [version] and [seq_no_primary_term] so far; search one index at a time for \
             what else this one asks for",
        ));
    }
    Ok(SearchCommand {
        from: 0,
        size: command.from + command.size,
        ..known
    })
}

/// Merges what the indexes found, in any order, into the page of `command`.
///
/// # Errors
/// A 400 if a field by which hits are ordered has values of different kinds in different indexes.
pub fn merge(
    found: Vec<(Arc<str>, SearchResult)>,
    command: &SearchCommand,
    took: Duration,
) -> Result<SearchResult, ApiError> {
    let mut merged = SearchResult {
        took_ms: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        total: (command.count_max > 0).then_some(Total {
            value: 0,
            exact: true,
        }),
        ..SearchResult::default()
    };
    for (index, result) in found {
        merged.timed_out |= result.timed_out;
        merged.max_score = [merged.max_score, result.max_score]
            .into_iter()
            .flatten()
            .max_by(f32::total_cmp);
        if let (Some(total), Some(more)) = (&mut merged.total, result.total) {
            total.value = total.value.saturating_add(more.value);
            total.exact &= more.exact;
        }
        merge_order(&mut merged.order, result.order)?;
        if let Some(more) = result.aggregations {
            match &mut merged.aggregations {
                Some(aggregations) => aggregations.merge(more),
                none => *none = Some(more),
            }
        }
        merge_suggestions(&mut merged.suggestions, result.suggestions, &index)?;
        add_shards(&mut merged.shards, result.shards, &index);
        add_coverage(&mut merged.coverage, &result.coverage);
        merged
            .hits
            .extend(result.hits.into_iter().map(|hit| FoundDocument {
                index: Some(index.clone()),
                ..hit
            }));
    }
    if let Some(total) = &mut merged.total
        && total.value > command.count_max
    {
        total.value = command.count_max;
        total.exact = false;
    }
    merged.hits = page(
        merged.hits,
        &merged.order,
        command.from as usize,
        command.size as usize,
    );
    Ok(merged)
}

/// What the indexes suggest, by name.
fn merge_suggestions(
    merged: &mut Vec<Suggested>,
    more: Vec<Suggested>,
    index: &Arc<str>,
) -> Result<(), ApiError> {
    for mut suggested in more {
        suggested.in_index(index);
        match merged.iter_mut().find(|other| other.name == suggested.name) {
            Some(other) => other.merge(suggested)?,
            None => merged.push(suggested),
        }
    }
    Ok(())
}

/// One order of all indexes: a field that some do not have is what it is in the others.
fn merge_order(merged: &mut Vec<SortKey>, more: Vec<SortKey>) -> Result<(), ApiError> {
    if merged.is_empty() {
        *merged = more;
        return Ok(());
    }
    for (key, other) in merged.iter_mut().zip(more) {
        if key.by == SortBy::Nothing {
            *key = other;
        } else if other.by != SortBy::Nothing && other.by != key.by {
            return Err(ApiError::illegal(format!(
                "a field of [sort] has values of different kinds in the indexes of the search, which have no common order: \
                 {:?} and {:?}",
                key.by, other.by
            )));
        }
    }
    Ok(())
}

/// What an index of which nothing could be had adds to an answer that others gave; `None` for an error that is the
/// client's, and so of the whole search.
pub fn lost(error: &ApiError, placement: &[Leaf]) -> Option<SearchResult> {
    let (cause, reason) = match error {
        ApiError::Rejected { reason, .. } => (Cause::Shed, reason.clone()),
        ApiError::AllShardsFailed(shards) => {
            let reasons = shards.first().map(|shard| shard.reason.clone());
            (Cause::Failed, reasons.unwrap_or_default())
        }
        _ => return None,
    };
    let mut result = SearchResult::default();
    result.shards.total = u32::try_from(placement.len()).unwrap_or(u32::MAX);
    match cause {
        Cause::Shed => result.coverage.shards_shed = result.shards.total,
        _ => result.coverage.shards_failed = result.shards.total,
    }
    let report = |(shard, leaf): (u32, &Leaf)| ShardReport {
        index: None,
        shard: Shard(shard),
        leaf: *leaf,
        cause,
        reason: reason.clone(),
    };
    result.shards.failures = (0..).zip(placement).map(report).collect();
    result.total = Some(Total {
        value: 0,
        exact: false,
    });
    Some(result)
}

/// The hits in order, cut to the page: by the criteria or the score, document key, id, and for the same id by index.
fn page(hits: Vec<FoundDocument>, order: &[SortKey], from: usize, size: usize) -> Vec<FoundDocument> {
    let mut keyed: Vec<(u64, FoundDocument)> = hits
        .into_iter()
        .map(|hit| (ids::document_key(&hit.id), hit))
        .collect();
    keyed.sort_by(|(key_a, a), (key_b, b)| {
        let score = |hit: &FoundDocument| hit.score.unwrap_or_default();
        let decided = if order.is_empty() {
            score(b).total_cmp(&score(a))
        } else {
            sort::compare(order, &a.sort, &b.sort)
        };
        decided
            .then(key_a.cmp(key_b))
            .then_with(|| a.id.cmp(&b.id))
            .then_with(|| a.index.cmp(&b.index))
    });
    // Of several hits of one group the first counts.
    let mut groups = HashSet::new();
    keyed
        .into_iter()
        .map(|(_, hit)| hit)
        .filter(|hit| {
            let group = hit.group.as_ref();
            group.is_none_or(|group| groups.insert(group.key.clone()))
        })
        .skip(from)
        .take(size)
        .collect()
}

fn add_shards(sum: &mut ShardsSummary, more: ShardsSummary, index: &Arc<str>) {
    sum.total += more.total;
    sum.successful += more.successful;
    sum.failures.extend(more.failures.into_iter().map(|mut report| {
        report.index = Some(index.clone());
        report
    }));
}

/// A leaf counts once for each index that it was asked for.
fn add_coverage(sum: &mut Coverage, more: &Coverage) {
    sum.documents_total += more.documents_total;
    sum.documents_covered += more.documents_covered;
    sum.leaves_total += more.leaves_total;
    sum.leaves_answered += more.leaves_answered;
    sum.shards_timeout += more.shards_timeout;
    sum.shards_early += more.shards_early;
    sum.shards_shed += more.shards_shed;
    sum.shards_failed += more.shards_failed;
}

#[cfg(test)]
mod tests {
    use shared::wire::sort::{Missing, SortMode};

    use super::*;

    fn result(total: u64, hits: &[(&str, f32)]) -> SearchResult {
        let hit = |(id, score): &(&str, f32)| FoundDocument {
            id: (*id).to_owned(),
            score: Some(*score),
            ..FoundDocument::default()
        };
        let mut result = SearchResult {
            total: Some(Total {
                value: total,
                exact: true,
            }),
            max_score: hits.first().map(|(_, score)| *score),
            hits: hits.iter().map(hit).collect(),
            ..SearchResult::default()
        };
        result.shards.total = 2;
        result.shards.successful = 2;
        result
    }

    fn command(from: u32, size: u32, count_max: u64) -> SearchCommand {
        SearchCommand {
            from,
            size,
            count_max,
            ..SearchCommand::default()
        }
    }

    #[test]
    fn hits_of_several_indexes_go_by_score_and_the_page_is_cut_last() {
        let found = || {
            vec![
                (Arc::from("b"), result(2, &[("1", 3.0), ("2", 1.0)])),
                (Arc::from("a"), result(3, &[("3", 4.0), ("1", 3.0), ("4", 0.5)])),
            ]
        };
        let merged = merge(found(), &command(1, 3, 10), Duration::from_millis(7)).unwrap();
        let hits: Vec<(&str, &str)> = merged
            .hits
            .iter()
            .map(|hit| (hit.index.as_deref().unwrap(), hit.id.as_str()))
            .collect();
        assert_eq!(hits, [("a", "1"), ("b", "1"), ("b", "2")]);
        assert_eq!((merged.max_score, merged.took_ms), (Some(4.0), 7));
        let all = Some(Total {
            value: 5,
            exact: true,
        });
        assert_eq!((merged.total, merged.shards.total), (all, 4));
        let capped = merge(found(), &command(0, 0, 4), Duration::ZERO).unwrap().total;
        assert_eq!(
            capped,
            Some(Total {
                value: 4,
                exact: false
            })
        );
        assert_eq!(
            merge(found(), &command(0, 0, 0), Duration::ZERO).unwrap().total,
            None
        );
    }

    #[test]
    fn a_field_that_an_index_lacks_does_not_change_the_order() {
        let key = |by| SortKey {
            by,
            descending: false,
            mode: SortMode::Min,
            missing: Missing::Last,
        };
        let long = || key(SortBy::Long("n".to_owned()));
        let mut order = Vec::new();
        for more in [key(SortBy::Nothing), long(), key(SortBy::Nothing), long()] {
            merge_order(&mut order, vec![more]).unwrap();
        }
        assert_eq!(order, [long()]);
        let text = key(SortBy::Text("n".to_owned()));
        assert!(merge_order(&mut order, vec![text]).is_err());
    }

    #[test]
    fn each_index_is_asked_for_the_page_from_its_beginning() {
        let each = each(&command(20, 10, 5)).unwrap();
        assert_eq!((each.from, each.size), (0, 30));
        let profiled = SearchCommand {
            profile: true,
            ..SearchCommand::default()
        };
        assert!(super::each(&profiled).is_err());
    }
}
