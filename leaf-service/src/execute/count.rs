//! Counts matches of a segment without scoring them.

use tantivy::query::Weight;
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, DocSet, SegmentReader};

use super::clock::Clock;
use super::error::ExecuteError;

/// How far a count came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counted {
    /// Live documents that match, at most as many as asked for.
    pub(super) matches: u64,
    /// Where the deadline stopped it.
    pub(super) stopped_at: Option<DocId>,
}

/// Counts the live documents of a segment that match, up to `limit`.
pub(super) fn count(
    weight: &dyn Weight,
    in_constant_time: bool,
    reader: &SegmentReader,
    limit: u64,
    clock: &mut Clock<'_>,
) -> Result<Counted, ExecuteError> {
    if in_constant_time && reader.alive_bitset().is_none() {
        return Ok(Counted {
            matches: u64::from(weight.count(reader)?).min(limit),
            stopped_at: None,
        });
    }
    let alive = reader.alive_bitset();
    let mut scorer = weight.scorer(reader, 1.0)?;
    let mut buffer = [0; COLLECT_BLOCK_BUFFER_LEN];
    let mut matches = 0;
    loop {
        let filled = scorer.fill_buffer(&mut buffer);
        let found = &buffer[..filled];
        matches += match alive {
            Some(alive) => found.iter().filter(|doc| alive.is_alive(**doc)).count() as u64,
            None => found.len() as u64,
        };
        if matches >= limit || filled < buffer.len() {
            break;
        }
        // As many as the buffer holds; a constant, and small.
        if clock.expired_after(64) {
            return Ok(Counted {
                matches: matches.min(limit),
                stopped_at: found.last().map(|last| last + 1),
            });
        }
    }
    Ok(Counted {
        matches: matches.min(limit),
        stopped_at: None,
    })
}
