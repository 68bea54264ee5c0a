//! `aggs`: what to compute of all matches, read into a closed tree. Nothing here knows a mapping.

mod buckets;
mod common;
mod composite;
mod kinds;
mod metrics;
mod pipeline_kinds;
mod pipelines;
#[cfg(test)]
mod tests;
mod top_hits;

use serde_json::{Map, Value};
use shared::limits;

pub use kinds::{
    Composite, CompositeSource, CompositeValues, DateHistogram, Filters, Histogram, Interval, Kind, Metric,
    MetricKind, Named, Order, OrderBy, Percentiles, RangeBound, Ranges, Terms, TopHits, Weighted,
};
pub use pipeline_kinds::{Gaps, NormalizeMethod, Pipeline, PipelineKind};

use super::names;
use super::read::At;
use crate::error::{ApiError, brief};

/// The aggregations that are offered.
pub(super) const OFFERED: [&str; 37] = [
    "avg",
    "avg_bucket",
    "bucket_sort",
    "cardinality",
    "composite",
    "cumulative_cardinality",
    "cumulative_sum",
    "date_histogram",
    "date_range",
    "derivative",
    "extended_stats",
    "extended_stats_bucket",
    "filter",
    "filters",
    "global",
    "histogram",
    "max",
    "max_bucket",
    "median_absolute_deviation",
    "min",
    "min_bucket",
    "missing",
    "multi_terms",
    "normalize",
    "percentile_ranks",
    "percentiles",
    "percentiles_bucket",
    "range",
    "serial_diff",
    "stats",
    "stats_bucket",
    "sum",
    "sum_bucket",
    "terms",
    "top_hits",
    "value_count",
    "weighted_avg",
];

/// Elasticsearch's and OpenSearch's others.
const NOT_OFFERED: [&str; 43] = [
    "adjacency_matrix",
    "auto_date_histogram",
    "boxplot",
    "bucket_correlation",
    "bucket_count_ks_test",
    "bucket_script",
    "bucket_selector",
    "cartesian_bounds",
    "cartesian_centroid",
    "categorize_text",
    "change_point",
    "children",
    "diversified_sampler",
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
    "moving_avg",
    "moving_fn",
    "moving_percentiles",
    "nested",
    "parent",
    "random_sampler",
    "rare_terms",
    "rate",
    "reverse_nested",
    "sampler",
    "scripted_metric",
    "significant_terms",
    "significant_text",
    "string_stats",
    "t_test",
    "time_series",
    "top_metrics",
    "variable_width_histogram",
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
        "percentiles" | "percentile_ranks" => metrics::percentiles(name, body),
        "median_absolute_deviation" => metrics::deviation(body),
        "weighted_avg" => metrics::weighted(body),
        "top_hits" => top_hits::top_hits(body),
        "avg_bucket"
        | "sum_bucket"
        | "min_bucket"
        | "max_bucket"
        | "stats_bucket"
        | "extended_stats_bucket"
        | "percentiles_bucket"
        | "derivative"
        | "cumulative_sum"
        | "cumulative_cardinality"
        | "serial_diff"
        | "normalize" => pipelines::pipeline(name, body),
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
