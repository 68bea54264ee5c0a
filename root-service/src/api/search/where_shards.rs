//! `GET|POST /_search_shards`: where a search would go.

use axum::extract::State;
use serde_json::{Map, Value, json};

use crate::api::answer::{Answer, Handled};
use crate::api::cluster::{Copies, CopyState, ShardCopies};
use crate::api::params::Params;
use crate::api::path::Target;
use crate::api::service::nodes::{address, node_name};
use crate::api::targets;
use crate::app::{App, Leniency};
use crate::error::ApiError;

/// The handler.
pub(in crate::api) async fn get(
    State(app): State<App>,
    Target(target): Target,
    mut params: Params,
) -> Handled {
    let (targets, leniency) = targets::take(target.as_deref(), &mut params, Leniency::default())?;
    if params.text("routing").is_some() {
        return Err(ApiError::illegal(
            "the parameter [routing] of a search is not offered: a search goes to all shards",
        ));
    }
    params.finish()?;
    let view = app.cluster();
    let mut nodes = Map::new();
    let mut indexes = Map::new();
    let mut shards = Vec::new();
    for (name, meta) in targets.resolve(&view.catalog, leniency)? {
        indexes.insert(name.to_owned(), json!({}));
        for shard in &Copies::of(meta, &view).shards {
            shards.push(copies(name, shard, &mut nodes));
        }
    }
    Ok(Answer::json(
        &json!({"nodes": nodes, "indices": indexes, "shards": shards}),
    ))
}

/// The copies of a shard that serve it, with the nodes that they are on.
fn copies(index: &str, shard: &ShardCopies<'_>, nodes: &mut Map<String, Value>) -> Value {
    let started = shard
        .copies
        .iter()
        .filter(|copy| copy.state == CopyState::Started);
    let show = |(nth, copy): (usize, &crate::api::cluster::Copy<'_>)| {
        let node = node_name(copy.replica);
        let described = json!({
            "name": node,
            "ephemeral_id": node,
            "transport_address": address(&copy.replica.url),
            "attributes": {"leaf": copy.replica.leaf.to_string()},
            "roles": ["data"],
        });
        nodes.insert(node.clone(), described);
        json!({
            "state": "STARTED",
            "primary": nth == 0,
            "node": node,
            "relocating_node": null,
            "shard": shard.shard.0,
            "index": index,
            "allocation_id": {"id": format!("{node}/{}", shard.shard)},
        })
    };
    started.enumerate().map(show).collect()
}
