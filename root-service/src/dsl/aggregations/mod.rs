//! `aggs`: what to compute of all matches, read into a closed tree. Nothing here knows a mapping.

mod buckets;
mod common;
mod composite;
mod kinds;
mod metrics;
mod pipelines;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};
use shared::limits;

pub use kinds::{
    Composite, CompositeSource, CompositeValues, DateHistogram, Filters, Gaps, Histogram, Interval, Kind,
    Metric, MetricKind, Named, Order, OrderBy, Percentiles, Pipeline, PipelineKind, RangeBound, Ranges,
    Terms,
};

use super::names;
use super::read::At;
use crate::error::{ApiError, brief};

/// The aggregations that are offered.
const OFFERED: [&str; 28] = [
    "avg",
    "avg_bucket",
    "bucket_sort",
    "cardinality",
    "composite",
    "cumulative_sum",
    "date_histogram",
    "date_range",
    "derivative",
    "extended_stats",
    "filter",
    "filters",
    "global",
    "histogram",
    "max",
    "max_bucket",
    "min",
    "min_bucket",
    "missing",
    "multi_terms",
    "percentiles",
    "range",
    "stats",
    "stats_bucket",
    "sum",
    "sum_bucket",
    "terms",
    "value_count",
];

/// Elasticsearch's and OpenSearch's others.
const NOT_OFFERED: [&str; 47] = [
    "adjacency_matrix",
    "auto_date_histogram",
    "boxplot",
    "bucket_correlation",
    "bucket_count_ks_test",
    "bucket_script",
    "bucket_selector",
    "categorize_text",
    "change_point",
    "children",
    "cumulative_cardinality",
    "diversified_sampler",
    "extended_stats_bucket",
    "frequent_item_sets",
    "geo_bounds",
    "geo_centroid",
    "geo_distance",
    "geo_line",
    "geohash_grid",
    "geohex_grid",
    "geotile_grid",
    "inference",
    "ip_prefix",
    "ip_range",
    "matrix_stats",
    "median_absolute_deviation",
    "moving_avg",
    "moving_fn",
    "moving_percentiles",
    "nested",
    "normalize",
    "parent",
    "percentile_ranks",
    "percentiles_bucket",
    "random_sampler",
    "rare_terms",
    "rate",
    "reverse_nested",
    "sampler",
    "scripted_metric",
    "serial_diff",
    "significant_terms",
    "significant_text",
    "string_stats",
    "top_hits",
    "variable_width_histogram",
    "weighted_avg",
];

/// Reads the value of `aggs`.
///
/// # Errors
/// A 400 that names the aggregation and the parameter, or the limit that is exceeded.
pub fn parse(value: &Value) -> Result<Vec<Named>, ApiError> {
    level(value, 1, &mut 0)
}

fn level(value: &Value, depth: usize, count: &mut usize) -> Result<Vec<Named>, ApiError> {
    if depth > limits::AGGREGATION_DEPTH_MAX {
        return Err(ApiError::illegal(format!(
            "the aggregations are nested deeper than the limit of [{}]",
            limits::AGGREGATION_DEPTH_MAX
        )));
    }
    let mut all = Vec::new();
    for (name, body) in At::new("search", "aggs").object(value)? {
        *count += 1;
        if *count > limits::AGGREGATIONS_MAX {
            return Err(ApiError::illegal(format!(
                "the search has more aggregations than the limit of [{}]",
                limits::AGGREGATIONS_MAX
            )));
        }
        check_name(name)?;
        all.push(one(name, At::new("aggs", name).object(body)?, depth, count)?);
    }
    Ok(all)
}

fn check_name(name: &str) -> Result<(), ApiError> {
    if name.is_empty() || name.contains(['[', ']', '>']) || name.len() > limits::FIELD_NAME_BYTES_MAX {
        return Err(ApiError::parsing(format!(
            "Invalid aggregation name [{}]. Aggregation names can contain any character except '[', ']', and '>', and up \
             to [{}] bytes",
            brief(name),
            limits::FIELD_NAME_BYTES_MAX
        )));
    }
    Ok(())
}

fn one(name: &str, body: &Map<String, Value>, depth: usize, count: &mut usize) -> Result<Named, ApiError> {
    let mut kind: Option<(&str, Kind)> = None;
    let (mut inner, mut meta) = (None, None);
    for (key, value) in body {
        match key.as_str() {
            "aggs" | "aggregations" if inner.is_none() => inner = Some(level(value, depth + 1, count)?),
            "aggs" | "aggregations" => {
                return Err(ApiError::parsing(format!(
                    "Found two sub aggregation definitions under [{}]",
                    brief(name)
                )));
            }
            "meta" => meta = Some(At::new(name, key).object(value)?.clone()),
            _ => {
                if let Some((first, _)) = kind {
                    return Err(ApiError::parsing(format!(
                        "Found two aggregation type definitions in [{}]: [{first}] and [{}]",
                        brief(name),
                        brief(key)
                    )));
                }
                kind = Some((key, read_kind(key, value)?));
            }
        }
    }
    let Some((type_name, kind)) = kind else {
        return Err(ApiError::parsing(format!(
            "Missing definition for aggregation [{}]",
            brief(name)
        )));
    };
    let inner = inner.unwrap_or_default();
    if !inner.is_empty() && !kind.has_buckets() {
        return Err(ApiError::parsing(format!(
            "Aggregator [{}] of type [{type_name}] cannot accept sub-aggregations",
            brief(name)
        )));
    }
    if depth > 1 && matches!(kind, Kind::Global | Kind::Composite(_)) {
        return Err(ApiError::parsing(format!(
            "Aggregator [{}] of type [{type_name}] cannot be used as a sub-aggregation; it can only be at the top",
            brief(name)
        )));
    }
    Ok(Named {
        name: name.to_owned(),
        kind,
        meta,
        inner,
    })
}

fn read_kind(name: &str, body: &Value) -> Result<Kind, ApiError> {
    match name {
        "terms" => buckets::terms(body),
        "multi_terms" => buckets::multi_terms(body),
        "composite" => composite::composite(body),
        "range" => buckets::range(name, body, false),
        "date_range" => buckets::range(name, body, true),
        "histogram" => buckets::histogram(body),
        "date_histogram" => buckets::date_histogram(body),
        "filter" => Ok(Kind::Filter(super::parse_query(body)?)),
        "filters" => buckets::filters(body),
        "missing" => buckets::missing(body),
        "global" => common::nothing(name, body).map(|()| Kind::Global),
        "min" | "max" | "avg" | "sum" | "stats" | "extended_stats" | "value_count" => {
            metrics::metric(name, body)
        }
        "cardinality" => metrics::cardinality(body),
        "percentiles" => metrics::percentiles(body),
        "avg_bucket" | "sum_bucket" | "min_bucket" | "max_bucket" | "stats_bucket" | "derivative"
        | "cumulative_sum" => pipelines::pipeline(name, body),
        "bucket_sort" => pipelines::bucket_sort(body),
        other => Err(unknown(other)),
    }
}

fn unknown(name: &str) -> ApiError {
    if NOT_OFFERED.contains(&name) {
        return ApiError::parsing(format!("the aggregation type [{name}] is not offered"));
    }
    ApiError::parsing(format!(
        "Unknown aggregation type [{}]{}",
        brief(name),
        names::suggestion(name, OFFERED.into_iter())
    ))
}
