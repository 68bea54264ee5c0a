//! When a call is repeated, and after which pause. Pure: the caller waits.

use std::time::Duration;

/// How many times one call is sent.
pub const ATTEMPTS_MAX: u32 = 10;
/// The longest pause between two attempts, also if the server asks for a longer one.
pub const PAUSE_MAX: Duration = Duration::from_secs(10);
/// The pause after the first attempt; it doubles.
const PAUSE_FIRST: Duration = Duration::from_millis(100);

/// One of a call's attempts, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt(u32);

/// What follows an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Its answer is the call's answer.
    Final,
    /// Wait that long, then try again.
    Again(Duration),
}

impl Attempt {
    /// The first attempt of a call.
    pub fn first() -> Self {
        Self(1)
    }

    /// The attempt after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    /// Decides by the status of the answer, and by its `Retry-After` if it has one: only "too many requests" and
    /// "unavailable" promise that a later attempt may do better.
    pub fn decide(self, status: u16, retry_after: Option<Duration>) -> Decision {
        let may_pass = matches!(status, 429 | 503);
        if !may_pass || self.0 >= ATTEMPTS_MAX {
            return Decision::Final;
        }
        let doubled = PAUSE_FIRST.saturating_mul(1 << (self.0 - 1).min(16));
        // `Retry-After: 0` must not become a tight loop.
        let pause = retry_after.unwrap_or(doubled).max(PAUSE_FIRST).min(PAUSE_MAX);
        Decision::Again(pause)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_overloaded_server_decides_the_pause_within_bounds() {
        let again = |seconds| Attempt::first().decide(429, Some(Duration::from_secs(seconds)));
        assert_eq!(again(2), Decision::Again(Duration::from_secs(2)));
        assert_eq!(again(0), Decision::Again(PAUSE_FIRST));
        assert_eq!(again(86_400), Decision::Again(PAUSE_MAX));
    }

    #[test]
    fn pauses_double_and_attempts_end() {
        let mut attempt = Attempt::first();
        let mut pauses = Vec::new();
        while let Decision::Again(pause) = attempt.decide(503, None) {
            pauses.push(pause);
            attempt = attempt.next();
        }
        assert_eq!(pauses.len(), 9);
        assert_eq!(pauses[0], Duration::from_millis(100));
        assert_eq!(pauses[3], Duration::from_millis(800));
        assert_eq!(pauses[8], PAUSE_MAX);
    }

    #[test]
    fn other_answers_are_final() {
        for status in [200, 201, 400, 404, 413, 500, 504] {
            assert_eq!(Attempt::first().decide(status, None), Decision::Final, "{status}");
        }
    }
}
