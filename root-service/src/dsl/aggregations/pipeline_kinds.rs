//! What is computed of other results, as a client means it.

use super::kinds::Order;

/// What is computed of other results.
#[derive(Clone, Debug, PartialEq)]
pub struct Pipeline {
    /// What.
    pub kind: PipelineKind,
    /// Of which; empty for `bucket_sort`.
    pub path: String,
    /// What to do about buckets without a value.
    pub gaps: Gaps,
}

/// What to do about buckets without a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gaps {
    /// Leave them out.
    Skip,
    /// Take 0.
    InsertZeros,
}

/// The pipeline aggregations.
#[derive(Clone, Debug, PartialEq)]
pub enum PipelineKind {
    /// The mean over buckets.
    Avg,
    /// The sum over buckets.
    Sum,
    /// The least over buckets, and where.
    Min,
    /// The greatest over buckets, and where.
    Max,
    /// All of these.
    Stats,
    /// With variance.
    ExtendedStats {
        /// How many standard deviations the bounds are apart from the mean.
        sigma: f64,
    },
    /// Percentiles over buckets.
    Percentiles {
        /// Which, 0 to 100.
        percents: Vec<f64>,
        /// Whether the answer is an object by percent.
        keyed: bool,
    },
    /// The difference to the bucket before.
    Derivative {
        /// Milliseconds for which the slope is shown too.
        unit_ms: Option<i64>,
    },
    /// The difference to a bucket some steps before.
    SerialDiff {
        /// How many steps.
        lag: usize,
    },
    /// How many different values there are up to a bucket.
    CumulativeCardinality,
    /// The number of a bucket beside those of all.
    Normalize(NormalizeMethod),
    /// The sum up to a bucket.
    CumulativeSum,
    /// Orders and cuts the buckets around it.
    BucketSort {
        /// By what.
        orders: Vec<Order>,
        /// How many to skip.
        from: usize,
        /// How many to keep.
        size: Option<usize>,
    },
}

/// How numbers are normalised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NormalizeMethod {
    /// From 0 to 1.
    Rescale0To1,
    /// From 0 to 100.
    Rescale0To100,
    /// As shares of the sum.
    PercentOfSum,
    /// As distances from the mean, by the range.
    Mean,
    /// As distances from the mean, by the standard deviation.
    ZScore,
    /// As shares of the sum of their powers.
    Softmax,
}

impl PipelineKind {
    /// Whether it stands beside the buckets that it is computed of, rather than in them.
    pub fn is_sibling(&self) -> bool {
        match self {
            Self::Avg
            | Self::Sum
            | Self::Min
            | Self::Max
            | Self::Stats
            | Self::ExtendedStats { .. }
            | Self::Percentiles { .. } => true,
            Self::Derivative { .. }
            | Self::SerialDiff { .. }
            | Self::CumulativeSum
            | Self::CumulativeCardinality
            | Self::Normalize(_)
            | Self::BucketSort { .. } => false,
        }
    }
}
