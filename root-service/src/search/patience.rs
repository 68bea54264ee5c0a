//! How long an answer waits for the last leaves when most of the documents are covered already.
//!
//! "Good enough" answers (Dean and Barroso, The Tail at Scale, 2013), with an extra wait that grows with what is still missing,
//! as Vespa's adaptive timeout has it, but by documents rather than by nodes.

use std::time::Duration;

use tokio::time::Instant;

/// When an answer is good enough.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Patience {
    /// The least share of the documents, 0 to 1.
    pub min_coverage: f64,
    /// How long to wait for more at least, once that share is reached.
    pub wait_min: Duration,
    /// How long to wait for more at most: so long when only that share is reached, and the less the more is covered.
    pub wait_max: Duration,
}

/// How far a query has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Progress {
    patience: Patience,
    expected: u64,
    covered: u64,
    /// When the least share was reached.
    reached: Option<Instant>,
}

impl Patience {
    /// The extra wait when this share is covered, which is at least the least.
    fn wait(&self, share: f64) -> Duration {
        let open = 1.0 - self.min_coverage;
        let missing = if open > 0.0 {
            (1.0 - share).max(0.0) / open
        } else {
            0.0
        };
        let slope = self.wait_max.saturating_sub(self.wait_min);
        self.wait_min + slope.mul_f64(missing.min(1.0))
    }
}

impl Progress {
    /// Nothing is covered yet of so many documents.
    pub(super) fn new(patience: Patience, expected: u64) -> Self {
        Self {
            patience,
            expected,
            covered: 0,
            reached: None,
        }
    }

    /// So many more documents are covered.
    pub(super) fn answered(&mut self, documents: u64) {
        self.covered += documents;
    }

    /// When the answer is good enough, if nothing more comes until then; `None` while too little is covered.
    pub(super) fn enough_at(&mut self, now: Instant) -> Option<Instant> {
        let share = self.covered as f64 / self.expected.max(1) as f64;
        // An answer from nothing is no answer, however little is asked for.
        if share < self.patience.min_coverage || self.covered == 0 {
            return None;
        }
        let reached = *self.reached.get_or_insert(now);
        Some(reached + self.patience.wait(share))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);
    const PATIENCE: Patience = Patience {
        min_coverage: 0.8,
        wait_min: Duration::from_millis(10),
        wait_max: Duration::from_millis(50),
    };

    #[tokio::test(start_paused = true)]
    async fn the_more_is_covered_the_shorter_the_wait() {
        let began = Instant::now();
        let mut progress = Progress::new(PATIENCE, 1_000);
        progress.answered(799);
        assert_eq!(progress.enough_at(began), None);
        progress.answered(1);
        assert_eq!(progress.enough_at(began + 5 * MS), Some(began + 55 * MS));
        progress.answered(100);
        let half_way = progress.enough_at(began + 20 * MS).unwrap();
        assert!(
            half_way.duration_since(began + 35 * MS) < MS,
            "counted from when it was reached"
        );
        progress.answered(100);
        assert_eq!(progress.enough_at(began + 30 * MS), Some(began + 15 * MS));
    }

    #[tokio::test(start_paused = true)]
    async fn everything_and_nothing_are_shares_too() {
        let now = Instant::now();
        let all = Patience {
            min_coverage: 1.0,
            ..PATIENCE
        };
        let mut progress = Progress::new(all, 10);
        progress.answered(9);
        assert_eq!(progress.enough_at(now), None);
        progress.answered(1);
        assert_eq!(progress.enough_at(now), Some(now + 10 * MS));
        let nothing = Patience {
            min_coverage: 0.0,
            ..PATIENCE
        };
        let mut progress = Progress::new(nothing, 10);
        assert_eq!(progress.enough_at(now), None);
        progress.answered(5);
        assert_eq!(progress.enough_at(now), Some(now + 30 * MS));
        assert!(Progress::new(PATIENCE, 0).enough_at(now).is_none());
    }
}
