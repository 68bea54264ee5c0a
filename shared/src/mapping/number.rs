//! Numbers as their types have them: the same in documents and in queries.

use std::ops::RangeInclusive;

use super::FieldKind;

impl FieldKind {
    /// The least and the greatest number of a type of whole ones.
    pub fn whole_range(&self) -> Option<RangeInclusive<i64>> {
        Some(match self {
            Self::Byte => i8::MIN.into()..=i8::MAX.into(),
            Self::Short => i16::MIN.into()..=i16::MAX.into(),
            Self::Integer => i32::MIN.into()..=i32::MAX.into(),
            Self::Long => i64::MIN..=i64::MAX,
            _ => return None,
        })
    }

    /// A real number as the type has it. Past the type's range it is infinite.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the type has no more digits; past its range it is infinite"
    )]
    pub fn rounded(&self, number: f64) -> f64 {
        match self {
            Self::Float => f64::from(number as f32),
            Self::HalfFloat => half(number as f32),
            Self::ScaledFloat { scaling_factor } => {
                // As Java rounds: halves go up.
                let multiple = (number * scaling_factor.get() + 0.5).floor();
                multiple / scaling_factor.get()
            }
            _ => number,
        }
    }
}

/// The number of 16 bits that is nearest, of two the even one.
fn half(number: f32) -> f64 {
    /// The first number that is rounded to infinity.
    const PAST: f32 = 65_520.0;
    /// Below, all numbers are as far from each other.
    const NORMAL_MIN: f32 = 1.0 / 16_384.0;
    /// 10 digits of the 23 are left.
    const DROPPED: u32 = 13;
    if number.abs() >= PAST {
        return f64::from(number) * f64::INFINITY;
    }
    if number.abs() < NORMAL_MIN {
        let step = (-24.0_f64).exp2();
        return (f64::from(number) / step).round_ties_even() * step;
    }
    let bits = number.to_bits();
    let odd = (bits >> DROPPED) & 1;
    let rounded = (bits + (1 << (DROPPED - 1)) - 1 + odd) >> DROPPED << DROPPED;
    f64::from(f32::from_bits(rounded))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregation::Real;

    #[test]
    fn real_numbers_are_rounded_to_the_digits_of_their_type() {
        let float = |number| FieldKind::Float.rounded(number);
        assert_eq!(float(0.1).to_bits(), f64::from(0.1_f32).to_bits());
        assert!(float(1e39).is_infinite());
        let scaled = FieldKind::ScaledFloat {
            scaling_factor: Real::new(100.0),
        };
        assert_eq!(
            format!(
                "{} {} {}",
                scaled.rounded(1.234),
                scaled.rounded(1.235),
                scaled.rounded(-2.5)
            ),
            "1.23 1.24 -2.5"
        );
    }

    #[test]
    fn numbers_of_16_bits_are_the_nearest_ones() {
        let half = |number| FieldKind::HalfFloat.rounded(number).to_string();
        assert_eq!(half(1.0), "1");
        assert_eq!(half(0.1), "0.0999755859375");
        assert_eq!(half(2049.0), "2048");
        assert_eq!(half(2051.0), "2052");
        assert_eq!(half(65_504.0), "65504");
        assert_eq!(half(65_519.0), "65504");
        assert_eq!(half(-65_520.0), "-inf");
        assert_eq!(half(6e-8), (-24.0_f64).exp2().to_string());
        assert_eq!(half(1e-9), "0");
    }
}
