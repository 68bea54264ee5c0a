//! Which state of an index a search sees.

use shared::ids::Position;
use shared::wire::Pin;

/// Which state of an index a search sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AsOf {
    /// Everything up to here at least; with a point in time, the position of it.
    pub position_min: Position,
    /// The point in time, instead of what is there now.
    pub pin: Option<Pin>,
    /// What `now` means in the query, in milliseconds of Unix time; `None`: when the search arrived. The pages of a scroll
    /// agree on it.
    pub now_ms: Option<i64>,
}

impl AsOf {
    /// What is there now, and everything up to this position at least.
    pub fn at_least(position_min: Position) -> Self {
        Self {
            position_min,
            ..Self::default()
        }
    }
}
