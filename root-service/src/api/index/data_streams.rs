//! `GET /_data_stream`, `GET /_data_stream/{name}`: there are none, which clients ask before they copy an index.

use serde_json::json;

use crate::api::answer::{Answer, Handled};
use crate::api::params::Params;
use crate::api::path::Target;
use crate::api::targets;
use crate::error::{ApiError, brief};

/// The handler. Patterns mean none; a name means one that is missing.
pub(in crate::api) async fn get(Target(names): Target, mut params: Params) -> Handled {
    if let Some(text) = params.text("expand_wildcards") {
        targets::expand(&text)?;
    }
    params.finish()?;
    let names = names.unwrap_or_default();
    let mut plain = names
        .split(',')
        .filter(|name| !name.is_empty() && !name.contains('*') && *name != "_all");
    match plain.next() {
        Some(name) => Err(ApiError::IndexNotFound { index: brief(name) }),
        None => Ok(Answer::json(&json!({"data_streams": []}))),
    }
}
