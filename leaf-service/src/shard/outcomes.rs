//! The outcomes of the last batches, for roots that ask after the batch was applied.

use std::collections::VecDeque;
use std::sync::Arc;

use shared::ids::Position;
use shared::wire::Outcome;

/// How many batches are remembered.
const BATCHES_MAX: usize = 256;
/// How many outcomes are remembered in all (24 bytes each); the last batch's are always.
const OUTCOMES_MAX: usize = 1_000_000;

#[derive(Default)]
pub(crate) struct Outcomes {
    batches: VecDeque<(Position, Arc<[Outcome]>)>,
    count: usize,
}

impl Outcomes {
    pub(crate) fn push(&mut self, position: Position, outcomes: Vec<Outcome>) {
        self.count += outcomes.len();
        self.batches.push_back((position, outcomes.into()));
        while self.batches.len() > BATCHES_MAX || (self.count > OUTCOMES_MAX && self.batches.len() > 1) {
            let Some((_, old)) = self.batches.pop_front() else {
                break;
            };
            self.count -= old.len();
        }
    }

    /// What came of the batch at `position`; `None` if that is no longer known.
    pub(crate) fn of(&self, position: Position) -> Option<Arc<[Outcome]>> {
        let at = self.batches.binary_search_by_key(&position, |(at, _)| *at).ok()?;
        Some(Arc::clone(&self.batches[at].1))
    }

    /// Forgets batches after `position`: they are applied anew.
    pub(crate) fn forget_after(&mut self, position: Position) {
        while let Some((last, outcomes)) = self.batches.back()
            && *last > position
        {
            self.count -= outcomes.len();
            self.batches.pop_back();
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::wire::OpResult;

    use super::*;

    fn outcomes(count: usize) -> Vec<Outcome> {
        let outcome = Outcome {
            result: OpResult::Created,
            version: 1,
            seq_no: 0,
        };
        vec![outcome; count]
    }

    #[test]
    fn old_batches_are_forgotten_one_by_one() {
        let mut kept = Outcomes::default();
        for position in 1..=300 {
            kept.push(Position(position), outcomes(1));
        }
        assert!(kept.of(Position(44)).is_none());
        assert!(kept.of(Position(45)).is_some());
        assert!(kept.of(Position(301)).is_none());
        kept.forget_after(Position(100));
        assert!(kept.of(Position(101)).is_none());
        assert!(kept.of(Position(100)).is_some());
    }

    #[test]
    fn huge_batches_push_others_out() {
        let mut kept = Outcomes::default();
        kept.push(Position(1), outcomes(10));
        kept.push(Position(2), outcomes(OUTCOMES_MAX));
        assert!(kept.of(Position(1)).is_none());
        assert_eq!(kept.of(Position(2)).map(|them| them.len()), Some(OUTCOMES_MAX));
    }
}
