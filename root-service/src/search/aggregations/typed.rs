//! Names that tell the types of results, which clients with types ask for: `sterms#author`.

use shared::aggregation::{Aggregation, ColumnKind, Kind};

use crate::dsl::aggregations::{MetricKind, PipelineKind};
use crate::resolve::aggregations::{Node, Shown, What};

/// The nodes with their types in their names. Results are finished by now: no path leads to a name any more.
pub(super) fn nodes(nodes: &[Node], wire: &[Aggregation]) -> Vec<Node> {
    let mut wire = wire.iter();
    let typed = |node: &Node| {
        // Shards compute everything but pipelines.
        let of = if matches!(node.what, What::Pipeline(_)) {
            None
        } else {
            wire.next()
        };
        Node {
            name: format!("{}#{}", name(&node.what, of.map(|of| &of.kind)), node.name),
            inner: self::nodes(&node.inner, of.map_or(&[], |of| &of.inner)),
            ..node.clone()
        }
    };
    nodes.iter().map(typed).collect()
}

/// Elasticsearch's name for the type of a result.
fn name(what: &What, wire: Option<&Kind>) -> &'static str {
    match what {
        What::Terms { multi: true, .. } => "multi_terms",
        What::Terms { .. } => terms(wire),
        What::Composite { .. } => "composite",
        What::Histogram { .. } => "histogram",
        What::Dates { .. } => "date_histogram",
        What::Ranges {
            shown: Shown::Date(_),
            ..
        } => "date_range",
        What::Ranges { .. } => "range",
        What::Filters { .. } => "filters",
        What::Single => match wire {
            Some(Kind::Global) => "global",
            Some(Kind::Missing(_)) => "missing",
            _ => "filter",
        },
        What::Metric { kind, .. } => match kind {
            MetricKind::Min => "min",
            MetricKind::Max => "max",
            MetricKind::Avg => "avg",
            MetricKind::Sum => "sum",
            MetricKind::ValueCount => "value_count",
            MetricKind::Stats => "stats",
            MetricKind::ExtendedStats => "extended_stats",
        },
        What::Cardinality { .. } => "cardinality",
        What::Percentiles { ranks: true, .. } => "tdigest_percentile_ranks",
        What::Percentiles { .. } => "tdigest_percentiles",
        What::Deviation => "median_absolute_deviation",
        What::Weighted => "weighted_avg",
        What::TopHits(_) => "top_hits",
        What::Pipeline(pipeline) => match pipeline.kind {
            PipelineKind::Min | PipelineKind::Max => "bucket_metric_value",
            PipelineKind::Stats => "stats_bucket",
            PipelineKind::ExtendedStats { .. } => "extended_stats_bucket",
            PipelineKind::Percentiles { .. } => "percentiles_bucket",
            PipelineKind::Derivative { .. } => "derivative",
            PipelineKind::CumulativeCardinality => "simple_long_value",
            PipelineKind::Avg
            | PipelineKind::Sum
            | PipelineKind::SerialDiff { .. }
            | PipelineKind::Normalize(_)
            | PipelineKind::CumulativeSum
            | PipelineKind::BucketSort { .. } => "simple_value",
        },
    }
}

fn terms(wire: Option<&Kind>) -> &'static str {
    let source = match wire {
        Some(Kind::Keyed(keyed)) => keyed.sources.first(),
        _ => None,
    };
    match source.map(|source| source.column.kind) {
        Some(ColumnKind::Str) => "sterms",
        Some(ColumnKind::Long | ColumnKind::Boolean) => "lterms",
        Some(ColumnKind::Double) => "dterms",
        Some(ColumnKind::Nothing) | None => "umterms",
    }
}
