//! Draws from weights in constant time: Walker's alias method.

use rand::{Rng, RngExt as _};

/// Numbers `0..n`, each as likely as its weight.
#[derive(Clone, Debug)]
pub(super) struct Alias {
    /// For each of `n` equally likely places: how likely it is its own number, and which it is else.
    places: Vec<(f64, usize)>,
}

impl Alias {
    /// `None` unless all weights are finite and not negative, and one is above zero.
    pub(super) fn new(weights: &[f64]) -> Option<Self> {
        let total: f64 = weights.iter().sum();
        let usable = weights.iter().all(|weight| weight.is_finite() && *weight >= 0.0);
        if !usable || !total.is_finite() || total <= 0.0 {
            return None;
        }
        // Full places have a share of 1.
        let mut shares: Vec<f64> = weights
            .iter()
            .map(|weight| weight / total * weights.len() as f64)
            .collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) =
            (0..shares.len()).partition(|nth| shares[*nth] < 1.0);
        let mut places: Vec<(f64, usize)> = (0..shares.len()).map(|nth| (1.0, nth)).collect();
        while let (Some(least), Some(&most)) = (small.pop(), large.last()) {
            places[least] = (shares[least], most);
            shares[most] -= 1.0 - shares[least];
            if shares[most] < 1.0 {
                large.pop();
                small.push(most);
            }
        }
        // Rounding may leave some that are full but for a hair. A weight of zero is never drawn, though: its place
        // was filled by another, because small ones end only when large ones do, and then the rest is full.
        Some(Self { places })
    }

    /// One of the numbers.
    pub(super) fn draw(&self, rng: &mut impl Rng) -> usize {
        let place = rng.random_range(0..self.places.len());
        let (own, other) = self.places[place];
        if rng.random::<f64>() < own { place } else { other }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn numbers_come_as_often_as_their_weights_say() {
        let weights = [1.0, 0.0, 5.0, 2.5, 0.0, 1.5];
        let alias = Alias::new(&weights).unwrap();
        let mut rng = StdRng::seed_from_u64(7);
        let mut counts = [0_u32; 6];
        for _ in 0..100_000 {
            counts[alias.draw(&mut rng)] += 1;
        }
        for (weight, count) in weights.iter().zip(counts) {
            let expected = weight * 10_000.0;
            assert!(
                (f64::from(count) - expected).abs() <= 5.0 * expected.sqrt(),
                "{counts:?}"
            );
        }
    }

    #[test]
    fn weights_that_mean_nothing_are_refused() {
        for weights in [
            &[][..],
            &[0.0, 0.0],
            &[1.0, -1.0],
            &[f64::NAN],
            &[f64::MAX, f64::MAX],
        ] {
            assert!(Alias::new(weights).is_none(), "{weights:?}");
        }
    }
}
