//! A sample of a query log that can be averaged as it is.

use rand::Rng;
use rand::distr::Distribution as _;
use rand::distr::weighted::{Error, WeightedIndex};

/// Draws queries by their weights, with repetition: each draw stands for the same share of the log, so that means and
/// percentiles over the sample need no weights any more.
///
/// # Errors
/// If there are none, or weights are negative, not finite or all zero.
pub fn weighted_sample(weights: &[f64], count: usize, rng: &mut impl Rng) -> Result<Vec<usize>, Error> {
    let by_weight = WeightedIndex::new(weights)?;
    Ok((0..count).map(|_| by_weight.sample(rng)).collect())
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn queries_come_as_often_as_they_weigh_and_the_same_for_the_same_seed() {
        let drawn =
            |seed| weighted_sample(&[3.0, 0.0, 1.0], 4_000, &mut StdRng::seed_from_u64(seed)).unwrap();
        let first = drawn(1).iter().filter(|query| **query == 0).count();
        assert!((2_850..3_150).contains(&first), "{first}");
        assert!(!drawn(1).contains(&1));
        assert_eq!(drawn(1), drawn(1));
        assert_ne!(drawn(1), drawn(2));
        assert!(weighted_sample(&[0.0], 1, &mut StdRng::seed_from_u64(1)).is_err());
        assert!(weighted_sample(&[], 1, &mut StdRng::seed_from_u64(1)).is_err());
    }
}
