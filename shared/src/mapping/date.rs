//! Dates as clients write them, to milliseconds since the epoch and back.

use serde::{Deserialize, Serialize};
use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

/// What a partly given date means: its first instant, or its last (the upper end of a range).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// `2014` is 2014-01-01T00:00:00.000Z.
    Down,
    /// `2014` is 2014-12-31T23:59:59.999Z.
    Up,
}

/// One way to write a date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DateFormat {
    /// ISO 8601: a year, month or day, and optionally `T`, a time and an offset (`strict_date_optional_time`).
    OptionalTime,
    /// Milliseconds since the epoch.
    EpochMillis,
    /// Seconds since the epoch.
    EpochSecond,
    /// A Java-like pattern of `y M d H m s S X Z` and literals.
    Pattern(String),
}

/// The formats of a date field, tried in order; written as Elasticsearch does, `a||b`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DateFormats {
    text: String,
    formats: Vec<DateFormat>,
}

/// A date, or a date format, that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// The text fits none of the formats.
    #[error("failed to parse date field [{text}] with format [{formats}]")]
    Text {
        /// The text, cut to a printable length.
        text: String,
        /// The formats tried.
        formats: String,
    },
    /// The format itself is unknown.
    #[error("Invalid format: [{0}]: Unknown pattern or name")]
    Format(String),
}

impl Default for DateFormats {
    fn default() -> Self {
        let formats = vec![DateFormat::OptionalTime, DateFormat::EpochMillis];
        Self {
            text: "strict_date_optional_time||epoch_millis".to_owned(),
            formats,
        }
    }
}

impl From<DateFormats> for String {
    fn from(formats: DateFormats) -> Self {
        formats.text
    }
}

impl TryFrom<String> for DateFormats {
    type Error = DateError;

    fn try_from(text: String) -> Result<Self, DateError> {
        let formats = text
            .split("||")
            .map(DateFormat::by_name)
            .collect::<Result<_, _>>()?;
        Ok(Self { text, formats })
    }
}

impl DateFormats {
    /// The formats as a mapping spells them.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Milliseconds since the epoch.
    ///
    /// # Errors
    /// [`DateError::Text`] if no format fits.
    pub fn parse(&self, text: &str, rounding: Rounding) -> Result<i64, DateError> {
        self.formats
            .iter()
            .find_map(|format| format.parse(text, rounding))
            .ok_or_else(|| DateError::Text {
                text: text.chars().take(64).collect(),
                formats: self.text.clone(),
            })
    }

    /// A number in a document or a query: milliseconds, unless the field counts seconds.
    pub fn from_number(&self, number: i64) -> i64 {
        let seconds = self.formats.contains(&DateFormat::EpochSecond)
            && !self.formats.contains(&DateFormat::EpochMillis);
        if seconds {
            number.saturating_mul(1_000)
        } else {
            number
        }
    }
}

impl DateFormat {
    fn by_name(name: &str) -> Result<Self, DateError> {
        let pattern = |text: &str| Ok(Self::Pattern(text.to_owned()));
        match name.strip_prefix("strict_").unwrap_or(name) {
            "date_optional_time"
            | "date_optional_time_nanos"
            | "date_time"
            | "date_time_no_millis"
            | "date_hour_minute_second"
            | "date_hour_minute_second_millis"
            | "date"
            | "year_month"
            | "year_month_day" => Ok(Self::OptionalTime),
            "epoch_millis" => Ok(Self::EpochMillis),
            "epoch_second" => Ok(Self::EpochSecond),
            "basic_date" => pattern("yyyyMMdd"),
            "basic_date_time_no_millis" => pattern("yyyyMMdd'T'HHmmssX"),
            "year" => pattern("yyyy"),
            _ if is_pattern(name) => pattern(name),
            _ => Err(DateError::Format(name.chars().take(64).collect())),
        }
    }

