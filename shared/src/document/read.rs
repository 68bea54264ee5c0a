//! One value of a document as its field takes it, with Elasticsearch's coercions.

use std::borrow::Cow;
use std::net::IpAddr;

use serde_json::Value;

use super::DocumentError;
use crate::limits;
use crate::mapping::{DateFormats, FieldKind, Options, Rounding, Slot, TextLayout};

/// One value of one field or sub-field, ready to be indexed.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldValue<'a> {
    /// Text to analyze.
    Text {
        /// Its slot; text without one is not indexed.
        slot: Option<Slot>,
        /// Its analyzer.
        analyzer: crate::analysis::Analyzer,
        /// The text.
        text: Cow<'a, str>,
        /// Positions between it and the value before it.
        position_gap: u32,
    },
    /// An exact string, as its field's normalizer makes it.
    Keyword(Cow<'a, str>),
    /// A whole number.
    Long(i64),
    /// A whole number without a sign.
    Unsigned(u64),
    /// A real number, finite, rounded as its type has it.
    Double(f64),
    /// A truth value.
    Boolean(bool),
    /// Milliseconds since the epoch.
    Date(i64),
    /// An address.
    Ip(IpAddr),
}

/// A scalar as its field takes it; `None` if the field passes it over.
///
/// # Errors
/// [`DocumentError`] for a value that the field's type cannot take.
pub fn read<'a>(
    path: &str,
    kind: &FieldKind,
    options: &'a Options,
    value: &'a Value,
) -> Result<Option<FieldValue<'a>>, DocumentError> {
    let value = match (&options.null_value, value) {
        (Some(instead), Value::Null) => instead,
        (None, Value::Null) => return Ok(None),
        (_, value) => value,
    };
    let empty = matches!(value, Value::String(text) if text.is_empty());
    if empty && !options.strict_numbers && is_numeric(kind) {
        // Without a value, as `null` is.
        return match &options.null_value {
            Some(instead) => read_some(path, kind, options, instead).map(Some),
            None => Ok(None),
        };
    }
    if let FieldKind::Keyword { ignore_above, .. } = kind {
        let limit = ignore_above.map_or(usize::MAX, |limit| limit as usize);
        let text = as_text(value);
        if text.len() > limit && text.chars().count() > limit {
            return Ok(None);
        }
    }
    match read_some(path, kind, options, value) {
        Err(DocumentError::Value { .. }) if options.ignore_malformed => Ok(None),
        read => read.map(Some),
    }
}

fn is_numeric(kind: &FieldKind) -> bool {
    kind.is_number() || *kind == FieldKind::UnsignedLong
}

fn read_some<'a>(
    path: &str,
    kind: &FieldKind,
    options: &Options,
    value: &'a Value,
) -> Result<FieldValue<'a>, DocumentError> {
    let refuse = |reason: &str| refuse(path, kind, value, reason);
    if options.strict_numbers && is_numeric(kind) && value.is_string() {
        return Err(refuse(&format!(". {} value passed as String", java_name(kind))));
    }
    Ok(match kind {
        FieldKind::Text {
            analyzer,
            slot,
            position_gap,
            ..
        } => FieldValue::Text {
            slot: *slot,
            analyzer: analyzer.clone(),
            text: text_of(value).ok_or_else(|| refuse(""))?,
            position_gap: position_gap.unwrap_or(TextLayout::GAP),
        },
        FieldKind::Keyword { normalizer, .. } => {
            let mut text = text_of(value).ok_or_else(|| refuse(""))?;
            if normalizer.is_some() {
                text = Cow::Owned(kind.normalized(&text));
            }
            if text.len() > limits::KEYWORD_BYTES_MAX {
                return Err(DocumentError::ImmenseTerm {
                    path: path.to_owned(),
                });
            }
            FieldValue::Keyword(text)
        }
        FieldKind::Byte | FieldKind::Short | FieldKind::Integer | FieldKind::Long => {
            FieldValue::Long(whole(kind, value, options.strict_numbers).map_err(|reason| refuse(&reason))?)
        }
        FieldKind::UnsignedLong => FieldValue::Unsigned(
            unsigned(value).ok_or_else(|| refuse(". Expected a whole number from 0 to 2^64-1"))?,
        ),
        FieldKind::HalfFloat | FieldKind::Float | FieldKind::Double | FieldKind::ScaledFloat { .. } => {
            FieldValue::Double(real(kind, value).map_err(|reason| refuse(&reason))?)
        }
        FieldKind::Boolean => match value {
            Value::Bool(truth) => FieldValue::Boolean(*truth),
            Value::String(text) if text == "true" => FieldValue::Boolean(true),
            Value::String(text) if text == "false" || text.is_empty() => FieldValue::Boolean(false),
            _ => return Err(refuse(". Only [true] or [false] are allowed")),
        },
        FieldKind::Date { formats } => {
            FieldValue::Date(date(formats, value).map_err(|reason| refuse(&reason))?)
        }
        // What is indexed of it is read as a whole; this is how one text of it is shown.
        FieldKind::Completion(_) => FieldValue::Keyword(text_of(value).ok_or_else(|| refuse(""))?),
        FieldKind::Ip => {
            let address = value.as_str().and_then(|text| text.parse().ok());
            let not_one = || refuse(&format!(". '{}' is not an IP string literal.", preview(value)));
            FieldValue::Ip(address.ok_or_else(not_one)?)
        }
    })
}

