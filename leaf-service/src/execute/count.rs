//! Counts matches of a segment without scoring them.

use shared::wire::clause::Clause;
use tantivy::query::Weight;
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, SegmentReader};

use super::clock::Clock;
use super::compile::needs_phrase;
use super::error::ExecuteError;
use super::walk::{Next, walk};

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
    /// A phrase, or a conjunction with one: matches may be far apart.
    Phrase,
    /// Anything else.
    Other,
}

impl Kind {
    pub(super) fn of(clause: &Clause) -> Self {
        match clause {
            Clause::Term { .. } | Clause::All { .. } | Clause::Nothing => Self::Constant,
            _ if needs_phrase(clause) => Self::Phrase,
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
    clock: &Clock,
) -> Result<Counted, ExecuteError> {
    if kind == Kind::Constant && reader.alive_bitset().is_none() {
        return Ok(Counted {
            matches: u64::from(weight.count(reader)?).min(limit),
            stopped_at: None,
        });
    }
    if kind == Kind::Phrase {
        let mut matches = 0;
        let stopped_at = walk(weight, true, reader, clock, |_, _| {
            matches += 1;
            Ok(if matches < limit { Next::On } else { Next::Enough })
        })?;
        return Ok(Counted { matches, stopped_at });
    }
    let alive = reader.alive_bitset();
    let mut scorer = weight.scorer(reader, 1.0)?;
    let mut buffer = [0; COLLECT_BLOCK_BUFFER_LEN];
    let mut matches = 0;
    // Everything before has been seen.
    let mut seen = 0;
    loop {
        let filled = scorer.fill_buffer(&mut buffer);
        // What a scorer says after the deadline is not to be believed.
        if clock.has_expired() {
            return Ok(Counted {
                matches,
                stopped_at: Some(seen),
            });
        }
        let found = &buffer[..filled];
        matches += match alive {
            Some(alive) => found.iter().filter(|doc| alive.is_alive(**doc)).count() as u64,
            None => found.len() as u64,
        };
        if matches >= limit || filled < buffer.len() {
            break;
        }
        seen = found.last().map_or(seen, |last| last + 1);
        // As many as the buffer holds; a constant, and small.
        if clock.expired_after(64) {
            return Ok(Counted {
                matches: matches.min(limit),
                stopped_at: Some(seen),
            });
        }
    }
    Ok(Counted {
        matches: matches.min(limit),
        stopped_at: None,
    })
}
