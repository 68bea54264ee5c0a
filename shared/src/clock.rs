//! The wall clock. Nothing else reads it: what needs the time of day takes it as a parameter.

use time::OffsetDateTime;

/// The time of day, UTC.
#[expect(
    clippy::disallowed_methods,
    reason = "the one place that reads the wall clock"
)]
pub fn now_utc() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

/// Milliseconds since 1970-01-01T00:00:00Z.
pub fn now_ms() -> i64 {
    i64::try_from(now_utc().unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}
