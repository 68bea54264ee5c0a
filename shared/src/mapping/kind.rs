//! The types of fields: what a field holds, how it is found, and how its values are kept.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::coded::Code;
use super::{Completion, DateFormats, Slot};
use crate::aggregation::Real;
use crate::analysis::Analyzer;

/// What a field holds and how it is found. What every type may have besides is in [`super::Options`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum FieldKind {
    /// Analyzed text, ranked by BM25.
    Text {
        /// How it is cut into terms.
        analyzer: Analyzer,
        /// How the words of queries are, if not likewise.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        search_analyzer: Option<Analyzer>,
        /// Where its terms are; nowhere, if it is not indexed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        slot: Option<Slot>,
        /// What its slot keeps of each term.
        #[serde(default, skip_serializing_if = "is_default")]
        layout: TextLayout,
        /// Positions between two values, if not [`TextLayout::GAP`], so that no phrase reaches across.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        position_gap: Option<u32>,
    },
    /// An exact string.
    Keyword {
        /// Longer values (in characters) are stored and not found.
        ignore_above: Option<u32>,
        /// How its values, and those of queries, are made alike.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        normalizer: Option<Analyzer>,
        /// Whether the mapping calls it `wildcard`, which is no different here.
        #[serde(default, skip_serializing_if = "is_default")]
        wildcard: bool,
    },
    /// A whole number of 8 bits.
    Byte,
    /// A whole number of 16 bits.
    Short,
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 64 bits.
    Long,
    /// A whole number of 64 bits, none of them a sign.
    UnsignedLong,
    /// A real number of 16 bits.
    HalfFloat,
    /// A real number of 32 bits.
    Float,
    /// A real number of 64 bits.
    Double,
    /// A real number, rounded to a multiple of one.
    ScaledFloat {
        /// How many multiples are 1.
        scaling_factor: Real,
    },
    /// `true` or `false`.
    Boolean,
    /// An instant, kept as milliseconds since the epoch.
    Date {
        /// How it may be written.
        formats: DateFormats,
    },
    /// An address of the internet, of either version.
    Ip,
    /// Inputs that texts are completed to.
    Completion(Completion),
}

/// What a text slot keeps of each term. It is fixed with the shard's schema, so that only fields that an index is created
/// with can have another one than the usual.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TextLayout {
    /// Documents count as equally long.
    pub without_norms: bool,
    /// What is kept besides the documents.
    pub index_options: IndexOptions,
}

impl TextLayout {
    /// Positions between two values of one text field, unless the mapping says otherwise.
    pub const GAP: u32 = 100;
}

/// What is kept of a term besides the documents that have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IndexOptions {
    /// Nothing: it counts once in each document.
    Docs,
    /// How often each has it.
    Freqs,
    /// Where it is in each, for phrases.
    #[default]
    Positions,
    /// The same here: offsets are found by analyzing again.
    Offsets,
}

impl IndexOptions {
    /// Its name in mappings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Docs => "docs",
            Self::Freqs => "freqs",
            Self::Positions => "positions",
            Self::Offsets => "offsets",
        }
    }

    /// Whether phrases can be found.
    pub fn has_positions(self) -> bool {
        matches!(self, Self::Positions | Self::Offsets)
    }
}

/// How the exact field keeps the values of a type: what its column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Not at all: analyzed text is in a slot.
    Words,
    /// As text that is shown as it is.
    Text,
    /// As text that stands for something else in the same order; see [`Code::decoded`].
    Code(Code),
    /// As whole numbers of 64 bits.
    Whole,
    /// As real numbers of 64 bits, rounded as the type has them; see [`FieldKind::rounded`].
    Real,
    /// As truth values.
    Truth,
    /// As terms of inputs, which only completions read.
    Inputs,
}

impl FieldKind {
    /// Text by this analyzer, for documents and queries. Its slot is given by [`super::Mapping::add`].
    pub fn text(analyzer: Analyzer) -> Self {
        Self::Text {
            analyzer,
            search_analyzer: None,
            slot: None,
            layout: TextLayout::default(),
            position_gap: None,
        }
    }

    /// An exact string of any length.
    pub fn keyword() -> Self {
        Self::Keyword {
            ignore_above: None,
            normalizer: None,
            wildcard: false,
        }
    }

    /// The type's name in mappings.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Keyword { wildcard: true, .. } => "wildcard",
            Self::Keyword { .. } => "keyword",
            Self::Byte => "byte",
            Self::Short => "short",
            Self::Integer => "integer",
            Self::Long => "long",
            Self::UnsignedLong => "unsigned_long",
            Self::HalfFloat => "half_float",
            Self::Float => "float",
            Self::Double => "double",
            Self::ScaledFloat { .. } => "scaled_float",
            Self::Boolean => "boolean",
            Self::Date { .. } => "date",
            Self::Ip => "ip",
            Self::Completion(_) => "completion",
        }
    }

    /// How its values are kept.
    pub fn kept(&self) -> Kept {
        match self {
            Self::Text { .. } => Kept::Words,
            Self::Keyword { .. } => Kept::Text,
            Self::Ip => Kept::Code(Code::Ip),
            Self::UnsignedLong => Kept::Code(Code::Unsigned),
            Self::Byte | Self::Short | Self::Integer | Self::Long | Self::Date { .. } => Kept::Whole,
            Self::HalfFloat | Self::Float | Self::Double | Self::ScaledFloat { .. } => Kept::Real,
            Self::Boolean => Kept::Truth,
            Self::Completion(_) => Kept::Inputs,
        }
    }

    /// Whether its values are strings that words of queries can be compared with: text or keywords.
    pub fn is_worded(&self) -> bool {
        matches!(self.kept(), Kept::Words | Kept::Text)
    }

    /// Whether its values are numbers, kept as such: what functions and numeric aggregations can compute with.
    pub fn is_number(&self) -> bool {
        !matches!(self, Self::Date { .. }) && matches!(self.kept(), Kept::Whole | Kept::Real)
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
            Self::Text { slot, .. } => *slot,
            _ => None,
        }
    }

    /// A string as a keyword field keeps it: by its normalizer, if it has one. Documents and queries alike.
    pub fn normalized(&self, text: &str) -> String {
        match self {
            Self::Keyword {
                normalizer: Some(normalizer),
                ..
            } => {
                // A normalizer makes one token, or none of a text without characters.
                let token = normalizer.tokens(text).into_iter().next();
                token.map(|token| token.text).unwrap_or_default()
            }
            _ => text.to_owned(),
        }
    }

    /// What a text that the exact field keeps stands for, as clients read it: [`Kept::Code`] decoded, others as they are.
    pub fn decoded(&self, kept: &str) -> Value {
        match self.kept() {
            Kept::Code(code) => code.decoded(kept),
            _ => kept.into(),
        }
    }

    /// Whether its numbers have no more digits than 32 bits hold, and are shown so.
    pub fn is_single(&self) -> bool {
        matches!(self, Self::Float | Self::HalfFloat)
    }
}

/// For parts that are left out of what is stored.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
