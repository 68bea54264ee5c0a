//! `GET /_nodes/stats`: documents, bytes and work of each replica, and this root.

use axum::extract::State;
use serde_json::{Map, Value, json};
use shared::clock;
use shared::wire::StatusResponse;

use super::numbers::Numbers;
use crate::api::answer::{Answer, Handled};
use crate::api::params::Params;
use crate::api::service::nodes::{address, header, node_name};
use crate::api::state::Api;

/// The handler.
pub(in crate::api) async fn get(State(api): State<Api>, params: Params) -> Handled {
    params.finish()?;
    let view = api.app.cluster();
    let now_ms = clock::now_ms();
    let mut nodes = Map::new();
    nodes.insert(
        api.config.node_name.clone(),
        json!({"timestamp": now_ms, "name": api.config.node_name, "roles": ["ingest"]}),
    );
    let mut reachable = 1;
    for replica in view.replicas.iter().filter(|replica| replica.reachable) {
        reachable += 1;
        let name = node_name(replica);
        let mut node = json!({
            "timestamp": now_ms,
            "name": name,
            "transport_address": address(&replica.url),
            "roles": ["data"],
            "attributes": {"leaf": replica.leaf.to_string(), "replica": replica.number.to_string()},
        });
        if let Some(status) = &replica.status {
            node["indices"] = indexes(status);
            node["thread_pool"] = json!({
                "search": {"active": status.load.running, "queue": status.load.queued}
            });
        }
        nodes.insert(name, node);
    }
    let all = view.replicas.len() + 1;
    Ok(Answer::json(&json!({
        "_nodes": header(all, reachable),
        "cluster_name": api.config.cluster_name,
        "nodes": nodes,
    })))
}

fn indexes(status: &StatusResponse) -> Value {
    let mut numbers = Numbers::default();
    for shard in &status.shards {
        numbers.add(Numbers {
            documents: shard.documents,
            deleted: shard.deleted,
            bytes: shard.bytes,
            segments: u64::from(shard.segments),
        });
    }
    let mut shown = numbers.show(|_| true);
    shown["shard_stats"] = json!({"total_count": status.shards.len()});
    shown
}
