//! Date math: `now-1d/d`, `2014-11-18||+1M/d`.

use shared::mapping::{DateFormats, Rounding};
use time::{Date, Duration, Month, OffsetDateTime, Time};

use crate::error::brief;

/// How many steps an expression may have.
const STEPS_MAX: usize = 32;

/// Reads a date with or without math, to milliseconds since the epoch. `/d` rounds down to the first instant of the day, or
/// up to the last one, as `rounding` says.
///
/// # Errors
/// The reason, for people.
pub(super) fn parse(
    text: &str,
    formats: &DateFormats,
    rounding: Rounding,
    now_ms: i64,
) -> Result<i64, String> {
    let (start, math) = match (text.strip_prefix("now"), text.split_once("||")) {
        (Some(math), _) if math.is_empty() || math.starts_with(['+', '-', '/']) => (now_ms, math),
        // The date itself is exact here: only `/` rounds.
        (_, Some((date, math))) => (read(date, formats, Rounding::Down)?, math),
        _ => return read(text, formats, rounding),
    };
    apply(start, math, rounding).ok_or_else(|| {
        format!(
            "failed to parse date math [{}]: expected steps such as [+1d], [-2h] or [/M], of the units y M w d h H m s, \
             within the years 0 to 9999",
            brief(text)
        )
    })
}

fn read(text: &str, formats: &DateFormats, rounding: Rounding) -> Result<i64, String> {
    formats.parse(text, rounding).map_err(|error| error.to_string())
}

fn apply(start_ms: i64, math: &str, rounding: Rounding) -> Option<i64> {
    let mut at = OffsetDateTime::UNIX_EPOCH.checked_add(Duration::milliseconds(start_ms))?;
    let mut rest = math;
    let mut steps = 0;
    while let Some(sign) = rest.chars().next() {
        steps += 1;
        if steps > STEPS_MAX || !sign.is_ascii() {
            return None;
        }
        rest = &rest[1..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, tail) = rest.split_at(digits);
        let unit = tail.chars().next()?;
        rest = tail.strip_prefix(unit)?;
        let count: i32 = if digits == 0 { 1 } else { number.parse().ok()? };
        at = match sign {
            '+' => add(at, count, unit)?,
            '-' => add(at, -count, unit)?,
            '/' if digits == 0 => round(at, unit, rounding)?,
            _ => return None,
        };
    }
    let ms = i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000_000)).ok()?;
    (0..=9999).contains(&at.year()).then_some(ms)
}

fn add(at: OffsetDateTime, count: i32, unit: char) -> Option<OffsetDateTime> {
    let seconds = match unit {
        'y' => return add_months(at, count.checked_mul(12)?),
        'M' => return add_months(at, count),
        'w' => 7 * 86_400,
        'd' => 86_400,
        'h' | 'H' => 3_600,
        'm' => 60,
        's' => 1,
        _ => return None,
    };
    at.checked_add(Duration::seconds(i64::from(count) * seconds))
}

/// The same day of another month, or its last one if it is shorter.
fn add_months(at: OffsetDateTime, months: i32) -> Option<OffsetDateTime> {
    let index = at
        .year()
        .checked_mul(12)?
        .checked_add(i32::from(u8::from(at.month())) - 1)?
        .checked_add(months)?;
    let year = index.div_euclid(12);
    let month = Month::try_from(u8::try_from(index.rem_euclid(12) + 1).ok()?).ok()?;
    let date = Date::from_calendar_date(year, month, at.day().min(month.length(year))).ok()?;
    Some(at.replace_date(date))
}

/// The first instant of the unit, or the last one.
fn round(at: OffsetDateTime, unit: char, rounding: Rounding) -> Option<OffsetDateTime> {
    let date = match unit {
        'y' => Date::from_calendar_date(at.year(), Month::January, 1).ok()?,
        'M' => at.date().replace_day(1).ok()?,
        'w' => at
            .date()
            .checked_sub(Duration::days(i64::from(at.weekday().number_days_from_monday())))?,
        'd' | 'h' | 'H' | 'm' | 's' => at.date(),
        _ => return None,
    };
    let (hour, minute, second) = at.time().as_hms();
    let clock = match unit {
        'h' | 'H' => Time::from_hms(hour, 0, 0).ok()?,
        'm' => Time::from_hms(hour, minute, 0).ok()?,
        's' => Time::from_hms(hour, minute, second).ok()?,
        _ => Time::MIDNIGHT,
    };
    let first = date.with_time(clock).assume_utc();
    match rounding {
        Rounding::Down => Some(first),
        Rounding::Up => add(first, 1, unit)?.checked_sub(Duration::milliseconds(1)),
    }
}

#[cfg(test)]
mod tests {
    use shared::mapping::to_iso;

    use super::*;

    /// 2015-03-31T12:34:56.789Z, a Tuesday.
    const NOW_MS: i64 = 1_427_805_296_789;

    fn at(text: &str, rounding: Rounding) -> Result<String, String> {
        parse(text, &DateFormats::default(), rounding, NOW_MS).map(to_iso)
    }

    #[test]
    fn steps_are_taken_in_order_from_now_or_from_a_date() {
        for (text, down, up) in [
            ("now", "2015-03-31T12:34:56.789Z", "2015-03-31T12:34:56.789Z"),
            ("now-1M", "2015-02-28T12:34:56.789Z", "2015-02-28T12:34:56.789Z"),
            (
                "now+1h+1m",
                "2015-03-31T13:35:56.789Z",
                "2015-03-31T13:35:56.789Z",
            ),
            ("now-d", "2015-03-30T12:34:56.789Z", "2015-03-30T12:34:56.789Z"),
            ("now-1d/d", "2015-03-30T00:00:00.000Z", "2015-03-30T23:59:59.999Z"),
            ("now/w", "2015-03-30T00:00:00.000Z", "2015-04-05T23:59:59.999Z"),
            ("now/y", "2015-01-01T00:00:00.000Z", "2015-12-31T23:59:59.999Z"),
            ("now/H", "2015-03-31T12:00:00.000Z", "2015-03-31T12:59:59.999Z"),
            (
                "2014-11-18||/M",
                "2014-11-01T00:00:00.000Z",
                "2014-11-30T23:59:59.999Z",
            ),
            (
                "2014-11-18||+1y-1d",
                "2015-11-17T00:00:00.000Z",
                "2015-11-17T00:00:00.000Z",
            ),
            (
                "2014-11-18||",
                "2014-11-18T00:00:00.000Z",
                "2014-11-18T00:00:00.000Z",
            ),
            ("2014-11", "2014-11-01T00:00:00.000Z", "2014-11-30T23:59:59.999Z"),
            (
                "1427805296789",
                "2015-03-31T12:34:56.789Z",
                "2015-03-31T12:34:56.789Z",
            ),
        ] {
            assert_eq!(at(text, Rounding::Down).as_deref(), Ok(down), "{text}");
            assert_eq!(at(text, Rounding::Up).as_deref(), Ok(up), "{text}");
        }
    }

    #[test]
    fn nonsense_and_distant_times_are_refused() {
        for text in [
            "now-",
            "now+1",
            "now+1x",
            "now/1d",
            "now*2d",
            "now+é",
            "now+9999999999d",
            "now+2147483647y",
            "now+2147483647w",
            "now-3000y",
            "nowhere",
            "never||+1d",
        ] {
            assert!(at(text, Rounding::Down).is_err(), "{text}");
        }
        assert!(at(&format!("now{}", "+1s".repeat(33)), Rounding::Down).is_err());
    }
}
