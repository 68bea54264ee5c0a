//! Points in time at a replica: which it holds, keeping them for longer, letting them go.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::{IndexUuid, Position, Shard};

/// Asks a replica what it holds of some points in time of an index, after doing with them what the request says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinRequest {
    /// The index.
    pub index: IndexUuid,
    /// Which points in time.
    pub pins: PinSelection,
    /// Keep them for so long from now on at least, in milliseconds; 0 lets them go.
    pub keep_ms: u64,
    /// The replica applies the log up to here first; shards that do not get there in time are left out.
    pub position_min: Position,
    /// Time left when the request was sent, in microseconds.
    pub time_remaining_us: u64,
}

/// Some points in time of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum PinSelection {
    /// This one.
    One(Uuid),
    /// All that are a scroll's, or all that are none.
    All {
        /// Which of both.
        scrolls: bool,
    },
}

/// What a replica holds, or held before it let go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinResponse {
    /// The points in time asked for, by shard.
    pub held: Vec<HeldPin>,
    /// The shards that are where the request wants them: what is not in `held` of them is not there.
    pub shards: Vec<Shard>,
    /// The most points in time of any kind that one shard of the index holds.
    pub open: u32,
}

/// A point in time that a shard holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldPin {
    /// Which.
    pub id: Uuid,
    /// The shard.
    pub shard: Shard,
    /// What it holds.
    pub position: Position,
}