    fn parse(&self, text: &str, rounding: Rounding) -> Option<i64> {
        match self {
            Self::EpochMillis => text.parse().ok(),
            Self::EpochSecond => text.parse::<i64>().ok()?.checked_mul(1_000),
            Self::OptionalTime => parse_iso(text)?.to_ms(rounding),
            Self::Pattern(pattern) => parse_pattern(pattern, text)?.to_ms(rounding),
        }
    }
}

/// What was written of a date; the rest is filled up by [`Rounding`].
#[derive(Clone, Copy, Debug, Default)]
struct Parts {
    year: i32,
    month: Option<u8>,
    day: Option<u8>,
    hour: Option<u8>,
    minute: Option<u8>,
    second: Option<u8>,
    millis: Option<u16>,
    offset: Option<UtcOffset>,
}

impl Parts {
    fn to_ms(self, rounding: Rounding) -> Option<i64> {
        let up = rounding == Rounding::Up;
        let month = Month::try_from(self.month.unwrap_or(if up { 12 } else { 1 })).ok()?;
        let day = self.day.unwrap_or(if up { month.length(self.year) } else { 1 });
        let fill = |part: Option<u8>, last: u8| part.unwrap_or(if up { last } else { 0 });
        let millis = self.millis.unwrap_or(if up { 999 } else { 0 });
        let time = Time::from_hms_milli(
            fill(self.hour, 23),
            fill(self.minute, 59),
            fill(self.second, 59),
            millis,
        )
        .ok()?;
        let date = Date::from_calendar_date(self.year, month, day).ok()?;
        let at = PrimitiveDateTime::new(date, time).assume_offset(self.offset.unwrap_or(UtcOffset::UTC));
        i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000_000)).ok()
    }
}

/// A reader of digits and literals, never past the end.
struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    fn digits(&mut self, least: usize, most: usize) -> Option<&'a str> {
        let count = self.0.bytes().take(most).take_while(u8::is_ascii_digit).count();
        if count < least {
            return None;
        }
        let (digits, rest) = self.0.split_at(count);
        self.0 = rest;
        Some(digits)
    }

    fn number<T: std::str::FromStr>(&mut self, least: usize, most: usize) -> Option<T> {
        self.digits(least, most)?.parse().ok()
    }

    fn eat(&mut self, literal: char) -> Option<()> {
        self.0 = self.0.strip_prefix(literal)?;
        Some(())
    }

    /// A fraction of a second, as milliseconds.
    fn millis(&mut self) -> Option<u16> {
        let digits = self.digits(1, 9)?;
        let padded = format!("{digits:0<3}");
        padded[..3].parse().ok()
    }

    /// `Z`, `+01`, `+0100`, `+01:00`.
    fn offset(&mut self) -> Option<UtcOffset> {
        if self.eat('Z').is_some() {
            return Some(UtcOffset::UTC);
        }
        let sign = if self.eat('+').is_some() {
            1
        } else {
            self.eat('-').map(|()| -1)?
        };
        let hours: i8 = self.number(2, 2)?;
        let colon = self.eat(':').is_some();
        let minutes: i8 = self.number(2, 2).or(if colon { None } else { Some(0) })?;
        UtcOffset::from_hms(sign * hours, sign * minutes, 0).ok()
    }
}

fn parse_iso(text: &str) -> Option<Parts> {
    let mut at = Cursor(text);
    let mut parts = Parts {
        year: at.number(4, 4)?,
        ..Parts::default()
    };
    if at.eat('-').is_some() {
        parts.month = Some(at.number(2, 2)?);
        if at.eat('-').is_some() {
            parts.day = Some(at.number(2, 2)?);
        }
    }
    if at.eat('T').is_some() && !at.0.is_empty() {
        parts.day?;
        parts.hour = Some(at.number(2, 2)?);
        if at.eat(':').is_some() {
            parts.minute = Some(at.number(2, 2)?);
            if at.eat(':').is_some() {
                parts.second = Some(at.number(2, 2)?);
                if at.eat('.').or_else(|| at.eat(',')).is_some() {
                    parts.millis = Some(at.millis()?);
                }
            }
        }
        if !at.0.is_empty() {
            parts.offset = Some(at.offset()?);
        }
    }
    at.0.is_empty().then_some(parts)
}

