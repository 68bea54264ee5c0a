//! Which replica: the better of two at random, by what is in flight times how slow it was lately.
//!
//! Two random choices avoid that all roots run to the same best replica (Mitzenmacher, The Power of Two Choices, 2001).

use rand::{Rng, RngExt as _};

/// The index of the replica to ask, given each candidate's cost; `None` if there is none.
pub fn pick(costs: &[f64], rng: &mut impl Rng) -> Option<usize> {
    match costs.len() {
        0 => None,
        1 => Some(0),
        count => {
            let first = rng.random_range(0..count);
            let second = (first + rng.random_range(1..count)) % count;
            Some(if costs[second] < costs[first] {
                second
            } else {
                first
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_of_several_is_never_picked_and_equals_share() {
        let mut rng = shared::random::from_seed(1);
        let mut picked = [0; 3];
        for _ in 0..3_000 {
            picked[pick(&[1.0, 1.0, 9.0], &mut rng).unwrap()] += 1;
        }
        assert_eq!(picked[2], 0);
        assert!(picked[0] > 1_200 && picked[1] > 1_200, "{picked:?}");
        assert_eq!(pick(&[], &mut rng), None);
    }
}
