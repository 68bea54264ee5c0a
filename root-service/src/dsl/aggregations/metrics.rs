//! Metrics: what is computed of a field's values.

use serde_json::Value;

use super::common::{missing_value, needed, object, unsupported};
use super::kinds::{Kind, Metric, MetricKind, Percentiles};
use crate::dsl::read::At;
use crate::error::ApiError;

/// Elasticsearch's default.
const PRECISION_THRESHOLD: u32 = 3_000;
/// Elasticsearch's greatest.
const PRECISION_THRESHOLD_MAX: i64 = 40_000;
/// Elasticsearch's default.
const PERCENTS: [f64; 7] = [1.0, 5.0, 25.0, 50.0, 75.0, 95.0, 99.0];
/// How many percentiles one aggregation may ask for.
const PERCENTS_MAX: usize = 1_000;

pub(super) fn metric(name: &str, body: &Value) -> Result<Kind, ApiError> {
    let kind = match name {
        "min" => MetricKind::Min,
        "max" => MetricKind::Max,
        "avg" => MetricKind::Avg,
        "sum" => MetricKind::Sum,
        "value_count" => MetricKind::ValueCount,
        "stats" => MetricKind::Stats,
        _ => MetricKind::ExtendedStats,
    };
    let (mut field, mut missing, mut format, mut sigma) = (None, None, None, 2.0);
    for (key, value) in object(name, body)? {
        let at = At::new(name, key);
        match key.as_str() {
            "field" => field = Some(at.text(value)?),
            "missing" => missing = missing_value(at, value)?,
            "format" => format = Some(at.text(value)?),
            "sigma" if kind == MetricKind::ExtendedStats => {
                sigma = at.number(value)?;
                if sigma < 0.0 {
                    return Err(at.expected("a number that is not negative", value));
                }
            }
            other => return Err(unsupported(name, other)),
        }
    }
    Ok(Kind::Metric(Metric {
        field: needed(name, "field", field)?,
        kind,
        missing,
        format,
        sigma,
    }))
}

pub(super) fn cardinality(body: &Value) -> Result<Kind, ApiError> {
    const NAME: &str = "cardinality";
    let (mut field, mut missing, mut exact_max) = (None, None, PRECISION_THRESHOLD);
    for (key, value) in object(NAME, body)? {
        let at = At::new(NAME, key);
        match key.as_str() {
            "field" => field = Some(at.text(value)?),
            "missing" => missing = missing_value(at, value)?,
            "precision_threshold" => {
                let threshold = at.whole(value)?.min(PRECISION_THRESHOLD_MAX);
                exact_max = u32::try_from(threshold)
                    .map_err(|_| at.expected("a number that is not negative", value))?;
            }
            // A hint on how to count; it is counted in one way only.
            "execution_hint" => drop(at.text(value)?),
            other => return Err(unsupported(NAME, other)),
        }
    }
    Ok(Kind::Cardinality {
        field: needed(NAME, "field", field)?,
        missing,
        exact_max,
    })
}

pub(super) fn percentiles(body: &Value) -> Result<Kind, ApiError> {
    const NAME: &str = "percentiles";
    let (mut field, mut missing, mut keyed, mut percents) = (None, None, true, PERCENTS.to_vec());
    for (key, value) in object(NAME, body)? {
        let at = At::new(NAME, key);
        match key.as_str() {
            "field" => field = Some(at.text(value)?),
            "missing" => missing = missing_value(at, value)?,
            "keyed" => keyed = at.truth(value)?,
            "percents" => percents = read_percents(at, value)?,
            // How Elasticsearch's digests are tuned; these need no tuning.
            "tdigest" | "hdr" => drop(at.object(value)?),
            other => return Err(unsupported(NAME, other)),
        }
    }
    Ok(Kind::Percentiles(Percentiles {
        field: needed(NAME, "field", field)?,
        percents,
        keyed,
        missing,
    }))
}

fn read_percents(at: At<'_>, value: &Value) -> Result<Vec<f64>, ApiError> {
    let what = "up to 1000 numbers from 0 to 100";
    let list = value
        .as_array()
        .filter(|list| !list.is_empty() && list.len() <= PERCENTS_MAX)
        .ok_or_else(|| at.expected(what, value))?;
    let mut percents = Vec::with_capacity(list.len());
    for percent in list {
        let percent = at.number(percent)?;
        if !(0.0..=100.0).contains(&percent) {
            return Err(at.expected(what, value));
        }
        percents.push(percent);
    }
    percents.sort_by(f64::total_cmp);
    percents.dedup();
    Ok(percents)
}
