//! Aggregations made executable: fields become columns, values become keys, and what is shown is settled.

mod buckets;
mod composite;
mod metrics;
mod mixed;
pub mod paths;
mod shown;
#[cfg(test)]
mod tests;
mod values;

use std::cell::RefCell;

use serde_json::{Map, Value};
use shared::aggregation::{Aggregation, Column, DateRounding, Kind as Wire};
use shared::mapping::{FieldKind, Mapping};
use shared::query::{Query, QueryKind};
use shared::wire::clause::{Expansion, LeafQuery};

pub use buckets::java_text;
pub use metrics::TopHitsShown;
pub use shown::Shown;

use crate::dsl::aggregations::{Kind, MetricKind, Named, Order, Pipeline};
use crate::error::ApiError;
use crate::resolve::Expanded;

/// Aggregations as shards compute them, and how their results become the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What is computed, without the pipelines.
    pub wire: Vec<Aggregation>,
    /// What is shown: the same, in the same order, with pipelines among them.
    pub nodes: Vec<Node>,
}

/// An aggregation as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// What the client wants back as it is.
    pub meta: Option<Map<String, Value>>,
    /// What it is.
    pub what: What,
    /// What is inside of each bucket.
    pub inner: Vec<Node>,
}

/// How a result is finished and shown.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Buckets by value.
    Terms {
        /// How each part of a key is shown.
        shown: Vec<Shown>,
        /// Whether keys are combinations.
        multi: bool,
        /// Their order.
        orders: Vec<Order>,
        /// How many are shown.
        size: usize,
        /// Those of fewer documents are not.
        min_doc_count: u64,
        /// Whether each shows how far its count may be off.
        shows_error: bool,
    },
    /// Buckets of combinations.
    Composite {
        /// Name of each part, and how it is shown.
        sources: Vec<CompositePart>,
        /// How many are shown.
        size: usize,
    },
    /// Buckets by interval of numbers.
    Histogram {
        /// How long an interval is.
        interval: f64,
        /// Where one begins.
        offset: f64,
        /// What is shown of the intervals.
        intervals: Intervals,
    },
    /// Buckets by interval of time.
    Dates {
        /// The intervals.
        rounding: DateRounding,
        /// How their beginnings are shown.
        shown: Shown,
        /// What is shown of the intervals.
        intervals: Intervals,
    },
    /// Buckets by range.
    Ranges {
        /// The ranges, ordered by their ends, with their place in the request.
        ranges: Vec<RangeShown>,
        /// How ends are shown.
        shown: Shown,
        /// Whether the answer is an object by key.
        keyed: bool,
    },
    /// Buckets by query: their keys, if they have names.
    Filters {
        /// How many, that of all others counted.
        count: usize,
        /// Their keys, if they have names.
        keys: Option<Vec<String>>,
    },
    /// One bucket.
    Single,
    /// A simple metric.
    Metric {
        /// Which.
        kind: MetricKind,
        /// How its numbers are shown.
        shown: Shown,
        /// For the bounds of an extended one.
        sigma: f64,
    },
    /// How many different values there are.
    Cardinality {
        /// Up to how many are counted exactly.
        exact_max: u32,
        /// How the values are shown elsewhere: of what type they are.
        shown: Shown,
    },
    /// Percentiles, or shares of numbers.
    Percentiles {
        /// Which, or the numbers.
        percents: Vec<f64>,
        /// Whether they are numbers.
        ranks: bool,
        /// Whether the answer is an object by percent.
        keyed: bool,
        /// How numbers are shown.
        shown: Shown,
    },
    /// The median of the distances from the median.
    Deviation,
    /// A mean of values that count more or less.
    Weighted,
    /// The best documents.
    TopHits(TopHitsShown),
    /// Computed of others.
    Pipeline(Pipeline),
}

/// What is shown of a histogram's intervals.
#[derive(Clone, Debug, PartialEq)]
pub struct Intervals {
    /// Their order.
    pub orders: Vec<Order>,
    /// Those of fewer documents are not shown.
    pub min_doc_count: u64,
    /// Those that are shown in any case, by the first and last key.
    pub extended: Option<(i64, i64)>,
    /// No others are shown.
    pub hard: Option<(i64, i64)>,
    /// Whether the answer is an object by key.
    pub keyed: bool,
}

/// A part of the keys of a composite.
#[derive(Clone, Debug, PartialEq)]
pub struct CompositePart {
    /// Its name.
    pub name: String,
    /// How it is shown.
    pub shown: Shown,
    /// Whether large ones come first.
    pub descending: bool,
    /// Length and beginning of intervals of numbers.
    pub interval: Option<f64>,
}

/// A range as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct RangeShown {
    /// Its place in the request.
    pub nth: u32,
    /// Its key.
    pub key: String,
    /// Where it begins.
    pub from: Option<f64>,
    /// Where it ends.
    pub to: Option<f64>,
}

