//! Scores that are changed by functions of the document.

use serde::{Deserialize, Serialize};

use super::Clause;

/// How the score of a clause changes: it is combined with the value of functions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rescore {
    /// What is computed of a document. Those whose filter does not match it are left out.
    pub functions: Vec<Function>,
    /// How the functions' values become one; without any, it is 1.
    pub score_mode: ScoreMode,
    /// How that becomes one with the clause's score.
    pub boost_mode: BoostMode,
    /// The functions' value is at most this.
    pub function_max: f32,
    /// Documents that score less do not match.
    pub score_min: Option<f32>,
}

/// A function of a document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// The documents that it is for; `None` means all.
    pub filter: Option<Clause>,
    /// Factor of its value.
    pub weight: f32,
    /// Its value.
    pub value: FunctionValue,
}

/// What a function computes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FunctionValue {
    /// One.
    One,
    /// A number in [0, 1) that looks random, made of the document key and a seed.
    Random {
        /// Another seed gives other numbers.
        seed: u64,
    },
    /// A field's first value, changed.
    Field {
        /// An exact field of numbers.
        path: String,
        /// Factor of the value.
        factor: f64,
        /// What is done to it.
        modifier: Modifier,
        /// The value of a document that has none; `None` is an error.
        missing: Option<f64>,
    },
    /// Less the further a field's value is from an origin; 1 without a value.
    Decay {
        /// An exact field of numbers or dates.
        path: String,
        /// Where it is 1.
        origin: f64,
        /// Up to this far from the origin it is 1.
        offset: f64,
        /// Its parameter, made of scale and decay; see [`DecayShape`].
        rate: f64,
        /// Its shape.
        shape: DecayShape,
        /// Which of several values counts.
        pick: Pick,
    },
}

/// How a function decays with the distance `d` beyond the offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DecayShape {
    /// `exp(rate × d²)`.
    Gauss,
    /// `exp(rate × d)`.
    Exponential,
    /// `max(0, (rate − d) / rate)`.
    Linear,
}

/// Which of a field's values counts, by its distance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Pick {
    /// The nearest.
    #[default]
    Min,
    /// The furthest.
    Max,
    /// The mean of all.
    Mean,
    /// The sum of all.
    Sum,
}

/// What is done to a field's value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Modifier {
    /// Nothing.
    #[default]
    None,
    /// log₁₀ x.
    Log,
    /// log₁₀ (x + 1).
    Log1p,
    /// log₁₀ (x + 2).
    Log2p,
    /// ln x.
    Ln,
    /// ln (x + 1).
    Ln1p,
    /// ln (x + 2).
    Ln2p,
    /// x².
    Square,
    /// √x.
    Sqrt,
    /// 1 / x.
    Reciprocal,
}

/// How the values of several functions become one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScoreMode {
    /// Their product.
    #[default]
    Multiply,
    /// Their sum.
    Sum,
    /// Their mean, weighted by their weights.
    Mean,
    /// The first that matches.
    First,
    /// The greatest.
    Max,
    /// The least.
    Min,
}

/// How the functions' value becomes one with the score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum BoostMode {
    /// Their product.
    #[default]
    Multiply,
    /// The functions' value alone.
    Replace,
    /// Their sum.
    Sum,
    /// Their mean.
    Mean,
    /// The greater.
    Max,
    /// The less.
    Min,
}
