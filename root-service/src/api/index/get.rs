//! `GET|HEAD /{index}` and `GET /{index}/_settings`: what was decided about indexes.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use shared::catalog::IndexMeta;

use super::settings;
use crate::api::alias;
use crate::api::answer::{Answer, Handled};
use crate::api::cluster::extra_replicas;
use crate::api::params::Params;
use crate::api::path::{PathOf, Target};
use crate::api::targets;
use crate::app::{App, Leniency, Targets};
use crate::error::ApiError;

/// `GET /{index}`.
pub(in crate::api) async fn get(
    State(app): State<App>,
    PathOf(target): PathOf<String>,
    params: Params,
) -> Handled {
    let asked = Asked::take(Some(&target), params)?;
    let catalog = app.catalog();
    asked.each(&app, |name, meta, replicas| {
        json!({
            "aliases": alias::shown(&catalog, name),
            "mappings": meta.mapping.to_json(),
            "settings": settings::show(name, meta, replicas, asked.flat),
        })
    })
}

/// `HEAD /{index}`: 200 if all are there, else 404.
pub(in crate::api) async fn head(
    State(app): State<App>,
    PathOf(target): PathOf<String>,
    params: Params,
) -> Handled {
    let asked = Asked::take(Some(&target), params)?;
    asked.targets.resolve(&app.catalog(), asked.leniency)?;
    Ok(Answer::empty(StatusCode::OK))
}

/// `GET /_settings`, `GET /{index}/_settings`.
pub(in crate::api) async fn settings(
    State(app): State<App>,
    Target(target): Target,
    params: Params,
) -> Handled {
    let asked = Asked::take(target.as_deref(), params)?;
    asked.each(
        &app,
        |name, meta, replicas| json!({"settings": settings::show(name, meta, replicas, asked.flat)}),
    )
}

/// Which indexes are asked for, and in which form.
struct Asked {
    targets: Targets,
    leniency: Leniency,
    flat: bool,
}

impl Asked {
    fn take(target: Option<&str>, mut params: Params) -> Result<Self, ApiError> {
        let (targets, leniency) = targets::take(target, &mut params, Leniency::default())?;
        let flat = params.flag("flat_settings")?.unwrap_or(false);
        params.finish()?;
        Ok(Self {
            targets,
            leniency,
            flat,
        })
    }

    /// An object with something about each of the indexes meant, by their names.
    fn each(&self, app: &App, show: impl Fn(&str, &IndexMeta, usize) -> Value) -> Handled {
        let view = app.cluster();
        let replicas = extra_replicas(&view);
        let shown: Map<String, Value> = self
            .targets
            .resolve(&view.catalog, self.leniency)?
            .into_iter()
            .map(|(name, meta)| (name.to_owned(), show(name, meta, replicas)))
            .collect();
        Ok(Answer::json(&shown))
    }
}
