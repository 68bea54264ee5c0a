//! When to hedge: a quantile of the leaf's recent latencies.
//!
//! "Defer the second request until the first has been outstanding for more than the 95th-percentile expected latency"
//! (Dean and Barroso, The Tail at Scale, 2013). A cancelled attempt counts with the time it had taken so far: leaving
//! it out would cut off the tail that the quantile is there to see.

use std::time::Duration;

/// When a leaf's second replica is asked while the first may still answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HedgeMode {
    /// Never.
    Off,
    /// When the first has taken longer than most do.
    Delayed,
    /// Almost at once, and whichever begins tells the other not to; if the first to begin is slow all the same, as delayed.
    /// It removes the wait in a queue that happens to be long, and sends twice as many requests, of which few are executed.
    Tied,
}

/// How hedges are timed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HedgeConfig {
    /// Whether, and how.
    pub mode: HedgeMode,
    /// The quantile of the leaf's latency after which a second attempt goes out, 0 to 1.
    pub quantile: f64,
    /// Never hedge earlier than this: below it the hedge costs more than it saves.
    pub delay_min: Duration,
    /// Never wait longer than this, whatever the quantile says.
    pub delay_max: Duration,
    /// The delay while too few latencies are known.
    pub delay_unknown: Duration,
    /// How long the second of two tied requests is held back: about the time that a message needs between replicas, so that
    /// two idle ones do not both begin.
    pub stagger: Duration,
}

impl Default for HedgeConfig {
    fn default() -> Self {
        Self {
            mode: HedgeMode::Delayed,
            quantile: 0.95,
            delay_min: Duration::from_millis(2),
            delay_max: Duration::from_secs(1),
            delay_unknown: Duration::from_millis(100),
            stagger: Duration::from_millis(1),
        }
    }
}

/// How many latencies the window holds: enough for a p99, few enough to follow a change within seconds.
const WINDOW: usize = 1_024;
/// With fewer the quantile is noise.
const KNOWN_MIN: usize = 32;
/// The quantile is computed anew after this many latencies.
const EVERY: usize = 32;

/// The last latencies of one leaf.
#[derive(Clone, Debug, Default)]
pub struct LatencyWindow {
    latencies_us: Vec<u32>,
    next: usize,
    since: usize,
    cached: Option<Duration>,
}

impl LatencyWindow {
    /// An attempt took this long, or had taken this long when it was cancelled.
    pub fn record(&mut self, latency: Duration) {
        let latency_us = u32::try_from(latency.as_micros()).unwrap_or(u32::MAX);
        if self.latencies_us.len() < WINDOW {
            self.latencies_us.push(latency_us);
        } else {
            self.latencies_us[self.next] = latency_us;
        }
        self.next = (self.next + 1) % WINDOW;
        self.since += 1;
    }

    /// How long to wait before a hedge.
    pub fn delay(&mut self, config: &HedgeConfig) -> Duration {
        if self.latencies_us.len() < KNOWN_MIN {
            return config.delay_unknown;
        }
        if self.cached.is_none() || self.since >= EVERY {
            self.since = 0;
            self.cached = Some(self.quantile(config.quantile));
        }
        self.cached
            .unwrap_or(config.delay_unknown)
            .clamp(config.delay_min, config.delay_max)
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a quantile clamped to 0..=1 times a length is an index"
    )]
    fn quantile(&self, quantile: f64) -> Duration {
        let mut sorted = self.latencies_us.clone();
        let rank = ((sorted.len() - 1) as f64 * quantile.clamp(0.0, 1.0)).ceil() as usize;
        let (_, at, _) = sorted.select_nth_unstable(rank);
        Duration::from_micros(u64::from(*at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_follows_the_quantile_within_its_bounds() {
        let config = HedgeConfig::default();
        let mut window = LatencyWindow::default();
        assert_eq!(window.delay(&config), config.delay_unknown);
        for ms in 1..=100 {
            window.record(Duration::from_millis(ms));
        }
        let delay = window.delay(&config).as_millis();
        assert!((95..=96).contains(&delay), "{delay}");
        for _ in 0..WINDOW {
            window.record(Duration::from_micros(10));
        }
        assert_eq!(window.delay(&config), config.delay_min);
    }
}
