//! Metrics: what is computed of a field's values.

use serde_json::Value;

use super::common::{missing_value, needed, object, unsupported};
use super::kinds::{Kind, Metric, MetricKind, Percentiles, Weighted};
use crate::dsl::read::At;
use crate::error::ApiError;

/// Elasticsearch's default.
const PRECISION_THRESHOLD: u32 = 3_000;
/// Elasticsearch's greatest.
const PRECISION_THRESHOLD_MAX: i64 = 40_000;
/// Elasticsearch's default.
pub(super) const PERCENTS: [f64; 7] = [1.0, 5.0, 25.0, 50.0, 75.0, 95.0, 99.0];
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

pub(super) fn percentiles(name: &str, body: &Value) -> Result<Kind, ApiError> {
    let ranks = name == "percentile_ranks";
    let (mut field, mut missing, mut keyed) = (None, None, true);
    let mut percents = if ranks { None } else { Some(PERCENTS.to_vec()) };
    for (key, value) in object(name, body)? {
        let at = At::new(name, key);
        match key.as_str() {
            "field" => field = Some(at.text(value)?),
            "missing" => missing = missing_value(at, value)?,
            "keyed" => keyed = at.truth(value)?,
            "percents" if !ranks => percents = Some(read_percents(at, value)?),
            "values" if ranks => percents = Some(numbers(at, value, "up to 1000 numbers")?),
            // How Elasticsearch's digests are tuned; these need no tuning.
            "tdigest" => read_digest(at, value)?,
            other => return Err(unsupported(name, other)),
        }
    }
    Ok(Kind::Percentiles(Percentiles {
        field: needed(name, "field", field)?,
        percents: needed(name, "values", percents)?,
        ranks,
        keyed,
        missing,
    }))
}

/// `{"compression": 100, "execution_hint": "high_accuracy"}`.
fn read_digest(at: At<'_>, value: &Value) -> Result<(), ApiError> {
    for (key, value) in at.object(value)? {
        let at = At::new(at.key, key);
        match key.as_str() {
            "compression" => drop(at.number(value)?),
            "execution_hint" => drop(at.text(value)?),
            other => return Err(unsupported(at.part, other)),
        }
    }
    Ok(())
}

pub(super) fn deviation(body: &Value) -> Result<Kind, ApiError> {
    const NAME: &str = "median_absolute_deviation";
    let (mut field, mut missing) = (None, None);
    for (key, value) in object(NAME, body)? {
        let at = At::new(NAME, key);
        match key.as_str() {
            "field" => field = Some(at.text(value)?),
            "missing" => missing = missing_value(at, value)?,
            // How Elasticsearch's digest is tuned; this needs no tuning.
            "compression" => drop(at.number(value)?),
            "execution_hint" => drop(at.text(value)?),
            other => return Err(unsupported(NAME, other)),
        }
    }
    Ok(Kind::Deviation {
        field: needed(NAME, "field", field)?,
        missing,
    })
}

pub(super) fn weighted(body: &Value) -> Result<Kind, ApiError> {
    const NAME: &str = "weighted_avg";
    let (mut of_value, mut weight) = (None, None);
    for (key, value) in object(NAME, body)? {
        match key.as_str() {
            "value" => of_value = Some(weighted_field(key, value)?),
            "weight" => weight = Some(weighted_field(key, value)?),
            other => return Err(unsupported(NAME, other)),
        }
    }
    Ok(Kind::Weighted(Weighted {
        value: needed(NAME, "value", of_value)?,
        weight: needed(NAME, "weight", weight)?,
    }))
}

fn weighted_field(name: &str, body: &Value) -> Result<(String, Option<Value>), ApiError> {
    let (mut field, mut missing) = (None, None);
    for (key, value) in object(name, body)? {
        let at = At::new(name, key);
        match key.as_str() {
            "field" => field = Some(at.text(value)?),
            "missing" => missing = missing_value(at, value)?,
            other => return Err(unsupported(name, other)),
        }
    }
    Ok((needed(name, "field", field)?, missing))
}

/// Numbers from 0 to 100.
pub(super) fn read_percents(at: At<'_>, value: &Value) -> Result<Vec<f64>, ApiError> {
    let what = "up to 1000 numbers from 0 to 100";
    let percents = numbers(at, value, what)?;
    if percents.iter().all(|percent| (0.0..=100.0).contains(percent)) {
        Ok(percents)
    } else {
        Err(at.expected(what, value))
    }
}

/// Numbers, sorted, each once.
fn numbers(at: At<'_>, value: &Value, what: &str) -> Result<Vec<f64>, ApiError> {
    let list = value
        .as_array()
        .filter(|list| !list.is_empty() && list.len() <= PERCENTS_MAX)
        .ok_or_else(|| at.expected(what, value))?;
    let mut percents = Vec::with_capacity(list.len());
    for percent in list {
        percents.push(at.number(percent)? + 0.0);
    }
    percents.sort_by(f64::total_cmp);
    percents.dedup();
    Ok(percents)
}
