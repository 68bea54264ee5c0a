//! `_shards` of an answer: how many contributed, and why the others did not.

use schemars::JsonSchema;
use serde::Serialize;

use crate::search::{ShardReport, ShardsSummary};

/// The object under `_shards`.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Shards")]
pub(in crate::api) struct ShardsShown {
    total: u32,
    successful: u32,
    skipped: u32,
    failed: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failures: Vec<ShardFailure>,
}

/// Why a shard did not contribute.
#[derive(Debug, Serialize, JsonSchema)]
pub(in crate::api) struct ShardFailure {
    shard: u32,
    index: String,
    node: String,
    reason: ShardFailureReason,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ShardFailureReason {
    #[serde(rename = "type")]
    kind: &'static str,
    reason: String,
}

/// How many shards contributed.
pub(in crate::api) fn render(index: &str, summary: &ShardsSummary) -> ShardsShown {
    let failures = summary.failures.iter().map(|report| failure(index, report));
    ShardsShown {
        total: summary.total,
        successful: summary.successful,
        skipped: 0,
        failed: summary.failures.len(),
        failures: failures.collect(),
    }
}

/// One shard's failure.
pub(in crate::api) fn failure(index: &str, report: &ShardReport) -> ShardFailure {
    ShardFailure {
        shard: report.shard.0,
        index: report.index.as_deref().unwrap_or(index).to_owned(),
        node: format!("leaf-{}", report.leaf),
        reason: ShardFailureReason {
            kind: report.cause.kind(),
            reason: report.reason.clone(),
        },
    }
}
