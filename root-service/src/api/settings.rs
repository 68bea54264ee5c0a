//! Settings in the forms that clients write and read them in: nested or dotted names, values as text.

use serde_json::{Map, Value};
use shared::limits;

use crate::error::ApiError;

/// Nested settings as dotted names, in their order.
pub(super) fn flatten(settings: &Map<String, Value>) -> Result<Vec<(String, &Value)>, ApiError> {
    let mut flat = Vec::new();
    flatten_into("", settings, 0, &mut flat)?;
    Ok(flat)
}

fn flatten_into<'a>(
    prefix: &str,
    settings: &'a Map<String, Value>,
    depth: usize,
    into: &mut Vec<(String, &'a Value)>,
) -> Result<(), ApiError> {
    if depth > limits::MAPPING_DEPTH_MAX {
        return Err(ApiError::illegal(format!(
            "settings are nested deeper than the limit of [{}]",
            limits::MAPPING_DEPTH_MAX
        )));
    }
    for (name, value) in settings {
        let name = if prefix.is_empty() {
            name.clone()
        } else {
            format!("{prefix}.{name}")
        };
        match value {
            Value::Object(inner) => flatten_into(&name, inner, depth + 1, into)?,
            value => into.push((name, value)),
        }
    }
    Ok(())
}

/// A value as text, whichever type it was given as.
pub(super) fn value_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Milliseconds in the largest unit that leaves a whole number.
pub(super) fn interval(ms: u64) -> String {
    for (each, unit) in [(60_000, "m"), (1_000, "s")] {
        if ms > 0 && ms.is_multiple_of(each) {
            return format!("{}{unit}", ms / each);
        }
    }
    format!("{ms}ms")
}
