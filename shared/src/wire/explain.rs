//! Explanations: whether some documents match some queries, with which score, and why.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::clause::{BoostMode, Clause, LeafQuery, ScoreMode};
use super::document::FetchItem;
use super::search::Statistics;
use crate::ids::{IndexUuid, Position};

/// Asks about some documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExplainRequest {
    /// The index.
    pub index: IndexUuid,
    /// Which documents, as in the fetch phase.
    pub documents: Vec<FetchItem>,
    /// What the documents' shards must have committed.
    pub position_min: Position,
    /// The query whose scores are to be explained, if they are.
    pub explained: Option<ScoredQuery>,
    /// Queries of which it is wanted whether they match.
    pub named: Vec<ScoredQuery>,
    /// The point in time that was searched, if one was.
    pub pin: Option<Uuid>,
    /// Time left when the request was sent, in microseconds.
    pub time_remaining_us: u64,
}

/// A query with what its scores are computed from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ScoredQuery {
    /// What matches, and how it scores.
    pub query: LeafQuery,
    /// The statistics of the whole index.
    pub statistics: Statistics,
}

/// What is to be said of the documents asked about, in the same order; `None` for one that is gone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExplainResponse {
    /// Parallel to [`ExplainRequest::documents`].
    pub documents: Vec<Option<Explained>>,
}

/// What is to be said of one document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Explained {
    /// How its score came about, or why there is none.
    pub explanation: Option<Explanation>,
    /// Its score for each of [`ExplainRequest::named`]; `None` where it does not match.
    pub named: Vec<Option<f32>>,
}

/// A number, where it is from, and what it was made of. The value at the top is the document's score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// Whether the part of the query that it is about matches; its ingredients do.
    pub matches: bool,
    /// The number, 0 without a match.
    pub value: f64,
    /// What it is.
    pub reason: Reason,
    /// What it was made of.
    pub details: Vec<Explanation>,
}

/// What a number of an explanation is. Clauses are named by their place in [`Clause::preorder`]: the root knows what they are
/// called.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Reason {
    /// A clause's BM25.
    Weight {
        /// The clause.
        clause: u32,
    },
    /// A clause's constant score.
    Constant {
        /// The clause.
        clause: u32,
    },
    /// Why there is no score: a clause does not match.
    Unmatched {
        /// The clause.
        clause: u32,
    },
    /// Why there is no score: the query's score is lower than it may be.
    TooLow {
        /// What it must be at least.
        score_min: f32,
    },
    /// Why there is no score: something required is missing, or something excluded is there.
    ConditionFailed,
    /// Why there is no score: a required clause does not match.
    RequiredUnmatched {
        /// The clause.
        clause: u32,
    },
    /// Why there is no score: an excluded clause matches.
    ExcludedMatches {
        /// The clause.
        clause: u32,
    },
    /// Why there is no score: none of the alternatives, or too few, match.
    TooFewAlternatives,
    /// A clause that must match and does not score.
    Required,
    /// What such a clause counts.
    RequiredShare,
    /// A sum of scores.
    Sum,
    /// The best of several scores, and a share of the others.
    Best {
        /// The share.
        tie_breaker: f32,
    },
    /// A product of boost, idf and tf.
    Score {
        /// How often the document has what is looked for.
        frequency: f32,
    },
    /// The boost with the factor that BM25 has.
    Boost,
    /// How rare a term is.
    Idf,
    /// How rare several terms are.
    IdfSum,
    /// Documents with the term.
    DocumentsWithTerm,
    /// All documents.
    Documents,
    /// How often the document has it, weighed by its length.
    Tf,
    /// How often the document has the term, or the terms taken for one.
    Frequency,
    /// How often the document has the phrase.
    PhraseFrequency,
    /// BM25's k1.
    Saturation,
    /// BM25's b.
    Normalization,
    /// The field's length in the document.
    Length,
    /// The field's mean length.
    AverageLength,
    /// A score and the functions' value.
    Rescored {
        /// How they became one.
        boost_mode: BoostMode,
    },
    /// The functions' value, which has a limit.
    Limited,
    /// That limit.
    Limit,
    /// The values of several functions.
    Functions {
        /// How they became one.
        score_mode: ScoreMode,
    },
    /// No function is for the document.
    NoFunction,
    /// A function.
    Function,
    /// The documents that a function is for.
    Filter {
        /// The clause that they match.
        clause: u32,
    },
    /// A function's value and weight.
    Product,
    /// A function's value.
    FunctionValue {
        /// The clause whose function it is.
        clause: u32,
        /// Its place among that clause's functions.
        function: u32,
    },
    /// A function's weight.
    Weighted,
}

impl Explanation {
    /// A number that speaks for itself.
    pub fn of(value: f64, reason: Reason) -> Self {
        Self::from(value, reason, Vec::new())
    }

    /// A number made of others.
    pub fn from(value: f64, reason: Reason, details: Vec<Self>) -> Self {
        Self {
            matches: true,
            value,
            reason,
            details,
        }
    }

    /// How many numbers it has.
    pub fn parts(&self) -> usize {
        1 + self.details.iter().map(Self::parts).sum::<usize>()
    }

    /// Why there is no match.
    pub fn none(reason: Reason, details: Vec<Self>) -> Self {
        Self {
            matches: false,
            value: 0.0,
            reason,
            details,
        }
    }
}

impl Clause {
    /// The clauses directly inside, in their order: what must match, may match, filters and excludes; a score's clause before
    /// the filters of the functions that change it.
    pub fn inner(&self) -> Vec<&Self> {
        match self {
            Self::Constant { clause, .. } => vec![clause],
            Self::Bool {
                must,
                should,
                filter,
                must_not,
                should_min: _,
            } => [must, should, filter, must_not].into_iter().flatten().collect(),
            Self::BestOf { clauses, .. } => clauses.iter().collect(),
            Self::Rescored { clause, rescore } => {
                let filters = rescore
                    .functions
                    .iter()
                    .filter_map(|function| function.filter.as_ref());
                std::iter::once(&**clause).chain(filters).collect()
            }
            Self::All { .. }
            | Self::Nothing
            | Self::Term { .. }
            | Self::Synonyms { .. }
            | Self::Phrase { .. }
            | Self::PhraseOfAny { .. }
            | Self::Fits { .. }
            | Self::AnyOf { .. }
            | Self::Range { .. }
            | Self::Exists { .. } => Vec::new(),
        }
    }

    /// This clause and all inside, each before what is inside it: an explanation names clauses by their places here.
    pub fn preorder(&self) -> Vec<&Self> {
        let mut all = vec![self];
        for clause in self.inner() {
            all.extend(clause.preorder());
        }
        all
    }
}
