//! `GET /_resolve/index/{names}`: which indexes and aliases an expression means.

use axum::extract::State;
use serde_json::{Value, json};

use crate::api::answer::{Answer, Handled};
use crate::api::params::Params;
use crate::api::path::PathOf;
use crate::api::targets;
use crate::app::{App, Leniency};

/// The handler.
pub(in crate::api) async fn get(
    State(app): State<App>,
    PathOf(names): PathOf<String>,
    mut params: Params,
) -> Handled {
    let (targets, leniency) = targets::take(Some(&names), &mut params, Leniency::default())?;
    params.finish()?;
    let catalog = app.catalog();
    let resolved = targets.resolve_names(&catalog, leniency)?;
    let index = |name: &str| {
        let aliases: Vec<&str> = catalog.aliases_of(name).map(|(alias, _)| alias).collect();
        let mut shown = json!({"name": name, "attributes": ["open"]});
        if !aliases.is_empty() {
            shown["aliases"] = aliases.into();
        }
        shown
    };
    let alias = |name: &str| {
        let indexes: Vec<&str> = catalog.named(name).into_iter().map(|(index, _)| index).collect();
        json!({"name": name, "indices": indexes})
    };
    Ok(Answer::json(&json!({
        "indices": resolved.indexes.into_iter().map(index).collect::<Vec<Value>>(),
        "aliases": resolved.aliases.into_iter().map(alias).collect::<Vec<Value>>(),
        "data_streams": [],
    })))
}
