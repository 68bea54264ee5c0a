//! Values as clients write them, to values as the index holds them.

use std::cmp::Ordering;
use std::net::IpAddr;

use serde_json::Value as Json;
use shared::mapping::{DateFormats, FieldKind, Rounding, coded};
use shared::wire::clause::Value;

use super::clauses::refuse;
use super::date_math;
use crate::error::{ApiError, brief};

/// A value's text, as keywords hold it.
pub(crate) fn text_of(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A value of a field as the index holds it; `None` if the type has no such value, so that nothing matches.
///
/// # Errors
/// A 400 for what is not of the type at all.
pub(super) fn exact(field: &str, kind: &FieldKind, value: &Json) -> Result<Option<Value>, ApiError> {
    match kind {
        FieldKind::Text { .. } => Ok(Some(Value::Str(text_of(value)))),
        FieldKind::Keyword { .. } => Ok(Some(Value::Str(kind.normalized(&text_of(value))))),
        FieldKind::Byte | FieldKind::Short | FieldKind::Integer | FieldKind::Long => {
            let number = number(field, kind, value)?.whole();
            Ok(number
                .and_then(|number| i64::try_from(number).ok())
                .map(Value::Long))
        }
        FieldKind::UnsignedLong => {
            let number = number(field, kind, value)?.whole();
            let number = number.and_then(|number| u64::try_from(number).ok());
            Ok(number.map(|number| Value::Str(coded::unsigned(number))))
        }
        FieldKind::HalfFloat | FieldKind::Float | FieldKind::Double | FieldKind::ScaledFloat { .. } => {
            let number = kind.rounded(number(field, kind, value)?.real());
            Ok(number.is_finite().then_some(Value::Double(number)))
        }
        FieldKind::Boolean => truth(field, value).map(|truth| Some(Value::Boolean(truth))),
        FieldKind::Ip => ip(field, value).map(|address| Some(Value::Str(coded::ip(address)))),
        FieldKind::Completion(_) => Err(refuse(
            field,
            kind,
            "holds inputs, which only the completion suggester reads",
        )),
        // Dates have an extent; see `date`.
        FieldKind::Date { .. } => Ok(None),
    }
}

/// An address.
///
/// # Errors
/// A 400 for what is none.
pub(super) fn ip(field: &str, value: &Json) -> Result<IpAddr, ApiError> {
    text_of(value).parse().map_err(|_| {
        ApiError::query(format!(
            "failed to create query: '{}' is not an IP string literal., for the field [{}]",
            brief(&text_of(value)),
            brief(field)
        ))
    })
}

/// A number, exact if it is a whole one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Whole(i128),
    Real(f64),
}

impl Number {
    pub(super) fn real(self) -> f64 {
        match self {
            Self::Whole(number) => number as f64,
            Self::Real(number) => number,
        }
    }

    /// The whole number that it is, if it is one; one that is far outside of 64 bits is another such.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole; `as` saturates, far outside of every type"
    )]
    pub(super) fn whole(self) -> Option<i128> {
        match self {
            Self::Whole(number) => Some(number),
            Self::Real(number) => (number.fract() == 0.0).then_some(number as i128),
        }
    }
}

/// Reads a number, or one as text.
pub(super) fn number(field: &str, kind: &FieldKind, value: &Json) -> Result<Number, ApiError> {
    let read = match value {
        Json::Number(number) => match number.as_i128() {
            Some(number) => Some(Number::Whole(number)),
            None => number.as_f64().map(Number::Real),
        },
        Json::String(text) => match text.trim().parse() {
            Ok(number) => Some(Number::Whole(number)),
            Err(_) => text.trim().parse().ok().map(Number::Real),
        },
        _ => None,
    };
    read.filter(|number| number.real().is_finite()).ok_or_else(|| {
        ApiError::query(format!(
            "failed to create query: For input string: \"{}\"; the field [{}] is a {} and takes numbers",
            brief(&text_of(value)),
            brief(field),
            kind.name()
        ))
    })
}

/// `true` or `false`; the empty string is false, as in documents.
pub(super) fn truth(field: &str, value: &Json) -> Result<bool, ApiError> {
    match value {
        Json::Bool(truth) => Ok(*truth),
        Json::String(text) if text == "true" => Ok(true),
        Json::String(text) if text == "false" || text.is_empty() => Ok(false),
        _ => Err(ApiError::query(format!(
            "failed to create query: Can't parse boolean value [{}] for the field [{}], expected [true] or [false]",
            brief(&text_of(value)),
            brief(field)
        ))),
    }
}

/// An instant in milliseconds: a number, a date in one of the formats, or date math on `now` or on a date.
///
/// # Errors
/// A 400 that names the field and the formats.
pub(super) fn date(
    field: &str,
    formats: &DateFormats,
    value: &Json,
    rounding: Rounding,
    now_ms: i64,
) -> Result<i64, ApiError> {
    if let Some(number) = value.as_i64() {
        return Ok(formats.from_number(number));
    }
    date_math::parse(&text_of(value), formats, rounding, now_ms).map_err(|reason| {
        ApiError::query(format!(
            "failed to create query: {reason}, for the field [{}]",
            brief(field)
        ))
    })
}

/// Sorts values and drops repeated ones, so that equal sets are one query.
pub(super) fn sort(values: &mut Vec<Value>) {
    values.sort_by(compare);
    values.dedup();
}

/// The order of values; those of one field are of one type.
pub(super) fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Str(a), Value::Str(b)) => a.cmp(b),
        (Value::Long(a), Value::Long(b)) => a.cmp(b),
        (Value::Double(a), Value::Double(b)) => a.total_cmp(b),
        (Value::Boolean(a), Value::Boolean(b)) => a.cmp(b),
        _ => rank(a).cmp(&rank(b)),
    }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Str(_) => 0,
        Value::Long(_) => 1,
        Value::Double(_) => 2,
        Value::Boolean(_) => 3,
    }
}
