//! The one deadline of a request: made once, carried everywhere, sent on as time remaining.

use std::time::Duration;

use tokio::time::Instant;

/// The absolute instant by which a request is answered.
///
/// Clocks of two machines differ, so what travels is [`Deadline::remaining_us`]; the receiver makes
/// its own deadline of it with [`Deadline::from_remaining_us`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(Instant);

impl Deadline {
    /// `duration` after `now`.
    pub fn after(now: Instant, duration: Duration) -> Self {
        Self(now + duration)
    }

    /// A deadline at exactly this instant.
    pub fn at(instant: Instant) -> Self {
        Self(instant)
    }

    /// The deadline that a sender described by the microseconds it had left.
    pub fn from_remaining_us(now: Instant, remaining_us: u64) -> Self {
        Self(now + Duration::from_micros(remaining_us))
    }

    /// The instant itself.
    pub fn instant(self) -> Instant {
        self.0
    }

    /// Time left at `now`; zero once it has passed.
    pub fn remaining(self, now: Instant) -> Duration {
        self.0.saturating_duration_since(now)
    }

    /// Time left at `now` in microseconds, as it is sent on.
    pub fn remaining_us(self, now: Instant) -> u64 {
        u64::try_from(self.remaining(now).as_micros()).unwrap_or(u64::MAX)
    }

    /// Whether it has passed at `now`.
    pub fn expired(self, now: Instant) -> bool {
        self.0 <= now
    }

    /// The earlier of this deadline and `duration` after `now`.
    #[must_use]
    pub fn at_most(self, now: Instant, duration: Duration) -> Self {
        Self(self.0.min(now + duration))
    }
}
