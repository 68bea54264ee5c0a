//! Figures as people write them in a text.

use std::time::Duration;

use time::OffsetDateTime;
use time::macros::format_description;

use crate::measured::{Objective, Shape, Stragglers};

/// So many significant digits, with commas between thousands.
fn number(value: f64, digits: i32) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let size = value.abs();
    let decimals = (0..=6).find(|decimals| size >= 10_f64.powi(digits - 1 - decimals) * (1.0 - 1e-9));
    let decimals = if size == 0.0 { 0 } else { decimals.unwrap_or(6) };
    let text = format!("{size:.*}", usize::try_from(decimals).unwrap_or(0));
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let sign = if value < 0.0 { "−" } else { "" };
    let whole = commas(whole);
    let rest = rest.trim_end_matches('0');
    if rest.is_empty() {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{rest}")
    }
}

fn commas(digits: &str) -> String {
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count.
pub(crate) fn count(value: u64) -> String {
    commas(&value.to_string())
}

/// A figure with three significant digits.
pub(crate) fn figure(value: f64) -> String {
    number(value, 3)
}

/// Requests per second.
pub(crate) fn rate(value: f64) -> String {
    number(value, 3)
}

/// Milliseconds: `31.4 ms`, `1.2 s`.
pub(crate) fn ms(value: f64) -> String {
    if value.abs() >= 1e3 {
        format!("{} s", number(value / 1e3, 3))
    } else {
        format!("{} ms", number(value, 3))
    }
}

/// Microseconds: `340 µs`, `1.2 ms`.
pub(crate) fn us(value: f64) -> String {
    if value.abs() >= 1e3 {
        ms(value / 1e3)
    } else {
        format!("{} µs", number(value, 3))
    }
}

/// A share: `12.3 %`.
pub(crate) fn percent(share: f64) -> String {
    format!("{} %", number(share * 100.0, 3))
}

/// A share near 1, of which what is missing matters: `99.995 %`, but never 100 % if it is not.
#[must_use]
pub fn nines(share: f64) -> String {
    if share >= 1.0 {
        return "100 %".to_owned();
    }
    let missing = 1.0 - share;
    let decimals = (0..=7).find(|decimals| missing * 100.0 >= 0.95 * 10_f64.powi(-decimals));
    let Some(decimals) = decimals else {
        return "above 99.9999999 %".to_owned();
    };
    let decimals = usize::try_from(decimals + 1).unwrap_or(1);
    let text = format!("{:.*}", decimals, share * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

/// Bytes: `1.2 GiB`.
pub(crate) fn bytes(value: f64) -> String {
    const UNITS: [(f64, &str); 4] = [
        ((1_u64 << 40) as f64, "TiB"),
        ((1_u64 << 30) as f64, "GiB"),
        ((1_u64 << 20) as f64, "MiB"),
        ((1_u64 << 10) as f64, "KiB"),
    ];
    let unit = UNITS.into_iter().find(|(size, _)| value >= *size);
    match unit {
        Some((size, name)) => format!("{} {name}", number(value / size, 3)),
        None => format!("{} bytes", number(value, 3)),
    }
}

/// A percentile's name: `p99.9`.
pub(crate) fn percentile(quantile: f64) -> String {
    format!("p{}", (quantile * 1e7).round() / 1e5)
}

/// A span of time: `14 min`, `2 h 5 min`.
pub(crate) fn span(seconds: f64) -> String {
    if !(0.0..1e9).contains(&seconds) {
        return "–".to_owned();
    }
    let whole = Duration::from_secs_f64(seconds.round()).as_secs();
    match (whole / 3_600, whole / 60 % 60, whole % 60) {
        (0, 0, _) => format!("{} s", number(seconds, 2)),
        (0, minutes, 0) => format!("{minutes} min"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{} h {minutes} min", count(hours)),
    }
}

/// A day and a time, in UTC.
pub(crate) fn date(ms_since_1970: u64) -> String {
    let seconds = i64::try_from(ms_since_1970 / 1_000).unwrap_or(i64::MAX);
    let format = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");
    OffsetDateTime::from_unix_timestamp(seconds)
        .ok()
        .and_then(|time| time.format(format).ok())
        .unwrap_or_else(|| "at an unknown time".to_owned())
}

/// An objective: `p99 < 50 ms`.
pub(crate) fn objective(objective: &Objective) -> String {
    format!(
        "{} < {}",
        percentile(objective.quantile),
        ms(objective.latency_ms)
    )
}

/// What goes wrong: `1 % of searches late by 100 ms`.
pub(crate) fn stragglers(stragglers: Stragglers) -> String {
    match stragglers {
        Stragglers::None => "none".to_owned(),
        Stragglers::Share { share, delay_ms } => {
            format!("{} of searches late by {}", percent(share), ms(delay_ms as f64))
        }
        Stragglers::One { delay_ms } => format!("one replica late by {}", ms(delay_ms as f64)),
    }
}

/// The same where there is little room: `1 %: +100 ms`.
pub(crate) fn stragglers_short(stragglers: Stragglers) -> String {
    match stragglers {
        Stragglers::None => "none".to_owned(),
        Stragglers::Share { share, delay_ms } => format!("{}: +{}", percent(share), ms(delay_ms as f64)),
        Stragglers::One { delay_ms } => format!("one: +{}", ms(delay_ms as f64)),
    }
}

/// A shape without its leaves: `2 replicas, hedging`.
pub(crate) fn without_leaves(shape: &Shape) -> String {
    let mut text = counted(shape.replicas, "replica", "replicas");
    if shape.replicas > 1 {
        text.push_str(if shape.hedging {
            ", hedging"
        } else {
            ", no hedging"
        });
    }
    if shape.stragglers != Stragglers::None {
        text.push_str(", ");
        text.push_str(&stragglers(shape.stragglers));
    }
    text
}

/// `1 leaf`, `2 leaves`.
pub(crate) fn counted(number: u32, one: &str, more: &str) -> String {
    format!(
        "{} {}",
        count(number.into()),
        if number == 1 { one } else { more }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        assert_eq!(figure(1_234_567.0), "1,234,567");
        assert_eq!(figure(12.345), "12.3");
        assert_eq!(figure(0.001_234), "0.00123");
        assert_eq!(figure(-5.0), "−5");
        assert_eq!((figure(0.0), figure(f64::NAN)), ("0".to_owned(), "–".to_owned()));
        assert_eq!(ms(1_234.0), "1.23 s");
        assert_eq!(bytes(1_610_612_736.0), "1.5 GiB");
        assert_eq!(percentile(0.999), "p99.9");
        assert_eq!(span(7_500.0), "2 h 5 min");
        assert_eq!(date(1_700_000_000_000), "2023-11-14 22:13 UTC");
        assert_eq!(counted(1, "leaf", "leaves"), "1 leaf");
    }

    #[test]
    fn what_is_missing_is_never_rounded_away() {
        assert_eq!(nines(0.999_951), "99.9951 %");
        assert_eq!(nines(0.9), "90 %");
        assert_eq!(nines(0.999_999_999_9), "above 99.9999999 %");
        assert_eq!(nines(1.0), "100 %");
        assert_eq!(nines(0.5), "50 %");
    }
}
