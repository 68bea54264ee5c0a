//! Means in which values count more or less.

use serde::{Deserialize, Serialize};

use super::sum::ExactSum;

/// What a weighted mean is made of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Weighted {
    /// The sum of the values times their weights.
    pub products: ExactSum,
    /// The sum of the weights.
    pub weights: ExactSum,
}

impl Weighted {
    /// Adds a value.
    pub fn add(&mut self, value: f64, weight: f64) {
        self.products.add(value * weight);
        self.weights.add(weight);
    }

    /// Adds all of another one.
    pub fn merge(&mut self, other: &Self) {
        self.products.merge(&other.products);
        self.weights.merge(&other.weights);
    }

    /// The mean, if anything weighs anything.
    pub fn average(&self) -> Option<f64> {
        let weights = self.weights.value();
        (weights != 0.0).then(|| self.products.value() / weights)
    }
}
