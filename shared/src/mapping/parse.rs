//! Mappings as clients write them: validated whole, every unknown thing named.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{DateFormats, Field, FieldKind, Mapping};
use crate::analysis::Analyzer;
use crate::limits;

/// Why a mapping is refused. The text is what a client reads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MappingError {
    /// A parameter that this type does not have.
    #[error("unknown parameter [{parameter}] on mapper [{path}] of type [{kind}]")]
    UnknownParameter {
        /// The field.
        path: String,
        /// Its type.
        kind: String,
        /// The parameter.
        parameter: String,
    },
    /// A type that is not offered.
    #[error(
        "No handler for type [{kind}] declared on field [{path}]; offered are text, keyword, long, double, boolean, date and object"
    )]
    UnknownType {
        /// The field.
        path: String,
        /// The type asked for.
        kind: String,
    },
    /// A parameter with a value that it cannot have.
    #[error("invalid value for [{parameter}] on mapper [{path}]: {reason}")]
    Value {
        /// The field.
        path: String,
        /// The parameter.
        parameter: String,
        /// What is wrong and what would be right.
        reason: String,
    },
    /// A root-level key that is not known.
    #[error("Root mapping definition has unsupported parameters: [{0}]")]
    Root(String),
    /// A field that is there already as something else.
    #[error("mapper [{path}] cannot be changed from [{there}] to [{asked}]")]
    Conflict {
        /// The field.
        path: String,
        /// What it is.
        there: String,
        /// What was asked for.
        asked: String,
    },
    /// A path that is both an object and a field.
    #[error("can't merge a non object mapping [{path}] with an object mapping")]
    ObjectConflict {
        /// The path.
        path: String,
    },
    /// A name that a field cannot have.
    #[error("field name [{path}] is empty in part, holds a control character, or is reserved")]
    Name {
        /// The name.
        path: String,
    },
    /// A name that is too long.
    #[error("field name is too long: {bytes} bytes, the limit is [{max}]", max = limits::FIELD_NAME_BYTES_MAX)]
    LongName {
        /// Its length.
        bytes: usize,
    },
    /// Objects nested too deep.
    #[error("Limit of mapping depth [{max}] has been exceeded at [{path}]", max = limits::MAPPING_DEPTH_MAX)]
    Depth {
        /// Where.
        path: String,
    },
    /// Too many fields.
    #[error("Limit of total fields [{max}] has been exceeded", max = limits::MAPPING_FIELDS_MAX)]
    Fields,
    /// All text slots of the index are in use.
    #[error(
        "Limit of text fields [{limit}] of this index has been exceeded while adding [{path}]; map it as keyword, or create the index with a higher [index.mapping.text_fields.limit]"
    )]
    TextFields {
        /// The field that found no slot.
        path: String,
        /// How many there are.
        limit: u16,
    },
}

/// A mapping as parsed, with what was understood to be harmless and ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// The fields.
    pub mapping: Mapping,
    /// One sentence for each parameter that was ignored, for the `Warning` header.
    pub warnings: Vec<String>,
}

/// Parameters that change neither what is found nor how it ranks here.
const HARMLESS: [&str; 7] = [
    "store",
    "doc_values",
    "eager_global_ordinals",
    "fielddata",
    "index_phrases",
    "index_prefixes",
    "meta",
];

impl Parsed {
    /// Reads the object under `mappings`.
    ///
    /// # Errors
    /// [`MappingError`], naming the field and the parameter.
    pub fn from_json(mappings: &Map<String, Value>) -> Result<Self, MappingError> {
        let mut parsed = Self::default();
        for (key, value) in mappings {
            match (key.as_str(), value) {
                ("properties", Value::Object(properties)) => parsed.properties("", properties, 1)?,
                ("properties", _) => {
                    return Err(MappingError::Root("properties must be an object".to_owned()));
                }
                ("dynamic", Value::Bool(true)) => {}
                ("dynamic", Value::String(text)) if text == "true" => {}
                ("date_detection", Value::Bool(true)) | ("numeric_detection", Value::Bool(false)) => {}
                ("_meta", _) => parsed
                    .warnings
                    .push("mapping parameter [_meta] is ignored".to_owned()),
                _ => return Err(MappingError::Root(format!("{key} : {}", brief(value)))),
            }
        }
        Ok(parsed)
    }

    fn properties(
        &mut self,
        prefix: &str,
        properties: &Map<String, Value>,
        depth: usize,
    ) -> Result<(), MappingError> {
        if depth > limits::MAPPING_DEPTH_MAX {
            return Err(MappingError::Depth {
                path: prefix.chars().take(64).collect(),
            });
        }
        for (name, definition) in properties {
            let path = if prefix.is_empty() {
                name.clone()
            } else {
                format!("{prefix}.{name}")
            };
            let Value::Object(definition) = definition else {
                return Err(value_error(&path, "definition", "expected an object"));
            };
            match definition.get("type").map(|kind| kind.as_str().unwrap_or("?")) {
                None | Some("object") => self.object(&path, definition, depth)?,
                Some(_) => {
                    let field = self.field(&path, definition)?;
                    self.mapping.add(&path, field, limits::TEXT_SLOTS_MAX)?;
                }
            }
        }
        Ok(())
    }

