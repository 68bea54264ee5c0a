//! Attempts: how one leaf is asked, through one of its replicas, and through another if the first is slow or fails.
//!
//! The policies are pure and take `now` and a generator; `race` is the thin shell around them.

mod attempts;
mod budget;
mod delay;
mod ewma;
mod race;
mod record;
mod select;
#[cfg(test)]
mod tests;

pub use attempts::{Answer, Ask, Attempted, Attempts, Call, Failure};
pub use budget::{AttemptBudget, BudgetConfig};
pub use delay::{HedgeConfig, HedgeMode, LatencyWindow};
pub use ewma::PeakEwma;

pub use record::{AttemptEnd, AttemptRecord, RaceLog, Recorder, Work};
pub use select::pick;
