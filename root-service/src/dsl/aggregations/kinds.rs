//! The tree of aggregations as a client means it: fields by name, values as they were written.

use serde_json::{Map, Value};
use shared::aggregation::Like;
use shared::query::Query;

use super::pipeline_kinds::Pipeline;
use crate::dsl::{SortSpec, SourceFilter};

/// An aggregation with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// The name that its result has.
    pub name: String,
    /// What is computed.
    pub kind: Kind,
    /// What the client wants back as it is.
    pub meta: Option<Map<String, Value>>,
    /// What is computed in each bucket.
    pub inner: Vec<Named>,
}

/// What is computed.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A bucket for each value, or for each combination of values.
    Terms(Terms),
    /// A page of all combinations, in the order of their keys.
    Composite(Composite),
    /// A bucket for each range.
    Ranges(Ranges),
    /// A bucket for each interval of numbers.
    Histogram(Histogram),
    /// A bucket for each interval of time.
    DateHistogram(Box<DateHistogram>),
    /// One bucket, of what matches.
    Filter(Query),
    /// A bucket for each query.
    Filters(Filters),
    /// One bucket, of the documents without the field.
    Missing {
        /// The field.
        field: String,
    },
    /// One bucket of all documents.
    Global,
    /// A simple metric.
    Metric(Metric),
    /// How many different values there are.
    Cardinality {
        /// The field.
        field: String,
        /// The value of documents without one.
        missing: Option<Value>,
        /// Up to how many are counted exactly.
        exact_max: u32,
    },
    /// Percentiles, or shares of numbers.
    Percentiles(Percentiles),
    /// The median of the distances from the median.
    Deviation {
        /// The field.
        field: String,
        /// The value of documents without one.
        missing: Option<Value>,
    },
    /// A mean of values that count more or less.
    Weighted(Weighted),
    /// The best documents.
    TopHits(Box<TopHits>),
    /// Computed of other results.
    Pipeline(Pipeline),
}

impl Kind {
    /// Whether there may be others inside.
    pub fn has_buckets(&self) -> bool {
        match self {
            Self::Terms(_)
            | Self::Composite(_)
            | Self::Ranges(_)
            | Self::Histogram(_)
            | Self::DateHistogram(_)
            | Self::Filter(_)
            | Self::Filters(_)
            | Self::Missing { .. }
            | Self::Global => true,
            Self::Metric(_)
            | Self::Cardinality { .. }
            | Self::Percentiles(_)
            | Self::Deviation { .. }
            | Self::Weighted(_)
            | Self::TopHits(_)
            | Self::Pipeline(_) => false,
        }
    }
}

/// `terms` and `multi_terms`.
#[derive(Clone, Debug, PartialEq)]
pub struct Terms {
    /// The fields, each with the value of documents without one: several for `multi_terms`.
    pub fields: Vec<(String, Option<Value>)>,
    /// Whether keys are combinations.
    pub multi: bool,
    /// How many buckets are shown.
    pub size: u32,
    /// Their order; ties go by key.
    pub orders: Vec<Order>,
    /// Buckets of fewer documents are not shown; with 0 there are buckets for the keys of all documents.
    pub min_doc_count: u64,
    /// Only these.
    pub include: Option<Vec<Value>>,
    /// Not these.
    pub exclude: Vec<Value>,
    /// What else keys must be like.
    pub like: Like,
    /// Whether each bucket shows how far its count may be off.
    pub shows_error: bool,
    /// How dates are shown.
    pub format: Option<String>,
}

/// A criterion of the order of buckets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// By what.
    pub by: OrderBy,
    /// Whether the largest come first.
    pub descending: bool,
}

/// What buckets are ordered by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrderBy {
    /// How many documents they have.
    Count,
    /// Their keys.
    Key,
    /// The metric of an inner aggregation.
    Path(String),
}

/// `composite`.
#[derive(Clone, Debug, PartialEq)]
pub struct Composite {
    /// Where the parts of keys come from.
    pub sources: Vec<CompositeSource>,
    /// How many buckets are shown.
    pub size: u32,
    /// Only those after this key.
    pub after: Option<Map<String, Value>>,
}

/// A part of the keys of a `composite`.
#[derive(Clone, Debug, PartialEq)]
pub struct CompositeSource {
    /// Its name in keys.
    pub name: String,
    /// The field.
    pub field: String,
    /// How values become keys.
    pub values: CompositeValues,
    /// Whether documents without a value have the key `null`.
    pub missing_bucket: bool,
    /// Whether that key comes last, if the client said.
    pub missing_last: Option<bool>,
    /// Whether large keys come first.
    pub descending: bool,
    /// How dates are shown.
    pub format: Option<String>,
}

/// How the values of a source become keys.
#[derive(Clone, Debug, PartialEq)]
pub enum CompositeValues {
    /// They are.
    Terms,
    /// Intervals of numbers.
    Histogram {
        /// How long they are.
        interval: f64,
    },
    /// Intervals of time.
    Dates {
        /// How long they are.
        interval: Interval,
        /// Milliseconds ahead of UTC.
        zone_ms: i64,
        /// Milliseconds by which they are moved.
        offset_ms: i64,
    },
}

