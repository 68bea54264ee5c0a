//! `function_score`: functions of a document that change its score.

use serde_json::Value;

use super::Query;
use crate::wire::clause::{BoostMode, DecayShape, Modifier, Pick, ScoreMode};

/// A query and the functions that change its score.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionScore {
    /// What must match.
    pub query: Query,
    /// The functions.
    pub functions: Vec<QueryFunction>,
    /// How their values become one.
    pub score_mode: ScoreMode,
    /// How that becomes one with the query's score.
    pub boost_mode: BoostMode,
    /// The functions' value is at most this.
    pub function_max: f32,
    /// Documents that score less do not match.
    pub score_min: Option<f32>,
}

/// One function.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryFunction {
    /// The documents that it is for; `None` means all.
    pub filter: Option<Query>,
    /// Factor of its value.
    pub weight: f32,
    /// Its value.
    pub value: QueryFunctionValue,
}

/// What a function computes; see [`crate::wire::clause::FunctionValue`].
#[derive(Clone, Debug, PartialEq)]
pub enum QueryFunctionValue {
    /// One.
    One,
    /// A number that looks random. Without a seed it is another one each time.
    Random {
        /// Equal seeds give equal numbers.
        seed: Option<u64>,
    },
    /// A field's value, changed.
    Field {
        /// The field.
        field: String,
        /// Factor of the value.
        factor: f64,
        /// What is done to it.
        modifier: Modifier,
        /// The value of documents without one.
        missing: Option<f64>,
    },
    /// Less the further a field's value is from an origin.
    Decay(Box<QueryDecay>),
}

/// A function that decays with a distance.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryDecay {
    /// The field.
    pub field: String,
    /// Its shape.
    pub shape: DecayShape,
    /// Where it is 1; `now` for dates without one.
    pub origin: Option<Value>,
    /// How far from the origin and offset it is `decay`: a number, or a span of time for dates.
    pub scale: Value,
    /// Up to this far from the origin it is 1.
    pub offset: Option<Value>,
    /// Its value at the scale, in (0, 1).
    pub decay: f64,
    /// Which of several values counts.
    pub pick: Pick,
}
