//! What a search sees of a shard: one commit, held as long as somebody reads it.

use std::sync::{Arc, OnceLock};

use shared::ids::{Position, Shard};
use shared::mapping::Mapping;
use tantivy::columnar::{Column, StrColumn};
use tantivy::{Searcher, TantivyError};

use crate::schema::ShardSchema;

/// The name of the column of document keys.
pub(crate) const KEY: &str = "_key";
/// The name of the column of ids.
const ID: &str = "_id";

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
    /// Columns that hits need, by segment, opened when first asked for.
    columns: Vec<Columns>,
}

/// Opening a column looks its name up and parses its header: more work than reading ten values from it.
#[derive(Default)]
struct Columns {
    keys: OnceLock<Column<u64>>,
    ids: OnceLock<StrColumn>,
}

impl View {
    /// The view of a commit.
    pub fn new(
        (shard, generation, position): (Shard, u64, Position),
        schema: Arc<ShardSchema>,
        mapping: Arc<Mapping>,
        searcher: Searcher,
    ) -> Self {
        let columns = searcher
            .segment_readers()
            .iter()
            .map(|_| Columns::default())
            .collect();
        Self {
            shard,
            generation,
            position,
            schema,
            mapping,
            searcher,
            columns,
        }
    }

    /// The document keys of a segment.
    ///
    /// # Errors
    /// What tantivy says if the column is missing or damaged.
    pub fn keys(&self, segment: u32) -> tantivy::Result<&Column<u64>> {
        let cached = &self.columns[segment as usize].keys;
        if let Some(keys) = cached.get() {
            return Ok(keys);
        }
        let keys = self.searcher.segment_reader(segment).fast_fields().u64(KEY)?;
        Ok(cached.get_or_init(|| keys))
    }

    /// The ids of a segment's documents.
    ///
    /// # Errors
    /// What tantivy says if the column is missing or damaged.
    pub fn ids(&self, segment: u32) -> tantivy::Result<&StrColumn> {
        let cached = &self.columns[segment as usize].ids;
        if let Some(ids) = cached.get() {
            return Ok(ids);
        }
        let ids = self.searcher.segment_reader(segment).fast_fields().str(ID)?;
        let ids = ids.ok_or_else(|| TantivyError::SchemaError("a segment without ids".to_owned()))?;
        Ok(cached.get_or_init(|| ids))
    }

    /// Live documents.
    pub fn documents(&self) -> u64 {
        self.searcher.num_docs()
    }
}
