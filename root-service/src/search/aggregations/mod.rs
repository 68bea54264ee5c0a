//! Aggregations at the root: what shards sent is merged, finished and shown as Elasticsearch shows it.
//!
//! All of it is CPU work on perhaps a lot of data, and done where the answer becomes JSON.

mod finish;
mod histogram;
#[cfg(test)]
mod metrics_tests;
mod order;
mod outcome;
mod pipelines;
mod show;
mod show_metrics;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use serde_json::Value;
use shared::aggregation::{Mismatch, Partial, ShardAggregations};
use shared::limits;

use crate::error::ApiError;
use crate::resolve::aggregations::Plan;

/// See [`Aggregated::work`].
const WORK: usize = 65 * 1024;

/// The aggregations of a search, as shards sent them.
#[derive(Clone, Debug)]
pub struct Aggregated {
    plan: Arc<Plan>,
    parts: Vec<ShardAggregations>,
}

impl Aggregated {
    /// Those of one index.
    pub(super) fn new(plan: Arc<Plan>, parts: Vec<ShardAggregations>) -> Self {
        Self { plan, parts }
    }

    /// Adds those of another index, of the same request.
    pub fn merge(&mut self, other: Self) {
        self.parts.extend(other.parts);
    }

    /// How much work it is to render them, in bytes of an answer: always enough not to be done in passing.
    pub fn work(&self) -> usize {
        WORK
    }

    /// The value of `aggregations` in the answer.
    ///
    /// # Errors
    /// A 4xx if there are too many buckets, or shards could not hold them.
    pub fn render(&self) -> Result<Value, ApiError> {
        let plan = &*self.plan;
        let bytes_taken: usize = self.parts.iter().map(bytes).sum();
        if bytes_taken > limits::AGGREGATION_ROOT_BYTES_MAX
            || self.parts.contains(&ShardAggregations::TooLarge)
        {
            return Err(ApiError::AggregationMemory {
                bytes_max: limits::AGGREGATION_BYTES_MAX,
            });
        }
        let mut all: Vec<Partial> = plan.wire.iter().map(Partial::empty).collect();
        for part in &self.parts {
            if let ShardAggregations::Results(partials) = part {
                Partial::merge_all(&mut all, partials.clone(), &plan.wire).map_err(broken)?;
            }
        }
        let outcomes = finish::finish(plan, all)?;
        Ok(Value::Object(show::level(&plan.nodes, &outcomes)))
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
