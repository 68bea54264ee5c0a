//! `_name`: what hits call the queries that they match. Every kind of query can have one, in its body or, if it has options of
//! one field, among these.

use serde_json::Value;
use shared::limits;
use shared::query::Query;

use super::Parser;
use super::read::At;
use crate::error::{ApiError, brief};

const KEY: &str = "_name";

/// Queries of queries pass over their name themselves: a copy of their body would copy all that is inside, at every depth.
pub(super) const READ_BY_ITSELF: [&str; 5] =
    ["bool", "boosting", "constant_score", "dis_max", "function_score"];

/// The name of a query with this body.
pub(super) fn name_of(body: &Value) -> Result<Option<&str>, ApiError> {
    let Some(options) = body.as_object() else {
        return Ok(None);
    };
    let of_field = || match options.values().next() {
        Some(Value::Object(of_field)) if options.len() == 1 => of_field.get(KEY),
        _ => None,
    };
    match options.get(KEY).or_else(of_field) {
        None => Ok(None),
        Some(Value::String(name)) if name.len() <= limits::QUERY_NAME_BYTES_MAX => Ok(Some(name)),
        Some(Value::String(name)) => Err(ApiError::illegal(format!(
            "[_name] of a query has [{}] bytes, the limit is [{}]",
            name.len(),
            limits::QUERY_NAME_BYTES_MAX
        ))),
        Some(other) => Err(At::new("query", KEY).expected("a string", other)),
    }
}

/// The body as it is read.
pub(super) fn without_name(body: &Value) -> Value {
    let mut body = body.clone();
    if let Some(options) = body.as_object_mut()
        && options.shift_remove(KEY).is_none()
        && let Some(Value::Object(of_field)) = options.values_mut().next()
    {
        of_field.shift_remove(KEY);
    }
    body
}

impl Parser {
    /// Gives a query its name.
    pub(super) fn named(&mut self, mut query: Query, name: Option<&str>) -> Result<Query, ApiError> {
        let Some(name) = name else {
            return Ok(query);
        };
        self.names += 1;
        if self.names > limits::QUERY_NAMES_MAX {
            return Err(ApiError::illegal(format!(
                "the query has more names than the limit of [{}], which [{}] exceeds",
                limits::QUERY_NAMES_MAX,
                brief(name)
            )));
        }
        query.name = Some(name.to_owned());
        Ok(query)
    }
}
