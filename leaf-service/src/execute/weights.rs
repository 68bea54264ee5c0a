//! Weights that tantivy does not have: one that is shared, one with a constant score, and one for what must not match.

use std::sync::Arc;

use tantivy::query::{ConstScorer, Explanation, Scorer, Weight};
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED, TantivyError};

use super::stepwise::Asked;

/// A weight used in several places. Its scorers are the inner one's own, so tantivy still recognises terms.
pub(super) struct SharedWeight(pub(super) Arc<dyn Weight>);

impl Weight for SharedWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        self.0.scorer(reader, boost)
    }

    fn scorer_danger(
        &self,
        reader: &SegmentReader,
        target: DocId,
        boost: Score,
    ) -> tantivy::Result<(SeekDangerResult, Box<dyn Scorer>)> {
        self.0.scorer_danger(reader, target, boost)
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.0.explain(reader, doc)
    }

    fn count(&self, reader: &SegmentReader) -> tantivy::Result<u32> {
        self.0.count(reader)
    }

    fn for_each_pruning(
        &self,
        threshold: Score,
        reader: &SegmentReader,
        callback: &mut dyn FnMut(DocId, Score) -> Score,
    ) -> tantivy::Result<()> {
        self.0.for_each_pruning(threshold, reader, callback)
    }
}

/// Matches what another weight matches; scores always the same.
///
/// It also hides the "all documents" scorer from tantivy's boolean weight, which drops that scorer together with its
/// score.
pub(super) struct ConstantWeight {
    pub(super) matching: Arc<dyn Weight>,
    pub(super) score: Score,
}

impl Weight for ConstantWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let matching = self.matching.scorer(reader, 1.0)?;
        Ok(Box::new(ConstScorer::new(matching, self.score * boost)))
    }

    fn scorer_danger(
        &self,
        reader: &SegmentReader,
        target: DocId,
        boost: Score,
    ) -> tantivy::Result<(SeekDangerResult, Box<dyn Scorer>)> {
        let (found, matching) = self.matching.scorer_danger(reader, target, 1.0)?;
        Ok((found, Box::new(ConstScorer::new(matching, self.score * boost))))
    }

    fn explain(&self, _reader: &SegmentReader, _doc: DocId) -> tantivy::Result<Explanation> {
        Ok(Explanation::new("constant", self.score))
    }

    fn count(&self, reader: &SegmentReader) -> tantivy::Result<u32> {
        self.matching.count(reader)
    }
}

/// Matches what another weight matches, and may be asked whether it excludes documents that it has gone past.
///
/// tantivy asks that of what must not match, one document after the other and nothing else, and its own phrase scorer panics
/// then.
pub(super) struct ExcludedWeight(pub(super) Arc<dyn Weight>);

impl Weight for ExcludedWeight {
    fn scorer(&self, reader: &SegmentReader, _boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let excluded = Excluded(Asked::open(self.0.as_ref(), reader, 0, 1.0)?);
        Ok(Box::new(ConstScorer::new(excluded, 0.0)))
    }

    fn explain(&self, _reader: &SegmentReader, _doc: DocId) -> tantivy::Result<Explanation> {
        Err(unexplained())
    }
}

/// Asks for one document at a time, so that a phrase need not go on to its next match.
struct Excluded(Asked);

impl DocSet for Excluded {
    fn advance(&mut self) -> DocId {
        let (at, _) = self.0.at();
        self.seek(at.saturating_add(1).min(TERMINATED))
    }

    fn seek(&mut self, target: DocId) -> DocId {
        let mut target = target;
        while target < TERMINATED
            && let SeekDangerResult::SeekLowerBound(next) = self.0.ask(target)
        {
            target = next;
        }
        target.min(TERMINATED)
    }

    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        self.0.ask(target)
    }

    fn doc(&self) -> DocId {
        self.0.at().0
    }

    fn size_hint(&self) -> u32 {
        self.0.scorer.size_hint()
    }

    fn cost(&self) -> u64 {
        self.0.scorer.cost()
    }
}

/// For weights that are only ever searched with.
pub(super) fn unexplained() -> TantivyError {
    TantivyError::InvalidArgument("this kind of query is not explained".to_owned())
}