    fn object(
        &mut self,
        path: &str,
        definition: &Map<String, Value>,
        depth: usize,
    ) -> Result<(), MappingError> {
        for (key, value) in definition {
            match (key.as_str(), value) {
                ("type", _) | ("enabled" | "dynamic", Value::Bool(true)) => {}
                ("properties", Value::Object(properties)) => self.properties(path, properties, depth + 1)?,
                _ if !definition.contains_key("properties") && !definition.contains_key("type") => {
                    return Err(value_error(path, "type", "no type specified"));
                }
                _ => return Err(unknown(path, "object", key)),
            }
        }
        if definition.is_empty() {
            return Err(value_error(path, "type", "no type specified"));
        }
        Ok(())
    }

    fn field(&mut self, path: &str, definition: &Map<String, Value>) -> Result<Field, MappingError> {
        let mut fields = BTreeMap::new();
        if let Some(subs) = definition.get("fields") {
            let Value::Object(subs) = subs else {
                return Err(value_error(path, "fields", "expected an object of sub-fields"));
            };
            for (name, sub) in subs {
                let sub_path = format!("{path}.{name}");
                let Value::Object(sub) = sub else {
                    return Err(value_error(&sub_path, "definition", "expected an object"));
                };
                if name.contains('.') || name.is_empty() {
                    return Err(MappingError::Name { path: sub_path });
                }
                if sub.contains_key("fields") {
                    return Err(unknown(&sub_path, "multi-field", "fields"));
                }
                fields.insert(name.clone(), self.kind(&sub_path, sub)?);
            }
        }
        Ok(Field {
            kind: self.kind(path, definition)?,
            fields,
        })
    }

    fn kind(&mut self, path: &str, definition: &Map<String, Value>) -> Result<FieldKind, MappingError> {
        let name = definition.get("type").and_then(Value::as_str).unwrap_or("");
        let mut kind = match name {
            "text" => FieldKind::text(Analyzer::standard()),
            "keyword" => FieldKind::keyword(),
            "long" => FieldKind::Long,
            "double" => FieldKind::Double,
            "boolean" => FieldKind::Boolean,
            "date" => FieldKind::Date {
                formats: DateFormats::default(),
            },
            _ => {
                return Err(MappingError::UnknownType {
                    path: path.to_owned(),
                    kind: name.to_owned(),
                });
            }
        };
        for (key, value) in definition {
            if matches!(key.as_str(), "type" | "fields") {
                continue;
            }
            if !set(&mut kind, path, key, value)? {
                if !HARMLESS.contains(&key.as_str()) && !is_default(name, key, value) {
                    return Err(unknown(path, name, key));
                }
                self.warnings
                    .push(format!("mapping parameter [{key}] of field [{path}] is ignored"));
            }
        }
        Ok(kind)
    }
}

/// Sets one parameter; false if this type has no such parameter.
fn set(kind: &mut FieldKind, path: &str, key: &str, value: &Value) -> Result<bool, MappingError> {
    match (kind, key) {
        (FieldKind::Text { analyzer, .. }, "analyzer") => {
            *analyzer = value.as_str().and_then(Analyzer::by_name).ok_or_else(|| {
                let offered: Vec<&str> = Analyzer::built_in().iter().map(Analyzer::name).collect();
                let offered = offered.join(", ");
                value_error(
                    path,
                    key,
                    &format!(
                        "analyzer [{}] has not been configured; offered are {offered}",
                        brief(value)
                    ),
                )
            })?;
        }
        (FieldKind::Text { analyzer, .. }, "search_analyzer") if value.as_str() == Some(analyzer.name()) => {}
        (FieldKind::Keyword { ignore_above }, "ignore_above") => {
            let limit = value.as_u64().and_then(|limit| u32::try_from(limit).ok());
            *ignore_above =
                Some(limit.ok_or_else(|| value_error(path, key, "expected a number of characters"))?);
        }
        (FieldKind::Date { formats }, "format") => {
            let text = value
                .as_str()
                .ok_or_else(|| value_error(path, key, "expected a string"))?;
            *formats = DateFormats::try_from(text.to_owned())
                .map_err(|error| value_error(path, key, &error.to_string()))?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Whether a parameter merely states what is the case anyway.
fn is_default(kind: &str, key: &str, value: &Value) -> bool {
    let truth = value.as_bool().or_else(|| value.as_str()?.parse().ok());
    match key {
        "index" | "coerce" => truth == Some(true),
        "ignore_malformed" => truth == Some(false),
        "norms" => truth == Some(kind == "text"),
        "index_options" => value.as_str() == Some(if kind == "text" { "positions" } else { "docs" }),
        "similarity" => value.as_str() == Some("BM25"),
        "null_value" => value.is_null(),
        _ => false,
    }
}

fn unknown(path: &str, kind: &str, parameter: &str) -> MappingError {
    MappingError::UnknownParameter {
        path: path.to_owned(),
        kind: kind.to_owned(),
        parameter: parameter.chars().take(64).collect(),
    }
}

fn value_error(path: &str, parameter: &str, reason: &str) -> MappingError {
    MappingError::Value {
        path: path.to_owned(),
        parameter: parameter.to_owned(),
        reason: reason.to_owned(),
    }
}

fn brief(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.chars().take(64).collect()
}
