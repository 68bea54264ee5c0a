//! `PUT|POST|DELETE /{index}/_alias/{name}`: one change.

use axum::extract::State;
use shared::limits;

use super::actions;
use crate::api::answer::{Answer, Handled};
use crate::api::body::Payload;
use crate::api::json;
use crate::api::openapi::shapes::Acknowledged;
use crate::api::params::Params;
use crate::api::path::PathOf;
use crate::api::state::Api;
use crate::app::{AliasAction, Targets};
use crate::error::ApiError;

/// `PUT|POST /{index}/_alias/{name}`.
pub(in crate::api) async fn put(
    State(api): State<Api>,
    PathOf((index, alias)): PathOf<(String, String)>,
    params: Params,
    payload: Payload,
) -> Handled {
    finish(params)?;
    let body = payload.read(&api.bodies, limits::SEARCH_BODY_BYTES_MAX).await?;
    let body = json::optional_object("an alias", &body.bytes)?.unwrap_or_default();
    let action = AliasAction::Add {
        indexes: Targets::parse(&index),
        of: actions::options(&alias, &body)?,
        aliases: vec![alias],
    };
    api.app.change_aliases(&[action]).await?;
    Ok(Answer::json(&Acknowledged::YES))
}

/// `DELETE /{index}/_alias/{names}`.
pub(in crate::api) async fn delete(
    State(api): State<Api>,
    PathOf((index, aliases)): PathOf<(String, String)>,
    params: Params,
) -> Handled {
    finish(params)?;
    let action = AliasAction::Remove {
        indexes: Targets::parse(&index),
        aliases: aliases.split(',').map(|name| name.trim().to_owned()).collect(),
        must_exist: None,
    };
    api.app.change_aliases(&[action]).await?;
    Ok(Answer::json(&Acknowledged::YES))
}

fn finish(mut params: Params) -> Result<(), ApiError> {
    params.duration("timeout")?;
    params.finish()
}