/// How long an interval of time is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// Milliseconds.
    Fixed(i64),
    /// Weeks of the calendar.
    Week,
    /// Months of the calendar.
    Months(u8),
}

/// `range` and `date_range`.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranges {
    /// The field.
    pub field: String,
    /// Whether its ends are dates.
    pub dates: bool,
    /// The ranges.
    pub ranges: Vec<RangeBound>,
    /// Whether the answer is an object by key.
    pub keyed: bool,
    /// The value of documents without one.
    pub missing: Option<Value>,
    /// How dates are read and shown.
    pub format: Option<String>,
}

/// One range.
#[derive(Clone, Debug, PartialEq)]
pub struct RangeBound {
    /// Its key, if it is named.
    pub key: Option<String>,
    /// Where it begins; the value is in it.
    pub from: Option<Value>,
    /// Where it ends; the value is not in it.
    pub to: Option<Value>,
}

/// `histogram`.
#[derive(Clone, Debug, PartialEq)]
pub struct Histogram {
    /// The field.
    pub field: String,
    /// How long an interval is.
    pub interval: f64,
    /// Where one begins.
    pub offset: f64,
    /// Buckets of fewer documents are not shown; 0 shows gaps too.
    pub min_doc_count: u64,
    /// Shown even where there are no documents.
    pub extended_bounds: Option<(f64, f64)>,
    /// Nothing outside is shown.
    pub hard_bounds: Option<(f64, f64)>,
    /// Whether the answer is an object by key.
    pub keyed: bool,
    /// The value of documents without one.
    pub missing: Option<Value>,
    /// Their order.
    pub orders: Vec<Order>,
}

/// `date_histogram`.
#[derive(Clone, Debug, PartialEq)]
pub struct DateHistogram {
    /// The field.
    pub field: String,
    /// How long an interval is.
    pub interval: Interval,
    /// Milliseconds by which local time is ahead of UTC.
    pub zone_ms: i64,
    /// Milliseconds by which intervals are moved.
    pub offset_ms: i64,
    /// Buckets of fewer documents are not shown; 0 shows gaps too.
    pub min_doc_count: u64,
    /// Shown even where there are no documents.
    pub extended_bounds: Option<(Value, Value)>,
    /// Nothing outside is shown.
    pub hard_bounds: Option<(Value, Value)>,
    /// Whether the answer is an object by key.
    pub keyed: bool,
    /// The value of documents without one.
    pub missing: Option<Value>,
    /// How keys are shown.
    pub format: Option<String>,
    /// Their order.
    pub orders: Vec<Order>,
}

/// `filters`.
#[derive(Clone, Debug, PartialEq)]
pub struct Filters {
    /// The queries, with their keys if they have names.
    pub filters: Vec<(Option<String>, Query)>,
    /// The key of the bucket of all other documents, if it is wanted.
    pub others: Option<String>,
}

/// A metric that is made of count, sum and extremes.
#[derive(Clone, Debug, PartialEq)]
pub struct Metric {
    /// The field.
    pub field: String,
    /// Which.
    pub kind: MetricKind,
    /// The value of documents without one.
    pub missing: Option<Value>,
    /// How dates are shown.
    pub format: Option<String>,
    /// How many standard deviations the bounds are apart from the mean.
    pub sigma: f64,
}

/// The simple metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// The least value.
    Min,
    /// The greatest value.
    Max,
    /// The mean.
    Avg,
    /// The sum.
    Sum,
    /// How many values.
    ValueCount,
    /// All of these.
    Stats,
    /// With variance.
    ExtendedStats,
}

/// `top_hits`.
#[derive(Clone, Debug, PartialEq)]
pub struct TopHits {
    /// Documents to skip.
    pub from: u32,
    /// Documents to show; with `from`, at most [`shared::limits::TOP_HITS_MAX`].
    pub size: u32,
    /// Their order; empty means by score, best first.
    pub sort: Vec<SortSpec>,
    /// Which parts of them to show.
    pub source: SourceFilter,
    /// Whether they show scores although they are not ordered by them.
    pub track_scores: bool,
    /// Whether they show `_version`.
    pub version: bool,
    /// Whether they show `_seq_no` and `_primary_term`.
    pub seq_no_primary_term: bool,
}

/// `weighted_avg`: fields, each with the value of documents without one.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighted {
    /// What is averaged.
    pub value: (String, Option<Value>),
    /// How much it counts.
    pub weight: (String, Option<Value>),
}

/// `percentiles`, and `percentile_ranks`.
#[derive(Clone, Debug, PartialEq)]
pub struct Percentiles {
    /// The field.
    pub field: String,
    /// Which, 0 to 100; or the numbers whose shares are wanted.
    pub percents: Vec<f64>,
    /// Whether they are such numbers.
    pub ranks: bool,
    /// Whether the answer is an object by percent.
    pub keyed: bool,
    /// The value of documents without one.
    pub missing: Option<Value>,
}
