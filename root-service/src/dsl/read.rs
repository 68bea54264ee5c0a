//! Reading one parameter of a query or a body: the value as its type, or an error that names both.

use serde_json::{Map, Value};

use crate::error::{ApiError, brief};

/// Where a parameter stands, for messages: `[match] query`'s `boost`.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    /// The query or body part.
    pub(super) part: &'a str,
    /// The parameter.
    pub(super) key: &'a str,
}

impl<'a> At<'a> {
    pub(super) fn new(part: &'a str, key: &'a str) -> Self {
        Self { part, key }
    }

    /// An error of the form `[match] [boost] expects …, but found […]`.
    pub(super) fn expected(self, what: &str, found: &Value) -> ApiError {
        let Self { part, key } = self;
        ApiError::parsing(format!(
            "[{part}] [{key}] expects {what}, but found [{}]",
            brief(&found.to_string())
        ))
    }

    pub(super) fn object(self, value: &Value) -> Result<&Map<String, Value>, ApiError> {
        value.as_object().ok_or_else(|| self.expected("an object", value))
    }

    /// A string.
    pub(super) fn text(self, value: &Value) -> Result<String, ApiError> {
        match value {
            Value::String(text) => Ok(text.clone()),
            _ => Err(self.expected("a string", value)),
        }
    }

    /// A string, number or boolean as text, as words to look for are written.
    pub(super) fn words(self, value: &Value) -> Result<String, ApiError> {
        match self.scalar(value)? {
            Value::String(text) => Ok(text),
            other => Ok(other.to_string()),
        }
    }

    /// A string, number or boolean.
    pub(super) fn scalar(self, value: &Value) -> Result<Value, ApiError> {
        match value {
            Value::String(_) | Value::Number(_) | Value::Bool(_) => Ok(value.clone()),
            _ => Err(self.expected("a string, a number or a boolean", value)),
        }
    }

    /// A boolean, or one as text.
    pub(super) fn truth(self, value: &Value) -> Result<bool, ApiError> {
        match value {
            Value::Bool(truth) => Ok(*truth),
            Value::String(text) if text == "true" => Ok(true),
            Value::String(text) if text == "false" => Ok(false),
            _ => Err(self.expected("[true] or [false]", value)),
        }
    }

    /// A number, or one as text; finite.
    pub(super) fn number(self, value: &Value) -> Result<f64, ApiError> {
        let number = match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        number
            .filter(|number| number.is_finite())
            .ok_or_else(|| self.expected("a number", value))
    }

    /// A whole number, or one as text. One that is larger than 64 bits is as large as they hold: a limit refuses it.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole numbers only; `as` saturates beyond 64 bits"
    )]
    pub(super) fn whole(self, value: &Value) -> Result<i64, ApiError> {
        let exact = match value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        match exact {
            Some(number) => Ok(number),
            None => match self.number(value) {
                Ok(number) if number.fract() == 0.0 => Ok(number as i64),
                _ => Err(self.expected("a whole number", value)),
            },
        }
    }

    /// A factor of the score: finite as `f32` and not negative.
    #[expect(clippy::cast_possible_truncation, reason = "checked to be finite afterwards")]
    pub(super) fn boost(self, value: &Value) -> Result<f32, ApiError> {
        let boost = self.number(value)? as f32;
        if boost.is_finite() && boost >= 0.0 {
            Ok(boost)
        } else {
            Err(ApiError::illegal(format!(
                "[{}] [boost] must be a finite number and not negative, but was [{}]",
                self.part,
                brief(&value.to_string())
            )))
        }
    }

    /// A share between 0 and 1.
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and 1")]
    pub(super) fn share(self, value: &Value) -> Result<f32, ApiError> {
        match self.number(value)? {
            share if (0.0..=1.0).contains(&share) => Ok(share as f32),
            _ => Err(self.expected("a number from 0 to 1", value)),
        }
    }
}

/// The only entry of an object such as `{"title": …}` in `{"match": {"title": …}}`.
pub(super) fn single<'a>(query: &str, value: &'a Value) -> Result<(&'a String, &'a Value), ApiError> {
    let Some(object) = value.as_object() else {
        return Err(ApiError::parsing(format!(
            "[{query}] query malformed, expected an object that names the field, but found [{}]",
            brief(&value.to_string())
        )));
    };
    let mut entries = object.iter();
    match (entries.next(), entries.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(ApiError::parsing(format!(
            "[{query}] query malformed, no field given; expected {{\"{query}\": {{\"FIELD\": …}}}}"
        ))),
        (Some((first, _)), Some((second, _))) => Err(ApiError::parsing(format!(
            "[{query}] query doesn't support multiple fields, found [{}] and [{}]; combine queries with [bool]",
            brief(first),
            brief(second)
        ))),
    }
}

/// The error for a parameter that a query does not have, or not yet.
pub(super) fn unsupported(query: &str, key: &str) -> ApiError {
    ApiError::parsing(format!("[{query}] query does not support [{}]", brief(key)))
}

/// The error for a parameter that a query needs.
pub(super) fn missing(query: &str, key: &str) -> ApiError {
    ApiError::parsing(format!("[{query}] requires [{key}]"))
}
