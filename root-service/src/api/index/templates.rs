//! `HEAD|GET /_index_template`, `PUT|POST /_index_template/{name}`: there are no templates, and none can be made.

use serde_json::json;

use crate::api::answer::{Answer, Handled};
use crate::api::params::Params;
use crate::api::path::{PathOf, Target};
use crate::error::{ApiError, brief};

/// Whether and which templates there are. A pattern means none; a name means one that is missing.
pub(in crate::api) async fn get(Target(name): Target, params: Params) -> Handled {
    params.finish()?;
    match name {
        Some(name) if !name.contains('*') => Err(ApiError::TemplateNotFound(brief(&name))),
        _ => Ok(Answer::json(&json!({"index_templates": []}))),
    }
}

/// Refuses to make one: an index that relies on it would get other fields than were meant.
pub(in crate::api) async fn put(PathOf(name): PathOf<String>, params: Params) -> Handled {
    params.finish()?;
    Err(ApiError::illegal(format!(
        "index template [{}] cannot be made: templates are not offered; give settings, mappings and aliases to [PUT /{{index}}]",
        brief(&name)
    )))
}
