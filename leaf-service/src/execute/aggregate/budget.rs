//! How much memory the aggregations of a request may still take.

use shared::limits;

/// Counts bytes, roughly. Whoever exceeds it stops, and nothing is answered.
pub(super) struct Budget {
    taken: usize,
    max: usize,
}

impl Budget {
    /// That of one request.
    pub(super) fn new() -> Self {
        Self {
            taken: 0,
            max: limits::AGGREGATION_BYTES_MAX,
        }
    }

    /// Takes some more.
    pub(super) fn take(&mut self, bytes: usize) {
        self.taken = self.taken.saturating_add(bytes);
    }

    /// How much is taken.
    pub(super) fn taken(&self) -> usize {
        self.taken
    }

    /// Corrects how much is taken.
    pub(super) fn set(&mut self, bytes: usize) {
        self.taken = bytes;
    }

    /// Whether it is too much.
    pub(super) fn exceeded(&self) -> bool {
        self.taken > self.max
    }
}
