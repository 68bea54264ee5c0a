//! `pit` of a search body, and how long points in time and scrolls are kept.

use std::time::Duration;

use serde_json::Value;
use shared::limits::KEEP_ALIVE_SECONDS_MAX;

use super::duration::parse_span;
use super::read::{At, unsupported};
use crate::error::{ApiError, brief};

/// The point in time that a search wants to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PitSpec {
    /// Its id, as the client was given it.
    pub id: String,
    /// How long to keep it from now on at least, if the client said.
    pub keep_alive: Option<Duration>,
}

impl PitSpec {
    /// Reads `{"id": …, "keep_alive": …}`.
    ///
    /// # Errors
    /// A 400 that names what is wrong.
    pub(super) fn parse(value: &Value) -> Result<Self, ApiError> {
        let (mut id, mut keep_alive) = (None, None);
        for (key, value) in At::new("search", "pit").object(value)? {
            let at = At::new("pit", key);
            match key.as_str() {
                "id" => id = Some(at.text(value)?),
                "keep_alive" => keep_alive = Some(parse_keep_alive(key, &at.text(value)?)?),
                other => return Err(unsupported("pit", other)),
            }
        }
        let Some(id) = id else {
            return Err(ApiError::illegal("point in time id is not provided"));
        };
        Ok(Self { id, keep_alive })
    }
}

/// Reads how long to keep a point in time or a scroll: at least a millisecond, at most [`KEEP_ALIVE_SECONDS_MAX`].
///
/// # Errors
/// A 400 that names the setting and the limit.
pub fn parse_keep_alive(setting: &str, text: &str) -> Result<Duration, ApiError> {
    let keep = parse_span(text).filter(|keep| keep.as_millis() > 0).ok_or_else(|| {
        ApiError::illegal(format!(
            "failed to parse setting [{setting}] with value [{}] as a time value: expected a whole number and a unit, \
             such as [30s] or [1m]",
            brief(text)
        ))
    })?;
    if keep > Duration::from_secs(KEEP_ALIVE_SECONDS_MAX) {
        return Err(ApiError::illegal(format!(
            "Keep alive for request ({}) is too large. It must be less than ({}h).",
            brief(text),
            KEEP_ALIVE_SECONDS_MAX / 3_600
        )));
    }
    Ok(keep)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_point_in_time_has_an_id_and_may_be_kept_for_longer() {
        let spec = PitSpec::parse(&json!({"id": "abc", "keep_alive": "2m"})).unwrap();
        assert_eq!(spec.id, "abc");
        assert_eq!(spec.keep_alive, Some(Duration::from_mins(2)));
        assert_eq!(PitSpec::parse(&json!({"id": "abc"})).unwrap().keep_alive, None);
        for (value, part) in [
            (json!({}), "id is not provided"),
            (json!({"id": 7}), "[pit] [id]"),
            (json!({"id": "a", "keep": "1m"}), "[keep]"),
            (json!("abc"), "an object"),
        ] {
            let error = PitSpec::parse(&value).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn nothing_is_kept_for_no_time_nor_for_ever() {
        for text in ["0s", "-1", "", "1", "25h", "1441m", "99999999999999999999d"] {
            assert!(parse_keep_alive("keep_alive", text).is_err(), "{text}");
        }
        assert_eq!(
            parse_keep_alive("keep_alive", "24h"),
            Ok(Duration::from_hours(24))
        );
    }
}
