//! The walk itself, and the discovery of fields that no mapping names yet.

use serde_json::{Map, Value};

use super::read::{preview, refuse};
use super::{DocumentError, FieldValue, completion, read};
use crate::limits;
use crate::mapping::{Dynamic, Field, FieldKind, Mapping, Options, parent};

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

/// Walks a document along a mapping, in document order, and hands every value with its field's full name to `sink`: to the
/// field itself, to its sub-fields, and to the fields that it is copied to. This is the one place where values are read.
/// Fields that the mapping does not have are passed over.
///
/// # Errors
/// [`DocumentError`] for the first value that its field cannot take, or past a limit.
pub fn walk<'a>(
    document: &'a Map<String, Value>,
    mapping: &'a Mapping,
    sink: &mut dyn FnMut(&str, FieldValue<'a>),
) -> Result<(), DocumentError> {
    let mut visit = |path: &str, value: &'a Value| {
        let Some(field) = mapping.fields.get(path) else {
            return Ok(false);
        };
        field_values(path, field, value, sink)?;
        for target in &field.options.copy_to {
            if let Some(field) = mapping.fields.get(target) {
                field_values(target, field, value, sink)?;
            }
        }
        Ok(false)
    };
    Walk::along(mapping).object("", document, 1, &mut visit)
}

/// The fields of a document that the mapping does not have and is to have, each once.
///
/// # Errors
/// [`DocumentError`] past a limit, where an object meets a field, or where the mapping takes no new fields.
pub fn discover(document: &Map<String, Value>, mapping: &Mapping) -> Result<Vec<Unmapped>, DocumentError> {
    let mut found: Vec<Unmapped> = Vec::new();
    let mut visit = |path: &str, value: &Value| {
        if let Some(field) = mapping.fields.get(path) {
            for target in &field.options.copy_to {
                if !mapping.fields.contains_key(target) && admits(mapping, target)? {
                    add(&mut found, mapping, target, value);
                }
            }
            return Ok(false);
        }
        if mapping.is_object(path) {
            let concrete = !matches!(value, Value::Null | Value::Object(_) | Value::Array(_));
            return if concrete {
                Err(DocumentError::ConcreteValue {
                    path: path.to_owned(),
                    preview: preview(value),
                })
            } else {
                Ok(true)
            };
        }
        let admitted = admits(mapping, path)?;
        if admitted {
            add(&mut found, mapping, path, value);
        }
        Ok(admitted)
    };
    Walk::along(mapping).object("", document, 1, &mut visit)?;
    Ok(found)
}

/// Whether a name that the mapping does not have is to become a field or an object.
fn admits(mapping: &Mapping, path: &str) -> Result<bool, DocumentError> {
    // The first part of it that the mapping does not know is what would be new.
    let mut ends = path.match_indices('.').map(|(at, _)| at).chain([path.len()]);
    let new = ends
        .find(|end| !mapping.is_object(&path[..*end]))
        .map_or(path, |end| &path[..end]);
    let object = parent(new);
    match mapping.dynamic(object) {
        Dynamic::True => Ok(true),
        Dynamic::False => Ok(false),
        Dynamic::Strict => Err(DocumentError::Strict {
            name: new[object.len()..].trim_start_matches('.').to_owned(),
            object: if object.is_empty() { "_doc" } else { object }.to_owned(),
        }),
    }
}

fn add(found: &mut Vec<Unmapped>, mapping: &Mapping, path: &str, value: &Value) {
    if !found.iter().any(|unmapped| unmapped.path == path)
        && let Some(field) = mapping.infer(value)
    {
        found.push(Unmapped {
            path: path.to_owned(),
            field,
        });
    }
}

/// Sees a value of a path, and says whether to look into it if it is an object that is not a field.
type Visit<'v, 'a> = &'v mut dyn FnMut(&str, &'a Value) -> Result<bool, DocumentError>;

struct Walk<'m> {
    mapping: &'m Mapping,
    /// Whether some object is not to be looked at.
    some_disabled: bool,
    values: usize,
}

impl<'m> Walk<'m> {
    fn along(mapping: &'m Mapping) -> Self {
        Self {
            mapping,
            some_disabled: mapping.objects.values().any(|object| object.disabled),
            values: 0,
        }
    }

    /// Whether the path is or leads through an object that is not to be looked at.
    fn is_disabled(&self, path: &str) -> bool {
        let disabled = |path: &str| {
            self.mapping
                .objects
                .get(path)
                .is_some_and(|object| object.disabled)
        };
        self.some_disabled
            && (disabled(path) || path.match_indices('.').any(|(end, _)| disabled(&path[..end])))
    }

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
        if self.is_disabled(path) {
            return Ok(());
        }
        if self.mapping.fields.get(path).is_some_and(is_completion) {
            // Its objects and lists are its own.
            return visit(path, value).map(drop);
        }
        match value {
            Value::Object(object) => match self.mapping.fields.get(path) {
                Some(field) if field.options.ignore_malformed => Ok(()),
                Some(field) => Err(refuse(path, &field.kind, value, ". An object was found")),
                None if self.mapping.is_object(path) || visit(path, value)? => {
                    self.object(path, object, depth + 1, visit)
                }
                None => Ok(()),
            },
            Value::Array(values) if values.is_empty() && self.mapping.fields.contains_key(path) => Ok(()),
            Value::Array(values) if values.is_empty() => visit(path, value).map(drop),
            Value::Array(values) => {
                if depth > limits::DOCUMENT_DEPTH_MAX {
                    return Err(DocumentError::Depth);
                }
                values
                    .iter()
                    .try_for_each(|value| self.value(path, value, depth + 1, visit))
            }
            _ => visit(path, value).map(drop),
        }
    }
}

/// The value as the field and its sub-fields take it.
fn field_values<'a>(
    path: &str,
    field: &'a Field,
    value: &'a Value,
    sink: &mut dyn FnMut(&str, FieldValue<'a>),
) -> Result<(), DocumentError> {
    one_value(path, &field.kind, &field.options, value, sink)?;
    for (name, sub) in &field.fields {
        one_value(&format!("{path}.{name}"), &sub.kind, &sub.options, value, sink)?;
    }
    Ok(())
}

fn one_value<'a>(
    path: &str,
    kind: &FieldKind,
    options: &'a Options,
    value: &'a Value,
    sink: &mut dyn FnMut(&str, FieldValue<'a>),
) -> Result<(), DocumentError> {
    if let FieldKind::Completion(of) = kind {
        return completion::read(path, kind, of, value, sink);
    }
    if let Some(read) = read(path, kind, options, value)? {
        sink(path, read);
    }
    Ok(())
}

fn is_completion(field: &Field) -> bool {
    matches!(field.kind, FieldKind::Completion(_))
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
