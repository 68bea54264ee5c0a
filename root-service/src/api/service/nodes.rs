//! `GET /_nodes`, and `GET /_nodes/http`: what clients that sniff are told: this root, under the address that they
//! should use.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::HOST;
use serde_json::{Map, Value, json};
use shared::limits;

use crate::api::answer::{Answer, Handled};
use crate::api::config::ApiConfig;
use crate::api::params::Params;
use crate::api::state::Api;
use crate::app::ReplicaView;
use crate::members;

/// `GET /_nodes/http`: the roots alone, because clients would send requests to whatever has an address here.
pub(in crate::api) async fn http(
    State(config): State<Arc<ApiConfig>>,
    headers: HeaderMap,
    params: Params,
) -> Handled {
    params.finish()?;
    let root = root(&config, &headers);
    Ok(Answer::json(&json!({
        "_nodes": header(1, 1),
        "cluster_name": config.cluster_name,
        "nodes": {(config.node_name.as_str()): root},
    })))
}

/// `GET /_nodes`: this root, and the replicas that are in reach.
pub(in crate::api) async fn all(State(api): State<Api>, headers: HeaderMap, params: Params) -> Handled {
    params.finish()?;
    let view = api.app.cluster();
    let mut nodes = Map::new();
    nodes.insert(api.config.node_name.clone(), root(&api.config, &headers));
    for replica in view.replicas.iter().filter(|replica| replica.reachable) {
        let (name, address) = (node_name(replica), address(&replica.url));
        let host = host(address);
        let node = json!({
            "name": name,
            "transport_address": address,
            "host": host,
            "ip": host,
            "version": api.config.elasticsearch_version,
            "roles": ["data"],
            "attributes": {"leaf": replica.leaf.to_string(), "replica": replica.number.to_string()},
        });
        nodes.insert(name, node);
    }
    let reachable = nodes.len();
    Ok(Answer::json(&json!({
        "_nodes": header(view.replicas.len() + 1, reachable),
        "cluster_name": api.config.cluster_name,
        "nodes": nodes,
    })))
}

/// How many nodes answered.
pub(in crate::api) fn header(all: usize, reachable: usize) -> Value {
    json!({"total": all, "successful": reachable, "failed": all.saturating_sub(reachable)})
}

/// The name that a replica goes by.
pub(in crate::api) fn node_name(replica: &ReplicaView) -> String {
    members::node_name(replica.leaf, replica.number)
}

/// `HOST:PORT` of a URL.
pub(in crate::api) fn address(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}

/// The host of `HOST:PORT`.
pub(in crate::api) fn host(address: &str) -> &str {
    let host = match address.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => address,
    };
    host.trim_matches(['[', ']'])
}

fn root(config: &ApiConfig, headers: &HeaderMap) -> Value {
    let used = headers.get(HOST).and_then(|host| host.to_str().ok());
    let address = config.publish_address.as_deref().or(used).unwrap_or_default();
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    json!({
        "name": config.node_name,
        "transport_address": address,
        "host": host,
        "ip": host,
        "version": config.elasticsearch_version,
        "build_flavor": "default",
        "build_type": "docker",
        "build_hash": concat!("gleaner-", env!("CARGO_PKG_VERSION")),
        "roles": ["data", "ingest"],
        "http": {
            "bound_address": [address],
            "publish_address": address,
            "max_content_length_in_bytes": limits::BODY_BYTES_MAX,
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_the_host_alone() {
        for (url, expected) in [
            ("http://127.0.0.1:9301", "127.0.0.1"),
            ("http://leaf-0.gleaner:80/x", "leaf-0.gleaner"),
            ("http://[::1]:9301/", "::1"),
            ("plain", "plain"),
        ] {
            assert_eq!(host(address(url)), expected);
        }
    }
}
