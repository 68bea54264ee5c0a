//! What an answer says of itself: how many documents match, and which part of them was considered.

use schemars::JsonSchema;
use serde::Serialize;

/// How many documents match.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "Total")]
pub(super) enum TotalShown {
    /// With `rest_total_hits_as_int`.
    Bare(u64),
    /// A number, and how it relates to the truth.
    Related {
        /// The number.
        value: u64,
        /// Whether there are just as many, or at least as many.
        relation: Relation,
    },
}

/// How a count relates to the truth.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum Relation {
    Eq,
    Gte,
}

/// Which part of the documents an answer was computed from, and why the rest is missing.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Coverage")]
pub(super) struct CoverageShown {
    pub(super) documents: Covered,
    pub(super) leaves: Leaves,
    pub(super) degraded: Degraded,
}

/// Live documents, and those that were considered.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Covered {
    pub(super) total: u64,
    pub(super) covered: u64,
}

/// Leaves that were asked, and those that answered for all their shards.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Leaves {
    pub(super) total: u32,
    pub(super) answered: u32,
}

/// Shards that did not contribute all their documents, by the reason.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Degraded {
    /// Time ran out.
    pub(super) timeout: u32,
    /// Enough was covered without them.
    pub(super) min_coverage: u32,
    /// Their replicas refused for overload.
    pub(super) shed: u32,
    /// Their replicas failed.
    pub(super) failed: u32,
}
