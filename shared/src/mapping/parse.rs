//! Mappings as clients write them: validated whole, every unknown thing named.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::parameters::truth;
use super::{DateFormats, Dynamic, Field, Mapping, MappingError, Object, Options, SubField};
use crate::analysis::Analysis;
use crate::limits;

/// A mapping as parsed, with what was understood to be harmless and ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parsed {
    /// The fields.
    pub mapping: Mapping,
    /// One sentence for each parameter that was ignored, for the `Warning` header.
    pub warnings: Vec<String>,
}

impl Parsed {
    /// Reads the object under `mappings`.
    ///
    /// # Errors
    /// [`MappingError`], naming the field and the parameter.
    pub fn from_json(mappings: &Map<String, Value>) -> Result<Self, MappingError> {
        Self::with_analysis(mappings, &Analysis::default())
    }

    /// As [`Self::from_json`], for an index with analyzers of its own.
    ///
    /// # Errors
    /// As [`Self::from_json`].
    pub fn with_analysis(mappings: &Map<String, Value>, analysis: &Analysis) -> Result<Self, MappingError> {
        let mut parsed = Self::default();
        parsed.mapping.analysis = analysis.clone();
        for (key, value) in mappings {
            match (key.as_str(), value) {
                ("properties", Value::Object(properties)) => parsed.properties("", properties, 1)?,
                ("properties", _) => {
                    return Err(MappingError::Root("properties must be an object".to_owned()));
                }
                _ => parsed.rule(key, value)?,
            }
        }
        parsed.mapping.check_copies()?;
        Ok(parsed)
    }

    /// What holds for the mapping as a whole.
    fn rule(&mut self, key: &str, value: &Value) -> Result<(), MappingError> {
        let rules = &mut self.mapping.rules;
        let refused = || MappingError::Root(format!("{key} : {}", brief(value)));
        match (key, value) {
            ("dynamic", _) => rules.dynamic = Some(dynamic(value).ok_or_else(refused)?),
            ("date_detection", _) => rules.date_detection = Some(truth(value).ok_or_else(refused)?),
            ("numeric_detection", _) => rules.numeric_detection = Some(truth(value).ok_or_else(refused)?),
            ("dynamic_date_formats", Value::Array(formats)) => {
                let read = |format: &Value| DateFormats::try_from(format.as_str()?.to_owned()).ok();
                let formats: Option<Vec<DateFormats>> = formats.iter().map(read).collect();
                rules.date_formats = Some(formats.ok_or_else(refused)?);
            }
            ("_meta", Value::Object(meta)) => {
                let bytes = value.to_string().len();
                if bytes > limits::MAPPING_META_BYTES_MAX {
                    return Err(MappingError::Root(format!(
                        "_meta has [{bytes}] bytes, the limit is [{}]",
                        limits::MAPPING_META_BYTES_MAX
                    )));
                }
                rules.meta = Some(meta.clone());
            }
            ("_source", Value::Object(source)) if switches(source, "enabled", true) => {}
            ("_routing", Value::Object(routing)) if switches(routing, "required", false) => {}
            _ => return Err(refused()),
        }
        Ok(())
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
        let known = ["type", "properties", "dynamic", "enabled"];
        if !known.iter().any(|key| definition.contains_key(*key)) {
            return Err(value_error(path, "type", "no type specified"));
        }
        let mut object = Object::default();
        let mut properties = None;
        for (key, value) in definition {
            match (key.as_str(), value) {
                ("type", _) => {}
                ("dynamic", _) => {
                    let read = dynamic(value);
                    let offered = "offered are [true], [false] and [strict]";
                    object.dynamic = Some(read.ok_or_else(|| value_error(path, key, offered))?);
                }
                ("enabled", _) => {
                    let read = truth(value);
                    object.disabled =
                        !read.ok_or_else(|| value_error(path, key, "expected [true] or [false]"))?;
                }
                ("properties", Value::Object(inner)) => properties = Some(inner),
                _ => return Err(unknown(path, "object", key)),
            }
        }
        let holds_fields = properties.is_some_and(|properties| !properties.is_empty());
        if object != Object::default() || !holds_fields {
            self.mapping.add_object(path, object)?;
        }
        match properties {
            Some(properties) => self.properties(path, properties, depth + 1),
            None => Ok(()),
        }
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
                if let Some(key) = ["fields", "copy_to"]
                    .into_iter()
                    .find(|key| sub.contains_key(*key))
                {
                    return Err(unknown(&sub_path, "multi-field", key));
                }
                let (kind, options) = self.typed(&sub_path, sub)?;
                fields.insert(name.clone(), SubField { kind, options });
            }
        }
        let (kind, options): (_, Options) = self.typed(path, definition)?;
        Ok(Field {
            kind,
            options,
            fields,
        })
    }
}

/// Whether an object says nothing but that, or nothing at all.
fn switches(object: &Map<String, Value>, key: &str, to: bool) -> bool {
    object
        .iter()
        .all(|(name, value)| name == key && truth(value) == Some(to))
}

fn dynamic(value: &Value) -> Option<Dynamic> {
    match (truth(value), value.as_str()) {
        (Some(true), _) => Some(Dynamic::True),
        (Some(false), _) => Some(Dynamic::False),
        (None, Some("strict")) => Some(Dynamic::Strict),
        _ => None,
    }
}

pub(super) fn unknown(path: &str, kind: &str, parameter: &str) -> MappingError {
    MappingError::UnknownParameter {
        path: path.to_owned(),
        kind: kind.to_owned(),
        parameter: parameter.chars().take(64).collect(),
    }
}

pub(super) fn value_error(path: &str, parameter: &str, reason: &str) -> MappingError {
    MappingError::Value {
        path: path.to_owned(),
        parameter: parameter.to_owned(),
        reason: reason.to_owned(),
    }
}

pub(super) fn brief(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.chars().take(64).collect()
}
