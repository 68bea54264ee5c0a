//! Mappings as clients read them.

use serde_json::{Map, Value, json};

use super::{DateFormats, Field, FieldKind, IndexOptions, Mapping, Object, Options};
use crate::analysis::Analyzer;

impl Mapping {
    /// The object under `mappings`: objects nested by path, defaults left out.
    pub fn to_json(&self) -> Value {
        let mut root = Map::new();
        let rules = &self.rules;
        let mut put = |key: &str, value: Option<Value>| {
            if let Some(value) = value {
                root.insert(key.to_owned(), value);
            }
        };
        put("_meta", rules.meta.clone().map(Value::Object));
        put("dynamic", rules.dynamic.map(|dynamic| dynamic.name().into()));
        put("date_detection", rules.date_detection.map(Value::from));
        put("numeric_detection", rules.numeric_detection.map(Value::from));
        let formats = |formats: &Vec<DateFormats>| formats.iter().map(DateFormats::as_str).collect();
        put("dynamic_date_formats", rules.date_formats.as_ref().map(formats));
        let mut properties = Map::new();
        for (path, object) in &self.objects {
            insert(&mut properties, path, object_json(object));
        }
        for (path, field) in &self.fields {
            insert(&mut properties, path, field_json(field));
        }
        if !properties.is_empty() {
            root.insert("properties".to_owned(), Value::Object(properties));
        }
        Value::Object(root)
    }
}

impl Mapping {
    /// The definition of the field or sub-field of that full name.
    pub fn field_to_json(&self, name: &str) -> Option<Value> {
        if let Some(field) = self.fields.get(name) {
            return Some(field_json(field));
        }
        let (kind, options) = self.lookup(name)?;
        Some(Value::Object(typed(kind, options)))
    }
}

fn insert(properties: &mut Map<String, Value>, path: &str, definition: Value) {
    match path.split_once('.') {
        None => {
            properties.insert(path.to_owned(), definition);
        }
        Some((head, rest)) => {
            let object = properties.entry(head).or_insert_with(|| json!({}));
            if let Value::Object(object) = object {
                // An object that holds fields needs no other name for its type.
                object.remove("type");
                let inner = object.entry("properties").or_insert_with(|| json!({}));
                if let Value::Object(inner) = inner {
                    insert(inner, rest, definition);
                }
            }
        }
    }
}

fn object_json(object: &Object) -> Value {
    let mut json = Map::new();
    if let Some(dynamic) = object.dynamic {
        json.insert("dynamic".to_owned(), dynamic.name().into());
    }
    json.insert("type".to_owned(), "object".into());
    if object.disabled {
        json.insert("enabled".to_owned(), false.into());
    }
    Value::Object(json)
}

/// A field as clients read it.
fn field_json(field: &Field) -> Value {
    let mut json = typed(&field.kind, &field.options);
    if !field.fields.is_empty() {
        let subs = field
            .fields
            .iter()
            .map(|(name, sub)| (name.clone(), Value::Object(typed(&sub.kind, &sub.options))));
        json.insert("fields".to_owned(), Value::Object(subs.collect()));
    }
    Value::Object(json)
}

fn typed(kind: &FieldKind, options: &Options) -> Map<String, Value> {
    let mut json = Map::new();
    json.insert("type".to_owned(), kind.name().into());
    json.extend(parameters(kind, options));
    json
}

/// The parameters of a field or sub-field that are not the usual ones.
pub(super) fn parameters(kind: &FieldKind, options: &Options) -> Map<String, Value> {
    let mut json = of_kind(kind);
    let mut put = |key: &str, unusual: bool, value: Value| {
        if unusual {
            json.insert(key.to_owned(), value);
        }
    };
    put("copy_to", !options.copy_to.is_empty(), json!(options.copy_to));
    put(
        "null_value",
        options.null_value.is_some(),
        json!(options.null_value),
    );
    put("ignore_malformed", options.ignore_malformed, true.into());
    put("coerce", options.strict_numbers, false.into());
    put("index", options.not_indexed, false.into());
    put("doc_values", options.no_doc_values, false.into());
    put("meta", !options.meta.is_empty(), json!(options.meta));
    json
}

/// The parameters of a type.
fn of_kind(kind: &FieldKind) -> Map<String, Value> {
    let mut json = Map::new();
    let mut put = |key: &str, unusual: bool, value: Value| {
        if unusual {
            json.insert(key.to_owned(), value);
        }
    };
    match kind {
        FieldKind::Text {
            analyzer,
            search_analyzer,
            layout,
            position_gap,
            slot: _,
        } => {
            let by = search_analyzer.as_ref().unwrap_or(analyzer);
            put(
                "analyzer",
                *analyzer != Analyzer::standard() || by != analyzer,
                analyzer.name().into(),
            );
            put("search_analyzer", by != analyzer, by.name().into());
            put("norms", layout.without_norms, false.into());
            let usual = layout.index_options == IndexOptions::default();
            put("index_options", !usual, layout.index_options.name().into());
            put(
                "position_increment_gap",
                position_gap.is_some(),
                json!(position_gap),
            );
        }
        FieldKind::Keyword {
            ignore_above,
            normalizer,
            wildcard: _,
        } => {
            put("ignore_above", ignore_above.is_some(), json!(ignore_above));
            let name = normalizer.as_ref().map(Analyzer::name);
            put("normalizer", name.is_some(), json!(name));
        }
        FieldKind::Date { formats } => {
            put(
                "format",
                *formats != DateFormats::default(),
                formats.as_str().into(),
            );
        }
        FieldKind::ScaledFloat { scaling_factor } => put("scaling_factor", true, scaling_factor.get().into()),
        FieldKind::Completion(of) => {
            for (key, value) in of.parameters() {
                put(&key, true, value);
            }
        }
        FieldKind::Byte
        | FieldKind::Short
        | FieldKind::Integer
        | FieldKind::Long
        | FieldKind::UnsignedLong
        | FieldKind::HalfFloat
        | FieldKind::Float
        | FieldKind::Double
        | FieldKind::Boolean
        | FieldKind::Ip => {}
    }
    json
}