/// Resolves aggregations against a mapping. `now_ms` is what `now` means in dates. What words of their queries stand for is
/// told as far as it is not known, as by [`super::resolve_expanded`].
///
/// # Errors
/// A 400 that names the aggregation's field or path.
pub fn resolve(
    all: &[Named],
    mapping: &Mapping,
    now_ms: i64,
    expanded: &Expanded,
) -> Result<(Plan, Vec<Expansion>), ApiError> {
    let resolver = Resolver {
        mapping,
        now_ms,
        expanded,
        unknown: RefCell::default(),
    };
    let (wire, nodes) = resolver.level(all)?;
    paths::check(&nodes, None)?;
    Ok((Plan { wire, nodes }, resolver.unknown.into_inner()))
}

struct Resolver<'a> {
    mapping: &'a Mapping,
    now_ms: i64,
    expanded: &'a Expanded,
    unknown: RefCell<Vec<Expansion>>,
}

/// A resolved aggregation, without what is inside.
type Resolved = (Wire, What);

impl Resolver<'_> {
    fn level(&self, all: &[Named]) -> Result<(Vec<Aggregation>, Vec<Node>), ApiError> {
        let (mut wire, mut nodes) = (Vec::new(), Vec::new());
        for named in all {
            let (wire_inner, inner) = self.level(&named.inner)?;
            let what = match self.one(&named.kind)? {
                Ok((kind, what)) => {
                    wire.push(Aggregation {
                        kind,
                        inner: wire_inner,
                    });
                    what
                }
                Err(pipeline) => What::Pipeline(pipeline),
            };
            nodes.push(Node {
                name: named.name.clone(),
                meta: named.meta.clone(),
                what,
                inner,
            });
        }
        Ok((wire, nodes))
    }

    /// The aggregation resolved, or the pipeline that it is.
    fn one(&self, kind: &Kind) -> Result<Result<Resolved, Pipeline>, ApiError> {
        Ok(Ok(match kind {
            Kind::Terms(terms) => self.terms(terms)?,
            Kind::Composite(composite) => self.composite(composite)?,
            Kind::Ranges(ranges) => self.ranges(ranges)?,
            Kind::Histogram(histogram) => self.histogram(histogram)?,
            Kind::DateHistogram(histogram) => self.date_histogram(histogram)?,
            Kind::Filter(query) => (
                Wire::Filters {
                    queries: vec![self.query(query)?],
                    others: false,
                },
                What::Single,
            ),
            Kind::Filters(filters) => self.filters(filters)?,
            Kind::Missing { field } => (self.missing_bucket(field)?, What::Single),
            Kind::Global => (Wire::Global, What::Single),
            Kind::Metric(metric) => self.metric(metric)?,
            Kind::Cardinality {
                field,
                missing,
                exact_max,
            } => {
                let (column, kind) = self.any_column(field)?;
                let distinct = Wire::Distinct {
                    missing: self.key_of_missing(field, kind, missing.as_ref())?,
                    column,
                    exact_max: *exact_max,
                };
                let what = What::Cardinality {
                    exact_max: *exact_max,
                    shown: Self::shown(kind, None, 0)?,
                };
                (distinct, what)
            }
            Kind::Percentiles(percentiles) => self.percentiles(percentiles)?,
            Kind::Deviation { field, missing } => self.deviation(field, missing.as_ref())?,
            Kind::Weighted(weighted) => self.weighted(weighted)?,
            Kind::TopHits(top) => self.top_hits(top)?,
            Kind::Pipeline(pipeline) => return Ok(Err(pipeline.clone())),
        }))
    }

    fn query(&self, query: &Query) -> Result<LeafQuery, ApiError> {
        let resolved = super::resolve_expanded(query, self.mapping, self.now_ms, self.expanded)?;
        self.unknown.borrow_mut().extend(resolved.unknown);
        Ok(resolved.query)
    }

    /// Documents without a value; of a text field, without text.
    fn missing_bucket(&self, field: &str) -> Result<Wire, ApiError> {
        if let Some(FieldKind::Text { .. }) = self.mapping.kind(field) {
            let exists = Query::new(QueryKind::Exists {
                field: field.to_owned(),
            });
            let lacks = Query::new(QueryKind::Bool {
                must: Vec::new(),
                should: Vec::new(),
                filter: Vec::new(),
                must_not: vec![exists],
                minimum_should_match: None,
            });
            return Ok(Wire::Filters {
                queries: vec![self.query(&lacks)?],
                others: false,
            });
        }
        let (column, _) = self.any_column(field)?;
        Ok(Wire::Missing(column))
    }

    fn column(field: &str, kind: shared::aggregation::ColumnKind) -> Column {
        Column {
            path: field.to_owned(),
            kind,
        }
    }
}
