//! Query parameters: each is taken by the call that knows it, and what nobody took is refused by name.

use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use shared::limits;

use super::openapi::{COMMON, Operation};
use crate::error::{ApiError, brief};
use crate::offered::Kind;

/// The query parameters of one request.
#[derive(Clone, Debug)]
pub(super) struct Params {
    path: String,
    pairs: Vec<(String, String)>,
    /// What the call offers; nothing else is read. Without it, whatever is asked for is read.
    operation: Option<&'static Operation>,
}

impl<S: Sync> FromRequestParts<S> for Params {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let params = Self::parse(parts.uri.path(), parts.uri.query().unwrap_or_default())?;
        Ok(match parts.extensions.get::<&'static Operation>() {
            Some(operation) => params.of(operation),
            None => params,
        })
    }
}

impl Params {
    /// Reads the query part of a URI.
    pub(super) fn parse(path: &str, query: &str) -> Result<Self, ApiError> {
        let uri = axum::http::Uri::builder()
            .path_and_query(format!("/?{query}"))
            .build()
            .map_err(|error| ApiError::illegal(format!("failed to parse the query parameters: {error}")))?;
        let Query(pairs) = Query::<Vec<(String, String)>>::try_from_uri(&uri)
            .map_err(|error| ApiError::illegal(format!("failed to parse the query parameters: {error}")))?;
        Ok(Self {
            path: path.to_owned(),
            pairs,
            operation: None,
        })
    }

    /// The same as those of a call: only what it offers is read, and what changes nothing is passed over.
    pub(super) fn of(self, operation: &'static Operation) -> Self {
        Self {
            operation: Some(operation),
            ..self
        }
    }

    /// Takes a parameter; of several of the same name the last one counts, as in Elasticsearch.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        let mut found = None;
        if !self.is_offered(name) {
            debug_assert!(false, "[{name}] of [{}] is read, and not offered", self.path);
            return None;
        }
        self.pairs.retain_mut(|(key, value)| {
            let matches = key == name;
            if matches {
                found = Some(std::mem::take(value));
            }
            !matches
        });
        found
    }

    /// Whether a parameter is there and was not taken yet.
    pub(super) fn has(&self, name: &str) -> bool {
        self.pairs.iter().any(|(key, _)| key == name)
    }

    /// Takes a switch: `true`, `false`, or just its name for `true`.
    pub(super) fn flag(&mut self, name: &str) -> Result<Option<bool>, ApiError> {
        match self.text(name).as_deref() {
            None => Ok(None),
            Some("true" | "") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(other) => Err(ApiError::illegal(format!(
                "Failed to parse value [{}] of parameter [{name}] as only [true] or [false] are allowed.",
                brief(other)
            ))),
        }
    }

    /// Takes anything that has a text form.
    pub(super) fn value<T>(&mut self, name: &str) -> Result<Option<T>, ApiError>
    where
        T: FromStr,
        T::Err: Display,
    {
        self.text(name)
            .map(|text| {
                text.parse().map_err(|error| {
                    ApiError::illegal(format!(
                        "Failed to parse parameter [{name}] with value [{}]: {error}",
                        brief(&text)
                    ))
                })
            })
            .transpose()
    }

    /// Takes a time such as `500ms` or `1m`; `-1` is the longest that is allowed.
    pub(super) fn duration(&mut self, name: &str) -> Result<Option<Duration>, ApiError> {
        self.text(name).map(|text| parse_timeout(name, &text)).transpose()
    }

    /// Takes a comma-separated list.
    pub(super) fn list(&mut self, name: &str) -> Option<Vec<String>> {
        let text = self.text(name)?;
        Some(
            text.split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect(),
        )
    }

    /// Every parameter that was not taken yet, for calls that hand them on; the common ones are not among them.
    pub(super) fn rest(mut self) -> Vec<(String, String)> {
        self.pairs.retain(|(key, _)| !is_common(key));
        self.pairs
    }

    fn is_offered(&self, name: &str) -> bool {
        self.operation
            .is_none_or(|operation| operation.parameter(name).is_some())
    }

    fn is_idle(&self, name: &str) -> bool {
        let offered = self.operation.and_then(|operation| operation.parameter(name));
        offered.is_some_and(|offered| matches!(offered.kind, Kind::Idle))
    }

    /// Refuses what nobody took.
    pub(super) fn finish(self) -> Result<(), ApiError> {
        let strange = |name: &&String| !is_common(name) && !self.is_idle(name);
        let mut names: Vec<String> = self
            .pairs
            .iter()
            .map(|(name, _)| name)
            .filter(strange)
            .map(|name| format!("[{}]", brief(name)))
            .collect();
        if names.is_empty() {
            return Ok(());
        }
        names.dedup();
        names.truncate(16);
        Err(ApiError::illegal(format!(
            "request [{}] contains unrecognized parameter{}: {}",
            brief(&self.path),
            if names.len() == 1 { "" } else { "s" },
            names.join(", ")
        )))
    }
}

/// Whether the envelope reads it.
fn is_common(name: &str) -> bool {
    COMMON.iter().any(|offered| offered.name == name)
}

/// A time with its unit, at most [`limits::TIMEOUT_SECONDS_MAX`].
pub(super) fn parse_timeout(name: &str, text: &str) -> Result<Duration, ApiError> {
    let max = Duration::from_secs(limits::TIMEOUT_SECONDS_MAX);
    if text == "-1" {
        return Ok(max);
    }
    let duration = parse_duration(text).ok_or_else(|| {
        ApiError::illegal(format!(
            "failed to parse setting [{name}] with value [{}] as a time value: unit is missing or unrecognized",
            brief(text)
        ))
    })?;
    if duration > max {
        return Err(ApiError::illegal(format!(
            "[{name}] of [{}] is longer than the limit of [{}s]",
            brief(text),
            limits::TIMEOUT_SECONDS_MAX
        )));
    }
    Ok(duration)
}

/// A whole number and a unit, as Elasticsearch writes times; a bare `0` has no need of one.
pub(super) fn parse_duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let unit_at = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(unit_at);
    let number: u64 = number.parse().ok()?;
    let seconds = |each: u64| number.checked_mul(each).map(Duration::from_secs);
    match unit {
        "nanos" => Some(Duration::from_nanos(number)),
        "micros" => Some(Duration::from_micros(number)),
        "ms" => Some(Duration::from_millis(number)),
        "s" => seconds(1),
        "m" => seconds(60),
        "h" => seconds(60 * 60),
        "d" => seconds(24 * 60 * 60),
        _ => None,
    }
}

#[cfg(test)]
#[path = "params_tests.rs"]
mod tests;
