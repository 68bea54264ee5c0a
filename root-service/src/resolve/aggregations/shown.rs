//! How numbers are shown beside themselves: dates as text, truth values as words.

use serde_json::Value;
use shared::aggregation::civil_from_days;
use shared::mapping::coded::Code;
use shared::mapping::{DateFormats, to_iso};

use crate::error::{ApiError, brief};

/// How the numbers of a field are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As they are.
    Plain,
    /// As `true` and `false`.
    Boolean,
    /// As dates of a format.
    Date(DateShown),
    /// As what a text stands for that the index keeps.
    Code(Code),
}

/// How dates are shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateShown {
    format: String,
    zone_ms: i64,
    /// Whether the client asked for the format itself.
    asked: bool,
}

impl DateShown {
    /// By the format that the client asked for, or the first one of the field.
    pub(super) fn new(asked: Option<&str>, field: &DateFormats, zone_ms: i64) -> Result<Self, ApiError> {
        if let Some(format) = asked {
            DateFormats::try_from(format.to_owned()).map_err(|error| ApiError::illegal(error.to_string()))?;
        }
        let text = asked.unwrap_or(field.as_str());
        let first = text.split("||").next().unwrap_or(text).to_owned();
        if first.len() > 256 {
            return Err(ApiError::illegal(format!(
                "the date format [{}] is too long",
                brief(text)
            )));
        }
        Ok(Self {
            format: first,
            zone_ms,
            asked: asked.is_some(),
        })
    }
}

impl Shown {
    /// As dates of a format that the client asked for, or of the field's first.
    ///
    /// # Errors
    /// A 400 for an unknown format.
    pub fn date(asked: Option<&str>, field: &DateFormats) -> Result<Self, ApiError> {
        DateShown::new(asked, field, 0).map(Self::Date)
    }

    /// A number as text, if it is shown so.
    pub fn text(&self, number: f64) -> Option<String> {
        match self {
            Self::Plain | Self::Code(_) => None,
            Self::Boolean => Some((number != 0.0).to_string()),
            Self::Date(date) => Some(date.text(whole(number))),
        }
    }

    /// A whole number as text, if it is shown so.
    pub fn text_of_whole(&self, number: i64) -> Option<String> {
        match self {
            Self::Plain | Self::Code(_) => None,
            Self::Boolean => Some((number != 0).to_string()),
            Self::Date(date) => Some(date.text(number)),
        }
    }

    /// A string that the index keeps, as it is shown.
    pub fn decoded(&self, kept: &str) -> Value {
        match self {
            Self::Code(code) => code.decoded(kept),
            Self::Plain | Self::Boolean | Self::Date(_) => kept.into(),
        }
    }

    /// Whether the client asked for dates in a format of its own.
    pub fn is_asked_format(&self) -> bool {
        matches!(self, Self::Date(date) if date.asked)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "`as` saturates; the mean of dates is shown to the millisecond"
)]
fn whole(number: f64) -> i64 {
    number.floor() as i64
}

impl DateShown {
    fn text(&self, ms: i64) -> String {
        let iso = |with_time: bool, with_millis: bool| {
            let pattern = match (with_time, with_millis) {
                (false, _) => "yyyy-MM-dd",
                (true, false) => "yyyy-MM-dd'T'HH:mm:ss",
                (true, true) => "yyyy-MM-dd'T'HH:mm:ss.SSS",
            };
            self.by_pattern(pattern, ms)
        };
        let name = self.format.strip_prefix("strict_").unwrap_or(&self.format);
        match name {
            "date_optional_time" | "date_optional_time_nanos" | "date_time" if self.zone_ms == 0 => {
                to_iso(ms)
            }
            "date_optional_time" | "date_optional_time_nanos" | "date_time" => {
                format!("{}{}", iso(true, true), self.offset(true))
            }
            "date_time_no_millis" => format!("{}{}", iso(true, false), self.offset(true)),
            "date_hour_minute_second" => iso(true, false),
            "date_hour_minute_second_millis" => iso(true, true),
            "date" | "year_month_day" => iso(false, false),
            "year_month" => self.by_pattern("yyyy-MM", ms),
            "year" => self.by_pattern("yyyy", ms),
            "basic_date" => self.by_pattern("yyyyMMdd", ms),
            "basic_date_time_no_millis" => self.by_pattern("yyyyMMdd'T'HHmmssX", ms),
            "epoch_millis" => ms.to_string(),
            "epoch_second" => ms.div_euclid(1_000).to_string(),
            pattern => self.by_pattern(pattern, ms),
        }
    }

    /// By a pattern of `y M d H m s S X Z`, literals, and what stands in quotes.
    fn by_pattern(&self, pattern: &str, ms: i64) -> String {
        let local = ms.saturating_add(self.zone_ms);
        let (year, month, day) = civil_from_days(local.div_euclid(86_400_000));
        let of_day = local.rem_euclid(86_400_000);
        let mut text = String::new();
        let mut rest = pattern.chars().peekable();
        let mut quoted = false;
        while let Some(letter) = rest.next() {
            if letter == '\'' {
                if rest.peek() == Some(&'\'') {
                    rest.next();
                    text.push('\'');
                } else {
                    quoted = !quoted;
                }
                continue;
            }
            if quoted || !"yuMdHmsSXZ".contains(letter) {
                text.push(letter);
                continue;
            }
            let mut width = 1;
            while rest.next_if_eq(&letter).is_some() {
                width += 1;
            }
            let part = match letter {
                'y' | 'u' if width == 2 => format!("{:02}", year.rem_euclid(100)),
                'y' | 'u' => format!("{year:0width$}"),
                'M' => format!("{month:0width$}"),
                'd' => format!("{day:0width$}"),
                'H' => format!("{:0width$}", of_day / 3_600_000),
                'm' => format!("{:0width$}", of_day / 60_000 % 60),
                's' => format!("{:0width$}", of_day / 1_000 % 60),
                'S' => fraction(of_day % 1_000, width),
                'X' => self.offset(width > 2),
                _ if self.zone_ms == 0 => "+0000".to_owned(),
                _ => self.offset(false),
            };
            text.push_str(&part);
        }
        text
    }

    /// `Z`, or such as `+01:00`.
    fn offset(&self, colon: bool) -> String {
        if self.zone_ms == 0 {
            return "Z".to_owned();
        }
        let sign = if self.zone_ms < 0 { '-' } else { '+' };
        let minutes = self.zone_ms.abs() / 60_000;
        let colon = if colon { ":" } else { "" };
        format!("{sign}{:02}{colon}{:02}", minutes / 60, minutes % 60)
    }
}

/// The first digits of milliseconds as a fraction of a second.
fn fraction(ms: i64, width: usize) -> String {
    let mut digits = format!("{ms:03}");
    while digits.len() < width {
        digits.push('0');
    }
    digits.truncate(width);
    digits
}
