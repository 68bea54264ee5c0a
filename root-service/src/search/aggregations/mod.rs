//! Aggregations at the root: what shards sent is merged, finished and shown as Elasticsearch shows it.
//!
//! All of it is CPU work on perhaps a lot of data, and done where the answer becomes JSON; unless best documents of buckets
//! are shown, which are fetched when it is known which buckets there are.

mod finish;
mod histogram;
#[cfg(test)]
mod metrics_tests;
#[cfg(test)]
mod mixed_tests;
mod normalize;
mod order;
mod outcome;
mod pipelines;
#[cfg(test)]
mod pipelines_tests;
mod show;
mod show_hits;
mod show_metrics;
#[cfg(test)]
mod tests;
mod top_hits;
mod typed;

use std::sync::Arc;

use serde_json::Value;
use shared::aggregation::{Mismatch, Partial, ShardAggregations};
use shared::ids::IndexUuid;
use shared::limits;
use uuid::Uuid;

use crate::error::ApiError;
use crate::members::Replica;
use crate::resolve::aggregations::Plan;
use outcome::Outcome;

/// See [`Aggregated::work`].
const WORK: usize = 65 * 1024;

/// The aggregations of a search, as shards sent them.
#[derive(Clone)]
pub struct Aggregated {
    indexes: Vec<OfIndex>,
    finished: Option<Arc<Finished>>,
}

/// The aggregations of one index.
#[derive(Clone)]
pub(super) struct OfIndex {
    /// Its name.
    pub(super) name: Arc<str>,
    /// Which it is.
    pub(super) index: IndexUuid,
    /// The point in time that was searched, if one was.
    pub(super) pin: Option<Uuid>,
    /// What was asked for.
    pub(super) plan: Arc<Plan>,
    /// What shards sent.
    pub(super) parts: Vec<Part>,
}

/// What a shard sent.
#[derive(Clone)]
pub(super) struct Part {
    /// Who sent it; nobody in tests of what is made of it.
    pub(super) replica: Option<Arc<Replica>>,
    /// Its results.
    pub(super) of: ShardAggregations,
}

/// Finished results, with the plan by which they are shown.
struct Finished {
    plan: Plan,
    outcomes: Vec<Outcome>,
}

impl Aggregated {
    /// Those of one index.
    pub(super) fn new(of: OfIndex) -> Self {
        Self {
            indexes: vec![of],
            finished: None,
        }
    }

    /// Adds those of another index, of the same request.
    pub fn merge(&mut self, other: Self) {
        self.indexes.extend(other.indexes);
        // The first one is shown where they differ in formats, whichever answered first.
        self.indexes.sort_by(|a, b| a.name.cmp(&b.name));
    }

    /// How much work it is to render them, in bytes of an answer: always enough not to be done in passing.
    pub fn work(&self) -> usize {
        WORK
    }

    /// The value of `aggregations` in the answer.
    ///
    /// # Errors
    /// A 4xx if there are too many buckets, shards could not hold them, or a field has values of different types in different
    /// indexes.
    pub fn render(&self) -> Result<Value, ApiError> {
        let finished = self.finished()?;
        Ok(Value::Object(show::level(
            &finished.plan.nodes,
            &finished.outcomes,
        )))
    }

    /// As [`Aggregated::render`], with names that tell the types of results.
    ///
    /// # Errors
    /// As there.
    pub fn render_typed(&self) -> Result<Value, ApiError> {
        let finished = self.finished()?;
        let nodes = typed::nodes(&finished.plan.nodes, &finished.plan.wire);
        Ok(Value::Object(show::level(&nodes, &finished.outcomes)))
    }

    fn finished(&self) -> Result<Arc<Finished>, ApiError> {
        match &self.finished {
            Some(finished) => Ok(Arc::clone(finished)),
            None => self.finish().map(Arc::new),
        }
    }

    fn finish(&self) -> Result<Finished, ApiError> {
        let parts = || self.indexes.iter().flat_map(|of| &of.parts);
        let bytes_taken: usize = parts().map(|part| bytes(&part.of)).sum();
        let too_large = |part: &Part| part.of == ShardAggregations::TooLarge;
        if bytes_taken > limits::AGGREGATION_ROOT_BYTES_MAX || parts().any(too_large) {
            return Err(ApiError::AggregationMemory {
                bytes_max: limits::AGGREGATION_BYTES_MAX,
            });
        }
        let plans = self.indexes.iter().map(|of| &of.plan);
        let plan = Plan::unified(plans)?.ok_or(ApiError::Internal)?;
        let mut all: Vec<Partial> = plan.wire.iter().map(Partial::empty).collect();
        let mut origin = 0;
        for of in &self.indexes {
            for part in &of.parts {
                if let ShardAggregations::Results(partials) = &part.of {
                    let mut partials = partials.clone();
                    let mut hits = Vec::new();
                    for partial in &mut partials {
                        partial.hits(&mut hits);
                    }
                    for hit in hits {
                        hit.origin = origin;
                    }
                    if self.indexes.len() > 1 {
                        of.plan.adapt(&mut partials, &plan);
                    }
                    Partial::merge_all(&mut all, partials, &plan.wire).map_err(broken)?;
                }
                origin += 1;
            }
        }
        let mut outcomes = finish::finish(&plan, all)?;
        self.name_indexes(&mut outcomes)?;
        Ok(Finished { plan, outcomes })
    }
}

impl std::fmt::Debug for Aggregated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.indexes.iter().map(|of| &*of.name).collect();
        f.debug_struct("Aggregated")
            .field("indexes", &names)
            .finish_non_exhaustive()
    }
}

fn bytes(part: &ShardAggregations) -> usize {
    match part {
        ShardAggregations::Results(partials) => partials.iter().map(Partial::bytes).sum(),
        ShardAggregations::TooLarge => 0,
    }
}

/// A leaf sent what it was not asked for.
fn broken(error: Mismatch) -> ApiError {
    tracing::error!(%error, "a leaf's aggregations cannot be merged");
    ApiError::Internal
}
