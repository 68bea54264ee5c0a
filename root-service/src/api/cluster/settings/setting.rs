//! Each setting: its name, how it is read, and how it is shown.

use std::time::Duration;

use serde_json::Value;
use shared::catalog::SearchDefaults;

use crate::api::config::ApiConfig;
use crate::api::settings::{interval, value_text};
use crate::dsl::coverage;
use crate::error::{ApiError, brief};

/// A setting of the cluster. The first two have Elasticsearch's own names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Setting {
    Timeout,
    AllowPartialResults,
    MinCoverage,
    CoverageWaitMin,
    CoverageWaitMax,
}

impl Setting {
    /// All of them.
    pub(super) const ALL: [Self; 5] = [
        Self::Timeout,
        Self::AllowPartialResults,
        Self::MinCoverage,
        Self::CoverageWaitMin,
        Self::CoverageWaitMax,
    ];

    /// Its dotted name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Timeout => "search.default_search_timeout",
            Self::AllowPartialResults => "search.default_allow_partial_results",
            Self::MinCoverage => "search.min_coverage",
            Self::CoverageWaitMin => "search.coverage_wait_min",
            Self::CoverageWaitMax => "search.coverage_wait_max",
        }
    }

    /// The setting of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|setting| setting.name() == name)
    }

    /// Sets it, or leaves it to the root again with a null.
    pub(super) fn set(self, defaults: &mut SearchDefaults, value: &Value) -> Result<(), ApiError> {
        let name = self.name();
        let value = Some(value).filter(|value| !value.is_null());
        match self {
            Self::Timeout => {
                let timeout = value
                    .map(|value| coverage::parse_timeout(name, value))
                    .transpose()?;
                defaults.timeout_ms = whole_ms(name, timeout.flatten())?;
            }
            Self::AllowPartialResults => {
                defaults.allow_partial_results = value.map(|value| truth(name, value)).transpose()?;
            }
            Self::MinCoverage => {
                let share = value.map(|value| coverage::parse_min_coverage(name, value));
                defaults.min_coverage = share.transpose()?;
            }
            Self::CoverageWaitMin => defaults.coverage_wait_min_ms = wait_ms(name, value)?,
            Self::CoverageWaitMax => defaults.coverage_wait_max_ms = wait_ms(name, value)?,
        }
        Ok(())
    }

    /// Its value as text, if it is set.
    pub(super) fn shown(self, defaults: &SearchDefaults) -> Option<String> {
        match self {
            Self::Timeout => defaults.timeout_ms.map(interval),
            Self::AllowPartialResults => defaults.allow_partial_results.map(|truth| truth.to_string()),
            Self::MinCoverage => defaults.min_coverage.map(|share| share.to_string()),
            Self::CoverageWaitMin => defaults.coverage_wait_min_ms.map(interval),
            Self::CoverageWaitMax => defaults.coverage_wait_max_ms.map(interval),
        }
    }

    /// What holds at this root while it is not set, as text.
    pub(super) fn built_in(self, config: &ApiConfig) -> String {
        match self {
            Self::Timeout => interval(u64::try_from(config.search_timeout.as_millis()).unwrap_or(u64::MAX)),
            Self::AllowPartialResults => true.to_string(),
            Self::MinCoverage => "1".to_owned(),
            Self::CoverageWaitMin | Self::CoverageWaitMax => interval(0),
        }
    }
}

/// Refuses settings that contradict each other.
pub(super) fn check(defaults: &SearchDefaults) -> Result<(), ApiError> {
    coverage::check_waits(
        "search.",
        defaults.coverage_wait_min_ms.map(Duration::from_millis),
        defaults.coverage_wait_max_ms.map(Duration::from_millis),
    )?;
    coverage::check_partial(
        (Setting::MinCoverage.name(), defaults.min_coverage),
        (
            Setting::AllowPartialResults.name(),
            defaults.allow_partial_results,
        ),
    )
}

fn wait_ms(name: &str, value: Option<&Value>) -> Result<Option<u64>, ApiError> {
    let wait = value.map(|value| coverage::parse_wait(name, value)).transpose()?;
    whole_ms(name, wait.flatten())
}

/// The catalog has room for whole milliseconds.
fn whole_ms(name: &str, span: Option<Duration>) -> Result<Option<u64>, ApiError> {
    match span {
        Some(span) if span.subsec_nanos() % 1_000_000 != 0 => Err(ApiError::illegal(format!(
            "[{name}] must be in whole milliseconds, but was [{span:?}]"
        ))),
        span => Ok(span.and_then(|span| u64::try_from(span.as_millis()).ok())),
    }
}

fn truth(name: &str, value: &Value) -> Result<bool, ApiError> {
    let text = value_text(value);
    text.parse().map_err(|_| {
        ApiError::illegal(format!(
            "Failed to parse value [{}] of setting [{name}] as only [true] or [false] are allowed.",
            brief(&text)
        ))
    })
}
