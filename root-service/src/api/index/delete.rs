//! `DELETE /{index}`: indexes by their names, all or none; a pattern would delete more than somebody meant.

use axum::extract::State;

use crate::api::answer::{Answer, Handled};
use crate::api::openapi::shapes::Acknowledged;
use crate::api::params::Params;
use crate::api::path::PathOf;
use crate::api::targets;
use crate::app::{App, Leniency};
use crate::error::ApiError;

/// The handler.
pub(in crate::api) async fn delete(
    State(app): State<App>,
    PathOf(index): PathOf<String>,
    mut params: Params,
) -> Handled {
    params.duration("timeout")?;
    let concrete = Leniency {
        aliases: false,
        ..Leniency::default()
    };
    let (targets, leniency) = targets::take(Some(&index), &mut params, concrete)?;
    params.finish()?;
    if targets.has_patterns() {
        return Err(ApiError::illegal(
            "Wildcard expressions or all indices are not allowed; name the indexes to delete",
        ));
    }
    app.delete_indexes(&targets, leniency).await?;
    Ok(Answer::json(&Acknowledged::YES))
}
