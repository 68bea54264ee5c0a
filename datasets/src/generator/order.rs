//! Numbers in an order that looks random, without a list of them.

use super::random::Random;

/// An order of the numbers below `count`, in which neighbours are far apart.
#[derive(Debug)]
pub(super) struct Order {
    count: u64,
    /// Has no divisor in common with the count, so that no number comes twice.
    step: u64,
    start: u64,
}

impl Order {
    /// A random one of these orders; there is at least one number.
    pub(super) fn new(count: u64, random: &mut Random) -> Self {
        let start = random.below(count);
        let most = (count - 1).max(1);
        let mut step = random.between(1, most);
        while greatest_common_divisor(step, count) != 1 {
            step = random.between(1, most);
        }
        Self { count, step, start }
    }

    /// The number at a place below the count.
    pub(super) fn at(&self, place: u64) -> u64 {
        // All three are below 2^32.
        (self.start + place * self.step) % self.count
    }
}

fn greatest_common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 {
        a
    } else {
        greatest_common_divisor(b, a % b)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::generator::random::Purpose;

    #[test]
    fn every_number_comes_once() {
        for count in [1, 2, 3, 30, 2_430] {
            for stream in 0..20 {
                let order = Order::new(count, &mut Random::new(1, Purpose::Words, stream));
                let numbers: HashSet<u64> = (0..count).map(|place| order.at(place)).collect();
                assert_eq!(numbers, (0..count).collect());
            }
        }
    }
}
