//! Rates that people can read: as many digits as a measurement can tell.

/// The nearest number of so many significant digits; the rate is above 0.
pub(super) fn significant(rate: f64, digits: i32) -> f64 {
    let exponent = rate.log10().floor() - f64::from(digits - 1);
    let power = 10_f64.powf(exponent.abs());
    // Divided by a whole power of ten, never multiplied with a fraction: 0.3 stays 0.3.
    if exponent < 0.0 {
        (rate * power).round() / power
    } else {
        (rate / power).round() * power
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_that_people_would_write() {
        assert_eq!(significant(24.414, 3), 24.4);
        assert_eq!(significant(0.3249, 2), 0.32);
        assert_eq!(significant(123_456.0, 2), 120_000.0);
        assert_eq!(significant(100.0, 3), 100.0);
    }
}
