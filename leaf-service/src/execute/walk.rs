//! Goes through the matches of a segment in steps of bounded work, so that the next look at the clock is never far.
//!
//! A phrase whose words are frequent but seldom side by side looks at every document that has the words before it finds
//! one. tantivy's scorers can be asked about one candidate at a time instead.

use tantivy::query::{Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED};

/// What one candidate of a phrase counts on the clock, in documents: its positions are dear to read.
const DOCUMENTS_PER_CANDIDATE: u32 = 16;

/// A place among the matches, or, for phrases, among the candidates.
pub(super) struct Walk {
    scorer: Box<dyn Scorer>,
    phrase: bool,
    doc: DocId,
    is_match: bool,
}

impl Walk {
    /// Goes to the first match, or candidate; `phrase` says that the weight is a phrase's own.
    pub(super) fn open(weight: &dyn Weight, reader: &SegmentReader, phrase: bool) -> tantivy::Result<Self> {
        if phrase {
            let (found, scorer) = weight.scorer_danger(reader, 0, 1.0)?;
            let mut walk = Self {
                scorer,
                phrase,
                doc: 0,
                is_match: true,
            };
            walk.arrive(0, found);
            return Ok(walk);
        }
        let scorer = weight.scorer(reader, 1.0)?;
        Ok(Self {
            doc: scorer.doc(),
            scorer,
            phrase,
            is_match: true,
        })
    }

    /// The document at hand; `None` at the end. What matches before it has been passed.
    pub(super) fn doc(&self) -> Option<DocId> {
        (self.doc < TERMINATED).then_some(self.doc)
    }

    /// Whether it is a match.
    pub(super) fn is_match(&self) -> bool {
        self.is_match
    }

    /// The score of a match.
    pub(super) fn score(&mut self) -> Score {
        self.scorer.score()
    }

    /// What a step counts on the clock, in documents.
    pub(super) fn cost(&self) -> u32 {
        if self.phrase { DOCUMENTS_PER_CANDIDATE } else { 1 }
    }

    /// Goes to the next match, or candidate.
    pub(super) fn step(&mut self) {
        if self.phrase {
            let target = self.doc + u32::from(self.is_match);
            let found = self.scorer.seek_danger(target);
            self.arrive(target, found);
        } else {
            self.doc = self.scorer.advance();
        }
    }

    fn arrive(&mut self, target: DocId, found: SeekDangerResult) {
        (self.doc, self.is_match) = match found {
            SeekDangerResult::Found => (target, true),
            SeekDangerResult::SeekLowerBound(next) => (next, false),
        };
    }
}
