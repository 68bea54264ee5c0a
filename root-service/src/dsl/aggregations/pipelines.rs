//! Pipeline aggregations: what is computed of other results.

use serde_json::Value;

use super::common::{
    calendar_interval, descending, fixed_interval, needed, object, order_by, size, unsupported,
};
use super::kinds::{Interval, Kind, Order, OrderBy};
use super::metrics::{PERCENTS, read_percents};
use super::pipeline_kinds::{Gaps, NormalizeMethod, Pipeline, PipelineKind};
use crate::dsl::read::At;
use crate::error::ApiError;

pub(super) fn pipeline(name: &str, body: &Value) -> Result<Kind, ApiError> {
    let mut kind = match name {
        "avg_bucket" => PipelineKind::Avg,
        "sum_bucket" => PipelineKind::Sum,
        "min_bucket" => PipelineKind::Min,
        "max_bucket" => PipelineKind::Max,
        "stats_bucket" => PipelineKind::Stats,
        "extended_stats_bucket" => PipelineKind::ExtendedStats { sigma: 2.0 },
        "percentiles_bucket" => PipelineKind::Percentiles {
            percents: PERCENTS.to_vec(),
            keyed: true,
        },
        "derivative" => PipelineKind::Derivative { unit_ms: None },
        "serial_diff" => PipelineKind::SerialDiff { lag: 1 },
        "cumulative_cardinality" => PipelineKind::CumulativeCardinality,
        "normalize" => PipelineKind::Normalize(needed_method(body)?),
        _ => PipelineKind::CumulativeSum,
    };
    let (mut path, mut gaps) = (None, Gaps::Skip);
    for (key, value) in object(name, body)? {
        let at = At::new(name, key);
        match (key.as_str(), &mut kind) {
            ("buckets_path", _) => path = Some(one_path(at, value)?),
            ("gap_policy", _) => gaps = gap_policy(at, value)?,
            ("sigma", PipelineKind::ExtendedStats { sigma }) => {
                *sigma = at.number(value)?;
                if *sigma < 0.0 {
                    return Err(at.expected("a number that is not negative", value));
                }
            }
            ("percents", PipelineKind::Percentiles { percents, .. }) => *percents = read_percents(at, value)?,
            ("keyed", PipelineKind::Percentiles { keyed, .. }) => *keyed = at.truth(value)?,
            ("unit", PipelineKind::Derivative { unit_ms }) => *unit_ms = Some(unit(at, value)?),
            ("lag", PipelineKind::SerialDiff { lag }) => *lag = size(at, value, 1)? as usize,
            ("method", PipelineKind::Normalize(_)) => {}
            (other, _) => return Err(unsupported(name, other)),
        }
    }
    Ok(Kind::Pipeline(Pipeline {
        kind,
        path: needed(name, "buckets_path", path)?,
        gaps,
    }))
}

/// A path, or a list of one.
fn one_path(at: At<'_>, value: &Value) -> Result<String, ApiError> {
    match value.as_array().map(Vec::as_slice) {
        Some([only]) => at.text(only),
        _ => at.text(value),
    }
}

/// The time for which a slope is shown; months and years as long as they are on average.
fn unit(at: At<'_>, value: &Value) -> Result<i64, ApiError> {
    const DAY_MS: i64 = 86_400_000;
    match calendar_interval(at, value).or_else(|_| fixed_interval(at, value))? {
        Interval::Fixed(ms) => Ok(ms),
        Interval::Week => Ok(7 * DAY_MS),
        Interval::Months(months) => Ok(i64::from(months) * 146_097 * DAY_MS / 4_800),
    }
}

fn needed_method(body: &Value) -> Result<NormalizeMethod, ApiError> {
    const NAME: &str = "normalize";
    let method = needed(NAME, "method", object(NAME, body)?.get("method"))?;
    match method.as_str() {
        Some("rescale_0_1") => Ok(NormalizeMethod::Rescale0To1),
        Some("rescale_0_100") => Ok(NormalizeMethod::Rescale0To100),
        Some("percent_of_sum") => Ok(NormalizeMethod::PercentOfSum),
        Some("mean") => Ok(NormalizeMethod::Mean),
        Some("z-score") => Ok(NormalizeMethod::ZScore),
        Some("softmax") => Ok(NormalizeMethod::Softmax),
        _ => Err(At::new(NAME, "method").expected(
            "one of [rescale_0_1], [rescale_0_100], [percent_of_sum], [mean], [z-score], [softmax]",
            method,
        )),
    }
}

fn gap_policy(at: At<'_>, value: &Value) -> Result<Gaps, ApiError> {
    match value.as_str() {
        Some("skip") => Ok(Gaps::Skip),
        Some("insert_zeros") => Ok(Gaps::InsertZeros),
        _ => Err(at.expected("[skip] or [insert_zeros]", value)),
    }
}

pub(super) fn bucket_sort(body: &Value) -> Result<Kind, ApiError> {
    const NAME: &str = "bucket_sort";
    let (mut orders, mut from, mut kept, mut gaps) = (Vec::new(), 0, None, Gaps::Skip);
    for (key, value) in object(NAME, body)? {
        let at = At::new(NAME, key);
        match key.as_str() {
            "sort" => orders = sorts(at, value)?,
            "from" => from = size(at, value, 0)? as usize,
            "size" => kept = Some(size(at, value, 1)? as usize),
            "gap_policy" => gaps = gap_policy(at, value)?,
            other => return Err(unsupported(NAME, other)),
        }
    }
    if orders.is_empty() && from == 0 && kept.is_none() {
        return Err(ApiError::parsing(
            "[bucket_sort] is configured to perform nothing. Please set either of [sort, size, from] to use bucket_sort",
        ));
    }
    Ok(Kind::Pipeline(Pipeline {
        kind: PipelineKind::BucketSort {
            orders,
            from,
            size: kept,
        },
        path: String::new(),
        gaps,
    }))
}

/// `["a", {"b": "desc"}, {"c": {"order": "desc"}}]`, or one of them.
fn sorts(at: At<'_>, value: &Value) -> Result<Vec<Order>, ApiError> {
    let ascending = |text: &str| Order {
        by: sort_by(text),
        descending: false,
    };
    match value {
        Value::Array(all) => {
            let mut orders = Vec::with_capacity(all.len());
            for value in all.iter().filter(|value| !value.is_array()) {
                orders.extend(sorts(at, value)?);
            }
            if orders.len() == all.len() && all.len() <= 8 {
                Ok(orders)
            } else {
                Err(at.expected("up to 8 criteria", value))
            }
        }
        Value::String(text) => Ok(vec![ascending(text)]),
        _ => {
            let mut orders = Vec::new();
            for (by, direction) in at.object(value)? {
                let direction = match direction.as_object() {
                    Some(object) => match (object.get("order"), object.len()) {
                        (Some(order), 1) => order,
                        _ => return Err(at.expected("[order] and nothing else", direction)),
                    },
                    None => direction,
                };
                orders.push(Order {
                    by: sort_by(by),
                    descending: descending(at, direction)?,
                });
            }
            Ok(orders)
        }
    }
}

fn sort_by(text: &str) -> OrderBy {
    order_by(text)
}
