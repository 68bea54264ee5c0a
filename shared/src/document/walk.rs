//! The walk itself, and the discovery of fields that no mapping names yet.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::DocumentError;
use crate::limits;
use crate::mapping::{Field, FieldKind, Mapping, Rounding, Slot, infer};

/// One value of one field or sub-field, ready to be indexed.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldValue<'a> {
    /// Text to analyze.
    Text {
        /// Its slot.
        slot: Slot,
        /// Its analyzer.
        analyzer: crate::analysis::Analyzer,
        /// The text.
        text: Cow<'a, str>,
    },
    /// An exact string.
    Keyword(Cow<'a, str>),
    /// A whole number.
    Long(i64),
    /// A real number, finite.
    Double(f64),
    /// A truth value.
    Boolean(bool),
    /// Milliseconds since the epoch.
    Date(i64),
}

/// A field of a document that the mapping does not have, and what it should become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unmapped {
    /// Its full path.
    pub path: String,
    /// Its inferred definition.
    pub field: Field,
}

/// Parses and bounds a document.
///
/// # Errors
/// [`DocumentError`] for what is not a JSON object within the limits.
pub fn parse(source: &str) -> Result<Map<String, Value>, DocumentError> {
    if source.len() > limits::DOCUMENT_BYTES_MAX {
        return Err(DocumentError::Large { bytes: source.len() });
    }
    match serde_json::from_str::<Value>(source) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(other) => Err(DocumentError::NotAnObject(kind_of(&other))),
        // The parser's own limit is above ours, and is met before ours can be looked at.
        Err(error) if error.to_string().starts_with("recursion limit") => Err(DocumentError::Depth),
        Err(error) => Err(DocumentError::Json(error.to_string())),
    }
}

/// Walks a document along a mapping, in document order, and hands every value with its field's full name to `sink`.
/// Fields that the mapping does not have are passed over.
///
/// # Errors
/// [`DocumentError`] for the first value that its field cannot take, or past a limit.
pub fn walk<'a>(
    document: &'a Map<String, Value>,
    mapping: &Mapping,
    sink: &mut dyn FnMut(&str, FieldValue<'a>),
) -> Result<(), DocumentError> {
    let mut visit = |path: &str, value: &'a Value| match mapping.fields.get(path) {
        Some(field) => field_values(path, field, value, sink),
        None => Ok(()),
    };
    Walk { mapping, values: 0 }.object("", document, 1, &mut visit)
}

/// The fields of a document that the mapping does not have, each once.
///
/// # Errors
/// [`DocumentError`] past a limit, or where an object meets a field.
pub fn discover(document: &Map<String, Value>, mapping: &Mapping) -> Result<Vec<Unmapped>, DocumentError> {
    let mut found: Vec<Unmapped> = Vec::new();
    let mut visit = |path: &str, value: &Value| {
        if mapping.fields.contains_key(path) {
            return Ok(());
        }
        if mapping.has_fields_below(path) {
            let preview = as_text(value).chars().take(64).collect();
            return Err(DocumentError::ConcreteValue {
                path: path.to_owned(),
                preview,
            });
        }
        if !found.iter().any(|unmapped| unmapped.path == path)
            && let Some(field) = infer(value)
        {
            found.push(Unmapped {
                path: path.to_owned(),
                field,
            });
        }
        Ok(())
    };
    Walk { mapping, values: 0 }.object("", document, 1, &mut visit)?;
    Ok(found)
}

type Visit<'v, 'a> = &'v mut dyn FnMut(&str, &'a Value) -> Result<(), DocumentError>;

struct Walk<'m> {
    mapping: &'m Mapping,
    values: usize,
}

