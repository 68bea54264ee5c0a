//! `GET /_nodes/http`: what clients that sniff are told: this root, under the address that they should use.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::HOST;
use serde_json::json;
use shared::limits;

use crate::api::answer::{Answer, Handled};
use crate::api::config::ApiConfig;
use crate::api::params::Params;

/// The handler.
pub(in crate::api) async fn http(
    State(config): State<Arc<ApiConfig>>,
    headers: HeaderMap,
    mut params: Params,
) -> Handled {
    params.tolerate(&["timeout", "flat_settings"]);
    params.finish()?;
    let used = headers.get(HOST).and_then(|host| host.to_str().ok());
    let address = config.publish_address.as_deref().or(used).unwrap_or_default();
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    Ok(Answer::json(&json!({
        "_nodes": {"total": 1, "successful": 1, "failed": 0},
        "cluster_name": config.cluster_name,
        "nodes": {
            (config.node_name.as_str()): {
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
            }
        },
    })))
}
