//! The exact best `k` of a request: one collection over all its shards and segments.
//!
//! Candidates are found with tantivy's score and ranked by the canonical one. What counts as a candidate is anything
//! whose canonical score could still reach the k-th best, given how far tantivy's score may be off.

mod ranked;
mod segment;

use std::collections::BinaryHeap;

pub(super) use ranked::{Place, Ranked};
pub(super) use segment::{Progress, collect};

/// Candidates of a segment that wait for their canonical score, at most; bounds the memory beyond `k`.
const PENDING_MAX: usize = 4_096;

/// The best hits so far, by canonical score.
pub(super) struct Top {
    k: usize,
    /// The worst one is on top.
    best: BinaryHeap<Ranked>,
}

impl Top {
    pub(super) fn new(k: usize) -> Self {
        Self {
            k,
            best: BinaryHeap::with_capacity(k.min(1_024)),
        }
    }

    /// The score that a new hit must at least have; `None` while any will do.
    fn floor(&self) -> Option<f32> {
        let worst = self.best.peek()?;
        (self.best.len() >= self.k).then_some(worst.score)
    }

    fn add(&mut self, hit: Ranked) {
        if self.best.len() < self.k {
            self.best.push(hit);
        } else if let Some(mut worst) = self.best.peek_mut()
            && hit < *worst
        {
            *worst = hit;
        }
    }

    fn scores(&self) -> impl Iterator<Item = f32> {
        self.best.iter().map(|hit| hit.score)
    }

    /// The hits, best first.
    pub(super) fn into_hits(self) -> Vec<Ranked> {
        self.best.into_sorted_vec()
    }
}
