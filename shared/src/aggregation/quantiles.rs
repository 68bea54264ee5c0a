//! The distribution of numbers: all of them while there are few different ones, else how many there are in intervals that
//! grow with the numbers (as in Masson, Rim and Lee, `DDSketch`, 2019).
//!
//! Which of the two it is depends on the numbers alone, and so do the intervals, which are never joined.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::key::Real;

/// Up to so many different numbers are kept whole.
const DIFFERENT_MAX: usize = 4_096;
/// The ratio of the ends of an interval: its middle is at most 0.5 % from any number in it.
const RATIO: f64 = 1.01;
/// Numbers closer to 0 count as 0.
const LEAST: f64 = 1e-300;
/// Keeps the numbers of intervals apart from 0, and from those of negative numbers.
const SHIFT: i32 = 1 << 20;

/// Numbers of which only the distribution matters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Quantiles {
    /// How often each number is there.
    Numbers(BTreeMap<Real, u64>),
    /// How many are in each interval.
    Intervals {
        /// Counts by the interval's number.
        counts: BTreeMap<i32, u64>,
        /// The least number.
        min: f64,
        /// The greatest number.
        max: f64,
    },
}

impl Default for Quantiles {
    fn default() -> Self {
        Self::Numbers(BTreeMap::new())
    }
}

impl Quantiles {
    /// Adds a number.
    pub fn add(&mut self, number: f64) {
        self.add_times(number, 1);
    }

    fn add_times(&mut self, number: f64, times: u64) {
        match self {
            Self::Numbers(numbers) => {
                *numbers.entry(Real::new(number)).or_default() += times;
                if numbers.len() > DIFFERENT_MAX {
                    *self = intervals(numbers);
                }
            }
            Self::Intervals { counts, min, max } => {
                *counts.entry(interval(number)).or_default() += times;
                *min = min.min(number);
                *max = max.max(number);
            }
        }
    }

    /// Adds all of another one.
    pub fn merge(&mut self, other: &Self) {
        match other {
            Self::Numbers(numbers) => {
                for (number, times) in numbers {
                    self.add_times(number.get(), *times);
                }
            }
            Self::Intervals {
                counts: theirs,
                min: least,
                max: greatest,
            } => {
                if let Self::Numbers(numbers) = self {
                    *self = intervals(numbers);
                }
                if let Self::Intervals { counts, min, max } = self {
                    for (interval, times) in theirs {
                        *counts.entry(*interval).or_default() += times;
                    }
                    *min = min.min(*least);
                    *max = max.max(*greatest);
                }
            }
        }
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Numbers(numbers) => 24 * numbers.len(),
            Self::Intervals { counts, .. } => 20 * counts.len(),
        }
    }

    /// The share (0 to 1) of all that are not greater than a number; `None` without numbers.
    pub fn share_to(&self, number: f64) -> Option<f64> {
        let all: u64 = self.counted().map(|(_, times)| times).sum();
        let (least, greatest) = self.ends();
        let to: u64 = self
            .counted()
            .filter(|(of, _)| (*of <= number || number >= greatest) && number >= least)
            .map(|(_, times)| times)
            .sum();
        (all > 0).then(|| to as f64 / all as f64)
    }

    /// The median of the distances from the median; `None` without numbers.
    pub fn median_deviation(&self) -> Option<f64> {
        let median = self.at(0.5)?;
        let mut distances: BTreeMap<Real, u64> = BTreeMap::new();
        for (number, times) in self.counted() {
            *distances.entry(Real::new((number - median).abs())).or_default() += times;
        }
        let of = |(number, times): (&Real, &u64)| (number.get(), *times);
        interpolated(&distances.iter().map(of), 0.5)
    }

    /// The numbers, ascending, with how often each is there; of intervals their middles.
    fn counted(&self) -> impl Iterator<Item = (f64, u64)> {
        let (numbers, intervals, ends) = match self {
            Self::Numbers(numbers) => (Some(numbers), None, (0.0, 0.0)),
            Self::Intervals { counts, min, max } => (None, Some(counts), (*min, *max)),
        };
        let number = |(number, times): (&Real, &u64)| (number.get(), *times);
        let interval =
            move |(interval, times): (&i32, &u64)| (middle(*interval).clamp(ends.0, ends.1), *times);
        let numbers = numbers.into_iter().flatten().map(number);
        numbers.chain(intervals.into_iter().flatten().map(interval))
    }

    /// The least and the greatest.
    fn ends(&self) -> (f64, f64) {
        match self {
            Self::Numbers(numbers) => {
                let end = |number: Option<(&Real, &u64)>| number.map_or(0.0, |(number, _)| number.get());
                (end(numbers.first_key_value()), end(numbers.last_key_value()))
            }
            Self::Intervals { min, max, .. } => (*min, *max),
        }
    }

    /// The number below which a share (0 to 1) of all lies, interpolated between neighbours; `None` without numbers.
    pub fn at(&self, share: f64) -> Option<f64> {
        match self {
            Self::Numbers(numbers) => {
                let of = |(number, times): (&Real, &u64)| (number.get(), *times);
                interpolated(&numbers.iter().map(of), share)
            }
            Self::Intervals { counts, min, max } => {
                let of = |(interval, times): (&i32, &u64)| (middle(*interval).clamp(*min, *max), *times);
                interpolated(&counts.iter().map(of), share).map(|number| match share {
                    0.0 => *min,
                    1.0 => *max,
                    _ => number,
                })
            }
        }
    }
}

/// Of numbers in ascending order with their counts.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place among counted numbers, not negative"
)]
fn interpolated(numbers: &(impl Iterator<Item = (f64, u64)> + Clone), share: f64) -> Option<f64> {
    let all: u64 = numbers.clone().map(|(_, times)| times).sum();
    let place = share.clamp(0.0, 1.0) * all.checked_sub(1)? as f64;
    let (before, part) = (place.floor() as u64, place.fract());
    let nth = |nth: u64| {
        let mut seen = 0;
        let mut numbers = numbers.clone();
        numbers.find_map(|(number, times)| {
            seen += times;
            (seen > nth).then_some(number)
        })
    };
    let lower = nth(before)?;
    if part == 0.0 {
        return Some(lower);
    }
    let upper = nth(before + 1)?;
    Some(lower + (upper - lower) * part)
}

fn intervals(numbers: &BTreeMap<Real, u64>) -> Quantiles {
    let mut counts = BTreeMap::new();
    for (number, times) in numbers {
        *counts.entry(interval(number.get())).or_default() += times;
    }
    let end = |number: Option<(&Real, &u64)>| number.map_or(0.0, |(number, _)| number.get());
    Quantiles::Intervals {
        counts,
        min: end(numbers.first_key_value()),
        max: end(numbers.last_key_value()),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "logarithms of numbers of 64 bits are below 75,000"
)]
fn interval(number: f64) -> i32 {
    let size = number.abs();
    if size < LEAST {
        return 0;
    }
    let nth = (size.min(f64::MAX).ln() / RATIO.ln()).ceil() as i32 + SHIFT;
    if number < 0.0 { -nth } else { nth }
}

fn middle(interval: i32) -> f64 {
    if interval == 0 {
        return 0.0;
    }
    let size = (f64::from(interval.abs() - SHIFT) * RATIO.ln()).exp() * 2.0 / (RATIO + 1.0);
    if interval < 0 { -size } else { size }
}
