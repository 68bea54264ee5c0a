//! Metrics that are made of more than one field's numbers, and the best documents.

use shared::aggregation::{Kind as Wire, Number};
use shared::wire::sort::{Missing, SortBy, SortKey, SortMode};

use super::{Resolved, Resolver, What};
use crate::dsl::SourceFilter;
use crate::dsl::aggregations::{TopHits, Weighted};
use crate::error::ApiError;
use crate::resolve::sort;

/// How the best documents of a bucket are shown.
#[derive(Clone, Debug, PartialEq)]
pub struct TopHitsShown {
    /// Their order.
    pub order: Vec<SortKey>,
    /// Whether they show what they are ordered by.
    pub sorted: bool,
    /// Whether they have scores.
    pub scored: bool,
    /// How many to skip.
    pub from: usize,
    /// Which parts of them to show.
    pub source: SourceFilter,
    /// Whether they show `_version`.
    pub version: bool,
    /// Whether they show `_seq_no` and `_primary_term`.
    pub seq_no_primary_term: bool,
}

impl TopHitsShown {
    /// Whether anything of the stored documents is shown.
    pub fn wants_documents(&self) -> bool {
        self.source.is_shown() || self.version || self.seq_no_primary_term
    }
}

impl Resolver<'_> {
    pub(super) fn deviation(
        &self,
        field: &str,
        missing: Option<&serde_json::Value>,
    ) -> Result<Resolved, ApiError> {
        let (column, kind) = self.numeric_column(field, "median_absolute_deviation")?;
        let missing = self.number_of_missing(field, kind, missing)?;
        Ok((Wire::Quantiles { column, missing }, What::Deviation))
    }

    pub(super) fn weighted(&self, weighted: &Weighted) -> Result<Resolved, ApiError> {
        let number = |(field, missing): &(String, Option<serde_json::Value>)| {
            let (column, kind) = self.numeric_column(field, "weighted_avg")?;
            let missing = self.number_of_missing(field, kind, missing.as_ref())?;
            Ok::<_, ApiError>(Number { column, missing })
        };
        let wire = Wire::Weighted {
            value: number(&weighted.value)?,
            weight: number(&weighted.weight)?,
        };
        Ok((wire, What::Weighted))
    }

    pub(super) fn top_hits(&self, top: &TopHits) -> Result<Resolved, ApiError> {
        let resolved = sort::order(&top.sort, &[], self.mapping, self.now_ms)?.keys;
        let sorted = !resolved.is_empty();
        let order = if sorted { resolved } else { vec![by_score()] };
        let scored = top.track_scores || order.iter().any(|key| key.by == SortBy::Score);
        let wire = Wire::TopHits {
            order: order.clone(),
            max: top.from + top.size,
            scores: top.track_scores,
        };
        let what = What::TopHits(TopHitsShown {
            order,
            sorted,
            scored,
            from: top.from as usize,
            source: top.source.clone(),
            version: top.version,
            seq_no_primary_term: top.seq_no_primary_term,
        });
        Ok((wire, what))
    }
}

/// Best score first.
fn by_score() -> SortKey {
    SortKey {
        by: SortBy::Score,
        descending: true,
        mode: SortMode::Max,
        missing: Missing::Last,
    }
}
