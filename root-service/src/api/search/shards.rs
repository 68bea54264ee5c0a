//! `_shards` of an answer: how many contributed, and why the others did not.

use serde_json::{Value, json};

use crate::search::{ShardReport, ShardsSummary};

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
    json!({
        "shard": report.shard,
        "index": report.index.as_deref().unwrap_or(index),
        "node": format!("leaf-{}", report.leaf),
        "reason": {"type": report.cause.kind(), "reason": report.reason},
    })
}
