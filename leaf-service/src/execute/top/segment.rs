//! One segment's candidates for the best `k`.

use std::collections::BinaryHeap;

use shared::wire::Statistics;
use tantivy::columnar::Column;
use tantivy::{DocId, Score, SegmentReader};

use super::ranked::{Descending, Place, Ranked};
use super::{PENDING_MAX, Top};
use crate::execute::canonical::Canonical;
use crate::execute::clock::Clock;
use crate::execute::error::ExecuteError;
use crate::execute::plan::Ranking;
use crate::execute::walk::{Next, walk};
use crate::view::View;

/// Covers rounding of scores so small that their precision is no longer relative.
const SLACK: f64 = 1e-37;

/// How far a pass over a segment came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::execute) struct Progress {
    /// Where the deadline stopped it; `None` when it is complete.
    pub(in crate::execute) stopped_at: Option<DocId>,
    /// The live documents that matched, if they are not counted apart.
    pub(in crate::execute) matches: Option<u64>,
}

/// Collects a segment of a view.
pub(in crate::execute) fn collect(
    top: &mut Top,
    ranking: &Ranking,
    statistics: &Statistics,
    (number, view): (usize, &View),
    segment: u32,
    clock: &Clock,
) -> Result<Progress, ExecuteError> {
    let reader = view.searcher.segment_reader(segment);
    let candidates = Candidates {
        keys: view.keys(segment)?,
        lower: top.scores().map(|score| Descending(f64::from(score))).collect(),
        pending: Vec::new(),
        canonical: Canonical::new(&ranking.tree),
        place: Place {
            view: number,
            segment,
            doc: 0,
        },
        top,
        ranking,
        reader,
        clock,
    };
    if ranking.prunes(reader, statistics) {
        let factor = ranking.bound_factor(reader, statistics, view)?;
        candidates.pruned(factor)
    } else {
        candidates.all()
    }
}

struct Candidates<'a> {
    top: &'a mut Top,
    ranking: &'a Ranking,
    reader: &'a SegmentReader,
    clock: &'a Clock,
    place: Place,
    keys: &'a Column<u64>,
    canonical: Canonical,
    /// What the canonical scores of the best `k` are at least, the least of them on top. Not kept for exact scores.
    lower: BinaryHeap<Descending>,
    /// Candidates without a canonical score yet, ascending, with tantivy's score.
    pending: Vec<(DocId, Score)>,
}

impl Candidates<'_> {
    /// Lets tantivy skip blocks that cannot hold a candidate.
    fn pruned(mut self, factor: f64) -> Result<Progress, ExecuteError> {
        let reader = self.reader;
        let alive = reader.alive_bitset();
        let (ranking, clock) = (self.ranking, self.clock);
        let mut stopped_at = None;
        let mut failed = None;
        let threshold = self.threshold(factor);
        // There is no other way to stop the pass than a threshold that nothing reaches. The clock is read at every 16th
        // candidate, of which there are few: what happens between them is bounded by `Ranking::prunes`.
        ranking
            .scoring
            .for_each_pruning(threshold, reader, &mut |doc, score| {
                if stopped_at.is_some() || clock.expired_after(64) {
                    stopped_at.get_or_insert(doc);
                    return Score::INFINITY;
                }
                if alive.is_none_or(|alive| alive.is_alive(doc))
                    && let Err(error) = self.offer(doc, score)
                {
                    failed = Some(error);
                    return Score::INFINITY;
                }
                self.threshold(factor)
            })?;
        if let Some(error) = failed {
            return Err(error);
        }
        self.settle()?;
        Ok(Progress {
            stopped_at,
            matches: None,
        })
    }

    /// Goes through all matches.
    fn all(mut self) -> Result<Progress, ExecuteError> {
        let (ranking, reader, clock) = (self.ranking, self.reader, self.clock);
        let mut matches = 0;
        let weight = ranking.scoring.as_ref();
        let stopped_at = walk(weight, ranking.phrase, reader, clock, |doc, scorer| {
            matches += 1;
            self.offer(doc, scorer.score())?;
            Ok(Next::On)
        })?;
        self.settle()?;
        Ok(Progress {
            stopped_at,
            matches: self.ranking.pruned.is_none().then_some(matches),
        })
    }

    /// The bound that tantivy prunes by: nothing that could be a candidate is at or below it.
    fn threshold(&self, factor: f64) -> Score {
        match self.floor() {
            None => Score::MIN,
            Some(floor) => below((floor - SLACK) * (1.0 - 2.0 * self.ranking.tolerance) * factor),
        }
    }

    /// What a candidate's canonical score must at least be.
    fn floor(&self) -> Option<f64> {
        if self.ranking.exact {
            return self.top.floor().map(f64::from);
        }
        let worst = self.lower.peek()?;
        (self.lower.len() >= self.top.k).then_some(worst.0)
    }

    fn offer(&mut self, doc: DocId, score: Score) -> Result<(), ExecuteError> {
        if self.ranking.exact {
            if self.top.floor().is_none_or(|floor| score >= floor) {
                self.add(doc, score);
            }
            return Ok(());
        }
        let (score64, tolerance) = (f64::from(score), self.ranking.tolerance);
        let greatest = score64 * (1.0 + tolerance) + SLACK;
        if self.floor().is_some_and(|floor| greatest < floor) {
            return Ok(());
        }
        let least = Descending(score64 * (1.0 - tolerance) - SLACK);
        if self.lower.len() < self.top.k {
            self.lower.push(least);
        } else if let Some(mut worst) = self.lower.peek_mut()
            && worst.0 < least.0
        {
            *worst = least;
        }
        self.pending.push((doc, score));
        if self.pending.len() >= PENDING_MAX {
            self.settle()?;
        }
        Ok(())
    }

    /// Gives the pending candidates their canonical scores.
    fn settle(&mut self) -> Result<(), ExecuteError> {
        if self.pending.is_empty() {
            return Ok(());
        }
        for (doc, score) in std::mem::take(&mut self.pending) {
            let greatest = f64::from(score) * (1.0 + self.ranking.tolerance) + SLACK;
            if self.floor().is_some_and(|floor| greatest < floor) {
                continue;
            }
            // What was found by the deadline is ranked as if it had not passed.
            let canonical = self.clock.unheeded(|| self.canonical.score(self.reader, doc))?;
            debug_assert!(canonical.is_some(), "both ways of matching agree");
            self.add(doc, canonical.unwrap_or(score));
        }
        self.lower.clear();
        self.lower
            .extend(self.top.scores().map(|score| Descending(f64::from(score))));
        Ok(())
    }

    fn add(&mut self, doc: DocId, score: Score) {
        self.top.add(Ranked {
            score,
            key: self.keys.first(doc).unwrap_or_default(),
            place: Place { doc, ..self.place },
        });
    }
}

/// The greatest single-precision number that is surely below.
#[expect(
    clippy::cast_possible_truncation,
    reason = "rounds to the nearest; the step down makes up for rounding up"
)]
fn below(number: f64) -> Score {
    (number as Score).next_down().next_down()
}
