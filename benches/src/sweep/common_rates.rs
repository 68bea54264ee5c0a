//! The rates at which all shapes are measured, so that their curves can be laid over each other.

use super::rounding::significant;

/// Rates stand in tables and legends.
const DIGITS: i32 = 2;
/// Shares of the lowest capacity, by how much they tell: in between first, then where queues begin, then where there are none.
const SHARES: [f64; 3] = [0.6, 0.85, 0.35];

/// Rates that every number of leaves can bear, the most telling first, made of what each can bear at most.
///
/// A number of leaves that never met the objective says nothing about what it can bear; if none did, `fallback` has to.
#[must_use]
pub fn common_rates(capacities: &[f64], fallback: f64) -> Vec<f64> {
    let known = capacities.iter().copied().filter(|capacity| *capacity > 0.0);
    let lowest = known.reduce(f64::min).unwrap_or(fallback);
    SHARES
        .iter()
        .map(|share| significant(lowest * share, DIGITS))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weakest_decides_and_the_middle_comes_first() {
        assert_eq!(
            common_rates(&[900.0, 412.0, 0.0, 700.0], 1.0),
            [250.0, 350.0, 140.0]
        );
        assert_eq!(common_rates(&[0.0], 8.0), [4.8, 6.8, 2.8]);
        assert_eq!(common_rates(&[], 1.0), [0.6, 0.85, 0.35]);
    }
}
