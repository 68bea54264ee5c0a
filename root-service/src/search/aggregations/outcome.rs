//! Finished results, before they are shown, and the numbers that paths lead to in them.

use shared::aggregation::{Key, Stats};

use crate::dsl::aggregations::{Gaps, MetricKind};
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
    /// Percentiles, one for each percent.
    Percentiles(Vec<Option<f64>>),
    /// The number of a pipeline.
    Number(Option<f64>),
    /// The least or greatest number, and the keys of its buckets.
    Extreme(Option<f64>, Vec<String>),
    /// A pipeline that has no result here, or not yet.
    Nothing,
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
    fn number(&self, what: &What, property: Option<&str>) -> Option<f64> {
        match self {
            Self::Stats(stats) => match (what, property) {
                (What::Metric { kind, sigma, .. }, property) => metric(stats, *kind, property, *sigma),
                (_, Some(property)) => named(stats, property, 0.0),
                (_, None) => None,
            },
            Self::Count(count) => Some(*count as f64),
            Self::Percentiles(numbers) => {
                let What::Percentiles { percents, .. } = what else {
                    return None;
                };
                let wanted: f64 = property?.parse().ok()?;
                let place = percents.iter().position(|percent| *percent == wanted)?;
                numbers.get(place).copied().flatten()
            }
            Self::Number(number) | Self::Extreme(number, _) => *number,
            Self::Buckets(_) | Self::Single(_) | Self::Nothing => None,
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
