//! What several aggregations have in common.

use serde_json::{Map, Value};
use shared::limits;

use super::kinds::{Interval, Order, OrderBy};
use crate::dsl::duration::parse_span;
use crate::dsl::read::At;
use crate::error::{ApiError, brief};

/// Fields of one `multi_terms`, and sources of one `composite`.
pub(super) const SOURCES_MAX: usize = 16;
/// The longest fixed interval, in milliseconds: about 30,000 years.
const INTERVAL_MS_MAX: i64 = 1_000_000_000_000_000;

/// The parameters of an aggregation.
pub(super) fn object<'a>(name: &str, body: &'a Value) -> Result<&'a Map<String, Value>, ApiError> {
    At::new("aggs", name).object(body)
}

/// No parameters.
pub(super) fn nothing(name: &str, body: &Value) -> Result<(), ApiError> {
    match object(name, body)?.keys().next() {
        Some(key) => Err(unsupported(name, key)),
        None => Ok(()),
    }
}

/// The error for a parameter that an aggregation does not have, or that is not offered.
pub(super) fn unsupported(name: &str, key: &str) -> ApiError {
    if key == "script" {
        return ApiError::parsing(format!("[{name}] [script] is not offered: there are no scripts"));
    }
    ApiError::parsing(format!(
        "[{name}] unknown or not offered parameter [{}]",
        brief(key)
    ))
}

/// A parameter that an aggregation needs.
pub(super) fn needed<T>(name: &str, key: &str, value: Option<T>) -> Result<T, ApiError> {
    value.ok_or_else(|| ApiError::parsing(format!("[{name}] requires [{key}]")))
}

/// A size of at least `least` and at most [`limits::BUCKETS_MAX`].
pub(super) fn size(at: At<'_>, value: &Value, least: i64) -> Result<u32, ApiError> {
    let size = at.whole(value)?;
    let allowed = u32::try_from(size)
        .ok()
        .filter(|number| size >= least && *number as usize <= limits::BUCKETS_MAX);
    allowed.ok_or_else(|| {
        ApiError::illegal(format!(
            "[{}] [{}] must be from [{least}] to [{}], but was [{size}]",
            at.part,
            at.key,
            limits::BUCKETS_MAX
        ))
    })
}

/// A count of documents.
pub(super) fn documents(at: At<'_>, value: &Value) -> Result<u64, ApiError> {
    let count = at.whole(value)?;
    u64::try_from(count).map_err(|_| at.expected("a number that is not negative", value))
}

/// The value of documents without one.
pub(super) fn missing_value(at: At<'_>, value: &Value) -> Result<Option<Value>, ApiError> {
    if value.is_null() {
        return Ok(None);
    }
    at.scalar(value).map(Some)
}

/// `{"_count": "desc"}`, or a list of such.
pub(super) fn orders(at: At<'_>, value: &Value) -> Result<Vec<Order>, ApiError> {
    match value {
        Value::Array(orders) if orders.len() <= 8 => orders.iter().map(|value| order(at, value)).collect(),
        Value::Array(_) => Err(at.expected("at most 8 criteria", value)),
        _ => Ok(vec![order(at, value)?]),
    }
}

fn order(at: At<'_>, value: &Value) -> Result<Order, ApiError> {
    let mut entries = at.object(value)?.iter();
    let (Some((by, direction)), None) = (entries.next(), entries.next()) else {
        return Err(at.expected("one criterion per object", value));
    };
    Ok(Order {
        by: order_by(by),
        descending: descending(at, direction)?,
    })
}

/// What a criterion means.
pub(super) fn order_by(text: &str) -> OrderBy {
    match text {
        "_count" => OrderBy::Count,
        "_key" | "_term" | "_time" => OrderBy::Key,
        path => OrderBy::Path(path.to_owned()),
    }
}

/// `asc` or `desc`.
pub(super) fn descending(at: At<'_>, value: &Value) -> Result<bool, ApiError> {
    match value.as_str() {
        Some(text) if text.eq_ignore_ascii_case("asc") => Ok(false),
        Some(text) if text.eq_ignore_ascii_case("desc") => Ok(true),
        _ => Err(at.expected("[asc] or [desc]", value)),
    }
}

