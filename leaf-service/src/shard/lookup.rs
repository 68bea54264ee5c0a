//! Finds the committed document of an id. It is on the path of every write, so what can be opened once per view is.

use std::sync::Arc;

use tantivy::columnar::Column;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocSet as _, InvertedIndexReader, Searcher, SegmentReader, TERMINATED, Term};

use super::pending::Seen;
use crate::schema::ShardSchema;

/// The ids of one set of segments.
pub(crate) struct IdLookup {
    id: Field,
    segments: Vec<SegmentIds>,
}

struct SegmentIds {
    reader: SegmentReader,
    ids: Arc<InvertedIndexReader>,
    versions: Column<u64>,
    seq_nos: Column<u64>,
}

impl IdLookup {
    pub(crate) fn new(schema: &ShardSchema, searcher: &Searcher) -> tantivy::Result<Self> {
        let open = |reader: &SegmentReader| {
            let column = |field| reader.fast_fields().u64(schema.schema.get_field_name(field));
            Ok(SegmentIds {
                ids: reader.inverted_index(schema.id)?,
                versions: column(schema.version)?,
                seq_nos: column(schema.seq_no)?,
                reader: reader.clone(),
            })
        };
        Ok(Self {
            id: schema.id,
            segments: searcher
                .segment_readers()
                .iter()
                .map(open)
                .collect::<tantivy::Result<_>>()?,
        })
    }

    /// The live document of that id; at most one segment has one.
    pub(crate) fn find(&self, id: &str) -> tantivy::Result<Option<Seen>> {
        let term = Term::from_field_text(self.id, id);
        for segment in &self.segments {
            let Some(info) = segment.ids.get_term_info(&term)? else {
                continue;
            };
            let mut postings = segment
                .ids
                .read_postings_from_terminfo(&info, IndexRecordOption::Basic)?;
            let mut document = postings.doc();
            while document != TERMINATED {
                if !segment.reader.is_deleted(document) {
                    let both = segment
                        .versions
                        .first(document)
                        .zip(segment.seq_nos.first(document));
                    return Ok(both.map(|(version, seq_no)| Seen { version, seq_no }));
                }
                document = postings.advance();
            }
        }
        Ok(None)
    }
}
