//! How one deadline is shared out over the rounds of a query, so that each late leaf costs its share and no more.

use std::time::Duration;

use shared::deadline::Deadline;
use tokio::time::Instant;

use crate::members::Phase;

/// The shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Schedule {
    /// By when the statistics round ends; a leaf without statistics is likely to be one without an answer.
    pub(super) statistics: Deadline,
    /// By when the query phase ends.
    pub(super) query: Deadline,
    /// By when a leaf stops executing, so that what it has found by then still arrives.
    pub(super) leaf: Deadline,
    /// By when the answer is there.
    pub(super) answer: Deadline,
}

impl Schedule {
    /// Shares out the time between `now` and the deadline.
    pub(super) fn new(now: Instant, answer: Deadline) -> Self {
        let all = answer.remaining(now);
        let fetch = (all / 10)
            .clamp(Duration::from_millis(1), Duration::from_millis(500))
            .min(all / 2);
        let query = all.saturating_sub(fetch);
        let travel = (query / 20)
            .clamp(Duration::from_millis(1), Duration::from_millis(50))
            .min(query / 2);
        Self {
            statistics: Deadline::after(now, query / 4),
            query: Deadline::after(now, query),
            leaf: Deadline::after(now, query.saturating_sub(travel)),
            answer,
        }
    }

    /// By when a round ends.
    pub(super) fn of(self, phase: Phase) -> Deadline {
        match phase {
            Phase::Statistics => self.statistics,
            Phase::Query => self.query,
            Phase::Fetch => self.answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn every_round_ends_before_the_next_must() {
        let now = Instant::now();
        for ms in [0, 1, 5, 50, 1_000, 30_000] {
            let schedule = Schedule::new(now, Deadline::after(now, Duration::from_millis(ms)));
            assert!(schedule.statistics <= schedule.leaf, "{ms}");
            assert!(
                schedule.leaf <= schedule.query && schedule.query <= schedule.answer,
                "{ms}"
            );
        }
    }
}
