//! `DELETE /{index}`: one index by its name; a pattern would delete more than somebody meant.

use axum::extract::State;
use serde_json::json;

use super::HARMLESS;
use crate::api::answer::{Answer, Handled};
use crate::api::params::Params;
use crate::api::path::PathOf;
use crate::api::targets;
use crate::app::App;
use crate::error::ApiError;

/// The handler.
pub(in crate::api) async fn delete(
    State(app): State<App>,
    PathOf(index): PathOf<String>,
    mut params: Params,
) -> Handled {
    params.duration("timeout")?;
    let forgiving = params.flag("ignore_unavailable")?.unwrap_or(false);
    params.tolerate(&HARMLESS);
    params.finish()?;
    let index = targets::one(&index, "a deletion")?;
    match app.delete_index(index).await {
        Err(ApiError::IndexNotFound { .. }) if forgiving => {}
        result => result?,
    }
    Ok(Answer::json(&json!({"acknowledged": true})))
}