/// A scalar as text.
fn text_of(value: &Value) -> Option<Cow<'_, str>> {
    (!value.is_object() && !value.is_array()).then(|| as_text(value))
}

fn as_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

/// A whole number of the type, or why it is none. Fractions are cut off, unless numbers are read strictly.
fn whole(kind: &FieldKind, value: &Value, strict: bool) -> Result<i64, String> {
    let outside = || {
        let article = if *kind == FieldKind::Integer { "an" } else { "a" };
        format!(
            ". Value [{}] is out of range for {article} {}",
            preview(value),
            kind.name()
        )
    };
    let number = match value {
        Value::Number(number) => number
            .as_i64()
            .map(i128::from)
            .map_or_else(|| number.as_f64().map(Err), |whole| Some(Ok(whole))),
        Value::String(text) => match text.trim().parse::<i128>() {
            Ok(whole) => Some(Ok(whole)),
            Err(_) => text.trim().parse::<f64>().ok().map(Err),
        },
        _ => None,
    };
    let number = match number {
        None => return Err(String::new()),
        Some(Ok(whole)) => whole,
        Some(Err(real)) if !real.is_finite() => return Err(String::new()),
        Some(Err(real)) if strict && real.fract() != 0.0 => {
            return Err(format!(". Value [{}] has a decimal part", preview(value)));
        }
        #[expect(
            clippy::cast_possible_truncation,
            reason = "fractions are cut off, as Elasticsearch's coercion does; `as` saturates, far outside of every type"
        )]
        Some(Err(real)) => real as i128,
    };
    let range = kind.whole_range().unwrap_or(i64::MIN..=i64::MAX);
    let number = i64::try_from(number).map_err(|_| outside())?;
    if range.contains(&number) {
        Ok(number)
    } else {
        Err(outside())
    }
}

/// An instant, or why it is none.
fn date(formats: &DateFormats, value: &Value) -> Result<i64, String> {
    match value {
        Value::String(text) => formats
            .parse(text, Rounding::Down)
            .map_err(|error| format!(". {error}")),
        Value::Number(number) => number
            .as_i64()
            .map(|number| formats.from_number(number))
            .ok_or_else(|| ". Expected whole milliseconds".to_owned()),
        _ => Err(String::new()),
    }
}

fn unsigned(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A real number as the type has it, or why it is none.
fn real(kind: &FieldKind, value: &Value) -> Result<f64, String> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    let rounded = kind.rounded(number.ok_or_else(String::new)?);
    if rounded.is_finite() {
        Ok(rounded)
    } else {
        Err(format!(
            ". [{}] supports only finite values, but got [{}]",
            kind.name(),
            preview(value)
        ))
    }
}

/// The name of the type by which Elasticsearch's message calls it.
fn java_name(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Byte | FieldKind::Short | FieldKind::Integer => "Integer",
        FieldKind::HalfFloat | FieldKind::Float => "Float",
        FieldKind::Double | FieldKind::ScaledFloat { .. } => "Double",
        _ => "Long",
    }
}

pub(super) fn preview(value: &Value) -> String {
    as_text(value).chars().take(64).collect()
}

pub(super) fn refuse(path: &str, kind: &FieldKind, value: &Value, reason: &str) -> DocumentError {
    DocumentError::Value {
        path: path.to_owned(),
        kind: kind.name(),
        preview: preview(value),
        reason: reason.to_owned(),
    }
}
