//! The planner: how many leaves, how many replicas, which hedge? From measurements, by a model and the simulator.
//!
//! 1. `fit` turns a sweep into a [`Model`]: what divides by the leaves, what does not, and how much equal requests
//!    differ.
//! 2. The model predicts points that it has not seen, and what is off is said.
//! 3. The root's own code runs over simulated leaves with the model's costs, from 1 to 1,000 leaves.
//! 4. The cheapest shape that meets the objective is recommended, with the reason.

mod checks;
mod fit;
mod in_parallel;
mod least_squares;
mod make;
mod model;
mod observed;
mod overheads;
mod planned;
mod predict;
mod reasons;
mod recommend;
mod ways;

pub use fit::FitError;
pub use make::{PlanError, PlanOrder, Step, check, plan, plan_observed, usual_demand};
pub use model::{Memory, Model, Trial, Where};
pub use observed::{Observed, ObservedError, Watched, observe};
pub use planned::{
    Check, CostAt, Costs, Curve, Demand, Evidence, Hits, Ladder, Plan, Predicted, Recommendation,
    StragglerPoint, Trust,
};

#[cfg(test)]
mod tests;
