//! Telling replicas about new positions in the log, and hearing what came of the operations.

use serde::{Deserialize, Serialize};

use crate::ids::{IndexUuid, Position, Shard};

/// Asks a replica to apply the log up to a position now and to tell the outcomes of the batch at that position.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplyRequest {
    /// The index.
    pub index: IndexUuid,
    /// The batch.
    pub position: Position,
    /// The shards whose outcomes are wanted.
    pub shards: Vec<Shard>,
    /// Time left when the request was sent, in microseconds.
    pub time_remaining_us: u64,
}

/// What came of one operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// What happened.
    pub result: OpResult,
    /// The document's version after it (of the document that stands in the way, for a conflict; 0 if there is none).
    pub version: u64,
    /// The operation's number within its shard, from 0 (that of the document that is there, for the conflict of an
    /// operation that required another).
    pub seq_no: u64,
}

/// What happened to the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OpResult {
    /// It is new.
    Created,
    /// It replaced one of the same id.
    Updated,
    /// It is gone.
    Deleted,
    /// There was nothing to delete.
    NotFound,
    /// It was to be created and is there already, or is not the one that was required; nothing changed.
    Conflict,
}

/// One shard's outcomes of a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardApplied {
    /// Which shard.
    pub shard: Shard,
    /// In the order of the operations in the batch's section. `None`: the batch is applied, but so long ago (or before
    /// a restart) that its outcomes are no longer known.
    pub outcomes: Option<Vec<Outcome>>,
}

/// What came of a batch. Shards that this replica does not host, or that did not get there in time, are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplyResponse {
    /// In no particular order.
    pub shards: Vec<ShardApplied>,
}

/// Asks a replica to commit everything up to a position, so that searches see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshRequest {
    /// The index.
    pub index: IndexUuid,
    /// Which shards.
    pub shards: Vec<Shard>,
    /// Up to here at least.
    pub position: Position,
    /// Whether to commit at once; otherwise the next periodic commit is waited for (`refresh=wait_for`).
    pub now: bool,
    /// Time left when the request was sent, in microseconds.
    pub time_remaining_us: u64,
}

/// The shards that got there in time, each with the position committed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefreshResponse {
    /// In no particular order.
    pub shards: Vec<(Shard, Position)>,
}
