//! Counts matches of a segment without scoring them.

use shared::wire::clause::Clause;
use tantivy::query::Weight;
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, DocSet, SegmentReader};

use super::clock::Clock;
use super::error::ExecuteError;
use super::walk::Walk;

/// How far a count came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counted {
    /// Live documents that match, at most as many as asked for.
    pub(super) matches: u64,
    /// Where the deadline stopped it.
    pub(super) stopped_at: Option<DocId>,
}

/// What a query's shape says about counting its matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// The index knows, if nothing is deleted.
    Constant,
    /// A phrase: matches may be far apart.
    Phrase,
    /// Anything else.
    Other,
}

impl Kind {
    pub(super) fn of(clause: &Clause) -> Self {
        match clause {
            Clause::Term { .. } | Clause::All { .. } | Clause::Nothing => Self::Constant,
            Clause::Phrase { .. } => Self::Phrase,
            _ => Self::Other,
        }
    }
}

/// Counts the live documents of a segment that match, up to `limit`.
pub(super) fn count(
    weight: &dyn Weight,
    kind: Kind,
    reader: &SegmentReader,
    limit: u64,
    clock: &mut Clock<'_>,
) -> Result<Counted, ExecuteError> {
    if kind == Kind::Constant && reader.alive_bitset().is_none() {
        return Ok(Counted {
            matches: u64::from(weight.count(reader)?).min(limit),
            stopped_at: None,
        });
    }
    if kind == Kind::Phrase {
        return count_phrase(weight, reader, limit, clock);
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

/// Counts candidate by candidate.
fn count_phrase(
    weight: &dyn Weight,
    reader: &SegmentReader,
    limit: u64,
    clock: &mut Clock<'_>,
) -> Result<Counted, ExecuteError> {
    let alive = reader.alive_bitset();
    let mut walk = Walk::open(weight, reader, true)?;
    let mut matches = 0;
    let mut stopped_at = None;
    while let Some(doc) = walk.doc().filter(|_| matches < limit) {
        if clock.expired_after(walk.cost()) {
            stopped_at = Some(doc);
            break;
        }
        if walk.is_match() && alive.is_none_or(|alive| alive.is_alive(doc)) {
            matches += 1;
        }
        walk.step();
    }
    Ok(Counted { matches, stopped_at })
}
