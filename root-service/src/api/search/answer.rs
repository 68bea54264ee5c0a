//! The answer of a search as JSON. Documents go in as they are stored; nothing of them is parsed unless a filter asks for it.

use serde_json::Value;
use shared::wire::sort::SortKey;

use super::account::{CoverageShown, Covered, Degraded, Leaves, Relation, TotalShown};
use super::beside::{Beside, Parts, Shower};
use super::explanation::Sayings;
use super::splice::{Object, push_source};
use super::{profile, shards, suggest};
use crate::dsl::{InnerHits, SearchCommand, SourceFilter};
use crate::error::ApiError;
use crate::resolve;
use crate::search::aggregations::Aggregated;
use crate::search::{Coverage, FoundDocument, SearchResult, Total};

/// What the client wants to see of a result.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shape {
    source: SourceFilter,
    beside: Option<Beside>,
    version: bool,
    seq_no: bool,
    bare_total: bool,
    typed_keys: bool,
    named_scores: bool,
    /// Of the hits of groups, by their names.
    inner: Vec<(String, Shape)>,
    /// A key before all others: the id that leads to more.
    lead: Option<(&'static str, String)>,
}

impl Shape {
    /// The shape that a command asks for.
    pub(super) fn of(command: &SearchCommand) -> Self {
        Self {
            source: command.source.clone(),
            beside: Beside::of(command),
            version: command.version,
            seq_no: command.seq_no_primary_term,
            bare_total: command.rest_total_hits_as_int,
            typed_keys: command.typed_keys,
            named_scores: command.named_scores,
            inner: inner(command),
            lead: None,
        }
    }

    /// The same, beginning with the id that leads to more.
    pub(super) fn with_lead(self, key: &'static str, id: String) -> Self {
        Self {
            lead: Some((key, id)),
            ..self
        }
    }

    /// The whole answer.
    pub(super) fn render(&self, index: &str, result: &SearchResult) -> Result<Vec<u8>, ApiError> {
        let mut answer = Object::into(Vec::with_capacity(512 + bytes(result)));
        if let Some((key, id)) = &self.lead {
            answer.put(key, id);
        }
        answer
            .put("took", &result.took_ms)
            .put("timed_out", &result.timed_out)
            .put("_shards", &shards::render(index, &result.shards))
            .put("coverage", &coverage(&result.coverage));
        self.hits(answer.key("hits"), index, result)?;
        if let Some(aggregations) = &result.aggregations {
            let aggregations = if self.typed_keys {
                aggregations.render_typed()?
            } else {
                aggregations.render()?
            };
            answer.put("aggregations", &aggregations);
        }
        if !result.suggestions.is_empty() {
            let shown = suggest::Shown {
                index,
                source: &self.source,
                typed_keys: self.typed_keys,
            };
            shown.push(answer.key("suggest"), &result.suggestions)?;
        }
        if let Some(profile) = &result.profile {
            answer.put("profile", &profile::render(profile));
        }
        Ok(answer.finish())
    }

    /// The hits, with what is to be known of all of them.
    fn hits(&self, json: &mut Vec<u8>, index: &str, result: &SearchResult) -> Result<(), ApiError> {
        let mut hits = Object::into(std::mem::take(json));
        if let Some(total) = &result.total {
            hits.put("total", &self.total(total));
        }
        hits.put("max_score", &result.max_score);
        let list = hits.key("hits");
        list.push(b'[');
        let mut shower = Shower::new(self.beside.as_ref());
        let mut sayings = Sayings::default();
        for (nth, hit) in result.hits.iter().enumerate() {
            if nth > 0 {
                list.push(b',');
            }
            let parts = shower.show(hit)?;
            self.hit(list, index, &result.order, (hit, &parts, &mut sayings))?;
        }
        list.push(b']');
        *json = hits.finish();
        Ok(())
    }

    fn total(&self, total: &Total) -> TotalShown {
        if self.bare_total {
            return TotalShown::Bare(total.value);
        }
        TotalShown::Related {
            value: total.value,
            relation: if total.exact { Relation::Eq } else { Relation::Gte },
        }
    }

