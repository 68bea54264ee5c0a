//! The best inputs of live documents that begin with a text: a walk over the terms that begin so, which are read in full only if
//! they could be among the best.

use shared::completion::{Best, Input, Matcher, Ranked};
use shared::deadline::Deadline;
use shared::ids::Position;
use shared::limits;
use shared::pattern::Automaton as _;
use shared::wire::clause::Field;
use shared::wire::suggest::{Completing, Completion, ShardCompleted};
use shared::wire::{Address, ShardFailure};
use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, InvertedIndexReader, TERMINATED};
use tokio::time::Instant;

use super::clock::Clock;
use super::dictionary::Room;
use super::error::{ExecuteError, guarded};
use super::fetch::id_of;
use super::search::ShardView;
use crate::view::View;

/// What became of the shards, and the best completions of all of them for each of what is wanted.
pub(super) type Completed = (Vec<ShardCompleted>, Vec<Vec<Completion>>);

/// Completes texts. A shard that fails costs its own share; what was found by the deadline is kept.
///
/// # Errors
/// [`ExecuteError::Misfit`] for a request that no shard can serve.
pub fn complete(
    views: &[ShardView],
    wanted: &[Completing],
    deadline: Deadline,
    now: impl Fn() -> Instant + Send + Sync + 'static,
) -> Result<Completed, ExecuteError> {
    let clock = Clock::new(deadline, now);
    let mut shards = Vec::with_capacity(views.len());
    let mut best: Vec<Best<Completion>> = Vec::with_capacity(wanted.len());
    for wanted in wanted {
        if wanted.size > limits::COMPLETION_SIZE_MAX {
            return Err(ExecuteError::Misfit("too many completions are wanted".to_owned()));
        }
        best.push(Best::new(wanted.size as usize, wanted.distinct));
    }
    for (shard, view) in views {
        let (position, failure) = match view {
            Err(failure) => (Position::START, Some(failure.clone())),
            // What a shard found before it panicked is dropped with it.
            Ok(view) => match guarded(|| of_view(view, wanted, &clock)) {
                Ok(found) => {
                    for (best, found) in best.iter_mut().zip(found) {
                        for (ranked, completion) in found.into_ranked() {
                            best.add(ranked, completion);
                        }
                    }
                    let is_late = clock.has_expired();
                    (view.position, is_late.then_some(ShardFailure::Deadline))
                }
                Err(error @ ExecuteError::Misfit(_)) => return Err(error),
                Err(error) => {
                    tracing::error!(%shard, %error, "no completions of a shard");
                    (view.position, Some(error.to_failure()))
                }
            },
        };
        shards.push(ShardCompleted {
            shard: *shard,
            position,
            failure,
        });
    }
    let completions = best.into_iter().map(|best| best.into_sorted().collect());
    Ok((shards, completions.collect()))
}

/// The best of one shard, as far as the clock allows.
fn of_view(view: &View, wanted: &[Completing], clock: &Clock) -> Result<Vec<Best<Completion>>, ExecuteError> {
    let mut all = Vec::with_capacity(wanted.len());
    for wanted in wanted {
        let room = Room::of(&view.schema, &Field::Exact(wanted.path.clone()))?;
        let mut walk = Walk {
            view,
            room,
            clock,
            best: Best::new(wanted.size as usize, wanted.distinct),
        };
        for begins in &wanted.begins {
            let matcher = begins
                .matcher()
                .map_err(|error| ExecuteError::Misfit(error.to_string()))?;
            walk.over(&matcher)?;
        }
        all.push(walk.best);
    }
    Ok(all)
}

/// A walk over the inputs of a field.
struct Walk<'a> {
    view: &'a View,
    room: Room,
    clock: &'a Clock,
    best: Best<Completion>,
}

impl Walk<'_> {
    fn over(&mut self, matcher: &Matcher) -> Result<(), ExecuteError> {
        for (segment, reader) in (0..).zip(self.view.searcher.segment_readers()) {
            if self.clock.expired() {
                return Ok(());
            }
            let index = reader.inverted_index(self.room.field)?;
            let Self { room, clock, .. } = self;
            let clock: &Clock = clock;
            let mut terms: usize = 0;
            let (best, view) = (&mut self.best, self.view);
            let mut failure = None;
            room.visit(&index, matcher, |term, info| {
                terms += 1;
                if clock.expired_after(4) || terms > limits::PATTERN_TERMS_MAX {
                    return Ok(false);
                }
                let Some(input) = Input::of_term(term) else {
                    return Ok(true);
                };
                // An input without words is there for `exists` alone.
                if input.path.is_empty() {
                    return Ok(true);
                }
                // What comes after the path may have been taken for a part of it.
                let score = matcher.score(input.path, input.weight);
                if matcher.matches(input.path) && best.could_have(score, input.text, 0) {
                    let of_term = OfTerm {
                        view,
                        index: &index,
                        segment,
                        clock,
                    };
                    if let Err(error) = of_term.read((score, input.text), info, best) {
                        failure = Some(error);
                        return Ok(false);
                    }
                }
                Ok(true)
            })?;
            if let Some(error) = failure {
                return Err(error);
            }
            if terms > limits::PATTERN_TERMS_MAX {
                return Err(ExecuteError::Misfit(format!(
                    "more than [{}] inputs of a segment begin like the text of a completion",
                    limits::PATTERN_TERMS_MAX
                )));
            }
        }
        Ok(())
    }
}

/// The documents of one term.
struct OfTerm<'a> {
    view: &'a View,
    index: &'a InvertedIndexReader,
    segment: u32,
    clock: &'a Clock,
}

impl OfTerm<'_> {
    fn read(
        &self,
        (score, text): (u64, &str),
        info: &TermInfo,
        best: &mut Best<Completion>,
    ) -> Result<(), ExecuteError> {
        let Self { view, segment, .. } = *self;
        let alive = view.searcher.segment_reader(segment).alive_bitset();
        let keys = view.keys(segment)?;
        let mut postings = self
            .index
            .read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
        while postings.doc() != TERMINATED {
            let document = postings.doc();
            if self.clock.expired_after(1) {
                return Ok(());
            }
            if alive.is_none_or(|alive| alive.is_alive(document)) {
                let key = keys.first(document).unwrap_or_default();
                if best.could_have(score, text, key) {
                    let id = id_of(view.ids(segment)?, document)?;
                    let ranked = Ranked {
                        score,
                        text: text.to_owned(),
                        key,
                        id: id.clone(),
                    };
                    let completion = Completion {
                        shard: view.shard,
                        text: text.to_owned(),
                        score,
                        key,
                        id,
                        address: Address {
                            generation: view.generation,
                            segment,
                            document,
                        },
                    };
                    best.add(ranked, completion);
                }
            }
            postings.advance();
        }
        Ok(())
    }
}
