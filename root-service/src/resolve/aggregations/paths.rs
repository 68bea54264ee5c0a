//! Paths to other results, checked before anything is computed: `histogram>metric.property`.

use super::{Node, What};
use crate::dsl::aggregations::{MetricKind, Order, OrderBy, PipelineKind};
use crate::error::{ApiError, brief};

/// The parts of a path: names of aggregations, and the property of the last one.
pub fn parts(path: &str) -> (Vec<&str>, Option<&str>) {
    let mut names: Vec<&str> = path.split('>').map(str::trim).collect();
    let last = names.pop().unwrap_or("");
    let (last, property) = match last.split_once('[') {
        Some((name, property)) => (name, Some(property.trim_end_matches(']'))),
        None => match last.split_once('.') {
            Some((name, property)) => (name, Some(property)),
            None => (last, None),
        },
    };
    names.push(last);
    (names, property)
}

/// Checks all paths of a level, and below. `around` is the aggregation whose buckets it is in.
pub(super) fn check(nodes: &[Node], around: Option<&Node>) -> Result<(), ApiError> {
    for node in nodes {
        let orders: &[Order] = match &node.what {
            What::Terms { orders, .. } => orders,
            What::Histogram { intervals, .. } | What::Dates { intervals, .. } => &intervals.orders,
            _ => &[],
        };
        for order in orders {
            if let OrderBy::Path(path) = &order.by {
                value(&node.inner, path).map_err(|reason| {
                    ApiError::illegal(format!(
                        "Invalid aggregation order path [{}]. {reason}",
                        brief(path)
                    ))
                })?;
            }
        }
        if let What::Pipeline(pipeline) = &node.what {
            pipeline_paths(node, &pipeline.kind, &pipeline.path, nodes, around)?;
        }
        check(&node.inner, Some(node))?;
    }
    Ok(())
}

fn pipeline_paths(
    node: &Node,
    kind: &PipelineKind,
    path: &str,
    siblings: &[Node],
    around: Option<&Node>,
) -> Result<(), ApiError> {
    let invalid = |reason: String| {
        ApiError::illegal(format!(
            "Validation Failed: aggregation [{}]: buckets_path [{}]: {reason}",
            brief(&node.name),
            brief(path)
        ))
    };
    if kind.is_sibling() {
        let (first, rest) = path.split_once('>').unwrap_or((path, "_count"));
        let many = siblings
            .iter()
            .find(|sibling| sibling.name == first.trim() && sibling.what.has_many_buckets());
        let many = many.ok_or_else(|| invalid(format!("[{}] has no buckets beside it", brief(first))))?;
        return value(&many.inner, rest).map_err(invalid);
    }
    let Some(around) = around.filter(|around| around.what.has_many_buckets()) else {
        return Err(invalid(
            "it must be inside of an aggregation with buckets".to_owned(),
        ));
    };
    if let PipelineKind::BucketSort { orders, .. } = kind {
        for order in orders {
            if let OrderBy::Path(path) = &order.by {
                value(siblings, path).map_err(invalid)?;
            }
        }
        return Ok(());
    }
    if let PipelineKind::CumulativeCardinality = kind {
        let of = siblings.iter().find(|sibling| sibling.name == path);
        if !of.is_some_and(|of| matches!(of.what, What::Cardinality { .. })) {
            return Err(invalid(
                "[cumulative_cardinality] needs the name of a [cardinality] beside it".to_owned(),
            ));
        }
    }
    if let PipelineKind::Derivative { unit_ms: Some(_) } = kind
        && !matches!(around.what, What::Dates { .. })
    {
        return Err(invalid("[unit] is of a [date_histogram]".to_owned()));
    }
    let any = matches!(kind, PipelineKind::Normalize(_));
    if !any && !matches!(around.what, What::Histogram { .. } | What::Dates { .. }) {
        return Err(invalid(
            "it must be inside of a [histogram] or [date_histogram]".to_owned(),
        ));
    }
    value(siblings, path).map_err(invalid)
}

