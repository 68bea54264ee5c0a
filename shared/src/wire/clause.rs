//! The query as a leaf executes it: fields are places in the index, words are analyzed, boosts are at the leaves.
//!
//! The root makes it from the AST and the mapping, so that every replica of every leaf executes the same thing
//! and no expansion depends on how the index is split.

mod rescore;

use serde::{Deserialize, Serialize};

pub use rescore::{BoostMode, DecayShape, Function, FunctionValue, Modifier, Pick, Rescore, ScoreMode};

use crate::pattern::Pattern;

/// A query with its table of terms. Clauses name terms by their place in the table, and so do the statistics.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeafQuery {
    /// Every scored term, each once.
    pub terms: Vec<Term>,
    /// What matches and how it scores.
    pub clause: Clause,
}

/// A place in a shard's index where terms are found.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Field {
    /// The document id.
    Id,
    /// Analyzed text with lengths and positions: the text slot of that number.
    Text(u16),
    /// Exact values (keywords, numbers, booleans, dates) by full field path.
    Exact(String),
    /// The names of the fields that a document has (`exists` on text, which has no column).
    Names,
}

/// An exact value. Dates are milliseconds since the epoch, as `Long`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// A keyword, an id, a field name, or a token of text.
    Str(String),
    /// A whole number, or a date in milliseconds.
    Long(i64),
    /// A real number, never NaN.
    Double(f64),
    /// A truth value.
    Boolean(bool),
}

/// One term of the inverted index.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// Where.
    pub field: Field,
    /// What.
    pub value: Value,
}

/// One end of a range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Bound {
    /// No bound on this side. A range has at least one other.
    Open,
    /// The value itself is in.
    Included(Value),
    /// The value itself is out.
    Excluded(Value),
}

/// A node of the query tree. Scores are linear in boosts, so boosts of inner nodes are multiplied into the leaves.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Clause {
    /// Every document; scores `boost`.
    All {
        /// The score.
        boost: f32,
    },
    /// No document.
    Nothing,
    /// BM25 of one term.
    Term {
        /// Its place in [`LeafQuery::terms`].
        term: u32,
        /// Factor of the score.
        boost: f32,
    },
    /// BM25 of several terms of one text field, taken for one: its frequency is the sum of theirs, and as many documents have
    /// it as have the most frequent of them.
    Synonyms {
        /// Their places in [`LeafQuery::terms`]. At least one.
        terms: Vec<u32>,
        /// Factor of the score.
        boost: f32,
    },
    /// BM25 of a phrase: the idf of its terms summed, the frequency of the phrase. At least two terms, one text field.
    Phrase {
        /// Each word's position in the phrase and place in [`LeafQuery::terms`]; strictly increasing positions are
        /// not required (synonyms share one).
        terms: Vec<(u32, u32)>,
        /// How far words may be from their places in all.
        slop: u32,
        /// Factor of the score.
        boost: f32,
    },
    /// As [`Clause::Phrase`], with any of several words in a place.
    PhraseOfAny {
        /// Each place's position in the phrase and the places of its words in [`LeafQuery::terms`]. At least two places, each
        /// of at least one word; one text field.
        places: Vec<(u32, Vec<u32>)>,
        /// How far words may be from their places in all.
        slop: u32,
        /// Factor of the score.
        boost: f32,
    },
    /// Documents with any term of the field that fits a pattern; scores `boost`.
    Fits {
        /// Where: text, or an exact field that holds keywords.
        field: Field,
        /// What fits.
        pattern: Pattern,
        /// The score.
        boost: f32,
    },
    /// Documents with any of the values in the field; scores `boost`.
    AnyOf {
        /// Where: an exact field or the ids.
        field: Field,
        /// At least one.
        values: Vec<Value>,
        /// The score.
        boost: f32,
    },
    /// Documents with a value of the field within bounds; scores `boost`.
    Range {
        /// An exact field.
        path: String,
        /// Where it begins.
        lower: Bound,
        /// Where it ends.
        upper: Bound,
        /// The score.
        boost: f32,
    },
    /// Documents with any value in the exact field; scores `boost`.
    Exists {
        /// An exact field.
        path: String,
        /// The score.
        boost: f32,
    },
    /// Documents that match the inner clause; scores `boost`.
    Constant {
        /// What must match.
        clause: Box<Clause>,
        /// The score.
        boost: f32,
    },
    /// All of `must` and `filter`, none of `must_not`, and at least `should_min` of `should`;
    /// scores the sum of `must` and of those of `should` that match, in this order.
    Bool {
        /// Must match, and score.
        must: Vec<Clause>,
        /// May match, and score.
        should: Vec<Clause>,
        /// Must match, and score nothing.
        filter: Vec<Clause>,
        /// Must not match.
        must_not: Vec<Clause>,
        /// How many of `should` must match.
        should_min: u32,
    },
    /// Any of the clauses; scores the best one plus `tie_breaker` times the others.
    BestOf {
        /// At least one.
        clauses: Vec<Clause>,
        /// Share of the other scores, 0 to 1.
        tie_breaker: f32,
    },
    /// Documents that match the inner clause; its score is changed by functions of the document.
    Rescored {
        /// What must match.
        clause: Box<Clause>,
        /// How its score changes.
        rescore: Box<Rescore>,
    },
}

/// A word that stands for terms of the index. The root asks every shard for its best, and makes the best of all terms of the
/// query, so that what it stands for does not depend on how the index is split.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Expansion {
    /// Where the terms are: text, or an exact field that holds keywords.
    pub field: Field,
    /// The word.
    pub text: String,
    /// Which terms it stands for.
    pub kind: ExpansionKind,
    /// At most so many of them, the best.
    pub terms_max: u32,
}

/// Which terms a word stands for, and which are the best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ExpansionKind {
    /// Those within an edit distance; the most similar first, then in their order.
    Fuzzy {
        /// At most 2.
        distance: u8,
        /// How many characters must be the same at the beginning.
        prefix_length: u32,
        /// Whether a swap of neighbours is one edit.
        transpositions: bool,
    },
    /// Those that begin with it, in their order.
    Prefix,
}

impl Clause {
    /// A conjunction or disjunction without clauses of the other kinds.
    pub fn bool_of(must: Vec<Clause>, should: Vec<Clause>, should_min: u32) -> Self {
        Self::Bool {
            must,
            should,
            filter: Vec::new(),
            must_not: Vec::new(),
            should_min,
        }
    }
}
