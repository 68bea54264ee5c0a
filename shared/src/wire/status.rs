//! What a replica says of itself: routing follows observation.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::{IndexUuid, Leaf, Position, Shard};

/// How busy a replica is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// Requests waiting for a thread of the pool.
    pub queued: u32,
    /// Requests being executed.
    pub running: u32,
}

/// A replica's account of what it hosts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatusResponse {
    /// Which leaf it serves.
    pub leaf: Leaf,
    /// New at every start of the process: a root sees a restart by it.
    pub instance: Uuid,
    /// The catalog version that it knows.
    pub catalog_version: u64,
    /// Its shards.
    pub shards: Vec<ShardStatus>,
    /// How busy it is.
    pub load: Load,
}

/// One shard on one replica.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShardStatus {
    /// The index.
    pub index: IndexUuid,
    /// Which of its shards.
    pub shard: Shard,
    /// Whether it can be searched.
    pub state: ShardState,
    /// The last batch applied.
    pub applied: Position,
    /// The last batch that searches see.
    pub committed: Position,
    /// Live documents that searches see.
    pub documents: u64,
    /// Deleted documents still on disk.
    pub deleted: u64,
    /// Bytes on the replica's disk.
    pub bytes: u64,
    /// Segments that searches see.
    pub segments: u32,
}

/// Whether a shard can be searched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ShardState {
    /// Replaying the log; not searched until it has caught up with what the log held when it started.
    Recovering,
    /// Searched.
    Ready,
    /// Stopped with an error that a person must see, such as a damaged log batch. Never serves wrong data.
    Failed(String),
}

/// Tells a replica that a newer catalog is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogNotice {
    /// Its version.
    pub version: u64,
}
