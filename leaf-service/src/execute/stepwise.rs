//! Scorers that look at one candidate at a time, and count each on the clock.
//!
//! A phrase whose words are frequent but seldom side by side looks at every document that has the words before it finds one.
//! Nothing above it can stop that, so it stops by itself: when the deadline has passed it ends, and whoever reads it asks
//! [`Clock::has_expired`] before believing it.

use std::sync::Arc;

use tantivy::query::{EmptyScorer, Explanation, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED};

use super::clock::Clock;
use super::weights::unexplained;

/// What a candidate whose positions are read counts on the clock, in documents: they are dear.
pub(super) const DOCUMENTS_PER_PHRASE: u32 = 16;

/// What can be asked about one document at a time.
pub(super) trait Candidates: Send + 'static {
    /// What a look counts on the clock, in documents.
    const COST: u32;
    /// Whether a document matches, or where to look next; in bounded time. Documents are asked about in ascending order.
    fn look(&mut self, target: DocId) -> SeekDangerResult;
    /// The score of the match looked at last.
    fn score(&mut self) -> Score;
    /// About how many documents match.
    fn size_hint(&self) -> u32;
    /// What it costs to go through all of them, in documents.
    fn cost(&self) -> u64;
}

/// What has candidates in a segment.
pub(super) trait Opens: Send + Sync + 'static {
    /// Its candidates.
    type In: Candidates;
    /// Those of a segment; `None` if nothing in it matches.
    fn open(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Option<Self::In>>;
}

/// A weight whose scorers are stepwise.
pub(super) struct StepwiseWeight<O> {
    pub(super) of: O,
    pub(super) clock: Clock,
}

impl<O: Opens> StepwiseWeight<O> {
    fn opened(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Option<Stepwise<O::In>>> {
        let opened = self.of.open(reader, boost)?;
        Ok(opened.map(|candidates| Stepwise {
            candidates,
            clock: self.clock.clone(),
            at: 0,
            is_match: false,
        }))
    }
}

impl<O: Opens> Weight for StepwiseWeight<O> {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let Some(mut scorer) = self.opened(reader, boost)? else {
            return Ok(Box::new(EmptyScorer));
        };
        scorer.find(0);
        Ok(Box::new(scorer))
    }

    /// Looks at one candidate only.
    fn scorer_danger(
        &self,
        reader: &SegmentReader,
        target: DocId,
        boost: Score,
    ) -> tantivy::Result<(SeekDangerResult, Box<dyn Scorer>)> {
        let Some(mut scorer) = self.opened(reader, boost)? else {
            let nothing = SeekDangerResult::SeekLowerBound(TERMINATED);
            return Ok((nothing, Box::new(EmptyScorer)));
        };
        Ok((scorer.seek_danger(target), Box::new(scorer)))
    }

    fn explain(&self, _reader: &SegmentReader, _doc: DocId) -> tantivy::Result<Explanation> {
        Err(unexplained())
    }
}

struct Stepwise<C> {
    candidates: C,
    clock: Clock,
    /// Nothing before matches, but for what has been passed.
    at: DocId,
    /// Whether this is a match; otherwise it may be one.
    is_match: bool,
}

impl<C: Candidates> Stepwise<C> {
    /// Goes to the first match from `target` on.
    fn find(&mut self, mut target: DocId) -> DocId {
        while let SeekDangerResult::SeekLowerBound(next) = self.seek_danger(target) {
            if next >= TERMINATED {
                break;
            }
            target = next;
        }
        self.at
    }
}

impl<C: Candidates> DocSet for Stepwise<C> {
    fn advance(&mut self) -> DocId {
        if self.at >= TERMINATED {
            return TERMINATED;
        }
        self.find(self.at + 1)
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target > self.at {
            self.find(target);
        }
        self.at
    }

    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        if self.at > target {
            return SeekDangerResult::SeekLowerBound(self.at);
        }
        if self.at == target && self.is_match {
            return SeekDangerResult::Found;
        }
        let found = if target >= TERMINATED || self.clock.expired_after(C::COST) {
            SeekDangerResult::SeekLowerBound(TERMINATED)
        } else {
            self.candidates.look(target)
        };
        (self.at, self.is_match) = arrived(target, found);
        found
    }

    fn doc(&self) -> DocId {
        self.at
    }

    fn size_hint(&self) -> u32 {
        self.candidates.size_hint()
    }

    fn cost(&self) -> u64 {
        self.candidates.cost()
    }
}

impl<C: Candidates> Scorer for Stepwise<C> {
    fn score(&mut self) -> Score {
        self.candidates.score()
    }
}

/// Where a scorer is after it was asked about a document, and whether that is a match.
fn arrived(target: DocId, found: SeekDangerResult) -> (DocId, bool) {
    match found {
        SeekDangerResult::Found => (target, true),
        SeekDangerResult::SeekLowerBound(next) => (next, false),
    }
}

/// Any scorer, and how far it is known: it can be asked about documents in ascending order, the same one again too.
pub(super) struct Asked {
    pub(super) scorer: Box<dyn Scorer>,
    /// Nothing before matches, but for what has been passed.
    at: DocId,
    is_match: bool,
}

impl Asked {
    /// Opens a segment, and looks no further than at a document.
    pub(super) fn open(
        weight: &dyn Weight,
        reader: &SegmentReader,
        target: DocId,
        boost: Score,
    ) -> tantivy::Result<Self> {
        let (found, scorer) = weight.scorer_danger(reader, target, boost)?;
        let (at, is_match) = arrived(target, found);
        Ok(Self { scorer, at, is_match })
    }

    /// Whether a document matches, or where to look next.
    pub(super) fn ask(&mut self, target: DocId) -> SeekDangerResult {
        if self.at < target || (self.at == target && !self.is_match) {
            let found = self.scorer.seek_danger(target);
            (self.at, self.is_match) = arrived(target, found);
        }
        if self.at > target {
            SeekDangerResult::SeekLowerBound(self.at)
        } else {
            SeekDangerResult::Found
        }
    }

    /// The document at hand, and whether it is a match.
    pub(super) fn at(&self) -> (DocId, bool) {
        (self.at, self.is_match)
    }
}

/// A phrase of tantivy's own.
pub(super) struct Phrase(pub(super) Arc<dyn Weight>);

impl Opens for Phrase {
    type In = Asked;

    fn open(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Option<Asked>> {
        Asked::open(self.0.as_ref(), reader, 0, boost).map(Some)
    }
}

impl Candidates for Asked {
    const COST: u32 = DOCUMENTS_PER_PHRASE;

    fn look(&mut self, target: DocId) -> SeekDangerResult {
        self.ask(target)
    }

    fn score(&mut self) -> Score {
        self.scorer.score()
    }

    fn size_hint(&self) -> u32 {
        self.scorer.size_hint()
    }

    fn cost(&self) -> u64 {
        self.scorer.cost()
    }
}
