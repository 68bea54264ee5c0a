//! Mappings: which fields an index has, of what type, and where a leaf's index keeps them.
//!
//! A shard's tantivy schema is fixed when the index is created; a mapping grows while it serves. Both hold because
//! analyzed text goes into numbered *slots*, of which a shard has some to spare, and everything exact goes into one
//! JSON field by path. A new field is a new catalog version and touches no document.

#[cfg(test)]
mod change_tests;
pub mod coded;
mod completion;
mod date;
mod dynamic;
mod error;
mod field;
mod grow;
mod history;
mod kind;
mod number;
mod parameters;
mod parse;
mod render;
mod stored;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use completion::Completion;
pub use date::{DateError, DateFormat, DateFormats, Rounding, to_iso};
pub use error::MappingError;
pub use field::{Dynamic, Field, Object, Options, SubField};
pub use history::Change;
pub use kind::{FieldKind, IndexOptions, Kept, TextLayout};
pub use parse::Parsed;

use crate::analysis::Analysis;
use kind::is_default;

/// The number of a text slot in a shard's index: analyzed text with lengths and positions of its own.
pub type Slot = u16;

/// Names that a document cannot use for its own fields at the top level.
const METADATA: [&str; 10] = [
    "_id",
    "_index",
    "_source",
    "_routing",
    "_version",
    "_seq_no",
    "_primary_term",
    "_type",
    "_score",
    "_field_names",
];

/// The fields of an index by full path (`author.name`); objects are only prefixes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self")]
pub struct Mapping {
    /// Fields by full path.
    pub fields: BTreeMap<String, Field>,
    /// How many text slots are in use.
    pub slots_used: u16,
    /// Objects of which more is said than that they hold fields, by full path.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub objects: BTreeMap<String, Object>,
    /// What holds for the mapping as a whole.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rules: Rules,
    /// The analyzers that the index defines for itself; they never change.
    #[serde(default, skip_serializing_if = "Analysis::is_empty")]
    pub analysis: Analysis,
    /// How the fields became what they are, oldest first; see [`Mapping::as_of`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<Change>,
}

/// What holds for a mapping as a whole; `None` is as usual.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// What becomes of new fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dynamic: Option<Dynamic>,
    /// Whether new strings that look like dates become dates.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_detection: Option<bool>,
    /// Whether new strings that look like numbers become numbers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numeric_detection: Option<bool>,
    /// The formats of dates that are looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_formats: Option<Vec<DateFormats>>,
    /// Notes of the client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meta: Option<Map<String, Value>>,
}

impl Mapping {
    /// The kind of the field or sub-field of that full name.
    pub fn kind(&self, name: &str) -> Option<&FieldKind> {
        self.lookup(name).map(|(kind, _)| kind)
    }

    /// The kind and the options of the field or sub-field of that full name.
    pub fn lookup(&self, name: &str) -> Option<(&FieldKind, &Options)> {
        if let Some(field) = self.fields.get(name) {
            return Some((&field.kind, &field.options));
        }
        let (parent, sub) = name.rsplit_once('.')?;
        let sub = self.fields.get(parent)?.fields.get(sub)?;
        Some((&sub.kind, &sub.options))
    }

    /// Whether the path is an object that holds fields.
    pub fn has_fields_below(&self, path: &str) -> bool {
        has_below(&self.fields, path)
    }

    /// Whether the path is an object that the mapping knows of.
    pub fn is_object(&self, path: &str) -> bool {
        self.objects.contains_key(path) || self.has_fields_below(path) || has_below(&self.objects, path)
    }

    /// What becomes of new fields in the object of that path; the empty one is the document itself.
    pub fn dynamic(&self, object: &str) -> Dynamic {
        let mut path = object;
        while !path.is_empty() {
            if let Some(dynamic) = self.objects.get(path).and_then(|object| object.dynamic) {
                return dynamic;
            }
            path = parent(path);
        }
        self.rules.dynamic.unwrap_or(Dynamic::True)
    }

    /// Every field and sub-field with its full name, sorted by name within a field.
    pub fn all(&self) -> impl Iterator<Item = (String, &FieldKind)> {
        self.entries().map(|(name, kind, _)| (name, kind))
    }

    /// As [`Mapping::all`], with the options of each.
    pub fn entries(&self) -> impl Iterator<Item = (String, &FieldKind, &Options)> {
        self.fields.iter().flat_map(|(path, field)| {
            let subs = field
                .fields
                .iter()
                .map(move |(name, sub)| (format!("{path}.{name}"), &sub.kind, &sub.options));
            std::iter::once((path.clone(), &field.kind, &field.options)).chain(subs)
        })
    }

    /// What the slots in use keep, by slot. The others, which fields of later get, keep the usual.
    pub fn layouts(&self) -> BTreeMap<Slot, TextLayout> {
        let layout = |kind: &FieldKind| match kind {
            FieldKind::Text { slot, layout, .. } => slot.map(|slot| (slot, *layout)),
            _ => None,
        };
        self.all().filter_map(|(_, kind)| layout(kind)).collect()
    }
}

/// The path of the object that holds a path; empty at the top.
pub(crate) fn parent(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(parent, _)| parent)
}

fn has_below<T>(paths: &BTreeMap<String, T>, path: &str) -> bool {
    let below = format!("{path}.");
    let next = paths.range::<String, _>(&below..).next();
    next.is_some_and(|(key, _)| key.starts_with(&below))
}
