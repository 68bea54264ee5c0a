//! `GET|HEAD /{index}` and `GET /{index}/_settings`: what was decided about indexes.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use shared::catalog::IndexMeta;

use super::{HARMLESS, settings};
use crate::api::answer::{Answer, Handled};
use crate::api::cluster::extra_replicas;
use crate::api::params::Params;
use crate::api::path::{PathOf, Target};
use crate::api::targets::Targets;
use crate::app::App;
use crate::error::ApiError;

/// `GET /{index}`.
pub(in crate::api) async fn get(
    State(app): State<App>,
    PathOf(target): PathOf<String>,
    params: Params,
) -> Handled {
    let flat = read(params)?;
    each(&app, &target, |name, meta, replicas| {
        json!({
            "aliases": {},
            "mappings": meta.mapping.to_json(),
            "settings": settings::show(name, meta, replicas, flat),
        })
    })
}

/// `HEAD /{index}`: 200 if all are there, else 404.
pub(in crate::api) async fn head(
    State(app): State<App>,
    PathOf(target): PathOf<String>,
    params: Params,
) -> Handled {
    read(params)?;
    Targets::parse(&target).resolve(&app.catalog())?;
    Ok(Answer::empty(StatusCode::OK))
}

/// `GET /_settings`, `GET /{index}/_settings`.
pub(in crate::api) async fn settings(
    State(app): State<App>,
    Target(target): Target,
    params: Params,
) -> Handled {
    let flat = read(params)?;
    each(
        &app,
        target.as_deref().unwrap_or("_all"),
        |name, meta, replicas| json!({"settings": settings::show(name, meta, replicas, flat)}),
    )
}

fn read(mut params: Params) -> Result<bool, ApiError> {
    let flat = params.flag("flat_settings")?.unwrap_or(false);
    params.tolerate(&HARMLESS);
    params.finish()?;
    Ok(flat)
}

/// An object with something about each of the indexes meant, by their names.
fn each(app: &App, target: &str, show: impl Fn(&str, &IndexMeta, usize) -> Value) -> Handled {
    let view = app.cluster();
    let replicas = extra_replicas(&view);
    let shown: Map<String, Value> = Targets::parse(target)
        .resolve(&view.catalog)?
        .into_iter()
        .map(|(name, meta)| (name.to_owned(), show(name, meta, replicas)))
        .collect();
    Ok(Answer::json(&shown))
}
