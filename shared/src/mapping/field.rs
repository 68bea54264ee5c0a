//! Fields and objects as a mapping has them: a type, sub-fields, and what every type may have besides.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::FieldKind;
use super::kind::is_default;

/// A field with its sub-fields (Elasticsearch's multi-fields): the same value, found in several ways.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The field itself.
    #[serde(flatten)]
    pub kind: FieldKind,
    /// What it may have besides.
    #[serde(default, skip_serializing_if = "is_default")]
    pub options: Options,
    /// Sub-fields by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, SubField>,
}

/// A sub-field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SubField {
    /// Its type.
    #[serde(flatten)]
    pub kind: FieldKind,
    /// What it may have besides; never targets of copies.
    #[serde(default, skip_serializing_if = "is_default")]
    pub options: Options,
}

/// What a field of any type may have.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// The full paths of fields that get its values too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub copy_to: Vec<String>,
    /// What stands for `null`, as the mapping writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub null_value: Option<Value>,
    /// Whether a value that its type cannot take is passed over rather than refused.
    #[serde(skip_serializing_if = "is_default")]
    pub ignore_malformed: bool,
    /// Whether numbers as text, and fractions of whole ones, are refused.
    #[serde(skip_serializing_if = "is_default")]
    pub strict_numbers: bool,
    /// Whether it is not to be searched by its terms; what has a column still is found.
    #[serde(skip_serializing_if = "is_default")]
    pub not_indexed: bool,
    /// Whether it is not to be sorted and aggregated by.
    #[serde(skip_serializing_if = "is_default")]
    pub no_doc_values: bool,
    /// Notes of the client.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub meta: BTreeMap<String, String>,
}

impl Options {
    /// Whether queries find nothing of it.
    pub fn is_unsearchable(&self) -> bool {
        self.not_indexed && self.no_doc_values
    }
}

impl Field {
    /// A field without sub-fields.
    pub fn new(kind: FieldKind) -> Self {
        Self {
            kind,
            options: Options::default(),
            fields: BTreeMap::new(),
        }
    }
}

impl SubField {
    /// A sub-field of a type.
    pub fn new(kind: FieldKind) -> Self {
        Self {
            kind,
            options: Options::default(),
        }
    }
}

/// What becomes of fields that a mapping does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dynamic {
    /// They are added.
    True,
    /// They are kept in the source, and not found.
    False,
    /// The document is refused.
    Strict,
}

impl Dynamic {
    /// Its name in mappings.
    pub fn name(self) -> &'static str {
        match self {
            Self::True => "true",
            Self::False => "false",
            Self::Strict => "strict",
        }
    }
}

/// What a mapping says of an object.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Object {
    /// What becomes of new fields in it; `None` is as around it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dynamic: Option<Dynamic>,
    /// Whether it is kept in the source and not looked at.
    #[serde(skip_serializing_if = "is_default")]
    pub disabled: bool,
}
