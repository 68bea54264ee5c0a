//! Draws from a fixed distribution in constant time: the alias method of Walker, with Vose's construction, in integers.

use super::math;
use super::random::Random;

/// What a weight of 1 is in integers: two million of them still add up below 2^64.
const WEIGHT_ONE: f64 = (1_u64 << 42) as f64;

/// Outcomes `0..n`, each with a probability in 2^-32 of its place.
#[derive(Debug)]
pub(super) struct AliasTable {
    places: Vec<Place>,
}

/// One of `n` places that are equally likely: two outcomes share it.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// Below this, out of 2^32, the outcome is the place's own number.
    own_below: u32,
    /// Else it is this one.
    alias: u32,
}

impl AliasTable {
    /// A table of outcomes that are as likely as their weights say; at least one weight is not zero.
    pub(super) fn new(weights: &[u64]) -> Self {
        let count = weights.len() as u128;
        let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
        assert!(total > 0, "a distribution has an outcome");
        // What each outcome has, in units in which a full place is `total`. Below 2^64 · 2^32: no overflow.
        let mut shares: Vec<u128> = weights.iter().map(|weight| u128::from(*weight) * count).collect();
        let indexes = 0..u32::try_from(weights.len()).expect("far fewer outcomes than 2^32");
        let (mut small, mut large): (Vec<u32>, Vec<u32>) =
            indexes.partition(|index| shares[*index as usize] < total);
        let full = |outcome| Place {
            own_below: u32::MAX,
            alias: outcome,
        };
        let mut places: Vec<Place> = (0..).take(weights.len()).map(full).collect();
        while let (Some(least), Some(most)) = (small.pop(), large.last().copied()) {
            let share = shares[least as usize];
            places[least as usize] = Place {
                own_below: u32::try_from((share << 32) / total).expect("a small share is below the total"),
                alias: most,
            };
            shares[most as usize] -= total - share;
            if shares[most as usize] < total {
                large.pop();
                small.push(most);
            }
        }
        // Whoever is left has a full place to itself; integers leave no remainder that could be lost.
        Self { places }
    }

    /// An outcome.
    #[inline]
    pub(super) fn draw(&self, random: &mut Random) -> u32 {
        let (index, rest) = random.below_with_rest(self.places.len() as u64);
        let index = u32::try_from(index).expect("fewer places than 2^32");
        let place = self.places[index as usize];
        if rest < place.own_below {
            index
        } else {
            place.alias
        }
    }
}

/// Weights by the law of Zipf and Mandelbrot: the frequency of the thing on rank `r`, from 1, is `1 / (r + shift)` to the
/// power of `exponent`.
pub(super) fn zipf_weights(count: u32, exponent: f64, shift: f64) -> Vec<u64> {
    (1..=count)
        .map(|rank| {
            let relative = (1.0 + shift) / (f64::from(rank) + shift);
            math::whole(math::pow(relative, exponent) * WEIGHT_ONE).max(1)
        })
        .collect()
}

/// A table of `count` outcomes by Zipf's law, without a shift.
pub(super) fn zipf(count: u32, exponent: f64) -> AliasTable {
    AliasTable::new(&zipf_weights(count, exponent, 0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generator::random::Purpose;

    /// How often each outcome came, relative to how often it should.
    fn ratios(weights: &[u64], draws: u32) -> Vec<f64> {
        let table = AliasTable::new(weights);
        let mut random = Random::new(3, Purpose::Words, 0);
        let mut counts = vec![0_u32; weights.len()];
        for _ in 0..draws {
            counts[table.draw(&mut random) as usize] += 1;
        }
        let total: u64 = weights.iter().sum();
        let expected = |weight: u64| f64::from(draws) * weight as f64 / total as f64;
        counts
            .iter()
            .zip(weights)
            .map(|(count, weight)| f64::from(*count) / expected(*weight))
            .collect()
    }

    #[test]
    fn outcomes_are_as_likely_as_their_weights() {
        for ratio in ratios(&[1, 2, 3, 4, 90], 1_000_000) {
            assert!((ratio - 1.0).abs() < 0.03, "{ratio}");
        }
        for ratio in ratios(&zipf_weights(50, 1.0, 2.7), 1_000_000) {
            assert!((ratio - 1.0).abs() < 0.05, "{ratio}");
        }
    }

    #[test]
    fn what_has_no_weight_never_comes() {
        let table = AliasTable::new(&[0, 5, 0, 1]);
        let mut random = Random::new(3, Purpose::Words, 1);
        assert!((0..10_000).all(|_| [1, 3].contains(&table.draw(&mut random))));
    }

    #[test]
    fn one_outcome_is_certain() {
        let table = AliasTable::new(&[3]);
        assert_eq!(table.draw(&mut Random::new(0, Purpose::Words, 0)), 0);
    }

    #[test]
    fn weights_of_any_size_fit() {
        let weights = zipf_weights(2_000_000, 0.0, 0.0);
        let table = AliasTable::new(&weights);
        assert!(table.draw(&mut Random::new(0, Purpose::Words, 0)) < 2_000_000);
        assert_eq!(zipf_weights(3, 1.0, 0.0)[0], 1 << 42);
        assert_eq!(zipf_weights(3, 1.0, 0.0)[1], 1 << 41);
        assert!(zipf_weights(2_000_000, 3.0, 0.0).iter().all(|weight| *weight > 0));
    }
}
