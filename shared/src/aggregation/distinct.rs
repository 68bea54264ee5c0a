//! How many different values there are: exactly for few, by `HyperLogLog` for many.
//!
//! Whether it is exact depends on the set alone, and so do the registers.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64;

use super::key::Key;

/// Registers are chosen by as many bits: 16,384 of them, for a standard error of 0.8 %.
const BITS: u32 = 14;
const REGISTERS: usize = 1 << BITS;
/// The most that a register can hold, for hashes of 64 bits.
const RANK_MAX: usize = 64 - BITS as usize + 1;

/// A set of values of which only the size matters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Distinct {
    /// All hashes of the values, of few.
    Exact(BTreeSet<u64>),
    /// The longest runs of zeros among the hashes of each group, of many.
    Registers(Vec<u8>),
}

impl Default for Distinct {
    fn default() -> Self {
        Self::Exact(BTreeSet::new())
    }
}

impl Distinct {
    /// The hash of a value. A real number that is whole is the same value as the whole one.
    pub fn hash(value: &Key) -> u64 {
        match value {
            Key::Double(number) if let Some(whole) = number.whole() => Self::hash(&Key::Long(whole)),
            Key::Str(text) => Self::hash_text(text.as_bytes()),
            Key::Long(number) => xxh3_64(&number.to_le_bytes()),
            Key::Double(number) => xxh3_64(&number.get().to_bits().to_le_bytes()),
            Key::Boolean(truth) => u64::from(*truth),
            Key::Nth(nth) => u64::from(*nth),
            Key::Null | Key::NullLast => 2,
            Key::Tuple(keys) => keys.iter().fold(0, |all: u64, key| {
                xxh3_64(&(all.rotate_left(7) ^ Self::hash(key)).to_le_bytes())
            }),
        }
    }

    /// The hash of a keyword, as [`Distinct::hash`] has it.
    pub fn hash_text(text: &[u8]) -> u64 {
        xxh3_64(text)
    }

    /// Adds a value by its hash.
    pub fn add(&mut self, hash: u64, exact_max: u32) {
        match self {
            Self::Exact(hashes) => {
                hashes.insert(hash);
                if hashes.len() > exact_max as usize {
                    *self = Self::Registers(registers(hashes));
                }
            }
            Self::Registers(registers) => count(registers, hash),
        }
    }

    /// Adds all of another set.
    pub fn merge(&mut self, other: &Self, exact_max: u32) {
        match other {
            Self::Exact(hashes) => hashes.iter().for_each(|hash| self.add(*hash, exact_max)),
            Self::Registers(theirs) => {
                if let Self::Exact(hashes) = self {
                    *self = Self::Registers(registers(hashes));
                }
                if let Self::Registers(mine) = self {
                    for (mine, theirs) in mine.iter_mut().zip(theirs) {
                        *mine = (*mine).max(*theirs);
                    }
                }
            }
        }
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Exact(hashes) => 16 * hashes.len(),
            Self::Registers(registers) => registers.len(),
        }
    }

    /// How many.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "an estimate of a count, not negative"
    )]
    pub fn count(&self) -> u64 {
        match self {
            Self::Exact(hashes) => hashes.len() as u64,
            Self::Registers(registers) => estimate(registers).round() as u64,
        }
    }
}

fn registers(hashes: &BTreeSet<u64>) -> Vec<u8> {
    let mut registers = vec![0; REGISTERS];
    for hash in hashes {
        count(&mut registers, *hash);
    }
    registers
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "14 bits of an index, and a rank of at most 51"
)]
fn count(registers: &mut [u8], hash: u64) {
    let at = (hash >> (64 - BITS)) as usize;
    let rank = ((hash << BITS) | (1 << (BITS - 1))).leading_zeros() + 1;
    if let Some(register) = registers.get_mut(at) {
        *register = (*register).max(rank as u8);
    }
}

/// The improved raw estimator of Ertl, New cardinality estimation algorithms for `HyperLogLog` sketches, 2017.
fn estimate(registers: &[u8]) -> f64 {
    let mut counts = [0_u32; RANK_MAX + 1];
    for register in registers {
        counts[usize::from(*register).min(RANK_MAX)] += 1;
    }
    let all = REGISTERS as f64;
    let mut z = all * tau(1.0 - f64::from(counts[RANK_MAX]) / all);
    for rank in (1..RANK_MAX).rev() {
        z = 0.5 * (z + f64::from(counts[rank]));
    }
    z += all * sigma(f64::from(counts[0]) / all);
    all * all / (2.0 * std::f64::consts::LN_2 * z)
}

fn sigma(mut x: f64) -> f64 {
    if x >= 1.0 {
        return f64::INFINITY;
    }
    let (mut y, mut z) = (1.0, x);
    loop {
        x *= x;
        let before = z;
        z += x * y;
        y += y;
        if z == before {
            return z;
        }
    }
}

fn tau(mut x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return 0.0;
    }
    let (mut y, mut z) = (1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = z;
        y *= 0.5;
        z -= (1.0 - x).powi(2) * y;
        if z == before {
            return z / 3.0;
        }
    }
}
