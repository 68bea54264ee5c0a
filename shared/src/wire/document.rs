//! The fetch phase, and documents by id.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::ids::{IndexUuid, Position, Shard};

/// Where a document lies in one replica's view of a shard. Only that replica can use it, and only for some seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The view (unique within a replica's process life).
    pub generation: u64,
    /// The segment's number in the view.
    pub segment: u32,
    /// The document's number in the segment.
    pub document: u32,
}

/// A document to fetch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchItem {
    /// Its shard.
    pub shard: Shard,
    /// Its id: what any replica can look it up by.
    pub id: String,
    /// Where the replica asked had found it; `None` when another replica is asked instead.
    pub address: Option<Address>,
}

/// Asks for stored documents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchRequest {
    /// The index.
    pub index: IndexUuid,
    /// Which documents.
    pub documents: Vec<FetchItem>,
    /// The point in time that was searched, if one was: documents are looked up as they were then.
    pub pin: Option<Uuid>,
    /// Time left when the request was sent, in microseconds.
    pub time_remaining_us: u64,
}

/// The documents asked for, in the same order; `None` for one that is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FetchResponse {
    /// Parallel to [`FetchRequest::documents`].
    pub documents: Vec<Option<StoredDocument>>,
}

/// A document as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredDocument {
    /// Its id.
    pub id: String,
    /// Its JSON, as the client sent it.
    pub source: String,
    /// How often this id was written since it was last absent, from 1.
    pub version: u64,
    /// The number of the operation that wrote it, within its shard, from 0.
    pub seq_no: u64,
    /// Its routing value, if the client gave one.
    pub routing: Option<String>,
}

/// Asks for one document by id as of a position, committed or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetRequest {
    /// The index.
    pub index: IndexUuid,
    /// Its shard.
    pub shard: Shard,
    /// Its id.
    pub id: String,
    /// The replica must have applied this position first.
    pub position_min: Position,
    /// Time left when the request was sent, in microseconds.
    pub time_remaining_us: u64,
}
