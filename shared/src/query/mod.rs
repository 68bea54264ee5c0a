//! The query as a client means it: one closed enum for every way to write it. Fields are names, words are text.
//!
//! The root parses it from JSON or from a query string and resolves it against a mapping into
//! [`crate::wire::clause::LeafQuery`].

mod functions;
mod fuzziness;
mod minimum;
mod named;

use serde_json::Value;

pub use functions::{FunctionScore, QueryDecay, QueryFunction, QueryFunctionValue};
pub use fuzziness::{EXPANSIONS_DEFAULT, Edits, EditsError, Fuzziness};
pub use minimum::{MinimumError, MinimumShouldMatch};

use crate::pattern::Pattern;
use crate::wire::clause::{BoostMode, ScoreMode};

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
    /// Each word's best field, plus `tie_breaker` times the others: the fields are taken for one.
    CrossFields,
}

/// How the fields of a query string's pattern count.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FieldWays {
    /// Share of the other fields' scores, 0 to 1.
    pub tie_breaker: f32,
    /// Whether a field that holds no words is passed over even if it is the only one.
    pub lenient: bool,
}

/// How a text becomes words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wording {
    /// The name of the analyzer, if it is not the field's own.
    pub analyzer: Option<String>,
    /// Whether the words of a synonym of several need not be in a row.
    pub scattered_synonyms: bool,
}

/// How words become clauses.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words {
    /// The text to analyze.
    pub text: String,
    /// How.
    pub wording: Wording,
    /// Whether all words must match.
    pub operator: Operator,
    /// How many must match, if the operator is `or`.
    pub minimum_should_match: Option<MinimumShouldMatch>,
    /// Whether a text without words (all stop words) matches everything instead of nothing.
    pub zero_terms_match_all: bool,
    /// Whether words stand for similar ones.
    pub fuzziness: Option<Fuzziness>,
    /// Whether the last word stands for all that begin with it.
    pub last_is_prefix: bool,
    /// Whether a text that a field cannot hold, such as a word in a number's place, is nothing instead of an error.
    pub lenient: bool,
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
    /// What hits call it that match it (`_name`).
    pub name: Option<String>,
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
        /// How they are made of the text.
        wording: Wording,
        /// How far words may be from their places in all.
        slop: u32,
        /// If the last word stands for those that begin with it: for how many at most.
        expansions: Option<u32>,
    },
    /// Words in order, in any of several fields (a quoted phrase of a query string).
    MultiPhrase {
        /// As in [`QueryKind::MultiMatch`].
        fields: Vec<(String, f32)>,
        /// The words.
        text: String,
        /// How they are made of the text.
        wording: Wording,
        /// How far words may be from their places in all.
        slop: u32,
        /// As in [`QueryKind::MatchPhrase`].
        expansions: Option<u32>,
        /// Share of the other fields' scores, 0 to 1.
        tie_breaker: f32,
    },
    /// A word that stands for similar ones; it is not analyzed.
    Fuzzy {
        /// The field.
        field: String,
        /// The word.
        text: String,
        /// How similar.
        fuzziness: Fuzziness,
    },
    /// A fuzzy word in any of several fields (`word~` of a query string); it is normalized.
    MultiFuzzy {
        /// As in [`QueryKind::MultiMatch`].
        fields: Vec<(String, f32)>,
        /// The word.
        text: String,
        /// How similar.
        fuzziness: Fuzziness,
        /// How fields count.
        ways: FieldWays,
    },
    /// Terms that fit a pattern, which is not analyzed; scores a constant.
    Fits {
        /// The field.
        field: String,
        /// The pattern.
        pattern: Pattern,
    },
    /// Terms that fit a pattern in any of several fields (`wor*` of a query string); it is normalized.
    MultiFits {
        /// As in [`QueryKind::MultiMatch`].
        fields: Vec<(String, f32)>,
        /// The pattern.
        pattern: Pattern,
        /// How fields count.
        ways: FieldWays,
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
    /// What matches, with a lower score for what matches something else too.
    Boosting {
        /// What must match.
        positive: Box<Query>,
        /// What lowers the score.
        negative: Box<Query>,
        /// Factor of the score then.
        negative_boost: f32,
    },
    /// A query whose score is changed by functions of the document.
    FunctionScore(Box<FunctionScore>),
}

impl Query {
    /// A query with boost 1.
    pub fn new(kind: QueryKind) -> Self {
        Self {
            kind,
            boost: 1.0,
            name: None,
        }
    }

    /// What matches and scores at least so much.
    pub fn scoring_at_least(query: Self, score_min: f32) -> Self {
        Self::new(QueryKind::FunctionScore(Box::new(FunctionScore {
            query,
            functions: Vec::new(),
            score_mode: ScoreMode::Multiply,
            boost_mode: BoostMode::Multiply,
            function_max: f32::MAX,
            score_min: Some(score_min),
        })))
    }

    /// What matches both, scored as the first alone.
    pub fn filtered(query: Self, filter: Self) -> Self {
        Self::new(QueryKind::Bool {
            must: vec![query],
            should: Vec::new(),
            filter: vec![filter],
            must_not: Vec::new(),
            minimum_should_match: None,
        })
    }
}
