//! `GET|PUT /{index}/_mapping`: the fields of an index; they grow and never change.

use axum::extract::State;
use serde_json::{Map, Value, json};
use shared::limits;
use shared::mapping::Parsed;

use super::HARMLESS;
use crate::api::answer::{Answer, Handled};
use crate::api::body::Payload;
use crate::api::json;
use crate::api::params::Params;
use crate::api::path::{PathOf, Target};
use crate::api::state::Api;
use crate::api::targets;
use crate::app::{App, Leniency};
use crate::error::ApiError;

/// A change that reaches nothing is a mistake.
const SOME: Leniency = Leniency {
    ignore_unavailable: false,
    allow_no_indices: false,
    expand: true,
    aliases: true,
};

/// `GET /_mapping`, `GET /{index}/_mapping`.
pub(in crate::api) async fn get(
    State(app): State<App>,
    Target(target): Target,
    mut params: Params,
) -> Handled {
    let (targets, leniency) = targets::take(target.as_deref(), &mut params, Leniency::default())?;
    params.tolerate(&HARMLESS);
    params.finish()?;
    let catalog = app.catalog();
    let shown: Map<String, Value> = targets
        .resolve(&catalog, leniency)?
        .into_iter()
        .map(|(name, meta)| (name.to_owned(), json!({"mappings": meta.mapping.to_json()})))
        .collect();
    Ok(Answer::json(&shown))
}

/// `PUT|POST /{index}/_mapping`: adds fields, all or none.
pub(in crate::api) async fn put(
    State(api): State<Api>,
    PathOf(index): PathOf<String>,
    mut params: Params,
    payload: Payload,
) -> Handled {
    params.duration("timeout")?;
    let (targets, leniency) = targets::take(Some(&index), &mut params, SOME)?;
    if params.flag("write_index_only")?.unwrap_or(false) {
        return Err(ApiError::illegal(
            "the parameter [write_index_only] is offered only as [false]",
        ));
    }
    params.tolerate(&HARMLESS);
    params.finish()?;
    let body = payload.read(&api.bodies, limits::SEARCH_BODY_BYTES_MAX).await?;
    let parsed = Parsed::from_json(&json::object("a mapping", &body.bytes)?)?;
    api.app.add_fields(&targets, leniency, &parsed.mapping).await?;
    Ok(Answer::json(&json!({"acknowledged": true})).with_warnings(parsed.warnings))
}
