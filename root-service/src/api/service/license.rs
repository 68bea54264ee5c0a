//! `GET /_license`: Logstash asks before it writes. There is nothing to license, so the answer is always the free one.

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
        "license": {
            "status": "active",
            "uid": config.cluster_uuid,
            "type": "basic",
            "issue_date": "1970-01-01T00:00:00.000Z",
            "issue_date_in_millis": 0,
            "max_nodes": null,
            "max_resource_units": null,
            "issued_to": config.cluster_name,
            "issuer": "gleaner",
            "start_date_in_millis": -1,
        }
    })))
}
