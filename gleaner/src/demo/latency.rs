//! The latencies of a run of queries, summed up.

use std::time::Duration;

/// The latencies of a run of queries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Latencies {
    sorted: Vec<Duration>,
}

impl FromIterator<Duration> for Latencies {
    fn from_iter<I: IntoIterator<Item = Duration>>(latencies: I) -> Self {
        let mut sorted: Vec<Duration> = latencies.into_iter().collect();
        sorted.sort_unstable();
        Self { sorted }
    }
}

impl Latencies {
    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.sorted.len()
    }

    /// The smallest latency that `percent` per cent of the queries did not exceed; zero without queries.
    pub(super) fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.sorted.len() * percent).div_ceil(100);
        self.sorted
            .get(rank.saturating_sub(1))
            .copied()
            .unwrap_or_default()
    }

    /// The largest latency; zero without queries.
    pub(super) fn max(&self) -> Duration {
        self.percentile(100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_latencies_that_occurred() {
        let latencies: Latencies = (1..=50).rev().map(Duration::from_millis).collect();
        assert_eq!(latencies.percentile(50), Duration::from_millis(25));
        assert_eq!(latencies.percentile(90), Duration::from_millis(45));
        assert_eq!(latencies.max(), Duration::from_millis(50));
        assert_eq!(Latencies::default().max(), Duration::ZERO);
    }
}
