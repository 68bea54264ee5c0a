//! `GET|HEAD /`: who answers here. Clients read the version before they send anything else.

use std::sync::Arc;

use axum::extract::State;
use serde_json::json;

use crate::api::answer::{Answer, Handled};
use crate::api::config::ApiConfig;
use crate::api::params::Params;

/// The handler.
pub(in crate::api) async fn get(State(config): State<Arc<ApiConfig>>, params: Params) -> Handled {
    params.finish()?;
    Ok(Answer::json(&json!({
        "name": config.node_name,
        "cluster_name": config.cluster_name,
        "cluster_uuid": config.cluster_uuid,
        "version": {
            "number": config.elasticsearch_version,
            "build_flavor": "default",
            "build_type": "docker",
            "build_hash": concat!("gleaner-", env!("CARGO_PKG_VERSION")),
            "build_date": "1970-01-01T00:00:00.000Z",
            "build_snapshot": false,
            "lucene_version": "9.12.1",
            "minimum_wire_compatibility_version": "7.17.0",
            "minimum_index_compatibility_version": "7.0.0",
        },
        "tagline": "You Know, for Search",
    })))
}
