//! The last few latencies of a replica, and three of their quantiles: what it typically needs, whatever odd requests took.

use std::time::Duration;

/// How many latencies the window holds.
const SIZE: usize = 32;
/// With fewer, the quantiles say little.
const KNOWN_MIN: usize = SIZE / 2;

/// The window.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Window {
    latencies_us: [u32; SIZE],
    pushed: usize,
    quartiles: Option<Quartiles>,
}

/// A quarter of the latencies are at most `low`, half at most `median`, three quarters at most `high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quartiles {
    pub(super) low: Duration,
    pub(super) median: Duration,
    pub(super) high: Duration,
}

impl Window {
    /// Another latency; the oldest goes.
    pub(super) fn push(&mut self, latency: Duration) {
        self.latencies_us[self.pushed % SIZE] = u32::try_from(latency.as_micros()).unwrap_or(u32::MAX);
        self.pushed += 1;
        let known = self.pushed.min(SIZE);
        if known >= KNOWN_MIN {
            let mut sorted = self.latencies_us;
            let sorted = &mut sorted[..known];
            sorted.sort_unstable();
            let at = |quarters: usize| Duration::from_micros(sorted[known * quarters / 4].into());
            self.quartiles = Some(Quartiles {
                low: at(1),
                median: at(2),
                high: at(3),
            });
        }
    }

    /// Their quartiles, once there are enough.
    pub(super) fn quartiles(&self) -> Option<Quartiles> {
        self.quartiles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quartiles_follow_what_comes() {
        let ms = Duration::from_millis;
        let mut window = Window::default();
        for _ in 0..KNOWN_MIN - 1 {
            window.push(ms(5));
            assert_eq!(window.quartiles(), None);
        }
        for _ in 0..SIZE {
            window.push(ms(5));
        }
        for _ in 0..SIZE / 2 {
            window.push(ms(100));
        }
        let quartiles = window.quartiles().unwrap();
        assert_eq!(
            (quartiles.low, quartiles.median, quartiles.high),
            (ms(5), ms(100), ms(100))
        );
    }
}
