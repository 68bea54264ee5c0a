//! Percentiles, as far as there are enough queries to know them.

use crate::measured::Objective;
use crate::plan::{Plan, Predicted};
use crate::words::ms;

/// With fewer queries beyond it, a percentile is a matter of chance.
const BEYOND_MIN: f64 = 5.0;

/// Whether so many queries are enough to know this quantile: five of them have to lie beyond it.
#[must_use]
pub fn is_known(quantile: f64, queries: u64) -> bool {
    // 0.99 is a hair more than it should be.
    (1.0 - quantile) * queries as f64 >= BEYOND_MIN * (1.0 - 1e-9)
}

/// The latency at the quantile of an objective.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum AtObjective {
    /// In milliseconds.
    Known(f64),
    /// It is among the queries without an answer.
    Lost,
    /// Too few queries were simulated to know it.
    TooFew,
}

impl AtObjective {
    /// That of a prediction.
    pub(super) fn of(plan: &Plan, predicted: &Predicted) -> Self {
        if !is_known(plan.demand.objective.quantile, predicted.queries.into()) {
            return Self::TooFew;
        }
        predicted.at_objective_ms.map_or(Self::Lost, Self::Known)
    }

    /// A height in a picture: nothing where there is none.
    pub(super) fn height_ms(self) -> f64 {
        match self {
            Self::Known(ms) => ms,
            Self::Lost | Self::TooFew => f64::NAN,
        }
    }

    /// For a text.
    pub(super) fn words(self) -> String {
        match self {
            Self::Known(latency) => ms(latency),
            Self::Lost => "lost".to_owned(),
            Self::TooFew => "–".to_owned(),
        }
    }

    /// Whether it is known to miss.
    pub(super) fn misses(self, objective: &Objective) -> bool {
        match self {
            Self::Known(latency) => latency > objective.latency_ms,
            Self::Lost => true,
            Self::TooFew => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_queries_have_to_lie_beyond() {
        assert!(is_known(0.999, 5_000) && !is_known(0.999, 4_999));
        assert!(is_known(0.99, 500) && !is_known(0.99, 499));
        assert!(is_known(0.5, 10) && !is_known(0.5, 9));
    }
}
