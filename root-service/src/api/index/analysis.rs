//! The analysis settings of an index, in the forms that clients write them in.

use serde_json::{Map, Value};
use shared::analysis::{Analysis, Differences};

use crate::error::ApiError;

type Object = Map<String, Value>;

/// The settings with what is under `analysis` taken out: as one object, nested, whatever was dotted.
pub(super) fn take(settings: &Map<String, Value>) -> Result<(Object, Object), ApiError> {
    let (mut rest, mut analysis) = (Map::new(), Map::new());
    for (key, value) in settings {
        let short = key.strip_prefix("index.").unwrap_or(key);
        match (short, value) {
            ("index", Value::Object(inner)) => {
                let (inner, more) = take(inner)?;
                for (section, definitions) in more {
                    put(&mut analysis, &section, definitions)?;
                }
                if !inner.is_empty() {
                    rest.insert(key.clone(), inner.into());
                }
            }
            ("analysis", Value::Object(sections)) => {
                for (section, definitions) in sections {
                    put(&mut analysis, section, definitions.clone())?;
                }
            }
            ("analysis", _) => {
                return Err(ApiError::illegal(
                    "the setting [index.analysis] must be an object",
                ));
            }
            _ => match short.strip_prefix("analysis.") {
                Some(dotted) => {
                    let (section, definitions) = nested(dotted, value);
                    put(&mut analysis, &section, definitions)?;
                }
                None => drop(rest.insert(key.clone(), value.clone())),
            },
        }
    }
    Ok((rest, analysis))
}

/// `filter.my.filter.type` is the `type` of the filter `my.filter`; what is shorter holds objects.
fn nested(dotted: &str, value: &Value) -> (String, Value) {
    let object = |key: &str, value: Value| Value::Object([(key.to_owned(), value)].into_iter().collect());
    let Some((section, rest)) = dotted.split_once('.') else {
        return (dotted.to_owned(), value.clone());
    };
    let definition = match (value, rest.rsplit_once('.')) {
        (Value::Object(_), _) | (_, None) => object(rest, value.clone()),
        (value, Some((name, parameter))) => object(name, object(parameter, value.clone())),
    };
    (section.to_owned(), definition)
}

/// Adds definitions to a section, and parameters to definitions.
fn put(analysis: &mut Map<String, Value>, section: &str, definitions: Value) -> Result<(), ApiError> {
    let refused = || {
        ApiError::illegal(format!(
            "the setting [index.analysis.{}] must be an object of definitions, each given once",
            crate::error::brief(section)
        ))
    };
    let Value::Object(definitions) = definitions else {
        return Err(refused());
    };
    let there = analysis
        .entry(section)
        .or_insert_with(|| Value::Object(Map::new()))
        .as_object_mut()
        .ok_or_else(refused)?;
    for (name, definition) in definitions {
        match (there.get_mut(&name), definition) {
            (None, definition) => drop(there.insert(name, definition)),
            (Some(Value::Object(there)), Value::Object(more)) => there.extend(more),
            (Some(_), _) => return Err(refused()),
        }
    }
    Ok(())
}

/// The analyzers that settings define.
pub(super) fn read(settings: Map<String, Value>, differences: Differences) -> Result<Analysis, ApiError> {
    Analysis::new(settings, differences).map_err(|error| ApiError::illegal(error.to_string()))
}

/// The settings as clients read them: every value is text, and lists stay lists.
pub(super) fn shown(analysis: &Analysis) -> Option<Value> {
    let settings = analysis.settings()?;
    Some(Value::Object(
        settings
            .iter()
            .map(|(key, value)| (key.clone(), as_text(value)))
            .collect(),
    ))
}

fn as_text(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let fields = object.iter().map(|(key, value)| (key.clone(), as_text(value)));
            Value::Object(fields.collect())
        }
        Value::Array(values) => Value::Array(values.iter().map(as_text).collect()),
        Value::String(_) | Value::Null => value.clone(),
        Value::Bool(_) | Value::Number(_) => Value::String(value.to_string()),
    }
}

#[cfg(test)]
#[path = "analysis_tests.rs"]
mod tests;
