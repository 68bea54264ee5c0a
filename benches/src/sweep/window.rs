//! How long one run under load takes, and the bounds of it.

use std::time::Duration;

/// The shortest time that is measured: less would tell of nothing but luck.
pub(super) const MEASURED_SECONDS_MIN: f64 = 0.5;
/// The longest: the machine changes more from minute to minute than a longer measurement tells.
pub(super) const MEASURED_SECONDS_MAX: f64 = 15.0;
/// The warm-up, as a share of what is measured then, and at most.
pub(super) const WARMUP: (f64, f64) = (0.25, 1.0);

/// How long one run under load takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Before it counts.
    pub warmup: Duration,
    /// While it counts.
    pub measured: Duration,
}

impl Window {
    /// From what is measured.
    pub(super) fn of_measured(seconds: f64) -> Self {
        let (share, most) = WARMUP;
        Self {
            warmup: Duration::from_secs_f64((seconds * share).min(most)),
            measured: Duration::from_secs_f64(seconds),
        }
    }

    /// The same, or as much longer as it takes until so many requests are due at a rate; no longer than any measurement.
    #[must_use]
    pub fn with_due(self, requests: f64, per_second: f64) -> Self {
        let seconds = (requests / per_second).min(MEASURED_SECONDS_MAX);
        Self {
            measured: self.measured.max(Duration::from_secs_f64(seconds)),
            ..self
        }
    }

    /// From all that it may take; within the bounds.
    pub(super) fn of_all(seconds: f64, most: f64) -> Self {
        let (share, warmup_most) = WARMUP;
        let measured = (seconds / (1.0 + share)).max(seconds - warmup_most);
        Self::of_measured(measured.clamp(MEASURED_SECONDS_MIN, most))
    }
}
