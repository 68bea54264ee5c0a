//! How much of the documents a search wants to answer from, and how long it waits for more than that. Requests and the
//! cluster's settings say it with the same words, so both are read here.

use std::time::Duration;

use serde_json::Value;

use super::duration;
use crate::error::{ApiError, brief};

/// A share of the documents, as a number or as one in text: from 0, any answer will do, to 1, wait for all.
///
/// # Errors
/// A 400 that names the setting and the range, for everything else.
pub(crate) fn parse_min_coverage(setting: &str, value: &Value) -> Result<f64, ApiError> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    // Also for NaN, which is in no range. The absolute value makes the zero of "-0" an ordinary one.
    number
        .filter(|share| (0.0..=1.0).contains(share))
        .map(f64::abs)
        .ok_or_else(|| {
            let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            ApiError::illegal(format!(
                "[{setting}] must be a share of the documents from [0] to [1], but was [{}]",
                brief(&shown)
            ))
        })
}

/// A wait such as `5ms`, at most [`shared::limits::TIMEOUT_SECONDS_MAX`]. `-1` means that none is set.
///
/// # Errors
/// A 400 that names the setting and what is expected.
pub(crate) fn parse_wait(setting: &str, value: &Value) -> Result<Option<Duration>, ApiError> {
    duration::parse_wait(setting, text(setting, value)?)
}

/// As [`parse_wait`], but no time at all is too short.
///
/// # Errors
/// A 400 that names the setting and what is expected.
pub(crate) fn parse_timeout(setting: &str, value: &Value) -> Result<Option<Duration>, ApiError> {
    duration::parse_timeout(setting, text(setting, value)?)
}

fn text<'a>(setting: &str, value: &'a Value) -> Result<&'a str, ApiError> {
    value.as_str().ok_or_else(|| {
        ApiError::illegal(format!(
            "[{setting}] expects a time as text, such as [\"5ms\"], but was [{}]",
            brief(&value.to_string())
        ))
    })
}

/// Refuses a shortest wait that is longer than the longest. `prefix` stands before the names of both.
///
/// # Errors
/// A 400 that names them.
pub(crate) fn check_waits(
    prefix: &str,
    min: Option<Duration>,
    max: Option<Duration>,
) -> Result<(), ApiError> {
    match (min, max) {
        (Some(min), Some(max)) if min > max => Err(ApiError::illegal(format!(
            "[{prefix}coverage_wait_min] must not be longer than [{prefix}coverage_wait_max], but was [{min:?}], and \
             that is [{max:?}]"
        ))),
        _ => Ok(()),
    }
}

/// Refuses to be content with a part of the documents and to want all or nothing at the same time.
///
/// # Errors
/// A 400 that names both.
pub(crate) fn check_partial(
    min_coverage: (&str, Option<f64>),
    allow_partial: (&str, Option<bool>),
) -> Result<(), ApiError> {
    match (min_coverage, allow_partial) {
        ((name, Some(share)), (contrary, Some(false))) if share < 1.0 => Err(ApiError::illegal(format!(
            "[{name}] of [{share}] takes an answer from a part of the documents, but [{contrary}] of [false] wants all \
             or nothing; leave one of them out"
        ))),
        _ => Ok(()),
    }
}
