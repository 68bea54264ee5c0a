//! The statistics of a view: what BM25 needs to know of the live documents.
//!
//! Deleted documents and merges leave no trace in them, so that they are the same on every replica, and for every way to
//! cut the documents into segments.

use std::collections::HashMap;

use parking_lot::Mutex;
use shared::deadline::Deadline;
use shared::mapping::Slot;
use shared::wire::TermStatistics;
use shared::wire::clause::{Expansion, Field, Term};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::index::SegmentId;
use tantivy::schema::IndexRecordOption;
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocSet, Opstamp, SegmentReader};
use tokio::time::Instant;

use super::clock::Clock;
use super::error::{ExecuteError, guarded};
use super::expand::expand;
use super::{terms, validate};
use crate::view::View;

/// Sums that are remembered, at most: some hundred kilobytes.
const SUMS_MAX: usize = 8_192;

/// Remembers sums of field lengths, which cost a look at every document. A segment never changes but for its deletes.
#[derive(Debug, Default)]
pub struct StatisticsCache {
    sums: Mutex<HashMap<SumKey, u64>>,
}

/// A segment, which of its documents are deleted, and a text field.
type SumKey = (SegmentId, Option<Opstamp>, Slot);

impl StatisticsCache {
    /// An empty cache. One serves all shards of a process.
    pub fn new() -> Self {
        Self::default()
    }

    /// The sum of the lengths of a text field over the live documents of a segment.
    fn tokens(&self, view: &View, reader: &SegmentReader, slot: Slot) -> Result<u64, ExecuteError> {
        let key = (reader.segment_id(), reader.delete_opstamp(), slot);
        if let Some(sum) = self.sums.lock().get(&key) {
            return Ok(*sum);
        }
        let sum = sum_of_lengths(view, reader, slot)?;
        let mut sums = self.sums.lock();
        if sums.len() >= SUMS_MAX {
            // Sums of segments that are gone go too; the others come back in a moment.
            sums.clear();
        }
        sums.insert(key, sum);
        Ok(sum)
    }
}

/// The statistics of a view.
///
/// # Errors
/// [`ExecuteError::Deadline`] if the deadline comes first, [`ExecuteError::Misfit`] if the shard has no such slot or a
/// term cannot be in its field, and others if the index cannot be read.
pub fn statistics(
    view: &View,
    slots: &[Slot],
    (terms, expansions): (&[Term], &[Expansion]),
    cache: &StatisticsCache,
    deadline: Deadline,
    now: impl Fn() -> Instant + Send + Sync + 'static,
) -> Result<TermStatistics, ExecuteError> {
    let clock = Clock::new(deadline, now);
    // After a panic nothing is left half-done: the cache is written at once, the clock is dropped.
    guarded(|| {
        let mut tokens = Vec::with_capacity(slots.len());
        for slot in slots {
            tokens.push(tokens_of(view, *slot, cache, &clock)?);
        }
        let mut frequencies = Vec::with_capacity(terms.len());
        for term in terms {
            frequencies.push(frequency_of(view, term, &clock)?);
        }
        let expanded = expansions.iter().map(|expansion| expand(view, expansion, &clock));
        Ok(TermStatistics {
            shard: view.shard,
            position: view.position,
            documents: view.documents(),
            tokens,
            frequencies,
            expansions: expanded.collect::<Result<_, _>>()?,
        })
    })
}

fn tokens_of(view: &View, slot: Slot, cache: &StatisticsCache, clock: &Clock) -> Result<u64, ExecuteError> {
    let mut sum = 0;
    for reader in view.searcher.segment_readers() {
        if clock.expired() {
            return Err(ExecuteError::Deadline);
        }
        sum += cache.tokens(view, reader, slot)?;
    }
    Ok(sum)
}

fn sum_of_lengths(view: &View, reader: &SegmentReader, slot: Slot) -> Result<u64, ExecuteError> {
    let field = terms::field(&view.schema, &Field::Text(slot))?;
    let Some(lengths) = reader.fieldnorms_readers().get_field(field)? else {
        return Ok(0);
    };
    let mut counts = [0_u64; 256];
    for doc in reader.doc_ids_alive() {
        counts[usize::from(lengths.fieldnorm_id(doc))] += 1;
    }
    let sum = (0..=u8::MAX)
        .zip(counts)
        .map(|(id, count)| u64::from(FieldNormReader::id_to_fieldnorm(id)) * count);
    Ok(sum.sum())
}

/// Live documents with a term.
fn frequency_of(view: &View, term: &Term, clock: &Clock) -> Result<u64, ExecuteError> {
    validate::term(term).map_err(|error| ExecuteError::Misfit(error.to_string()))?;
    let term = terms::term(&view.schema, &term.field, &term.value)?;
    let mut frequency = 0;
    for reader in view.searcher.segment_readers() {
        let index = reader.inverted_index(term.field())?;
        let Some(info) = index.get_term_info(&term)? else {
            continue;
        };
        let Some(alive) = reader.alive_bitset() else {
            frequency += u64::from(info.doc_freq);
            continue;
        };
        let mut postings = index.read_postings_from_terminfo(&info, IndexRecordOption::Basic)?;
        let mut buffer = [0; COLLECT_BLOCK_BUFFER_LEN];
        loop {
            let filled = postings.fill_buffer(&mut buffer);
            frequency += buffer[..filled]
                .iter()
                .filter(|doc| alive.is_alive(**doc))
                .count() as u64;
            if filled < buffer.len() {
                break;
            }
            if clock.expired_after(64) {
                return Err(ExecuteError::Deadline);
            }
        }
    }
    Ok(frequency)
}