/// Whether a path leads to one number, seen from inside of a bucket.
fn value(nodes: &[Node], path: &str) -> Result<(), String> {
    if ["_count", "_key"].contains(&path) {
        return Ok(());
    }
    let (names, property) = parts(path);
    let mut level = nodes;
    for (at, name) in names.iter().enumerate() {
        let last = at + 1 == names.len();
        if last && at > 0 && *name == "_count" {
            return Ok(());
        }
        let Some(node) = level.iter().find(|node| node.name == *name) else {
            return Err(format!("No aggregation found for path [{}]", brief(path)));
        };
        match &node.what {
            What::Single if last && property.is_none_or(|property| property == "_count") => return Ok(()),
            What::Single => level = &node.inner,
            What::Metric { kind, .. } if last => return metric(*kind, property),
            What::Deviation | What::Weighted
                if last && property.is_none_or(|property| property == "value") =>
            {
                return Ok(());
            }
            What::Cardinality { .. } if last && property.is_none_or(|property| property == "value") => {
                return Ok(());
            }
            What::Percentiles { percents, .. } if last => return percent(percents, property),
            What::Pipeline(pipeline) if last => {
                return match (&pipeline.kind, property) {
                    (PipelineKind::BucketSort { .. }, _) => Err("[bucket_sort] has no value".to_owned()),
                    (PipelineKind::Stats, property) => metric(MetricKind::Stats, property),
                    (PipelineKind::ExtendedStats { .. }, property) => {
                        metric(MetricKind::ExtendedStats, property)
                    }
                    (PipelineKind::Percentiles { percents, .. }, property) => percent(percents, property),
                    (PipelineKind::Derivative { unit_ms: Some(_) }, Some("normalized_value")) => Ok(()),
                    (_, None | Some("value")) => Ok(()),
                    (_, Some(property)) => Err(format!("there is no [{}]", brief(property))),
                };
            }
            _ => return Err(format!("[{}] does not have one value", brief(name))),
        }
    }
    Err("it does not lead to a value".to_owned())
}

/// Whether a percent is among those that are computed.
fn percent(percents: &[f64], property: Option<&str>) -> Result<(), String> {
    let wanted = property.and_then(|property| property.parse::<f64>().ok());
    match wanted {
        Some(percent) if percents.contains(&percent) => Ok(()),
        _ => Err("name one of the percents, such as [name.50]".to_owned()),
    }
}

fn metric(kind: MetricKind, property: Option<&str>) -> Result<(), String> {
    const STATS: [&str; 5] = ["count", "min", "max", "avg", "sum"];
    const EXTENDED: [&str; 9] = [
        "sum_of_squares",
        "variance",
        "variance_population",
        "variance_sampling",
        "std_deviation",
        "std_deviation_population",
        "std_deviation_sampling",
        "std_upper",
        "std_lower",
    ];
    let known = match (kind, property) {
        (MetricKind::Stats, Some(property)) => STATS.contains(&property),
        (MetricKind::ExtendedStats, Some(property)) => {
            STATS.contains(&property) || EXTENDED.contains(&property)
        }
        (MetricKind::Stats | MetricKind::ExtendedStats, None) => false,
        (_, property) => property.is_none_or(|property| property == "value"),
    };
    if known {
        Ok(())
    } else {
        Err(format!("name one of the metrics, such as [name.{}]", STATS[3]))
    }
}

impl What {
    /// Whether it has a list of buckets.
    pub fn has_many_buckets(&self) -> bool {
        match self {
            Self::Terms { .. }
            | Self::Composite { .. }
            | Self::Histogram { .. }
            | Self::Dates { .. }
            | Self::Ranges { .. }
            | Self::Filters { .. } => true,
            Self::Single
            | Self::Metric { .. }
            | Self::Cardinality { .. }
            | Self::Percentiles { .. }
            | Self::Deviation
            | Self::Weighted
            | Self::TopHits(_)
            | Self::Pipeline(_) => false,
        }
    }
}
