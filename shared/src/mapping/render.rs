//! Mappings as clients read them.

use serde_json::{Map, Value, json};

use super::{DateFormats, Field, FieldKind, Mapping};
use crate::analysis::Analyzer;

impl Mapping {
    /// The object under `mappings`: objects nested by path, defaults left out.
    pub fn to_json(&self) -> Value {
        let mut root = Map::new();
        for (path, field) in &self.fields {
            insert(&mut root, path, field);
        }
        if root.is_empty() {
            json!({})
        } else {
            json!({ "properties": root })
        }
    }
}

fn insert(properties: &mut Map<String, Value>, path: &str, field: &Field) {
    match path.split_once('.') {
        None => {
            properties.insert(path.to_owned(), field_json(field));
        }
        Some((head, rest)) => {
            let object = properties
                .entry(head)
                .or_insert_with(|| json!({ "properties": {} }));
            if let Some(Value::Object(inner)) = object.get_mut("properties") {
                insert(inner, rest, field);
            }
        }
    }
}

fn field_json(field: &Field) -> Value {
    let mut json = kind_json(&field.kind);
    if !field.fields.is_empty() {
        let subs = field
            .fields
            .iter()
            .map(|(name, kind)| (name.clone(), Value::Object(kind_json(kind))));
        json.insert("fields".to_owned(), Value::Object(subs.collect()));
    }
    Value::Object(json)
}

fn kind_json(kind: &FieldKind) -> Map<String, Value> {
    let mut json = Map::new();
    json.insert("type".to_owned(), json!(kind.name()));
    match kind {
        FieldKind::Text { analyzer, .. } if *analyzer != Analyzer::standard() => {
            json.insert("analyzer".to_owned(), json!(analyzer.name()));
        }
        FieldKind::Keyword {
            ignore_above: Some(limit),
        } => {
            json.insert("ignore_above".to_owned(), json!(limit));
        }
        FieldKind::Date { formats } if *formats != DateFormats::default() => {
            json.insert("format".to_owned(), json!(formats.as_str()));
        }
        _ => {}
    }
    json
}

/// A kind in a few words, for error messages.
pub(super) fn describe(kind: &FieldKind) -> String {
    match kind {
        FieldKind::Text { analyzer, .. } => format!("text, analyzer {}", analyzer.name()),
        FieldKind::Keyword {
            ignore_above: Some(limit),
        } => format!("keyword, ignore_above {limit}"),
        FieldKind::Date { formats } => format!("date, format {}", formats.as_str()),
        other => other.name().to_owned(),
    }
}
