//! `GET|HEAD /_alias…`: which aliases there are, by index.

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use shared::catalog::{AliasOf, Catalog};

use crate::api::answer::{Answer, Handled};
use crate::api::params::Params;
use crate::api::path::PathOf;
use crate::api::targets;
use crate::app::{App, Leniency};
use crate::dsl::pattern::fits;
use crate::error::{ApiError, brief};

/// Names of one request.
const NAMES_MAX: usize = 256;

/// `GET /_alias`, `GET /{index}/_alias`.
pub(in crate::api) async fn all(
    State(app): State<App>,
    crate::api::path::Target(index): crate::api::path::Target,
    params: Params,
) -> Handled {
    answer(&app, index.as_deref(), None, params)
}

/// `GET /_alias/{names}`.
pub(in crate::api) async fn named(
    State(app): State<App>,
    PathOf(names): PathOf<String>,
    params: Params,
) -> Handled {
    answer(&app, None, Some(&names), params)
}

/// `GET /{index}/_alias/{names}`.
pub(in crate::api) async fn named_of(
    State(app): State<App>,
    PathOf((index, names)): PathOf<(String, String)>,
    params: Params,
) -> Handled {
    answer(&app, Some(&index), Some(&names), params)
}

/// `HEAD /_alias/{names}`.
pub(in crate::api) async fn head(app: State<App>, names: PathOf<String>, params: Params) -> Handled {
    exists(named(app, names, params).await)
}

/// `HEAD /{index}/_alias/{names}`.
pub(in crate::api) async fn head_of(
    app: State<App>,
    path: PathOf<(String, String)>,
    params: Params,
) -> Handled {
    exists(named_of(app, path, params).await)
}

fn exists(answer: Handled) -> Handled {
    match answer {
        Ok(_) => Ok(Answer::empty(StatusCode::OK)),
        Err(error) if error.status() == 404 => Ok(Answer::empty(StatusCode::NOT_FOUND)),
        Err(error) => Err(error),
    }
}

fn answer(app: &App, index: Option<&str>, names: Option<&str>, mut params: Params) -> Handled {
    let (targets, leniency) = targets::take(index, &mut params, Leniency::default())?;
    params.finish()?;
    let names: Option<Vec<&str>> = names.map(|names| names.split(',').map(str::trim).collect());
    let catalog = app.catalog();
    let mut shown = Map::new();
    let mut missing = Wanted::new(names.as_deref())?;
    for index in targets.resolve(&catalog, leniency)?.into_keys() {
        let mut aliases = Map::new();
        for (alias, of) in catalog.aliases_of(index) {
            if missing.takes(alias) {
                aliases.insert(alias.to_owned(), options(of));
            }
        }
        if names.is_none() || !aliases.is_empty() {
            shown.insert(index.to_owned(), json!({ "aliases": aliases }));
        }
    }
    missing.finish()?;
    Ok(Answer::json(&shown))
}

/// The aliases of an index, as `GET /{index}` shows them.
pub(in crate::api) fn shown(catalog: &Catalog, index: &str) -> Value {
    let aliases = catalog.aliases_of(index);
    let shown: Map<String, Value> = aliases
        .map(|(alias, of)| (alias.to_owned(), options(of)))
        .collect();
    Value::Object(shown)
}

fn options(of: AliasOf) -> Value {
    match of.is_write_index {
        None => json!({}),
        Some(is) => json!({ "is_write_index": is }),
    }
}

/// The names that a client asks for, and which of them were found.
struct Wanted<'a> {
    names: Option<Vec<(&'a str, bool)>>,
}

impl<'a> Wanted<'a> {
    fn new(names: Option<&[&'a str]>) -> Result<Self, ApiError> {
        if names.is_some_and(|names| names.len() > NAMES_MAX) {
            return Err(ApiError::illegal(format!(
                "more names of aliases than the limit of [{NAMES_MAX}]"
            )));
        }
        let names = names.map(|names| names.iter().map(|name| (*name, false)).collect());
        Ok(Self { names })
    }

    /// Whether an alias is wanted; patterns are `*` and `_all`, and later parts may exclude with `-`.
    fn takes(&mut self, alias: &str) -> bool {
        let Some(names) = &mut self.names else {
            return true;
        };
        let mut wanted = false;
        let mut patterns = false;
        for (name, found) in names {
            if let (true, Some(excluded)) = (patterns, name.strip_prefix('-')) {
                *found = true;
                wanted &= !fits(excluded, alias);
                continue;
            }
            patterns |= is_pattern(name);
            if fits(if *name == "_all" { "*" } else { name }, alias) {
                (*found, wanted) = (true, true);
            }
        }
        wanted
    }

    /// A name that is not there is an error, a pattern without matches is not.
    fn finish(self) -> Result<(), ApiError> {
        let mut patterns = false;
        let mut missing = Vec::new();
        for (name, found) in self.names.into_iter().flatten() {
            let excludes = patterns && name.starts_with('-');
            patterns |= is_pattern(name);
            if !found && !excludes && !is_pattern(name) {
                missing.push(brief(name));
            }
        }
        if missing.is_empty() {
            Ok(())
        } else {
            Err(ApiError::AliasesMissing(missing.join(",")))
        }
    }
}

fn is_pattern(name: &str) -> bool {
    name == "_all" || name.contains('*')
}
