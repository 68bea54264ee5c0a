//! `DELETE /{index}`: one index by its name; a pattern would delete more than somebody meant.

use axum::extract::State;
use serde_json::json;
use shared::deadline::Deadline;
use tokio::time::Instant;

use super::HARMLESS;
use crate::api::answer::{Answer, Handled};
use crate::api::params::Params;
use crate::api::path::PathOf;
use crate::api::state::Api;
use crate::api::targets;
use crate::error::ApiError;

/// The handler.
pub(in crate::api) async fn delete(
    State(api): State<Api>,
    PathOf(index): PathOf<String>,
    mut params: Params,
) -> Handled {
    let timeout = params.duration("timeout")?.unwrap_or(api.config.write_timeout);
    let deadline = Deadline::after(Instant::now(), timeout);
    let forgiving = params.flag("ignore_unavailable")?.unwrap_or(false);
    params.tolerate(&HARMLESS);
    params.finish()?;
    let index = targets::one(&index, "a deletion")?;
    match api.app.delete_index(index, deadline).await {
        Err(ApiError::IndexNotFound { .. }) if forgiving => {}
        result => result?,
    }
    Ok(Answer::json(&json!({"acknowledged": true})))
}
