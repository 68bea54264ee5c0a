//! Mappings: which fields an index has, of what type, and where a leaf's index keeps them.
//!
//! A shard's tantivy schema is fixed when the index is created; a mapping grows while it serves. Both hold because
//! analyzed text goes into numbered *slots*, of which a shard has some to spare, and everything exact goes into one
//! JSON field by path. A new field is a new catalog version and touches no document.

mod date;
mod dynamic;
mod parse;
mod render;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use date::{DateError, DateFormat, DateFormats, Rounding, to_iso};
pub use dynamic::infer;
pub use parse::{MappingError, Parsed};

use crate::analysis::Analyzer;
use crate::limits;

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

/// What a field holds and how it is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum FieldKind {
    /// Analyzed text, ranked by BM25.
    Text {
        /// How it is cut into terms.
        analyzer: Analyzer,
        /// How the words of queries are, if not likewise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        search_analyzer: Option<Analyzer>,
        /// Where its terms are.
        slot: Slot,
    },
    /// An exact string.
    Keyword {
        /// Longer values (in characters) are stored and not found.
        ignore_above: Option<u32>,
    },
    /// A whole number of 64 bits.
    Long,
    /// A real number of 64 bits.
    Double,
    /// `true` or `false`.
    Boolean,
    /// An instant, kept as milliseconds since the epoch.
    Date {
        /// How it may be written.
        formats: DateFormats,
    },
}

impl FieldKind {
    /// Text by this analyzer, for documents and queries. Its slot is given by [`Mapping::add`].
    pub fn text(analyzer: Analyzer) -> Self {
        Self::Text {
            analyzer,
            search_analyzer: None,
            slot: 0,
        }
    }

    /// An exact string of any length.
    pub fn keyword() -> Self {
        Self::Keyword { ignore_above: None }
    }

    /// The type's name in mappings.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Keyword { .. } => "keyword",
            Self::Long => "long",
            Self::Double => "double",
            Self::Boolean => "boolean",
            Self::Date { .. } => "date",
        }
    }

    /// How the words of queries are cut into terms, if it is text.
    pub fn search_analyzer(&self) -> Option<&Analyzer> {
        match self {
            Self::Text {
                analyzer,
                search_analyzer,
                ..
            } => Some(search_analyzer.as_ref().unwrap_or(analyzer)),
            _ => None,
        }
    }

    /// Its text slot, if it has one.
    pub fn slot(&self) -> Option<Slot> {
        match self {
            Self::Text { slot, .. } => Some(*slot),
            _ => None,
        }
    }

    /// Whether a definition of a field that exists may be given again as `other`: all but the slot is the same.
    fn agrees_with(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Text {
                    analyzer: a,
                    search_analyzer: sa,
                    ..
                },
                Self::Text {
                    analyzer: b,
                    search_analyzer: sb,
                    ..
                },
            ) => a == b && sa == sb,
            _ => self == other,
        }
    }
}

/// A field with its sub-fields (Elasticsearch's multi-fields): the same value, found in several ways.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The field itself.
    #[serde(flatten)]
    pub kind: FieldKind,
    /// Sub-fields by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, FieldKind>,
}

impl Field {
    /// A field without sub-fields.
    pub fn new(kind: FieldKind) -> Self {
        Self {
            kind,
            fields: BTreeMap::new(),
        }
    }
}

/// The fields of an index by full path (`author.name`); objects are only prefixes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// Fields by full path.
    pub fields: BTreeMap<String, Field>,
    /// How many text slots are in use.
    pub slots_used: u16,
}

impl Mapping {
    /// The kind of the field or sub-field of that full name.
    pub fn kind(&self, name: &str) -> Option<&FieldKind> {
        if let Some(field) = self.fields.get(name) {
            return Some(&field.kind);
        }
        let (parent, sub) = name.rsplit_once('.')?;
        self.fields.get(parent)?.fields.get(sub)
    }

    /// Whether the path is an object that holds fields.
    pub fn has_fields_below(&self, path: &str) -> bool {
        let below = format!("{path}.");
        let next = self.fields.range::<String, _>(&below..).next();
        next.is_some_and(|(key, _)| key.starts_with(&below))
    }

