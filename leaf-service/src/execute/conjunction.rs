//! A conjunction with a phrase in it, which can be asked about one candidate at a time from the start.
//!
//! tantivy's own goes on to its first match as soon as it is opened, and with a phrase that may be the whole segment.

use tantivy::query::{Explanation, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED};

use super::weights::unexplained;

/// Matches what all of its clauses match; scores their sum.
pub(super) struct ConjunctionWeight(pub(super) Vec<Box<dyn Weight>>);

impl Weight for ConjunctionWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut scorer = self.unplaced(reader, boost)?;
        scorer.find(0);
        Ok(Box::new(scorer))
    }

    fn scorer_danger(
        &self,
        reader: &SegmentReader,
        target: DocId,
        boost: Score,
    ) -> tantivy::Result<(SeekDangerResult, Box<dyn Scorer>)> {
        let mut scorer = self.unplaced(reader, boost)?;
        Ok((scorer.seek_danger(target), Box::new(scorer)))
    }

    fn explain(&self, _reader: &SegmentReader, _doc: DocId) -> tantivy::Result<Explanation> {
        Err(unexplained())
    }
}

impl ConjunctionWeight {
    /// A scorer that has not looked for a match yet, the cheapest clause first.
    fn unplaced(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<ConjunctionScorer> {
        let mut clauses = Vec::with_capacity(self.0.len());
        for weight in &self.0 {
            let (found, scorer) = weight.scorer_danger(reader, 0, boost)?;
            let mut clause = Clause {
                scorer,
                at: 0,
                is_match: true,
            };
            clause.arrive(0, found);
            clauses.push(clause);
        }
        clauses.sort_by_key(|clause| clause.scorer.cost());
        Ok(ConjunctionScorer { clauses, doc: 0 })
    }
}

/// A clause, and how far it is known.
struct Clause {
    scorer: Box<dyn Scorer>,
    /// Nothing before matches, but for what has been passed.
    at: DocId,
    /// Whether this is a match; otherwise it may be one.
    is_match: bool,
}

impl Clause {
    /// Where to look next if `target` is not a match.
    fn miss(&mut self, target: DocId) -> Option<DocId> {
        if self.at < target || (self.at == target && !self.is_match) {
            let found = self.scorer.seek_danger(target);
            self.arrive(target, found);
        }
        (self.at > target).then_some(self.at)
    }

    fn arrive(&mut self, target: DocId, found: SeekDangerResult) {
        (self.at, self.is_match) = match found {
            SeekDangerResult::Found => (target, true),
            SeekDangerResult::SeekLowerBound(next) => (next, false),
        };
    }
}

struct ConjunctionScorer {
    clauses: Vec<Clause>,
    doc: DocId,
}

impl ConjunctionScorer {
    /// Goes to the first match from `target` on.
    fn find(&mut self, mut target: DocId) -> DocId {
        while target < TERMINATED
            && let SeekDangerResult::SeekLowerBound(next) = self.seek_danger(target)
        {
            target = next;
        }
        self.doc = target;
        self.doc
    }
}

impl DocSet for ConjunctionScorer {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED {
            return TERMINATED;
        }
        self.find(self.doc + 1)
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target > self.doc {
            self.find(target);
        }
        self.doc
    }

    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        if target >= TERMINATED {
            return SeekDangerResult::SeekLowerBound(TERMINATED);
        }
        if let Some(next) = self.clauses.iter_mut().find_map(|clause| clause.miss(target)) {
            return SeekDangerResult::SeekLowerBound(next);
        }
        self.doc = target;
        SeekDangerResult::Found
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        let rarest = self.clauses.iter().map(|clause| clause.scorer.size_hint()).min();
        rarest.unwrap_or_default()
    }
}

impl Scorer for ConjunctionScorer {
    fn score(&mut self) -> Score {
        self.clauses.iter_mut().map(|clause| clause.scorer.score()).sum()
    }
}
