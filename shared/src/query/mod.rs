//! The query as a client means it: one closed enum for every way to write it. Fields are names, words are text.
//!
//! The root parses it from JSON or from a query string and resolves it against a mapping into
//! [`crate::wire::clause::LeafQuery`].

mod minimum;

use serde_json::Value;

pub use minimum::{MinimumError, MinimumShouldMatch};

/// Whether all words must match, or any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Operator {
    /// Any.
    #[default]
    Or,
    /// All.
    And,
}

/// How the scores of several fields become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MultiMatchKind {
    /// The best field's score, plus `tie_breaker` times the others'.
    #[default]
    BestFields,
    /// The sum.
    MostFields,
}

/// How words become clauses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words {
    /// The text to analyze.
    pub text: String,
    /// Whether all words must match.
    pub operator: Operator,
    /// How many must match, if the operator is `or`.
    pub minimum_should_match: Option<MinimumShouldMatch>,
    /// Whether a text without words (all stop words) matches everything instead of nothing.
    pub zero_terms_match_all: bool,
}

/// One end of a range as written: a number, a string, a date.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Edge {
    /// No end on this side.
    #[default]
    Open,
    /// `gte`, `lte`.
    Included(Value),
    /// `gt`, `lt`.
    Excluded(Value),
}

/// A query with its boost.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// What matches, and how it scores.
    pub kind: QueryKind,
    /// Factor of the score, finite and not negative.
    pub boost: f32,
}

/// Every kind of query that is offered.
#[derive(Clone, Debug, PartialEq)]
pub enum QueryKind {
    /// Every document.
    MatchAll,
    /// None.
    MatchNone,
    /// Words in one field.
    Match {
        /// The field.
        field: String,
        /// The words.
        words: Words,
    },
    /// Words in several fields.
    MultiMatch {
        /// Fields with their boosts; a name may end in `*`. Empty: all text and keyword fields.
        fields: Vec<(String, f32)>,
        /// The words.
        words: Words,
        /// How the fields' scores become one.
        kind: MultiMatchKind,
        /// Share of the other fields' scores, 0 to 1 (`best_fields`).
        tie_breaker: f32,
    },
    /// Words in order.
    MatchPhrase {
        /// The field.
        field: String,
        /// The words.
        text: String,
        /// How far words may be from their places in all.
        slop: u32,
    },
    /// Words in order, in any of several fields (a quoted phrase of a query string).
    MultiPhrase {
        /// As in [`QueryKind::MultiMatch`].
        fields: Vec<(String, f32)>,
        /// The words.
        text: String,
        /// How far words may be from their places in all.
        slop: u32,
    },
    /// One exact value; text is not analyzed.
    Term {
        /// The field.
        field: String,
        /// The value.
        value: Value,
    },
    /// Any of some exact values; scores a constant.
    Terms {
        /// The field.
        field: String,
        /// The values.
        values: Vec<Value>,
    },
    /// Values between two ends; scores a constant.
    Range {
        /// The field.
        field: String,
        /// `gt`, `gte`.
        lower: Edge,
        /// `lt`, `lte`.
        upper: Edge,
        /// How dates in the query are written, if not as in the mapping.
        format: Option<String>,
    },
    /// Any value at all; scores a constant.
    Exists {
        /// The field; an object's name means any field in it.
        field: String,
    },
    /// Documents by id; scores a constant.
    Ids {
        /// The ids.
        values: Vec<String>,
    },
    /// A combination.
    Bool {
        /// All must match, and score.
        must: Vec<Query>,
        /// May match, and score.
        should: Vec<Query>,
        /// All must match, and score nothing.
        filter: Vec<Query>,
        /// None may match.
        must_not: Vec<Query>,
        /// How many of `should` must match; by default one if there is neither `must` nor `filter`, else none.
        minimum_should_match: Option<MinimumShouldMatch>,
    },
    /// The inner query's matches with a constant score.
    ConstantScore {
        /// What must match.
        filter: Box<Query>,
    },
    /// The best of several, plus `tie_breaker` times the others.
    DisMax {
        /// The alternatives.
        queries: Vec<Query>,
        /// Share of the other scores, 0 to 1.
        tie_breaker: f32,
    },
}

impl Query {
    /// A query with boost 1.
    pub fn new(kind: QueryKind) -> Self {
        Self { kind, boost: 1.0 }
    }
}
