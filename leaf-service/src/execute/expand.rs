//! The best terms that a word stands for, of live documents: deleted ones leave no trace, so that they are the same however
//! the documents are cut into segments.

use std::collections::BTreeSet;

use shared::limits::{EXPANSIONS_MAX, FUZZY_CHARS_MAX};
use shared::pattern::{Automaton, Fuzzy, Pattern, Syntax};
use shared::wire::clause::{Expansion, ExpansionKind, Field};
use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, InvertedIndexReader, SegmentReader, TERMINATED};

use super::clock::Clock;
use super::dictionary::Room;
use super::error::ExecuteError;
use crate::view::View;

/// The best terms of a view, best first.
pub(super) fn expand(view: &View, expansion: &Expansion, clock: &Clock) -> Result<Vec<String>, ExecuteError> {
    if expansion.terms_max > EXPANSIONS_MAX || expansion.text.chars().count() > FUZZY_CHARS_MAX {
        return Err(ExecuteError::Misfit("a word stands for too much".to_owned()));
    }
    if matches!(expansion.field, Field::Id | Field::Names) {
        return Err(ExecuteError::Misfit(
            "a word stands for no terms of this field".to_owned(),
        ));
    }
    let room = Room::of(&view.schema, &expansion.field)?;
    let mut best = Best {
        terms: BTreeSet::new(),
        max: expansion.terms_max as usize,
    };
    match expansion.kind {
        ExpansionKind::Fuzzy {
            distance,
            prefix_length,
            transpositions,
        } => {
            let prefix_length = usize::try_from(prefix_length).unwrap_or(usize::MAX);
            let fuzzy = Fuzzy::new(&expansion.text, distance, prefix_length, transpositions);
            // Similarities are in 0..=1, so that the bits of the difference to 1 are in their order.
            let key = |text: &str| Some((1.0 - fuzzy.similarity(text)?).to_bits());
            best.of_segments(view, &room, &fuzzy, key, clock)?;
        }
        ExpansionKind::Prefix => {
            let pattern = Pattern {
                syntax: Syntax::Prefix,
                text: expansion.text.clone(),
                case_insensitive: false,
            };
            let dfa = pattern
                .compile()
                .map_err(|error| ExecuteError::Misfit(error.to_string()))?;
            best.of_segments(view, &room, &dfa, |_| Some(0), clock)?;
        }
    }
    Ok(best.terms.into_iter().map(|(_, text)| text).collect())
}

/// The best so far: by key, then by term.
struct Best {
    terms: BTreeSet<(u32, String)>,
    max: usize,
}

impl Best {
    fn of_segments<A: Automaton>(
        &mut self,
        view: &View,
        room: &Room,
        automaton: &A,
        key: impl Fn(&str) -> Option<u32>,
        clock: &Clock,
    ) -> Result<(), ExecuteError> {
        for reader in view.searcher.segment_readers() {
            let index = reader.inverted_index(room.field)?;
            room.visit(&index, automaton, |text, info| {
                if clock.expired_after(16) {
                    return Ok(false);
                }
                let Some(key) = key(text) else {
                    return Ok(true);
                };
                let is_full = self.terms.len() >= self.max;
                if is_full
                    && self
                        .terms
                        .last()
                        .is_none_or(|(last, of)| (*last, of.as_str()) <= (key, text))
                {
                    // With one key for all, the others of the segment are no better.
                    return Ok(key != 0);
                }
                let found = (key, text.to_owned());
                if !self.terms.contains(&found) && is_live(reader, &index, info, clock)? {
                    if is_full {
                        self.terms.pop_last();
                    }
                    self.terms.insert(found);
                }
                Ok(true)
            })?;
            if clock.expired() {
                return Err(ExecuteError::Deadline);
            }
        }
        Ok(())
    }
}

/// Whether a live document has the term.
fn is_live(
    reader: &SegmentReader,
    index: &InvertedIndexReader,
    info: &TermInfo,
    clock: &Clock,
) -> tantivy::Result<bool> {
    let Some(alive) = reader.alive_bitset() else {
        return Ok(true);
    };
    let mut postings = index.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
    while postings.doc() != TERMINATED {
        if alive.is_alive(postings.doc()) {
            return Ok(true);
        }
        if clock.expired_after(1) {
            break;
        }
        postings.advance();
    }
    Ok(false)
}