    /// Every field and sub-field with its full name, sorted by name within a field.
    pub fn all(&self) -> impl Iterator<Item = (String, &FieldKind)> {
        self.fields.iter().flat_map(|(path, field)| {
            let subs = field
                .fields
                .iter()
                .map(move |(sub, kind)| (format!("{path}.{sub}"), kind));
            std::iter::once((path.clone(), &field.kind)).chain(subs)
        })
    }

    /// Adds a definition. What is there already stays; a new sub-field is added to its field, and a text field gets the next slot.
    ///
    /// # Errors
    /// [`MappingError`] if the name is taken by another type or by an object, or a limit is reached.
    pub fn add(&mut self, path: &str, mut field: Field, slots_max: u16) -> Result<(), MappingError> {
        self.check_path(path)?;
        let Some(mut there) = self.fields.get(path).cloned() else {
            self.assign(path, &mut field.kind, slots_max)?;
            for (sub, kind) in &mut field.fields {
                self.assign(&format!("{path}.{sub}"), kind, slots_max)?;
            }
            self.fields.insert(path.to_owned(), field);
            return self.check_count();
        };
        if !there.kind.agrees_with(&field.kind) {
            return Err(MappingError::Conflict {
                path: path.to_owned(),
                there: render::describe(&there.kind),
                asked: render::describe(&field.kind),
            });
        }
        for (sub, mut kind) in field.fields {
            match there.fields.get(&sub) {
                Some(existing) if existing.agrees_with(&kind) => {}
                Some(existing) => {
                    return Err(MappingError::Conflict {
                        path: format!("{path}.{sub}"),
                        there: render::describe(existing),
                        asked: render::describe(&kind),
                    });
                }
                None => {
                    self.assign(&format!("{path}.{sub}"), &mut kind, slots_max)?;
                    there.fields.insert(sub, kind);
                }
            }
        }
        self.fields.insert(path.to_owned(), there);
        self.check_count()
    }

    /// Adds all of another mapping's definitions, or none.
    ///
    /// # Errors
    /// As [`Mapping::add`].
    pub fn merge(&mut self, other: &Self, slots_max: u16) -> Result<(), MappingError> {
        let mut merged = self.clone();
        for (path, field) in &other.fields {
            merged.add(path, field.clone(), slots_max)?;
        }
        *self = merged;
        Ok(())
    }

    fn assign(&mut self, path: &str, kind: &mut FieldKind, slots_max: u16) -> Result<(), MappingError> {
        if let FieldKind::Text { slot, .. } = kind {
            if self.slots_used >= slots_max {
                return Err(MappingError::TextFields {
                    path: path.to_owned(),
                    limit: slots_max,
                });
            }
            *slot = self.slots_used;
            self.slots_used += 1;
        }
        Ok(())
    }

    fn check_count(&self) -> Result<(), MappingError> {
        let count: usize = self.fields.values().map(|field| 1 + field.fields.len()).sum();
        if count > limits::MAPPING_FIELDS_MAX {
            Err(MappingError::Fields)
        } else {
            Ok(())
        }
    }

    /// A path may not lead through a field that holds values, nor name an object that holds fields.
    fn check_path(&self, path: &str) -> Result<(), MappingError> {
        if path.len() > limits::FIELD_NAME_BYTES_MAX {
            return Err(MappingError::LongName { bytes: path.len() });
        }
        if path.split('.').count() > limits::MAPPING_DEPTH_MAX {
            return Err(MappingError::Depth {
                path: path.chars().take(64).collect(),
            });
        }
        if path.split('.').any(str::is_empty) || path.contains(['\u{0}', '\u{1}']) || METADATA.contains(&path)
        {
            return Err(MappingError::Name {
                path: path.chars().take(64).collect(),
            });
        }
        let through = path
            .match_indices('.')
            .map(|(at, _)| &path[..at])
            .find(|prefix| self.fields.contains_key(*prefix));
        if self.has_fields_below(path) || through.is_some() {
            return Err(MappingError::ObjectConflict {
                path: through.unwrap_or(path).to_owned(),
            });
        }
        Ok(())
    }
}