impl Walk<'_> {
    fn object<'a>(
        &mut self,
        prefix: &str,
        object: &'a Map<String, Value>,
        depth: usize,
        visit: Visit<'_, 'a>,
    ) -> Result<(), DocumentError> {
        if depth > limits::DOCUMENT_DEPTH_MAX {
            return Err(DocumentError::Depth);
        }
        for (name, value) in object {
            if prefix.is_empty() {
                self.value(name, value, depth, visit)?;
            } else {
                self.value(&format!("{prefix}.{name}"), value, depth, visit)?;
            }
        }
        Ok(())
    }

    fn value<'a>(
        &mut self,
        path: &str,
        value: &'a Value,
        depth: usize,
        visit: Visit<'_, 'a>,
    ) -> Result<(), DocumentError> {
        self.values += 1;
        if self.values > limits::DOCUMENT_VALUES_MAX {
            return Err(DocumentError::Values);
        }
        match value {
            Value::Null => Ok(()),
            Value::Object(_) if self.mapping.fields.contains_key(path) => Err(refuse(
                path,
                &self.mapping.fields[path].kind,
                value,
                ". An object was found",
            )),
            Value::Object(object) => self.object(path, object, depth + 1, visit),
            Value::Array(values) => {
                if depth > limits::DOCUMENT_DEPTH_MAX {
                    return Err(DocumentError::Depth);
                }
                values
                    .iter()
                    .try_for_each(|value| self.value(path, value, depth + 1, visit))
            }
            _ => visit(path, value),
        }
    }
}

fn field_values<'a>(
    path: &str,
    field: &Field,
    value: &'a Value,
    sink: &mut dyn FnMut(&str, FieldValue<'a>),
) -> Result<(), DocumentError> {
    if let Some(read) = read(path, &field.kind, value)? {
        sink(path, read);
    }
    for (sub, kind) in &field.fields {
        let path = format!("{path}.{sub}");
        if let Some(read) = read(&path, kind, value)? {
            sink(&path, read);
        }
    }
    Ok(())
}

/// A scalar as its field takes it, with Elasticsearch's coercions; `None` if the field ignores it.
fn read<'a>(path: &str, kind: &FieldKind, value: &'a Value) -> Result<Option<FieldValue<'a>>, DocumentError> {
    let refuse = |reason: &str| refuse(path, kind, value, reason);
    Ok(Some(match kind {
        FieldKind::Text { analyzer, slot, .. } => FieldValue::Text {
            slot: *slot,
            analyzer: analyzer.clone(),
            text: as_text(value),
        },
        FieldKind::Keyword { ignore_above } => {
            let text = as_text(value);
            if ignore_above
                .is_some_and(|limit| text.len() > limit as usize && text.chars().count() > limit as usize)
            {
                return Ok(None);
            }
            if text.len() > limits::KEYWORD_BYTES_MAX {
                return Err(DocumentError::ImmenseTerm {
                    path: path.to_owned(),
                });
            }
            FieldValue::Keyword(text)
        }
        FieldKind::Long => FieldValue::Long(as_long(value).ok_or_else(|| refuse(""))?),
        FieldKind::Double => FieldValue::Double(as_double(value).ok_or_else(|| refuse(""))?),
        FieldKind::Boolean => match value {
            Value::Bool(truth) => FieldValue::Boolean(*truth),
            Value::String(text) if text == "true" => FieldValue::Boolean(true),
            Value::String(text) if text == "false" || text.is_empty() => FieldValue::Boolean(false),
            _ => return Err(refuse(". Only [true] or [false] are allowed")),
        },
        FieldKind::Date { formats } => match value {
            Value::String(text) => FieldValue::Date(
                formats
                    .parse(text, Rounding::Down)
                    .map_err(|error| refuse(&format!(". {error}")))?,
            ),
            Value::Number(number) => {
                let number = number
                    .as_i64()
                    .ok_or_else(|| refuse(". Expected whole milliseconds"))?;
                FieldValue::Date(formats.from_number(number))
            }
            _ => return Err(refuse("")),
        },
    }))
}

fn as_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        other => Cow::Owned(other.to_string()),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "fractions are cut off, as Elasticsearch's coercion does"
)]
fn as_long(value: &Value) -> Option<i64> {
    let whole = |number: f64| (number.abs() < 9.2e18).then_some(number as i64);
    match value {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().and_then(whole)),
        Value::String(text) => text
            .parse()
            .ok()
            .or_else(|| text.parse::<f64>().ok().and_then(whole)),
        _ => None,
    }
}

fn as_double(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite())
}

fn refuse(path: &str, kind: &FieldKind, value: &Value, reason: &str) -> DocumentError {
    DocumentError::Value {
        path: path.to_owned(),
        kind: kind.name(),
        preview: as_text(value).chars().take(64).collect(),
        reason: reason.to_owned(),
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
