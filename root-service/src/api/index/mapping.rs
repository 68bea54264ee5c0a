//! `GET|PUT /{index}/_mapping`: the fields of an index; they are added, and a few of their parameters change.

use axum::extract::State;
use serde_json::{Map, Value, json};
use shared::catalog::IndexMeta;
use shared::limits;
use shared::mapping::Parsed;

use crate::api::answer::{Answer, Handled};
use crate::api::body::Payload;
use crate::api::json;
use crate::api::openapi::shapes::Acknowledged;
use crate::api::params::Params;
use crate::api::path::{PathOf, Target};
use crate::api::state::Api;
use crate::api::targets;
use crate::app::{App, Leniency};
use crate::dsl::pattern::fits;
use crate::error::ApiError;

/// Names and patterns of one request: each is compared with every field.
const FIELDS_MAX: usize = 100;

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
    params.finish()?;
    let catalog = app.catalog();
    let shown: Map<String, Value> = targets
        .resolve(&catalog, leniency)?
        .into_iter()
        .map(|(name, meta)| (name.to_owned(), json!({"mappings": meta.mapping.to_json()})))
        .collect();
    Ok(Answer::json(&shown))
}

/// `GET /_mapping/field/{fields}`.
pub(in crate::api) async fn fields_of_all(
    State(app): State<App>,
    PathOf(names): PathOf<String>,
    params: Params,
) -> Handled {
    fields(&app, None, &names, params)
}

/// `GET /{index}/_mapping/field/{fields}`.
pub(in crate::api) async fn fields_of_some(
    State(app): State<App>,
    PathOf((index, names)): PathOf<(String, String)>,
    params: Params,
) -> Handled {
    fields(&app, Some(&index), &names, params)
}

/// The definitions of fields by name or pattern; objects are none.
fn fields(app: &App, target: Option<&str>, names: &str, mut params: Params) -> Handled {
    let (targets, leniency) = targets::take(target, &mut params, Leniency::default())?;
    if params.flag("include_defaults")? == Some(true) {
        return Err(ApiError::illegal(
            "the parameter [include_defaults] is offered only as [false]",
        ));
    }
    params.finish()?;
    let wanted: Vec<&str> = names.split(',').take(FIELDS_MAX + 1).collect();
    if wanted.len() > FIELDS_MAX {
        return Err(ApiError::illegal(format!(
            "[fields] names more fields than the limit of [{FIELDS_MAX}]"
        )));
    }
    let of_index = |meta: &IndexMeta| {
        let mut shown = Map::new();
        for (name, _) in meta.mapping.all() {
            if wanted.iter().any(|wanted| fits(wanted, &name))
                && let Some(definition) = meta.mapping.field_to_json(&name)
            {
                let short = name.rsplit('.').next().unwrap_or(&name).to_owned();
                let mapping = Map::from_iter([(short, definition)]);
                shown.insert(name.clone(), json!({"full_name": name, "mapping": mapping}));
            }
        }
        json!({"mappings": shown})
    };
    let catalog = app.catalog();
    let shown: Map<String, Value> = targets
        .resolve(&catalog, leniency)?
        .into_iter()
        .map(|(name, meta)| (name.to_owned(), of_index(meta)))
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
    params.finish()?;
    let body = payload.read(&api.bodies, limits::SEARCH_BODY_BYTES_MAX).await?;
    let mappings = json::object("a mapping", &body.bytes)?;
    let mut warnings: Vec<String> = Vec::new();
    for (_, meta) in targets.resolve(&api.app.catalog(), leniency)? {
        let parsed = Parsed::with_analysis(&mappings, &meta.mapping.analysis)?;
        warnings.extend(parsed.warnings);
    }
    warnings.sort_unstable();
    warnings.dedup();
    api.app.add_fields(&targets, leniency, &mappings).await?;
    Ok(Answer::json(&Acknowledged::YES).with_warnings(warnings))
}
