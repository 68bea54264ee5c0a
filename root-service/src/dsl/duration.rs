//! Time spans as clients write them: `50ms`, `2s`, `1m`.

use std::time::Duration;

use shared::limits::TIMEOUT_SECONDS_MAX;

use crate::error::{ApiError, brief};

/// Units with their nanoseconds; those that end in another one's name come first.
const UNITS: [(&str, u64); 7] = [
    ("nanos", 1),
    ("micros", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
];

/// Reads a whole number and its unit: from `nanos`, `micros` and `ms` to `d`. Centuries are as long as it gets.
pub fn parse_span(text: &str) -> Option<Duration> {
    let nanos = UNITS.iter().find_map(|(unit, nanos)| {
        let number = text.strip_suffix(unit)?.trim_end();
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| number.parse::<u64>().unwrap_or(u64::MAX).saturating_mul(*nanos))
    });
    nanos.map(Duration::from_nanos)
}

/// Reads a timeout: more than nothing, at most [`TIMEOUT_SECONDS_MAX`]. `-1` means that the client sets none.
///
/// # Errors
/// A 400 that names the setting and what is expected.
pub(super) fn parse_timeout(setting: &str, text: &str) -> Result<Option<Duration>, ApiError> {
    match parse_wait(setting, text)? {
        Some(Duration::ZERO) => Err(ApiError::illegal(format!(
            "[{setting}] must be longer than nothing, but was [{}]",
            brief(text)
        ))),
        span => Ok(span),
    }
}

/// Reads a wait: as a timeout, but it may be nothing.
///
/// # Errors
/// A 400 that names the setting and what is expected.
pub(super) fn parse_wait(setting: &str, text: &str) -> Result<Option<Duration>, ApiError> {
    if text == "-1" {
        return Ok(None);
    }
    let Some(span) = parse_span(text) else {
        return Err(ApiError::illegal(format!(
            "failed to parse setting [{setting}] with value [{}] as a time value: expected a whole number and a unit, \
             such as [500ms], [2s] or [1m]",
            brief(text)
        )));
    };
    if span > Duration::from_secs(TIMEOUT_SECONDS_MAX) {
        return Err(ApiError::illegal(format!(
            "[{setting}] is [{}], the limit is [{TIMEOUT_SECONDS_MAX}s]",
            brief(text)
        )));
    }
    Ok(Some(span))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_a_number_and_a_unit() {
        for (text, ms) in [
            ("50ms", 50.0),
            ("2s", 2_000.0),
            ("1m", 60_000.0),
            ("10 s", 10_000.0),
            ("250micros", 0.25),
            ("1000nanos", 0.001),
        ] {
            let span = parse_timeout("timeout", text).unwrap().unwrap();
            assert_eq!(span.as_secs_f64() * 1_000.0, ms, "{text}");
        }
        assert_eq!(parse_timeout("timeout", "-1"), Ok(None));
        assert_eq!(parse_wait("wait", "0ms"), Ok(Some(Duration::ZERO)));
    }

    #[test]
    fn nonsense_and_excess_are_refused_by_name() {
        for text in [
            "",
            "10",
            "s",
            "1.5s",
            "-5s",
            "1y",
            "0s",
            "601s",
            "99999999999999999999d",
            "+1s",
        ] {
            let error = parse_timeout("timeout", text).unwrap_err().to_string();
            assert!(error.contains("[timeout]"), "{error}");
        }
    }
}
