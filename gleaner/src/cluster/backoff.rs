//! How long to wait before a process is started again. Pure: the caller knows the time.

use std::time::Duration;

/// The pause after the first death.
pub const PAUSE_MIN: Duration = Duration::from_millis(200);
/// The longest pause.
pub const PAUSE_MAX: Duration = Duration::from_secs(10);
/// A process that has lived so long has recovered: its next death is a first one again.
pub const RECOVERED_AFTER: Duration = Duration::from_mins(1);

/// The pauses of one process.
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    next: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self { next: PAUSE_MIN }
    }
}

impl Backoff {
    /// The pause after a life of `lived`: doubled from death to death.
    pub fn after(&mut self, lived: Duration) -> Duration {
        if lived >= RECOVERED_AFTER {
            self.next = PAUSE_MIN;
        }
        let pause = self.next;
        self.next = pause.saturating_mul(2).min(PAUSE_MAX);
        pause
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest() {
        let mut backoff = Backoff::default();
        let pauses: Vec<u128> = (0..8)
            .map(|_| backoff.after(Duration::ZERO).as_millis())
            .collect();
        assert_eq!(pauses, [200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
    }

    #[test]
    fn a_long_life_is_a_fresh_start() {
        let mut backoff = Backoff::default();
        backoff.after(Duration::ZERO);
        backoff.after(Duration::ZERO);
        assert_eq!(backoff.after(RECOVERED_AFTER), PAUSE_MIN);
    }
}
