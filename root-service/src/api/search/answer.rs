//! The answer of a search as JSON. Documents go in as they are stored; nothing of them is parsed unless a filter asks for it.

use serde_json::{Value, json};
use shared::wire::sort::SortKey;

use super::splice::{Object, push_source};
use super::{profile, shards};
use crate::dsl::{SearchCommand, SourceFilter};
use crate::error::ApiError;
use crate::resolve;
use crate::search::aggregations::Aggregated;
use crate::search::{Coverage, FoundDocument, SearchResult, Total};

/// What the client wants to see of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    source: SourceFilter,
    version: bool,
    seq_no: bool,
    bare_total: bool,
}

impl Shape {
    /// The shape that a command asks for.
    pub(super) fn of(command: &SearchCommand) -> Self {
        Self {
            source: command.source.clone(),
            version: command.version,
            seq_no: command.seq_no_primary_term,
            bare_total: command.rest_total_hits_as_int,
        }
    }

    /// The whole answer.
    pub(super) fn render(&self, index: &str, result: &SearchResult) -> Result<Vec<u8>, ApiError> {
        let mut answer = Object::into(Vec::with_capacity(512 + bytes(result)));
        answer
            .put("took", &result.took_ms)
            .put("timed_out", &result.timed_out)
            .put("_shards", &shards::render(index, &result.shards))
            .put("coverage", &coverage(&result.coverage));
        let mut hits = Object::into(std::mem::take(answer.key("hits")));
        if let Some(total) = &result.total {
            hits.put("total", &self.total(total));
        }
        hits.put("max_score", &result.max_score);
        let json = hits.key("hits");
        json.push(b'[');
        for (nth, hit) in result.hits.iter().enumerate() {
            if nth > 0 {
                json.push(b',');
            }
            self.hit(json, index, &result.order, hit)?;
        }
        json.push(b']');
        *answer.bytes() = hits.finish();
        if let Some(aggregations) = &result.aggregations {
            answer.put("aggregations", &aggregations.render()?);
        }
        if let Some(profile) = &result.profile {
            answer.put("profile", &profile::render(profile));
        }
        Ok(answer.finish())
    }

    fn total(&self, total: &Total) -> Value {
        if self.bare_total {
            return total.value.into();
        }
        let relation = if total.exact { "eq" } else { "gte" };
        json!({"value": total.value, "relation": relation})
    }

    fn hit(
        &self,
        json: &mut Vec<u8>,
        index: &str,
        order: &[SortKey],
        hit: &FoundDocument,
    ) -> Result<(), ApiError> {
        let mut shown = Object::into(std::mem::take(json));
        shown
            .put("_index", hit.index.as_deref().unwrap_or(index))
            .put("_id", &hit.id);
        if let Some(document) = &hit.document {
            if self.version {
                shown.put("_version", &document.version);
            }
            if self.seq_no {
                shown.put("_seq_no", &document.seq_no).put("_primary_term", &1);
            }
        }
        shown.put("_score", &hit.score);
        if let Some(document) = &hit.document {
            if let Some(routing) = &document.routing {
                shown.put("_routing", routing);
            }
            if self.source.is_shown() {
                push_source(shown.key("_source"), &document.source, &self.source)?;
            }
        }
        if !order.is_empty() {
            let values = order.iter().zip(&hit.sort);
            let values: Vec<Value> = values
                .map(|(key, value)| resolve::sort::shown(key, value))
                .collect();
            shown.put("sort", &values);
        }
        *json = shown.finish();
        Ok(())
    }
}

/// About how many bytes the answer will have.
pub(super) fn bytes(result: &SearchResult) -> usize {
    let hit = |hit: &FoundDocument| {
        128 + hit.id.len() + hit.document.as_ref().map_or(0, |document| document.source.len())
    };
    let attempts = result
        .profile
        .as_ref()
        .map_or(0, |profile| profile.attempts.len());
    let aggregations = result.aggregations.as_ref().map_or(0, Aggregated::work);
    result.hits.iter().map(hit).sum::<usize>() + 192 * attempts + aggregations
}

/// Always there, so that nobody has to guess whether an answer is complete.
pub(super) fn coverage(coverage: &Coverage) -> Value {
    json!({
        "documents": {"total": coverage.documents_total, "covered": coverage.documents_covered},
        "leaves": {"total": coverage.leaves_total, "answered": coverage.leaves_answered},
        "degraded": {
            "timeout": coverage.shards_timeout,
            "min_coverage": coverage.shards_early,
            "shed": coverage.shards_shed,
            "failed": coverage.shards_failed,
        },
    })
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
