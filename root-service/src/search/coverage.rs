//! Coverage: which part of the documents an answer was computed from, and why the rest is missing.

/// What an answer covers. The counts always add up: what is not covered has a cause.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Live documents of the index, as far as the root knows.
    pub documents_total: u64,
    /// Those that were considered.
    pub documents_covered: u64,
    /// Leaves that were asked.
    pub leaves_total: u32,
    /// Those that answered for all their shards.
    pub leaves_answered: u32,
    /// Shards cut short by the deadline.
    pub shards_timeout: u32,
    /// Shards that were not waited for, because enough of the documents was covered without them.
    pub shards_early: u32,
    /// Shards whose replicas refused for overload.
    pub shards_shed: u32,
    /// Shards whose replicas failed.
    pub shards_failed: u32,
}

impl Coverage {
    /// The share of the documents that were considered, 0 to 1; of no documents, all are.
    pub fn share(&self) -> f64 {
        if self.documents_total == 0 {
            return 1.0;
        }
        self.documents_covered as f64 / self.documents_total as f64
    }

    /// Whether anything is missing.
    pub fn degraded(&self) -> bool {
        self.shards_timeout + self.shards_early + self.shards_shed + self.shards_failed > 0
    }
}
