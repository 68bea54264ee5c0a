//! Whole numbers as people type them: `20k`, `1.5M`, `1_000`.

/// What the letters behind a number multiply it by.
const UNITS: [(&str, u64); 4] = [("k", 1_000), ("K", 1_000), ("M", 1_000_000), ("G", 1_000_000_000)];

/// A count: digits, with a fraction before `k`, `M` or `G` if that still makes it whole.
///
/// # Errors
/// What a count looks like.
pub(super) fn count(typed: &str) -> Result<u64, String> {
    exact(typed).ok_or_else(|| "not a whole number such as 500, 20k or 1.5M".to_owned())
}

/// The same, for counts that have to fit into 32 bits.
///
/// # Errors
/// What a count looks like, or that it is too large.
pub(super) fn small_count(typed: &str) -> Result<u32, String> {
    u32::try_from(count(typed)?).map_err(|_| format!("more than {}", u32::MAX))
}

/// Without floating point, which would round.
fn exact(typed: &str) -> Option<u64> {
    let (digits, unit) = UNITS
        .into_iter()
        .find_map(|(letter, unit)| Some((typed.strip_suffix(letter)?, unit)))
        .unwrap_or((typed, 1));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let thousands = digits_of(fraction)?;
    let scale = 10_u64.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let parts = thousands.checked_mul(unit)?;
    if !parts.is_multiple_of(scale) {
        return None;
    }
    digits_of(whole)?.checked_mul(unit)?.checked_add(parts / scale)
}

/// A number of digits alone, which may be kept apart by `_`.
fn digits_of(typed: &str) -> Option<u64> {
    let digit = |c: char| c.is_ascii_digit();
    if !typed.starts_with(digit) || !typed.chars().all(|c| digit(c) || c == '_') {
        return None;
    }
    typed.replace('_', "").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_multiply() {
        for (typed, number) in [
            ("0", 0),
            ("500", 500),
            ("20k", 20_000),
            ("1.5M", 1_500_000),
            ("0.25k", 250),
            ("2G", 2_000_000_000),
            ("1_000", 1_000),
            ("7.0", 7),
            ("18446744073709551615", u64::MAX),
        ] {
            assert_eq!(count(typed), Ok(number), "{typed}");
        }
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        for typed in [
            "",
            "k",
            "-1",
            "+1",
            "1.5",
            "1.2345k",
            ".5k",
            "1.k",
            "1e3",
            "1 k",
            "1kk",
            "_1",
            "99999999999G",
        ] {
            assert!(count(typed).is_err(), "{typed}");
        }
        assert_eq!(small_count("5G"), Err("more than 4294967295".to_owned()));
    }
}
