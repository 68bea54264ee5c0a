//! JSON bodies that are one object.

use serde_json::{Map, Value};

use crate::error::{ApiError, brief};

/// The object in a body; `None` for an empty one.
///
/// Only for bodies of at most a few megabytes: it runs where it is called.
pub(super) fn optional_object(call: &str, body: &[u8]) -> Result<Option<Map<String, Value>>, ApiError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(Some(object)),
        Ok(other) => Err(ApiError::parsing(format!(
            "the body of {call} must be a JSON object, but is [{}]",
            brief(&other.to_string())
        ))),
        Err(error) => Err(ApiError::malformed(&error)),
    }
}

/// The object in a body that must be there.
pub(super) fn object(call: &str, body: &[u8]) -> Result<Map<String, Value>, ApiError> {
    optional_object(call, body)?.ok_or_else(|| ApiError::parsing("request body is required"))
}