/// `{"min": …, "max": …}`.
pub(super) fn bounds(at: At<'_>, value: &Value) -> Result<(Value, Value), ApiError> {
    let object = at.object(value)?;
    if let Some(key) = object.keys().find(|key| !["min", "max"].contains(&key.as_str())) {
        return Err(unsupported(at.key, key));
    }
    match (object.get("min"), object.get("max")) {
        (Some(min), Some(max)) => Ok((at.scalar(min)?, at.scalar(max)?)),
        _ => Err(at.expected("[min] and [max]", value)),
    }
}

/// A fixed offset from UTC such as `+01:00`, `Z` or `UTC`, in milliseconds.
pub(super) fn zone_ms(at: At<'_>, value: &Value) -> Result<i64, ApiError> {
    let text = at.text(value)?;
    if ["Z", "UTC", "GMT", "Etc/UTC"].contains(&text.as_str()) {
        return Ok(0);
    }
    let parsed = || {
        let sign = match text.chars().next()? {
            '+' => 1,
            '-' => -1,
            _ => return None,
        };
        let (hours, minutes) = match text[1..].split_once(':') {
            Some(parts) => parts,
            None if text.len() == 5 && text.is_ascii() => text[1..].split_at(2),
            None => (&text[1..], "0"),
        };
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(hours) || !digits(minutes) {
            return None;
        }
        let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
        (hours <= 18 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60_000)
    };
    parsed().ok_or_else(|| {
        at.expected(
            "a fixed offset such as [+01:00] or [UTC]; zones with summer time are not offered",
            value,
        )
    })
}

/// `+6h`, `-1d`.
pub(super) fn offset_ms(at: At<'_>, value: &Value) -> Result<i64, ApiError> {
    if let Some(ms) = value.as_i64().filter(|ms| ms.abs() <= INTERVAL_MS_MAX) {
        return Ok(ms);
    }
    let text = at.text(value)?;
    let (sign, span) = match text.strip_prefix('-') {
        Some(span) => (-1, span),
        None => (1, text.strip_prefix('+').unwrap_or(&text)),
    };
    Ok(sign * span_ms(at, span, value)?)
}

/// An interval of fixed length.
pub(super) fn fixed_interval(at: At<'_>, value: &Value) -> Result<Interval, ApiError> {
    let ms = span_ms(at, &at.text(value)?, value)?;
    if ms < 1 {
        return Err(at.expected("an interval of at least [1ms]", value));
    }
    Ok(Interval::Fixed(ms))
}

fn span_ms(at: At<'_>, text: &str, value: &Value) -> Result<i64, ApiError> {
    parse_span(text)
        .and_then(|span| i64::try_from(span.as_millis()).ok())
        .filter(|ms| *ms <= INTERVAL_MS_MAX)
        .ok_or_else(|| at.expected("a time such as [90m] or [7d]", value))
}

/// An interval of the calendar.
pub(super) fn calendar_interval(at: At<'_>, value: &Value) -> Result<Interval, ApiError> {
    match at.text(value)?.as_str() {
        "minute" | "1m" => Ok(Interval::Fixed(60_000)),
        "hour" | "1h" => Ok(Interval::Fixed(3_600_000)),
        "day" | "1d" => Ok(Interval::Fixed(86_400_000)),
        "week" | "1w" => Ok(Interval::Week),
        "month" | "1M" => Ok(Interval::Months(1)),
        "quarter" | "1q" => Ok(Interval::Months(3)),
        "year" | "1y" => Ok(Interval::Months(12)),
        _ => Err(at.expected(
            "one of [minute], [hour], [day], [week], [month], [quarter], [year], or [1m] to [1y]",
            value,
        )),
    }
}

/// How long an interval of numbers is.
pub(super) fn positive(at: At<'_>, value: &Value) -> Result<f64, ApiError> {
    let number = at.number(value)?;
    if number > 0.0 {
        Ok(number)
    } else {
        Err(at.expected("a number greater than 0", value))
    }
}