    fn hit(
        &self,
        json: &mut Vec<u8>,
        index: &str,
        order: &[SortKey],
        (hit, parts, sayings): (&FoundDocument, &Parts, &mut Sayings),
    ) -> Result<(), ApiError> {
        let mut shown = Object::into(std::mem::take(json));
        let of_index = hit.index.as_deref().unwrap_or(index);
        if let Some(said) = &hit.said {
            Sayings::place(said, of_index, &mut shown);
        }
        shown.put("_index", of_index).put("_id", &hit.id);
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
        parts.put(hit.group.as_deref(), &mut shown);
        if !order.is_empty() {
            let values = order.iter().zip(&hit.sort);
            let values: Vec<Value> = values
                .map(|(key, value)| resolve::sort::shown(key, value))
                .collect();
            shown.put("sort", &values);
        }
        if let Some(said) = &hit.said {
            sayings.put(said, &hit.id, self.named_scores, &mut shown);
        }
        if !hit.inner_hits.is_empty() {
            self.inner_hits(shown.key("inner_hits"), of_index, hit)?;
        }
        *json = shown.finish();
        Ok(())
    }
}

impl Shape {
    /// The hits of a hit's group, by the names under which they were asked for.
    fn inner_hits(&self, json: &mut Vec<u8>, index: &str, hit: &FoundDocument) -> Result<(), ApiError> {
        let mut named = Object::into(std::mem::take(json));
        for (name, result) in &hit.inner_hits {
            let shape = self.inner.iter().find(|(of, _)| of == name);
            let Some((_, shape)) = shape else { continue };
            let mut inner = Object::into(std::mem::take(named.key(name)));
            shape.hits(inner.key("hits"), index, result)?;
            *named.bytes() = inner.finish();
        }
        *json = named.finish();
        Ok(())
    }
}

fn inner(command: &SearchCommand) -> Vec<(String, Shape)> {
    let collapse = command.collapse.iter().flat_map(|collapse| &collapse.inner_hits);
    let shape = |inner: &InnerHits| {
        let shape = Shape {
            named_scores: command.named_scores,
            bare_total: command.rest_total_hits_as_int,
            ..Shape::of(&inner.command)
        };
        (inner.name.clone(), shape)
    };
    collapse.map(shape).collect()
}

/// About how many bytes the answer will have, or are worked on for it.
pub(super) fn bytes(result: &SearchResult) -> usize {
    let hit = |hit: &FoundDocument| {
        let document = hit.document.as_ref().map_or(0, |document| document.source.len());
        // What is read along a mapping costs several times what is only written.
        let times = if hit.mapping.is_some() { 8 } else { 1 };
        let said = hit.said.as_deref().and_then(|said| said.explained.as_ref());
        let explained = said.map_or(0, |said| 128 * said.explanation.parts());
        let inner: usize = hit.inner_hits.iter().map(|(_, result)| bytes(result)).sum();
        128 + hit.id.len() + times * document + explained + inner
    };
    let attempts = result
        .profile
        .as_ref()
        .map_or(0, |profile| profile.attempts.len());
    let aggregations = result.aggregations.as_ref().map_or(0, Aggregated::work);
    result.hits.iter().map(hit).sum::<usize>()
        + 192 * attempts
        + aggregations
        + suggest::bytes(&result.suggestions)
}

/// Always there, so that nobody has to guess whether an answer is complete.
pub(super) fn coverage(coverage: &Coverage) -> CoverageShown {
    CoverageShown {
        documents: Covered {
            total: coverage.documents_total,
            covered: coverage.documents_covered,
        },
        leaves: Leaves {
            total: coverage.leaves_total,
            answered: coverage.leaves_answered,
        },
        degraded: Degraded {
            timeout: coverage.shards_timeout,
            min_coverage: coverage.shards_early,
            shed: coverage.shards_shed,
            failed: coverage.shards_failed,
        },
    }
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
