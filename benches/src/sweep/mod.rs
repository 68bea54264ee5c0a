//! The pure parts of a sweep over shapes of a local cluster: which shapes, at which rates, in which order and for how long; and
//! how answers and metrics become what is written down. Processes, files and clocks are the command's.

mod answers;
mod common_rates;
mod grid;
mod highest;
mod leaf_times;
mod rounding;
mod sample;
mod script;
mod timetable;
mod window;

pub use answers::{ProfileError, query_profile};
pub use common_rates::common_rates;
pub use grid::{Grid, GridError, LEAVES_MAX, PROCESSES_MAX, RootKind};
pub use highest::HighestSearch;
pub(crate) use leaf_times::histogram;
pub use leaf_times::{LeafCounts, leaf_times};
pub use sample::weighted_sample;
pub use script::fault_rules;
pub use timetable::{Exploring, Pace, Timetable, TooLarge, Visit, exploring};
pub use window::Window;
