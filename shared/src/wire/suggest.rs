//! The completion of texts: the best inputs of documents that begin with them.

use serde::{Deserialize, Serialize};

use super::search::{Pin, ShardFailure, ShardTarget};
use crate::completion::Begins;
use crate::ids::{IndexUuid, Position, Shard};

/// Asks some shards for their best completions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompleteRequest {
    /// The index.
    pub index: IndexUuid,
    /// Its shards.
    pub shards: Vec<ShardTarget>,
    /// What is to be completed.
    pub wanted: Vec<Completing>,
    /// The point in time that is searched, if one is.
    pub pin: Option<Pin>,
    /// Time left when the request was sent, in microseconds.
    pub time_remaining_us: u64,
}

/// What is to be completed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Completing {
    /// The full path of the field that holds the inputs.
    pub path: String,
    /// What they begin with: any of these.
    pub begins: Vec<Begins>,
    /// How many are wanted, the best.
    pub size: u32,
    /// Whether no two are to have the same text; else no two are of the same document.
    pub distinct: bool,
}

/// An input that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// The shard of its document.
    pub shard: Shard,
    /// The input.
    pub text: String,
    /// More comes first.
    pub score: u64,
    /// Its document's key.
    pub key: u64,
    /// Its document's id.
    pub id: String,
    /// Where the replica that found it can read the document at once.
    pub address: super::Address,
}

/// What became of a shard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShardCompleted {
    /// Which.
    pub shard: Shard,
    /// The position that the commit holds.
    pub position: Position,
    /// Why inputs are missing, if any are.
    pub failure: Option<ShardFailure>,
}

/// A leaf's best completions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompleteResponse {
    /// One for each shard asked for.
    pub shards: Vec<ShardCompleted>,
    /// For each of what was wanted at most `size`, best first.
    pub completions: Vec<Vec<Completion>>,
}
