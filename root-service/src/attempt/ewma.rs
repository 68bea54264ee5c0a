//! A replica's latency as the selection sees it: jumps up at once, comes down slowly, fades when nothing is heard.
//!
//! Peak EWMA, from Finagle's `p2c` balancer: pessimism for what was slow lately, without forgetting forever.

use std::time::Duration;

use tokio::time::Instant;

/// How fast old latencies fade: after this long they weigh `1/e`.
const DECAY: Duration = Duration::from_secs(5);

/// The estimate.
#[derive(Clone, Copy, Debug)]
pub struct PeakEwma {
    estimate_us: f64,
    updated: Instant,
}

impl PeakEwma {
    /// An estimate to begin with.
    pub fn new(initial: Duration, now: Instant) -> Self {
        Self {
            estimate_us: initial.as_secs_f64() * 1e6,
            updated: now,
        }
    }

    /// A latency was seen.
    pub fn record(&mut self, latency: Duration, now: Instant) {
        let latency_us = latency.as_secs_f64() * 1e6;
        if latency_us > self.estimate_us {
            self.estimate_us = latency_us;
        } else {
            let keep = self.fade(now);
            self.estimate_us = self.estimate_us * keep + latency_us * (1.0 - keep);
        }
        self.updated = now;
    }

    /// A latency was cut short at this: the estimate rises to it if it is lower, and never comes down.
    pub fn record_at_least(&mut self, latency: Duration, now: Instant) {
        let latency_us = latency.as_secs_f64() * 1e6;
        if latency_us > self.estimate_us(now) {
            self.estimate_us = latency_us;
            self.updated = now;
        }
    }

    /// The estimate in microseconds, faded by the silence since the last record.
    pub fn estimate_us(&self, now: Instant) -> f64 {
        self.estimate_us * self.fade(now)
    }

    fn fade(&self, now: Instant) -> f64 {
        let silent = now.saturating_duration_since(self.updated);
        (-silent.as_secs_f64() / DECAY.as_secs_f64()).exp()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_jumps_up_and_comes_down_slowly() {
        let now = Instant::now();
        let mut ewma = PeakEwma::new(Duration::from_millis(1), now);
        ewma.record(Duration::from_millis(100), now);
        assert!((ewma.estimate_us(now) - 100_000.0).abs() < 1.0);
        ewma.record(Duration::from_millis(1), now + Duration::from_millis(100));
        assert!(ewma.estimate_us(now + Duration::from_millis(100)) > 90_000.0);
        assert!(ewma.estimate_us(now + Duration::from_mins(1)) < 10.0);
    }
}
