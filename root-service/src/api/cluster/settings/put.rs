//! `PUT /_cluster/settings`: all changes or none, at every root.

use axum::extract::State;
use serde_json::json;
use shared::limits;

use super::changes::Changes;
use super::object;
use crate::api::answer::{Answer, Handled};
use crate::api::body::Payload;
use crate::api::json;
use crate::api::params::Params;
use crate::api::state::Api;

/// The handler.
pub(in crate::api) async fn put(State(api): State<Api>, mut params: Params, payload: Payload) -> Handled {
    let flat = params.flag("flat_settings")?.unwrap_or(false);
    params.finish()?;
    let body = payload.read(&api.bodies, limits::SEARCH_BODY_BYTES_MAX).await?;
    let changes = Changes::parse(&json::object("cluster settings", &body.bytes)?)?;
    api.app
        .change_search_defaults(|defaults| changes.apply(defaults))
        .await?;
    Ok(Answer::json(&json!({
        "acknowledged": true,
        "persistent": object(changes.shown(), flat),
        "transient": {},
    })))
}
