//! A histogram of times that keeps three significant digits over its whole range, and is a list of buckets in files.

use std::fmt;
use std::time::Duration;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest time that is told apart: an hour. Longer ones count as this.
const LONGEST_US: u64 = 3_600_000_000;
/// Significant digits of a bucket.
const DIGITS: u8 = 3;

/// Times in microseconds, in an HDR histogram (Gil Tene): its error is 0.1 % of the value, also far out in the tail.
#[derive(Clone, PartialEq)]
pub struct Histogram(hdrhistogram::Histogram<u64>);

impl Histogram {
    /// Counts a time.
    pub fn record(&mut self, time: Duration) {
        self.record_us(u64::try_from(time.as_micros()).unwrap_or(u64::MAX), 1);
    }

    /// Counts a time in microseconds so many times.
    pub fn record_us(&mut self, us: u64, times: u64) {
        self.0.saturating_record_n(us.min(LONGEST_US), times);
    }

    /// Counts everything that another one has counted.
    pub fn merge(&mut self, other: &Self) {
        for (us, count) in other.buckets() {
            self.record_us(us, count);
        }
    }

    /// How many times were counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.0.len()
    }

    /// The time that this share of the counted ones (0 to 1) does not exceed, in milliseconds; 0 if there are none.
    #[must_use]
    pub fn quantile_ms(&self, quantile: f64) -> f64 {
        self.0.value_at_quantile(quantile) as f64 / 1e3
    }

    /// The mean in milliseconds; 0 if there are none.
    #[must_use]
    pub fn mean_ms(&self) -> f64 {
        self.0.mean() / 1e3
    }

    /// The longest time in milliseconds.
    #[must_use]
    pub fn max_ms(&self) -> f64 {
        self.0.max() as f64 / 1e3
    }

    /// The quantile when so many more never came to an end: they are slower than everything else, and have no time.
    /// `None` if the quantile is among them.
    #[must_use]
    pub fn quantile_ms_with_lost(&self, quantile: f64, lost: u64) -> Option<f64> {
        let all = (self.count() + lost) as f64;
        let share = quantile * all / self.count().max(1) as f64;
        (self.count() > 0 && share <= 1.0).then(|| self.quantile_ms(share))
    }

    /// Pairs of a time in microseconds and how often it was counted, rising.
    pub fn buckets(&self) -> impl Iterator<Item = (u64, u64)> {
        self.0
            .iter_recorded()
            .map(|bucket| (bucket.value_iterated_to(), bucket.count_since_last_iteration()))
    }
}

impl Default for Histogram {
    fn default() -> Self {
        let empty = hdrhistogram::Histogram::new_with_bounds(1, LONGEST_US, DIGITS);
        Self(empty.expect("the bounds are constants that fit together"))
    }
}

impl fmt::Debug for Histogram {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [p50, p99] = [0.5, 0.99].map(|quantile| self.quantile_ms(quantile));
        write!(
            formatter,
            "{} times, p50 {p50} ms, p99 {p99} ms, max {} ms",
            self.count(),
            self.max_ms()
        )
    }
}

/// How a histogram looks in a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// Pairs of microseconds and a count.
    us: Vec<(u64, u64)>,
}

impl Serialize for Histogram {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let us = self.buckets().collect();
        Written { us }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Histogram {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Written { us } = Written::deserialize(deserializer)?;
        let mut histogram = Self::default();
        let mut all: u64 = 0;
        for (us, count) in us {
            let sum = all
                .checked_add(count)
                .ok_or_else(|| D::Error::custom("too many times"));
            all = sum?;
            histogram.record_us(us, count);
        }
        Ok(histogram)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(times_us: impl IntoIterator<Item = u64>) -> Histogram {
        let mut histogram = Histogram::default();
        times_us.into_iter().for_each(|us| histogram.record_us(us, 1));
        histogram
    }

    #[test]
    fn quantiles_are_within_a_thousandth() {
        let histogram = of(1..=100_000);
        for quantile in [0.5, 0.9, 0.99, 0.999] {
            let exact = quantile * 100.0;
            assert!(
                (histogram.quantile_ms(quantile) / exact - 1.0).abs() < 2e-3,
                "{quantile}: {histogram:?}"
            );
        }
        assert_eq!(Histogram::default().quantile_ms(0.99), 0.0);
    }

    #[test]
    fn a_file_gives_the_same_back() {
        let histogram = of([1, 70, 70, 12_345, 9_000_000_000]);
        let text = serde_json::to_string(&histogram).unwrap();
        let read: Histogram = serde_json::from_str(&text).unwrap();
        assert_eq!(read, histogram, "{text}");
        let mut twice = read.clone();
        twice.merge(&histogram);
        assert_eq!(twice.count(), 10);
    }

    #[test]
    fn what_never_ended_is_slower_than_all_others() {
        let histogram = of([1_000; 98]);
        assert_eq!(histogram.quantile_ms_with_lost(0.98, 2), Some(1.0));
        assert_eq!(histogram.quantile_ms_with_lost(0.99, 2), None);
        assert_eq!(Histogram::default().quantile_ms_with_lost(0.5, 0), None);
    }
}
