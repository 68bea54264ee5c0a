//! What a commit says of itself: where to resume, and how to tell that the index holds exactly that.

use serde::{Deserialize, Serialize};
use shared::ids::Position;

/// The payload of every commit, as JSON. It describes the operations up to and including `position`, no more and no less.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Payload {
    /// The last batch applied.
    pub(crate) position: Position,
    /// The number that the next operation gets.
    pub(crate) seq_no: u64,
    /// Live documents. An index that holds another number lost some, or has some that were not committed.
    pub(crate) documents: u64,
}

impl Payload {
    pub(crate) fn to_json(self) -> String {
        serde_json::to_string(&self).expect("three numbers are always JSON")
    }

    /// `None` for what no version of this service wrote.
    pub(crate) fn from_json(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok()
    }
}
