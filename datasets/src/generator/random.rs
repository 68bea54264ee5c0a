//! The generator's own random numbers: the same for the same seed, on every platform and in every version.
//!
//! The algorithms are xoshiro256++, and `SplitMix64` to seed it, both by Blackman, Steele and Vigna, in the public domain.
//! They are a few lines, and being here they cannot change with a dependency.

/// What random numbers are for. Numbers for one purpose say nothing about those for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The words of the language.
    Words = 1,
    /// Which words belong to which topic.
    Topics = 2,
    /// Names for the fields of facets.
    Names = 3,
    /// A document.
    Document = 4,
    /// A query.
    Query = 5,
}

/// A stream of random numbers.
#[derive(Clone, Debug)]
pub(super) struct Random([u64; 4]);

impl Random {
    /// The stream number `number` for a purpose. It depends on these three alone, so that documents can be made in any
    /// order.
    pub(super) fn new(seed: u64, purpose: Purpose, number: u64) -> Self {
        let mut seeds = SplitMix(seed);
        let of_purpose = seeds.next() ^ (purpose as u64);
        let mut seeds = SplitMix(of_purpose);
        // Hashed once more: neighbours would otherwise share three of their four words of state.
        let of_number = seeds.next() ^ number;
        let key = SplitMix(of_number).next();
        let mut seeds = SplitMix(key);
        Self([seeds.next(), seeds.next(), seeds.next(), seeds.next()])
    }

    /// 64 random bits.
    pub(super) fn next(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.0;
        let result = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    /// A number below `bound`, and 32 random bits that are independent of it.
    ///
    /// The product of a 64-bit number and the bound has the choice in its upper half, and in its lower one how far into
    /// the choice the number fell. The bias is below `bound` in 2^64, and there is no loop that could run twice.
    pub(super) fn below_with_rest(&mut self, bound: u64) -> (u64, u32) {
        let product = u128::from(self.next()) * u128::from(bound);
        let (choice, rest) = (product >> 64, (product >> 32) & u128::from(u32::MAX));
        (
            u64::try_from(choice).expect("the upper half"),
            u32::try_from(rest).expect("half of the lower half"),
        )
    }

    /// A number below `bound`, which is at least 1.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.below_with_rest(bound).0
    }

    /// A number from `least` to `most`.
    pub(super) fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }
}

/// Turns one number into many that look unrelated.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first numbers that the authors' programs print for these states.
    #[test]
    fn the_algorithms_are_the_published_ones() {
        let mut mix = SplitMix(0);
        assert_eq!(
            [mix.next(), mix.next(), mix.next()],
            [
                0xe220_a839_7b1d_cdaf,
                0x6e78_9e6a_a1b9_65f4,
                0x06c4_5d18_8009_454f
            ]
        );
        let mut random = Random([1, 2, 3, 4]);
        assert_eq!(
            [random.next(), random.next(), random.next(), random.next()],
            [
                41_943_041,
                58_720_359,
                3_588_806_011_781_223,
                3_591_011_842_654_386
            ]
        );
    }

    #[test]
    fn streams_differ_by_seed_purpose_and_number() {
        let first = |seed, purpose, number| Random::new(seed, purpose, number).next();
        let base = first(7, Purpose::Document, 0);
        assert_eq!(base, first(7, Purpose::Document, 0));
        assert_ne!(base, first(8, Purpose::Document, 0));
        assert_ne!(base, first(7, Purpose::Query, 0));
        assert_ne!(base, first(7, Purpose::Document, 1));
    }

    #[test]
    fn neighbouring_streams_share_no_state() {
        let states = |number| Random::new(7, Purpose::Document, number).0;
        for number in 0..100 {
            let (here, next) = (states(number), states(number + 1));
            assert!(here.iter().all(|word| !next.contains(word)));
        }
    }

    #[test]
    fn numbers_below_a_bound_are_even() {
        let mut random = Random::new(1, Purpose::Words, 0);
        let mut counts = [0_u32; 7];
        for _ in 0..70_000 {
            counts[usize::try_from(random.below(7)).expect("small")] += 1;
        }
        assert!(
            counts.iter().all(|count| (9_600..10_400).contains(count)),
            "{counts:?}"
        );
        assert!((0..1000).all(|_| (3..=5).contains(&random.between(3, 5))));
    }
}
