//! What is highlighted, and how it is shown.

mod fragments;
mod properties;
mod words;

use std::borrow::Borrow;
use std::collections::HashSet;

use serde_json::{Value, json};
use shared::mapping::{Mapping, Parsed};

use super::{Budget, Highlighter};
use crate::dsl;
use crate::error::ApiError;
use crate::shown_fields::Values;

/// A mapping with a field of each kind that matters.
fn mapping() -> Mapping {
    let properties = json!({
        "title": {"type": "text", "fields": {"english": {"type": "text", "analyzer": "english"}}},
        "body": {"type": "text"},
        "plot": {"type": "text", "analyzer": "english"},
        "tag": {"type": "keyword"},
        "author": {"properties": {"name": {"type": "text"}}},
        "year": {"type": "long"},
    });
    let mappings = json!({ "properties": properties });
    Parsed::from_json(mappings.as_object().unwrap()).unwrap().mapping
}

/// The highlights of a document.
fn highlighted(query: &Value, highlight: &Value, document: &Value) -> Result<Value, ApiError> {
    let mapping = mapping();
    let spec = dsl::highlight::parse(highlight)?;
    let query = dsl::parse_query(query)?;
    let highlighter = Highlighter::new(&spec, &query, &mapping, 0)?;
    let names: HashSet<&str> = highlighter.names().collect();
    let values = Values::read(document.as_object().unwrap(), &mapping, &names);
    highlighter
        .highlight("1", &values, &mut Budget::default())
        .map(Value::Object)
}

/// The fragments of the body `text`.
fn of_body(query: impl Borrow<Value>, options: impl Borrow<Value>, text: &str) -> Vec<String> {
    let shown = highlighted(
        query.borrow(),
        &json!({"fields": {"body": options.borrow()}}),
        &json!({ "body": text }),
    );
    let fragments = shown.unwrap()["body"].as_array().cloned().unwrap_or_default();
    let fragments = fragments
        .iter()
        .map(|fragment| fragment.as_str().unwrap().to_owned());
    fragments.collect()
}

/// The whole body `text` with what is marked in brackets; empty if nothing is.
fn marked(query: Value, text: &str) -> String {
    let options = json!({"number_of_fragments": 0, "pre_tags": "[", "post_tags": "]"});
    of_body(query, options, text).concat()
}
