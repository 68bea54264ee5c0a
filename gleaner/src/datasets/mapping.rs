//! What an index for a corpus is created with.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use datasets::{DatasetError, Document, FieldKind};
use serde_json::{Map, Value, json};

use super::{CorpusError, Found};

/// How many documents of a corpus are read to see which of its fields hold text.
const SAMPLE_DOCUMENTS: usize = 1000;

/// What fields with text are usually called, where the format does not know.
const TEXTS: [&str; 10] = [
    "title",
    "name",
    "headline",
    "body",
    "text",
    "abstract",
    "content",
    "description",
    "summary",
    "plot",
];

/// The body that creates the index. Fields that are not mentioned are mapped when they come.
pub(super) fn index_body(
    found: &Found,
    file: Option<&Path>,
    shards: Option<u32>,
) -> Result<Value, CorpusError> {
    let mut body = match file {
        Some(path) => of_file(path)?,
        None => json!({"mappings": {"properties": properties(found)?}}),
    };
    if let (Some(shards), Some(body)) = (shards, body.as_object_mut()) {
        let settings = body.entry("settings").or_insert_with(|| json!({}));
        if let Some(settings) = settings.as_object_mut() {
            set_shards(settings, shards);
        }
    }
    Ok(body)
}

/// Sets the number of shards in one of the three places that it can have, and removes it from the others.
fn set_shards(settings: &mut Map<String, Value>, shards: u32) {
    settings.remove("index.number_of_shards");
    if let Some(inner) = settings.get_mut("index").and_then(Value::as_object_mut) {
        inner.remove("number_of_shards");
        if inner.is_empty() {
            settings.remove("index");
        }
    }
    settings.insert("number_of_shards".to_owned(), shards.into());
}

/// The fields that the format knows, else those of a sample that are called like text and hold it.
fn properties(found: &Found) -> Result<Value, DatasetError> {
    let mut properties = Map::new();
    for field in found.format.fields {
        properties.insert(field.name.to_owned(), property(field.kind));
    }
    if properties.is_empty() {
        let sample = found.format.open(&found.path)?.take(SAMPLE_DOCUMENTS).flatten();
        for name in texts(sample) {
            properties.insert(name, property(FieldKind::Text));
        }
    }
    Ok(Value::Object(properties))
}

fn property(kind: FieldKind) -> Value {
    match kind {
        FieldKind::Text => json!({"type": "text", "analyzer": "english"}),
        FieldKind::Keyword => json!({"type": "keyword"}),
        FieldKind::Name => json!({"type": "keyword", "fields": {"words": {"type": "text"}}}),
        FieldKind::Date => json!({"type": "date"}),
        FieldKind::Whole => json!({"type": "long"}),
    }
}

fn texts(sample: impl Iterator<Item = Document>) -> BTreeSet<String> {
    let mut texts = BTreeSet::new();
    let mut others = BTreeSet::new();
    for document in sample {
        let Ok(fields) = serde_json::from_str::<Map<String, Value>>(&document.source) else {
            continue;
        };
        for (name, value) in fields
            .into_iter()
            .filter(|(name, _)| TEXTS.contains(&name.as_str()))
        {
            match value {
                Value::String(_) => texts.insert(name),
                Value::Null => false,
                _ => others.insert(name),
            };
        }
    }
    texts.difference(&others).cloned().collect()
}

/// A whole body for creating an index, or the mappings alone.
fn of_file(path: &Path) -> Result<Value, CorpusError> {
    let failed = |problem: String| CorpusError::Mapping {
        path: path.to_owned(),
        problem,
    };
    let text = fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    let value: Value = serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
    let has = |names: &[&str]| names.iter().any(|name| value.get(name).is_some());
    if has(&["mappings", "settings", "aliases"]) {
        Ok(value)
    } else if has(&["properties", "dynamic"]) {
        Ok(json!({"mappings": value}))
    } else {
        Err(failed(
            "expected {\"mappings\": {\"properties\": {…}}} or {\"properties\": {…}}".to_owned(),
        ))
    }
}

/// The name of the index for a corpus of that name.
pub(super) fn index_name(corpus: &str) -> Result<String, CorpusError> {
    let name = corpus.to_lowercase();
    let is_plain = |character: char| character.is_alphanumeric() || matches!(character, '-' | '_' | '.');
    let name: String = name
        .chars()
        .map(|character| if is_plain(character) { character } else { '-' })
        .collect();
    let name = name.trim_matches(['-', '_', '.', '+']);
    if name.is_empty() || name.len() > 255 {
        return Err(CorpusError::NoIndexName {
            name: corpus.to_owned(),
        });
    }
    Ok(name.to_owned())
}

#[cfg(test)]
#[path = "mapping_tests.rs"]
mod tests;
