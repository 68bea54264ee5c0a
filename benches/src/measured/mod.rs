//! What was measured, as it is written to files: what `load` and `sweep` write, and `plan` and the report read.
//!
//! Every type is plain data. Files carry [`VERSION`], and readers refuse another one instead of guessing.

mod histogram;
mod load;
mod sweep;

pub use histogram::Histogram;
pub use load::{Arrivals, Generator, LoadReport, Operations, Outcomes, Second};
pub use sweep::{
    COMPLETE_MIN, Corpus, Highest, Idle, LeafProfile, LeafTimes, Machine, Objective, ObjectiveError, Point,
    Profile, QueryLog, QueryProfile, ResourceUse, Shape, Stragglers, StragglersError, Sweep,
};

/// The version of the files; another one means that they mean something else.
pub const VERSION: u32 = 2;
