//! A conjunction with a phrase in it, which can be asked about one candidate at a time from the start.
//!
//! tantivy's own goes on to the first match of each clause as soon as it is opened, and with a phrase that may be the whole
//! segment.

use std::sync::Arc;

use tantivy::query::Weight;
use tantivy::{DocId, Score, SeekDangerResult, SegmentReader};

use super::stepwise::{Asked, Candidates, Opens};

/// Matches what all of the required clauses match, and none of the excluded ones; scores the sum of the required.
pub(super) struct Conjunction {
    pub(super) required: Vec<Box<dyn Weight>>,
    pub(super) excluded: Vec<Arc<dyn Weight>>,
}

impl Opens for Conjunction {
    type In = Clauses;

    /// The cheapest clause first.
    fn open(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Option<Clauses>> {
        let opened = |weight: &dyn Weight, boost| Asked::open(weight, reader, 0, boost);
        let required = self.required.iter().map(|weight| opened(weight.as_ref(), boost));
        let mut required = required.collect::<tantivy::Result<Vec<_>>>()?;
        required.sort_by_key(|clause| clause.scorer.cost());
        let excluded = self.excluded.iter().map(|weight| opened(weight.as_ref(), 1.0));
        let excluded = excluded.collect::<tantivy::Result<_>>()?;
        Ok(Some(Clauses { required, excluded }))
    }
}

/// The clauses in a segment.
pub(super) struct Clauses {
    required: Vec<Asked>,
    excluded: Vec<Asked>,
}

impl Candidates for Clauses {
    /// Phrases count for themselves.
    const COST: u32 = 1;

    fn look(&mut self, target: DocId) -> SeekDangerResult {
        for clause in &mut self.required {
            if let missed @ SeekDangerResult::SeekLowerBound(_) = clause.ask(target) {
                return missed;
            }
        }
        for clause in &mut self.excluded {
            if clause.ask(target) == SeekDangerResult::Found {
                return SeekDangerResult::SeekLowerBound(target + 1);
            }
        }
        SeekDangerResult::Found
    }

    fn score(&mut self) -> Score {
        self.required.iter_mut().map(|clause| clause.scorer.score()).sum()
    }

    fn size_hint(&self) -> u32 {
        let rarest = self.required.iter().map(|clause| clause.scorer.size_hint()).min();
        rarest.unwrap_or_default()
    }

    fn cost(&self) -> u64 {
        u64::from(self.size_hint())
    }
}
