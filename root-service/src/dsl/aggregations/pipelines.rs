//! Pipeline aggregations: what is computed of other results.

use serde_json::Value;

use super::common::{descending, needed, object, order_by, size, unsupported};
use super::kinds::{Gaps, Kind, Order, OrderBy, Pipeline, PipelineKind};
use crate::dsl::read::At;
use crate::error::ApiError;

pub(super) fn pipeline(name: &str, body: &Value) -> Result<Kind, ApiError> {
    let kind = match name {
        "avg_bucket" => PipelineKind::Avg,
        "sum_bucket" => PipelineKind::Sum,
        "min_bucket" => PipelineKind::Min,
        "max_bucket" => PipelineKind::Max,
        "stats_bucket" => PipelineKind::Stats,
        "derivative" => PipelineKind::Derivative,
        _ => PipelineKind::CumulativeSum,
    };
    let (mut path, mut gaps) = (None, Gaps::Skip);
    for (key, value) in object(name, body)? {
        let at = At::new(name, key);
        match key.as_str() {
            "buckets_path" => path = Some(at.text(value)?),
            "gap_policy" => gaps = gap_policy(at, value)?,
            other => return Err(unsupported(name, other)),
        }
    }
    Ok(Kind::Pipeline(Pipeline {
        kind,
        path: needed(name, "buckets_path", path)?,
        gaps,
    }))
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
