//! `GET /_cluster/stats`: the whole cluster in a few numbers.

use axum::extract::State;
use serde_json::json;
use shared::clock;

use super::numbers::Numbers;
use crate::api::answer::{Answer, Handled};
use crate::api::cluster::{Copies, Summary};
use crate::api::params::Params;
use crate::api::state::Api;

/// The handler.
pub(in crate::api) async fn get(State(api): State<Api>, params: Params) -> Handled {
    params.finish()?;
    let view = api.app.cluster();
    let indexes = view.catalog.indexes.iter();
    let summary = Summary::of(indexes.map(|(name, meta)| (name.as_str(), meta)), &view);
    let (mut once, mut all) = (Numbers::default(), Numbers::default());
    for meta in view.catalog.indexes.values() {
        let copies = Copies::of(meta, &view);
        once.add(Numbers::once(&copies));
        all.add(Numbers::all(&copies));
    }
    let counts = &summary.counts;
    let version = &api.config.elasticsearch_version;
    Ok(Answer::json(&json!({
        "_nodes": {"total": summary.nodes, "successful": summary.nodes, "failed": 0},
        "cluster_name": api.config.cluster_name,
        "cluster_uuid": api.config.cluster_uuid,
        "timestamp": clock::now_ms(),
        "status": counts.color.to_string(),
        "indices": {
            "count": view.catalog.indexes.len(),
            "shards": {"total": counts.active, "primaries": counts.active_primary},
            "docs": {"count": once.documents, "deleted": once.deleted},
            "store": {"size_in_bytes": all.bytes},
            "segments": {"count": all.segments},
        },
        "nodes": {
            "count": {
                "total": summary.nodes,
                "data": summary.data_nodes,
                "ingest": 1,
                "coordinating_only": 0,
            },
            "versions": [version],
        },
    })))
}
