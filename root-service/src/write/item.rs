//! One operation of a `_bulk` (or one single-document call), and what came of it.

use std::sync::Arc;

use shared::ids::Shard;
use shared::wire::Outcome;

use crate::error::ApiError;

/// An operation as a client asks for it; ids, routing and sources are not validated yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WriteItem {
    /// The index or alias by name; an index is created if it is not there.
    pub index: String,
    /// The id; `None` makes a new one.
    pub id: Option<String>,
    /// The routing value.
    pub routing: Option<String>,
    /// The number of the operation that must have written the document that is there (`if_seq_no`).
    pub if_seq_no: Option<u64>,
    /// What to do.
    pub action: WriteAction,
}

/// What to do with the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WriteAction {
    /// Put this source at the id.
    Index {
        /// The document's JSON; on one line in the log or not does not matter.
        source: String,
    },
    /// Put this source at the id, which must be free.
    Create {
        /// The document's JSON.
        source: String,
    },
    /// Remove the document.
    Delete,
    /// Change the document that is there, or put one if there is none.
    Update(Box<Update>),
}

/// How to change a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Update {
    /// What is merged into the document: a JSON object.
    pub doc: Option<String>,
    /// The document to put if there is none.
    pub upsert: Option<String>,
    /// Whether `doc` is that document.
    pub doc_as_upsert: bool,
    /// Whether to write a document that stays as it is.
    pub write_unchanged: bool,
    /// How often to begin again when somebody else was first.
    pub retries: u32,
}

/// What came of an operation that is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The index that it went to: that of the alias, if the operation named one.
    pub index: Arc<str>,
    /// The id, also if it was made.
    pub id: String,
    /// The shard it went to.
    pub shard: Shard,
    /// Whether it was an update that changes nothing; then nothing was written.
    pub noop: bool,
    /// The document that an update left, for those who want to see it.
    pub source: Option<String>,
    /// What happened to the document; `None` if no replica told in time: the write is durable all the same.
    pub outcome: Option<Outcome>,
    /// How many replicas the shard has in this cluster.
    pub replicas_total: u32,
    /// Whether a refresh was made for it at once (`refresh=true`); `wait_for` forces none.
    pub forced_refresh: bool,
}

/// What came of each operation, in their order. A `create` of a document that is there is an error
/// (`version_conflict_engine_exception`); a delete of one that is not is a [`Written`] of `NotFound`.
pub type WriteResults = Vec<Result<Written, ApiError>>;

/// When a write becomes visible to searches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RefreshPolicy {
    /// With the next periodic commit.
    #[default]
    None,
    /// The answer waits for the next periodic commit.
    WaitFor,
    /// Commit now, answer then.
    Now,
}