fn is_pattern(name: &str) -> bool {
    let mut quoted = false;
    let known = name.chars().all(|c| {
        quoted ^= c == '\'';
        quoted || !c.is_ascii_alphabetic() || "yuMdHmsSXZ".contains(c)
    });
    known && (name.contains("yy") || name.contains("uu"))
}

fn parse_pattern(pattern: &str, text: &str) -> Option<Parts> {
    let mut at = Cursor(text);
    let mut parts = Parts::default();
    let mut rest = pattern;
    while let Some(letter) = rest.chars().next() {
        if letter == '\'' {
            let (literal, after) = rest[1..].split_once('\'')?;
            at.0 = at.0.strip_prefix(literal)?;
            rest = after;
            continue;
        }
        let count = rest.chars().take_while(|c| *c == letter).count();
        rest = &rest[count * letter.len_utf8()..];
        let most = count.max(2);
        match letter {
            'y' | 'u' => parts.year = at.number(4.min(count), 4)?,
            'M' => parts.month = Some(at.number(count.min(2), most)?),
            'd' => parts.day = Some(at.number(count.min(2), most)?),
            'H' => parts.hour = Some(at.number(count.min(2), most)?),
            'm' => parts.minute = Some(at.number(count.min(2), most)?),
            's' => parts.second = Some(at.number(count.min(2), most)?),
            'S' => parts.millis = Some(at.millis()?),
            'X' | 'Z' => parts.offset = Some(at.offset()?),
            literal => (0..count).try_for_each(|_| at.eat(literal))?,
        }
    }
    at.0.is_empty().then_some(parts)
}

/// Milliseconds since the epoch as ISO 8601 in UTC; out of the calendar's range, the bare number.
pub fn to_iso(ms: i64) -> String {
    let Some(at) = OffsetDateTime::UNIX_EPOCH.checked_add(Duration::milliseconds(ms)) else {
        return ms.to_string();
    };
    let (date, clock) = (at.date(), at.time());
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        date.year(),
        u8::from(date.month()),
        date.day(),
        clock.hour(),
        clock.minute(),
        clock.second(),
        clock.millisecond()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(format: &str, text: &str, rounding: Rounding) -> Option<String> {
        DateFormats::try_from(format.to_owned())
            .unwrap()
            .parse(text, rounding)
            .ok()
            .map(to_iso)
    }

    #[test]
    fn partly_given_dates_are_filled_towards_the_asked_end() {
        let format = "strict_date_optional_time";
        assert_eq!(
            ms(format, "2014", Rounding::Down).unwrap(),
            "2014-01-01T00:00:00.000Z"
        );
        assert_eq!(
            ms(format, "2016-02", Rounding::Up).unwrap(),
            "2016-02-29T23:59:59.999Z"
        );
        assert_eq!(
            ms(format, "2016-02-03T10:11:12.5+01:30", Rounding::Down).unwrap(),
            "2016-02-03T08:41:12.500Z"
        );
        assert_eq!(
            ms(format, "9999-12-31", Rounding::Down).unwrap(),
            "9999-12-31T00:00:00.000Z"
        );
    }

    #[test]
    fn several_formats_are_tried_in_order() {
        let format = "yyyy/MM/dd HH:mm:ss||epoch_second";
        assert_eq!(
            ms(format, "2020/01/02 03:04:05", Rounding::Down).unwrap(),
            "2020-01-02T03:04:05.000Z"
        );
        assert_eq!(
            ms(format, "1577934245", Rounding::Down).unwrap(),
            "2020-01-02T03:04:05.000Z"
        );
        assert_eq!(ms(format, "yesterday", Rounding::Down), None);
    }

    #[test]
    fn impossible_dates_and_unknown_formats_are_refused() {
        assert_eq!(ms("date", "2023-02-30", Rounding::Down), None);
        assert_eq!(ms("date", "2023-1é", Rounding::Down), None);
        assert!(DateFormats::try_from("week_date".to_owned()).is_err());
        assert!(DateFormats::try_from("''".to_owned()).is_err());
    }
}
