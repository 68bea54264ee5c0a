//! `POST /_aliases`: many changes at once.

use axum::extract::State;
use serde_json::json;
use shared::limits;

use super::actions;
use crate::api::answer::{Answer, Handled};
use crate::api::body::Payload;
use crate::api::json;
use crate::api::params::Params;
use crate::api::state::Api;

/// The handler.
pub(in crate::api) async fn post(State(api): State<Api>, mut params: Params, payload: Payload) -> Handled {
    params.duration("timeout")?;
    params.finish()?;
    let body = payload.read(&api.bodies, limits::SEARCH_BODY_BYTES_MAX).await?;
    let actions = actions::read(&json::object("aliases", &body.bytes)?)?;
    api.app.change_aliases(&actions).await?;
    Ok(Answer::json(&json!({"acknowledged": true, "errors": false})))
}
