//! What a search sees of a shard: one commit, held as long as somebody reads it.

use std::sync::Arc;

use shared::ids::{Position, Shard};
use shared::mapping::Mapping;
use tantivy::Searcher;

use crate::schema::ShardSchema;

/// One commit of a shard. Immutable; kept alive by whoever holds it, so that a fetch finds what a search found.
pub struct View {
    /// Which shard.
    pub shard: Shard,
    /// Unique within the process; the `generation` of the addresses found in it.
    pub generation: u64,
    /// The log position that the commit holds.
    pub position: Position,
    /// The fields.
    pub schema: Arc<ShardSchema>,
    /// The mapping when the view was made.
    pub mapping: Arc<Mapping>,
    /// The segments.
    pub searcher: Searcher,
}

impl View {
    /// Live documents.
    pub fn documents(&self) -> u64 {
        self.searcher.num_docs()
    }
}
