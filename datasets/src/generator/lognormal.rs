//! Lengths and prices: whole numbers whose logarithm is normally distributed.

use super::alias::AliasTable;
use super::math;
use super::random::Random;

/// Numbers above a hundred are kept in buckets that are this much wider than the one before: a distribution then has at
/// most some two thousand of them, and is no coarser than its density.
const BUCKET_GROWTH: u64 = 100;
/// What the density at the median is in integers. Sums of all buckets stay below 2^63 up to a median of 10^8.
const WEIGHT_ONE: f64 = (1_u64 << 32) as f64;

/// A lognormal distribution over whole numbers, cut off at both ends.
#[derive(Debug)]
pub(super) struct Lognormal {
    /// Least number of each bucket, and the end of the last one.
    edges: Vec<u64>,
    buckets: AliasTable,
    mean: u64,
}

/// What a [`Lognormal`] looks like.
#[derive(Clone, Copy, Debug)]
pub(super) struct LognormalShape {
    /// Half of the numbers are below it.
    pub(super) median: u64,
    /// Standard deviation of the natural logarithm; with 0 all numbers are the median.
    pub(super) sigma: f64,
    /// The least number, at least 1.
    pub(super) min: u64,
    /// The greatest number.
    pub(super) max: u64,
}

impl Lognormal {
    pub(super) fn new(shape: LognormalShape) -> Self {
        let edges = edges(shape);
        let weights: Vec<u64> = edges
            .windows(2)
            .map(|edge| weight(shape, edge[0], edge[1]))
            .collect();
        let middle = |edge: &[u64]| u128::from(edge[0].midpoint(edge[1] - 1));
        let sum: u128 = edges
            .windows(2)
            .zip(&weights)
            .map(|(edge, weight)| middle(edge) * u128::from(*weight))
            .sum();
        let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
        Self {
            mean: u64::try_from(sum / total).expect("a mean is between the ends"),
            buckets: AliasTable::new(&weights),
            edges,
        }
    }

    /// A number.
    #[inline]
    pub(super) fn draw(&self, random: &mut Random) -> u64 {
        let bucket = self.buckets.draw(random) as usize;
        random.between(self.edges[bucket], self.edges[bucket + 1] - 1)
    }

    /// The mean, rounded down.
    pub(super) fn mean(&self) -> u64 {
        self.mean
    }
}

/// Where buckets begin. The median has one of its own, so that some bucket has a weight whatever the deviation.
fn edges(shape: LognormalShape) -> Vec<u64> {
    let LognormalShape { median, min, max, .. } = shape;
    let mut edges = vec![min];
    let mut edge = min;
    while edge <= max {
        let next = (edge + (edge / BUCKET_GROWTH).max(1)).min(max + 1);
        let ends = [median, median + 1];
        let end = ends.into_iter().find(|end| (edge + 1..next).contains(end));
        edge = end.unwrap_or(next);
        edges.push(edge);
    }
    edges
}

/// How likely the numbers from `least` to before `end` are, relative to the median.
fn weight(shape: LognormalShape, least: u64, end: u64) -> u64 {
    let width = (end - least) as f64;
    let middle = least as f64 + (width - 1.0) / 2.0;
    let median = shape.median as f64;
    if shape.sigma == 0.0 {
        return u64::from(least == shape.median);
    }
    let deviation = math::ln(middle / median) / shape.sigma;
    let density = median / middle * math::exp(-deviation * deviation / 2.0);
    math::whole(density * width * WEIGHT_ONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::random::Purpose;

    fn drawn(shape: LognormalShape) -> Vec<u64> {
        let distribution = Lognormal::new(shape);
        let mut random = Random::new(5, Purpose::Document, 0);
        let mut numbers: Vec<u64> = (0..100_001).map(|_| distribution.draw(&mut random)).collect();
        numbers.sort_unstable();
        numbers
    }

    #[test]
    fn median_and_spread_are_as_asked_for() {
        for median in [40, 250, 2_500] {
            let numbers = drawn(LognormalShape {
                median,
                sigma: 0.5,
                min: 1,
                max: 1_000_000,
            });
            let quantile = |percent: usize| numbers[percent * 1000] as f64 / median as f64;
            assert!((quantile(50) - 1.0).abs() < 0.03, "{median}: {}", quantile(50));
            // One standard deviation to either side.
            assert!((quantile(84) - 1.644).abs() < 0.06, "{median}: {}", quantile(84));
            assert!((quantile(16) - 0.608).abs() < 0.03, "{median}: {}", quantile(16));
        }
    }

    #[test]
    fn nothing_is_beyond_the_ends() {
        let numbers = drawn(LognormalShape {
            median: 50,
            sigma: 3.0,
            min: 20,
            max: 60,
        });
        assert_eq!((numbers[0], numbers[100_000]), (20, 60));
    }

    #[test]
    fn without_deviation_all_are_the_median() {
        for median in [1, 99, 12_345] {
            let numbers = drawn(LognormalShape {
                median,
                sigma: 0.0,
                min: 1,
                max: 100_000,
            });
            assert_eq!((numbers[0], numbers[100_000]), (median, median));
        }
    }

    #[test]
    fn extremes_have_a_distribution() {
        for (median, sigma) in [(1, 0.05), (100_000_000, 0.05), (100_000_000, 3.0), (1, 3.0)] {
            let shape = LognormalShape {
                median,
                sigma,
                min: 1,
                max: 100_000_000,
            };
            let distribution = Lognormal::new(shape);
            assert!(distribution.edges.len() < 3_000);
            assert!((1..=100_000_000).contains(&distribution.mean()));
        }
    }

    #[test]
    fn the_mean_is_that_of_the_distribution() {
        let distribution = Lognormal::new(LognormalShape {
            median: 80,
            sigma: 0.6,
            min: 5,
            max: 5_000,
        });
        // median · exp(sigma² / 2)
        assert!(
            (94..=97).contains(&distribution.mean()),
            "{}",
            distribution.mean()
        );
    }
}
