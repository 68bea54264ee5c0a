//! Logarithms and powers that have the same last bit everywhere.
//!
//! IEEE 754 defines the results of `+ - * /` exactly, and Rust neither fuses nor reorders them. `f64::ln`, `exp` and
//! `powf` are whatever the platform's library makes of them. These functions are made of the former alone, so that
//! tables that are built with them, and documents that are drawn from the tables, are the same on every machine. They
//! are exact to about 1e-13, which is far more than a frequency needs.

use std::f64::consts::{LN_2, SQRT_2};

/// Terms of the series of a logarithm: the argument of each is at most 0.1716, so the 14th is below 1e-21.
const LN_TERMS: u32 = 14;
/// Terms of the series of an exponential: its argument is at most 0.35, so the 18th is below 1e-23.
const EXP_TERMS: u32 = 18;
/// Powers of two beyond this are zero or infinite for everything that is computed here.
const EXPONENT_MAX: f64 = 1000.0;

/// The natural logarithm of a positive, normal number.
pub(super) fn ln(x: f64) -> f64 {
    let bits = x.to_bits();
    let exponent = i32::try_from(bits >> 52).expect("a positive float has eleven bits there") - 1023;
    // The same number scaled to 1 .. 2, and then to around 1, where the series is short.
    let mantissa = f64::from_bits((bits & ((1 << 52) - 1)) | (1023 << 52));
    let (mantissa, exponent) = if mantissa > SQRT_2 {
        (mantissa / 2.0, exponent + 1)
    } else {
        (mantissa, exponent)
    };
    let t = (mantissa - 1.0) / (mantissa + 1.0);
    let square = t * t;
    let mut sum = 0.0;
    for term in (0..LN_TERMS).rev() {
        sum = sum * square + 1.0 / f64::from(2 * term + 1);
    }
    2.0 * t * sum + f64::from(exponent) * LN_2
}

/// The exponential function; 0 where it is too small to matter.
pub(super) fn exp(x: f64) -> f64 {
    let scaled = x / LN_2;
    if scaled < -EXPONENT_MAX {
        return 0.0;
    }
    let exponent = (scaled.min(EXPONENT_MAX) + 0.5).floor();
    let rest = x - exponent * LN_2;
    let mut sum = 1.0;
    for term in (1..EXP_TERMS).rev() {
        sum = sum * rest / f64::from(term) + 1.0;
    }
    // Within ±1000, so that the biased exponent stays between those of zero and of infinity.
    f64::from_bits(whole(exponent + 1023.0) << 52) * sum
}

/// `x` to the power of `y`, for a positive, normal `x`.
pub(super) fn pow(x: f64, y: f64) -> f64 {
    exp(y * ln(x))
}

/// A number that is not negative, without its fraction.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "dropping the fraction is the purpose, and what does not fit saturates"
)]
pub(super) fn whole(x: f64) -> u64 {
    x as u64
}

/// What is `fraction` of `number`, rounded down; `fraction` is 0 to 1.
pub(super) fn part_of(number: u64, fraction: f64) -> u64 {
    const ONE: u64 = 1 << 32;
    let fixed = whole(fraction * ONE as f64).min(ONE);
    u64::try_from((u128::from(number) * u128::from(fixed)) >> 32).expect("a part is not more than the whole")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_agree_with_the_platform_to_the_last_digits() {
        for x in [1e-9, 0.3, 0.999, 1.0, 1.5, 2.0, 3.7, 1e3, 123_456.789, 2e6, 1e12] {
            assert!((ln(x) - x.ln()).abs() < 1e-13 * x.ln().abs().max(1.0), "ln {x}");
            for y in [-3.0, -1.07, -0.5, 0.0, 0.8, 2.5] {
                let (own, platform) = (pow(x, y), x.powf(y));
                assert!(
                    (own / platform - 1.0).abs() < 1e-12,
                    "{x} to the {y}: {own}, {platform}"
                );
            }
        }
        for x in [-600.0, -20.5, -1.0, -1e-9, 0.0, 0.5, 1.0, 30.0] {
            assert!((exp(x) / f64::exp(x) - 1.0).abs() < 1e-12, "exp {x}");
        }
        assert_eq!(exp(-1e6), 0.0);
    }

    /// Should a compiler ever fuse or reorder, this is where it shows.
    #[test]
    fn their_bits_are_pinned() {
        let bits = [ln(3.7), exp(-2.25), pow(1234.5, -1.07)].map(f64::to_bits);
        assert_eq!(
            bits,
            [
                4_608_571_026_371_700_047,
                4_592_259_235_198_556_150,
                4_557_678_579_399_555_738
            ]
        );
    }

    #[test]
    fn a_part_is_between_nothing_and_the_whole() {
        assert_eq!(part_of(1000, 0.25), 250);
        assert_eq!(part_of(u64::MAX, 1.0), u64::MAX);
        assert_eq!(part_of(7, 0.0), 0);
    }
}
