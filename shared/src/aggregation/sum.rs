//! Sums without rounding errors, so that they do not depend on the order of what is added.

use serde::{Deserialize, Serialize};

/// The exact sum of real numbers, as parts that do not overlap (Shewchuk, Adaptive Precision Floating-Point Arithmetic,
/// 1997). Most often there are one or two.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ExactSum {
    parts: Vec<f64>,
    /// What is infinite, or became it.
    beyond: f64,
}

impl ExactSum {
    /// Adds a number.
    pub fn add(&mut self, number: f64) {
        let mut number = number;
        let mut kept = 0;
        if number.is_finite() {
            for at in 0..self.parts.len() {
                let mut part = self.parts[at];
                if number.abs() < part.abs() {
                    std::mem::swap(&mut number, &mut part);
                }
                let high = number + part;
                let low = part - (high - number);
                if low != 0.0 && high.is_finite() {
                    self.parts[kept] = low;
                    kept += 1;
                }
                number = high;
            }
            self.parts.truncate(kept);
        }
        if number.is_finite() {
            self.parts.push(number);
        } else {
            self.beyond += number;
        }
    }

    /// Adds all that another one holds.
    pub fn merge(&mut self, other: &Self) {
        self.beyond += other.beyond;
        for part in &other.parts {
            self.add(*part);
        }
    }

    /// The sum, rounded once.
    pub fn value(&self) -> f64 {
        if self.beyond != 0.0 {
            return self.beyond;
        }
        let Some((last, mut rest)) = self.parts.split_last() else {
            return 0.0;
        };
        let (mut high, mut low) = (*last, 0.0);
        while let Some((part, before)) = rest.split_last() {
            rest = before;
            let sum = high + part;
            low = part - (sum - high);
            high = sum;
            if low != 0.0 {
                break;
            }
        }
        // A tie was rounded to even, but what follows may lie beyond it.
        if rest.last().is_some_and(|next| (*next < 0.0) == (low < 0.0)) && low != 0.0 {
            let twice = low * 2.0;
            let moved = high + twice;
            if moved - high == twice {
                high = moved;
            }
        }
        high
    }
}
