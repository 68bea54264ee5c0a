//! Finished results, before they are shown, and the numbers that paths lead to in them.

use std::sync::Arc;

use shared::aggregation::{Distinct, Key, Stats, TopHit};
use shared::wire::StoredDocument;

use crate::dsl::aggregations::{Gaps, MetricKind, PipelineKind};
use crate::resolve::aggregations::paths::parts;
use crate::resolve::aggregations::{Node, What};

/// A finished result.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// A list of buckets.
    Buckets(List),
    /// One bucket.
    Single(Bucket),
    /// A simple metric.
    Stats(Stats),
    /// How many values.
    Count(u64),
    /// How many different values, and which, for sums over buckets.
    Distinct(Distinct),
    /// Percentiles, one for each percent.
    Percentiles(Vec<Option<f64>>),
    /// The best documents.
    Best(Best),
    /// The difference to the bucket before, and the slope if there is a unit.
    Slope(Option<f64>, Option<f64>),
    /// The number of a pipeline.
    Number(Option<f64>),
    /// The least or greatest number, and the keys of its buckets.
    Extreme(Option<f64>, Vec<String>),
    /// A pipeline that has no result here, or not yet.
    Nothing,
}

/// The best documents of a bucket.
#[derive(Clone, Debug)]
pub(super) struct Best {
    /// Documents of the bucket.
    pub(super) total: u64,
    /// The best score of all of them, if there are scores.
    pub(super) score_max: Option<f32>,
    /// Those that are shown, in order.
    pub(super) hits: Vec<ShownHit>,
}

/// One of the best documents of a bucket.
#[derive(Clone, Debug)]
pub(super) struct ShownHit {
    /// The index that it is in.
    pub(super) index: Arc<str>,
    /// Where it was found.
    pub(super) hit: TopHit,
    /// The stored document, if anything of it is shown.
    pub(super) document: Option<StoredDocument>,
    /// Whether it could not be fetched any more.
    pub(super) gone: bool,
}

/// A list of buckets, as it is shown.
#[derive(Clone, Debug, Default)]
pub(super) struct List {
    /// The buckets, in order.
    pub(super) buckets: Vec<Bucket>,
    /// Documents of those that are not shown.
    pub(super) others: u64,
    /// How far counts may be off; -1 if that is not known.
    pub(super) error: i64,
}

/// A bucket.
#[derive(Clone, Debug)]
pub(super) struct Bucket {
    /// Its key.
    pub(super) key: Key,
    /// How many documents it has.
    pub(super) count: u64,
    /// How much of the list's error does not concern it.
    pub(super) sure: u64,
    /// What is inside.
    pub(super) inner: Vec<Outcome>,
}

impl Bucket {
    /// The number that a path leads to from here; `None` if there is none.
    pub(super) fn number(&self, nodes: &[Node], path: &str) -> Option<f64> {
        if path == "_count" {
            return Some(self.count as f64);
        }
        let (names, property) = parts(path);
        let (mut nodes, mut bucket) = (nodes, self);
        for (at, name) in names.iter().enumerate() {
            if at > 0 && *name == "_count" {
                return Some(bucket.count as f64);
            }
            let place = nodes.iter().position(|node| node.name == *name)?;
            let (node, outcome) = (nodes.get(place)?, bucket.inner.get(place)?);
            match outcome {
                Outcome::Single(single) => (nodes, bucket) = (&node.inner, single),
                other => return other.number(&node.what, property),
            }
        }
        Some(bucket.count as f64)
    }

    /// As [`Bucket::number`], with gaps treated as a pipeline wants it.
    pub(super) fn number_or_gap(&self, nodes: &[Node], path: &str, gaps: Gaps) -> Option<f64> {
        let is_count = path == "_count" || path.ends_with(">_count");
        let number = self
            .number(nodes, path)
            .filter(|number| number.is_finite() && (is_count || self.count > 0));
        match gaps {
            Gaps::Skip => number,
            Gaps::InsertZeros => number.or(Some(0.0)),
        }
    }
}

