//! The values of a document's fields, read from its source as its mapping reads them for the index.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};
use shared::document::{FieldValue, walk};
use shared::mapping::Mapping;

use super::sources;

/// Values by the full name of their field, in the order of the document.
#[derive(Debug, Default)]
pub struct Values<'a> {
    read: HashMap<String, Vec<FieldValue<'a>>>,
    /// Of completion fields, as the document has them.
    sources: HashMap<String, Vec<&'a Value>>,
}

impl<'a> Values<'a> {
    /// Reads the values of some fields.
    pub fn read(document: &'a Map<String, Value>, mapping: &'a Mapping, wanted: &HashSet<&str>) -> Self {
        let mut values: HashMap<String, Vec<FieldValue<'a>>> = HashMap::new();
        let read = walk(document, mapping, &mut |name, value| {
            if wanted.contains(name) {
                match values.get_mut(name) {
                    Some(there) => there.push(value),
                    None => {
                        values.insert(name.to_owned(), vec![value]);
                    }
                }
            }
        });
        // It was walked so when it was written; a field that was mapped since may take none of its values.
        if let Err(error) = read {
            tracing::debug!(%error, "a stored document does not fit its mapping");
        }
        let as_they_are = |name: &&str| {
            let sources = sources::of_completion(name, document, mapping);
            (!sources.is_empty()).then(|| ((*name).to_owned(), sources))
        };
        Self {
            read: values,
            sources: wanted.iter().filter_map(as_they_are).collect(),
        }
    }

    /// The values of a field.
    pub fn of(&self, name: &str) -> &[FieldValue<'a>] {
        self.read.get(name).map_or(&[], Vec::as_slice)
    }

    /// The values of a completion field as the document has them.
    pub fn sources_of(&self, name: &str) -> Vec<Value> {
        let sources = self.sources.get(name).into_iter().flatten();
        sources.map(|value| (*value).clone()).collect()
    }

    /// The texts of a field.
    pub fn texts(&self, name: &str) -> Vec<&str> {
        self.of(name).iter().filter_map(text_of).collect()
    }
}

fn text_of<'v>(value: &'v FieldValue<'_>) -> Option<&'v str> {
    match value {
        FieldValue::Text { text, .. } | FieldValue::Keyword(text) => Some(text),
        FieldValue::Long(_)
        | FieldValue::Unsigned(_)
        | FieldValue::Double(_)
        | FieldValue::Boolean(_)
        | FieldValue::Date(_)
        | FieldValue::Ip(_) => None,
    }
}
