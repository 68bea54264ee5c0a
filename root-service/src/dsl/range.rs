//! `range`: values between two ends.

use serde_json::Value;
use shared::query::{Edge, Query, QueryKind};

use super::read::{At, single, unsupported};
use crate::error::ApiError;

/// Reads `{"year": {"gte": 1990, "lt": 2000}}`.
pub(super) fn range(body: &Value) -> Result<Query, ApiError> {
    const NAME: &str = "range";
    let (field, value) = single(NAME, body)?;
    let (mut lower, mut upper) = (Edge::Open, Edge::Open);
    let (mut boost, mut format) = (1.0, None);
    for (key, value) in At::new(NAME, field).object(value)? {
        let at = At::new(NAME, key);
        match key.as_str() {
            "gt" => set(&mut lower, at, Edge::Excluded, value)?,
            "gte" => set(&mut lower, at, Edge::Included, value)?,
            "lt" => set(&mut upper, at, Edge::Excluded, value)?,
            "lte" => set(&mut upper, at, Edge::Included, value)?,
            "format" => format = Some(at.text(value)?),
            "boost" => boost = at.boost(value)?,
            "relation"
                if value
                    .as_str()
                    .is_some_and(|text| text.eq_ignore_ascii_case("intersects")) => {}
            "from" | "to" | "include_lower" | "include_upper" => {
                return Err(ApiError::parsing(format!(
                    "[range] query does not support [{key}]; use [gt], [gte], [lt] or [lte]"
                )));
            }
            other => return Err(unsupported(NAME, other)),
        }
    }
    let kind = QueryKind::Range {
        field: field.clone(),
        lower,
        upper,
        format,
    };
    Ok(Query {
        boost,
        ..Query::new(kind)
    })
}

/// Sets an end; `null` leaves it open.
fn set(edge: &mut Edge, at: At<'_>, kind: impl Fn(Value) -> Edge, value: &Value) -> Result<(), ApiError> {
    if value.is_null() {
        return Ok(());
    }
    if *edge != Edge::Open {
        let other = if at.key.starts_with('g') {
            "[gt] and [gte]"
        } else {
            "[lt] and [lte]"
        };
        return Err(ApiError::parsing(format!(
            "[range] takes one of {other}, but not both"
        )));
    }
    *edge = kind(at.scalar(value)?);
    Ok(())
}
