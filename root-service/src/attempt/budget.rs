//! The attempt budget: hedges and retries together are at most a share of the primaries, plus a small floor.
//!
//! A token bucket as in Finagle's retry budget: every primary pays in a fraction of a token, every extra attempt takes a
//! whole one. When everything is slow, every query wants a hedge and the budget says no: load does not multiply.

use std::time::Duration;

use tokio::time::Instant;

/// How much extra load is allowed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BudgetConfig {
    /// Extra attempts for each primary, on the long run. More cuts more of the tail and costs the leaves that much.
    pub extra_share: f64,
    /// Extra attempts per second that are allowed without any load, so that a quiet service can hedge too.
    pub floor_per_second: f64,
    /// Tokens that a quiet time can save up: the largest burst of extra attempts.
    pub burst: f64,
}

impl Default for BudgetConfig {
    fn default() -> Self {
        Self {
            extra_share: 0.05,
            floor_per_second: 10.0,
            burst: 50.0,
        }
    }
}

impl BudgetConfig {
    /// The same for a root that asks so many leaves: one query can want a hedge for each, so the burst is at least one
    /// per leaf. The share of extra attempts on the long run stays what it is.
    #[must_use]
    pub fn for_leaves(self, leaves: u32) -> Self {
        Self {
            burst: self.burst.max(f64::from(leaves)),
            ..self
        }
    }
}

/// The bucket.
#[derive(Clone, Debug)]
pub struct AttemptBudget {
    config: BudgetConfig,
    tokens: f64,
    refilled: Instant,
}

impl AttemptBudget {
    /// A full bucket.
    pub fn new(config: BudgetConfig, now: Instant) -> Self {
        Self {
            config,
            tokens: config.burst,
            refilled: now,
        }
    }

    /// A primary was sent.
    pub fn deposit(&mut self) {
        self.tokens = (self.tokens + self.config.extra_share).min(self.config.burst);
    }

    /// Takes a token for an extra attempt; false if there is none.
    pub fn withdraw(&mut self, now: Instant) -> bool {
        let elapsed: Duration = now.saturating_duration_since(self.refilled);
        self.refilled = now;
        let floor = elapsed.as_secs_f64() * self.config.floor_per_second;
        self.tokens = (self.tokens + floor).min(self.config.burst);
        let granted = self.tokens >= 1.0;
        if granted {
            self.tokens -= 1.0;
        }
        granted
    }

    /// A token was taken for an attempt that was not executed.
    pub fn refund(&mut self) {
        self.tokens = (self.tokens + 1.0).min(self.config.burst);
    }

    /// The tokens there are.
    pub fn tokens(&self) -> f64 {
        self.tokens
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn extra_attempts_stay_a_share_of_the_primaries() {
        let now = Instant::now();
        let config = BudgetConfig {
            extra_share: 0.05,
            floor_per_second: 0.0,
            burst: 10.0,
        };
        let mut budget = AttemptBudget::new(config, now);
        let mut extra = 0;
        for _ in 0..10_000 {
            budget.deposit();
            extra += u32::from(budget.withdraw(now));
        }
        assert!(
            (500..=510).contains(&extra),
            "{extra} extra attempts for 10,000 primaries at 5 %"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_quiet_service_has_its_floor() {
        let now = Instant::now();
        let config = BudgetConfig {
            extra_share: 0.0,
            floor_per_second: 2.0,
            burst: 1.0,
        };
        let mut budget = AttemptBudget::new(config, now);
        assert!(budget.withdraw(now));
        assert!(!budget.withdraw(now));
        assert!(budget.withdraw(now + Duration::from_millis(500)));
    }
}