impl Outcome {
    /// Adds the best documents of all buckets, on every level, in the order of the buckets.
    pub(super) fn hits<'a>(&'a mut self, into: &mut Vec<&'a mut ShownHit>) {
        match self {
            Self::Best(best) => into.extend(&mut best.hits),
            Self::Single(bucket) => bucket.inner.iter_mut().for_each(|inner| inner.hits(into)),
            Self::Buckets(list) => {
                let inner = list.buckets.iter_mut().flat_map(|bucket| &mut bucket.inner);
                inner.for_each(|inner| inner.hits(into));
            }
            _ => {}
        }
    }

    fn number(&self, what: &What, property: Option<&str>) -> Option<f64> {
        match self {
            Self::Stats(stats) => match (what, property) {
                (What::Metric { kind, sigma, .. }, property) => metric(stats, *kind, property, *sigma),
                (What::Pipeline(pipeline), Some(property)) => match pipeline.kind {
                    PipelineKind::ExtendedStats { sigma } => named(stats, property, sigma),
                    _ => named(stats, property, 0.0),
                },
                (_, Some(property)) => named(stats, property, 0.0),
                (_, None) => None,
            },
            Self::Count(count) => Some(*count as f64),
            Self::Distinct(distinct) => Some(distinct.count() as f64),
            Self::Slope(_, slope) if property == Some("normalized_value") => *slope,
            Self::Slope(number, _) => *number,
            Self::Percentiles(numbers) => {
                let percents = match what {
                    What::Percentiles { percents, .. } => percents,
                    What::Pipeline(pipeline) => match &pipeline.kind {
                        PipelineKind::Percentiles { percents, .. } => percents,
                        _ => return None,
                    },
                    _ => return None,
                };
                let wanted: f64 = property?.parse().ok()?;
                let place = percents.iter().position(|percent| *percent == wanted)?;
                numbers.get(place).copied().flatten()
            }
            Self::Number(number) | Self::Extreme(number, _) => *number,
            Self::Buckets(_) | Self::Single(_) | Self::Best(_) | Self::Nothing => None,
        }
    }
}

/// The number of a metric.
pub(super) fn metric(stats: &Stats, kind: MetricKind, property: Option<&str>, sigma: f64) -> Option<f64> {
    match kind {
        MetricKind::Min => named(stats, "min", sigma),
        MetricKind::Max => named(stats, "max", sigma),
        MetricKind::Avg => named(stats, "avg", sigma),
        MetricKind::Sum => named(stats, "sum", sigma),
        MetricKind::ValueCount => named(stats, "count", sigma),
        MetricKind::Stats | MetricKind::ExtendedStats => named(stats, property?, sigma),
    }
}

/// One of the numbers that stats are good for.
pub(super) fn named(stats: &Stats, name: &str, sigma: f64) -> Option<f64> {
    match name {
        "count" => return Some(stats.count as f64),
        "sum" => return Some(stats.sum.value()),
        _ if stats.count == 0 => return None,
        _ => {}
    }
    let count = stats.count as f64;
    let sum = stats.sum.value();
    let apart = (stats.squares.value() - sum * sum / count).max(0.0);
    let population = apart / count;
    let sampling = (stats.count > 1).then(|| apart / (count - 1.0));
    let average = sum / count;
    match name {
        "min" => Some(stats.min),
        "max" => Some(stats.max),
        "avg" => Some(average),
        "sum_of_squares" => Some(stats.squares.value()),
        "variance" | "variance_population" => Some(population),
        "variance_sampling" => sampling,
        "std_deviation" | "std_deviation_population" => Some(population.sqrt()),
        "std_deviation_sampling" => sampling.map(f64::sqrt),
        "std_upper" | "upper" | "upper_population" => Some(average + sigma * population.sqrt()),
        "std_lower" | "lower" | "lower_population" => Some(average - sigma * population.sqrt()),
        "upper_sampling" => sampling.map(|variance| average + sigma * variance.sqrt()),
        "lower_sampling" => sampling.map(|variance| average - sigma * variance.sqrt()),
        _ => None,
    }
}
