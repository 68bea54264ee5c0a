//! `_shards` of an answer: how many contributed, and why the others did not.

use serde_json::{Value, json};

use crate::search::{Cause, ShardReport, ShardsSummary};

/// The object under `_shards`.
pub(in crate::api) fn render(index: &str, summary: &ShardsSummary) -> Value {
    let mut shards = json!({
        "total": summary.total,
        "successful": summary.successful,
        "skipped": 0,
        "failed": summary.failures.len(),
    });
    if !summary.failures.is_empty() {
        shards["failures"] = summary
            .failures
            .iter()
            .map(|report| failure(index, report))
            .collect();
    }
    shards
}

/// One shard's failure.
pub(in crate::api) fn failure(index: &str, report: &ShardReport) -> Value {
    let kind = match report.cause {
        Cause::Timeout => "timeout_exception",
        Cause::Early => "min_coverage_reached_exception",
        Cause::Shed => "es_rejected_execution_exception",
        Cause::Failed => "shard_not_available_exception",
    };
    json!({
        "shard": report.shard,
        "index": index,
        "node": format!("leaf-{}", report.leaf),
        "reason": {"type": kind, "reason": report.reason},
    })
}
