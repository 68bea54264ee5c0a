//! The values of a document's fields, read from its source as its mapping reads them for the index.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};
use shared::document::{FieldValue, walk};
use shared::mapping::Mapping;

/// Values by the full name of their field, in the order of the document.
#[derive(Debug, Default)]
pub struct Values<'a>(HashMap<String, Vec<FieldValue<'a>>>);

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
        Self(values)
    }

    /// The values of a field.
    pub fn of(&self, name: &str) -> &[FieldValue<'a>] {
        self.0.get(name).map_or(&[], Vec::as_slice)
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
