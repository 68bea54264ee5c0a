//! BEIR's queries: `{"_id": "1", "text": "what is …", "metadata": {}}` on each line.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Query;
use crate::error::LineProblem;
use crate::json_lines;
use crate::ndjson;

#[derive(Deserialize)]
struct Line<'line> {
    #[serde(borrow, rename = "_id")]
    id: Option<&'line RawValue>,
    #[serde(borrow)]
    text: Option<Cow<'line, str>>,
}

/// Reads one line.
pub(super) fn query(line: &str) -> Result<Query, LineProblem> {
    let line: Line<'_> = json_lines::object(line)?;
    let id = line.id.ok_or(LineProblem::Missing { field: "_id" })?;
    let text = line.text.unwrap_or_default();
    Ok(Query::plain(&ndjson::id_text(id, "_id")?, text.trim()))
}
