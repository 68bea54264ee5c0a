//! Numbers as people read them.

use std::time::Duration;

/// `1234567` as `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Bytes in megabytes of a million bytes.
pub fn megabytes(bytes: f64) -> String {
    let megabytes = bytes / 1e6;
    if megabytes < 10.0 {
        format!("{megabytes:.1} MB")
    } else {
        format!("{megabytes:.0} MB")
    }
}

/// A rate of things per second.
pub fn rate(per_second: f64) -> String {
    // A rate is far below 2^52 and above zero: the text of a float without its fraction is that of a whole number.
    let whole = format!("{:.0}", per_second.clamp(0.0, 1e15));
    whole.parse().map_or(whole, grouped)
}

/// Milliseconds with as many digits as make sense.
pub fn milliseconds(duration: Duration) -> String {
    let milliseconds = duration.as_secs_f64() * 1e3;
    if milliseconds < 10.0 {
        format!("{milliseconds:.1} ms")
    } else {
        format!("{milliseconds:.0} ms")
    }
}

/// Seconds with as many digits as make sense.
pub fn seconds(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    if seconds < 1.0 {
        format!("{seconds:.2} s")
    } else {
        format!("{seconds:.1} s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_three() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(rate(12_345.6), "12,346");
    }

    #[test]
    fn small_measures_keep_a_digit() {
        assert_eq!(megabytes(2_340_000.0), "2.3 MB");
        assert_eq!(megabytes(234_000_000.0), "234 MB");
        assert_eq!(milliseconds(Duration::from_micros(1_240)), "1.2 ms");
        assert_eq!(milliseconds(Duration::from_millis(240)), "240 ms");
        assert_eq!(seconds(Duration::from_millis(47)), "0.05 s");
        assert_eq!(seconds(Duration::from_millis(1_470)), "1.5 s");
    }
}
