//! Aggregations as roots and leaves speak of them: what a shard is asked to compute, what it sends, and how that is merged.
//!
//! Whatever is merged here comes out the same in every order and for every cut of the documents: sums are exact, small sets
//! and samples are kept whole, and larger ones become sketches that depend on the values alone.

mod dates;
mod distinct;
mod key;
mod partial;
mod quantiles;
mod stats;
mod sum;
#[cfg(test)]
mod tests;
mod top_hits;
mod weighted;

use serde::{Deserialize, Serialize};

pub use dates::{DateRounding, DateUnit, civil_from_days, days_from_civil};
pub use distinct::Distinct;
pub use key::{Key, Real};
pub use partial::{Bucket, Buckets, Mismatch, Partial};
pub use quantiles::Quantiles;
pub use stats::Stats;
pub use sum::ExactSum;
pub use top_hits::{TopHit, TopHits};
pub use weighted::Weighted;

use crate::pattern::Pattern;
use crate::wire::clause::LeafQuery;
use crate::wire::sort::SortKey;

/// One aggregation that a shard computes, with those inside each of its buckets. Names are the root's business: results come
/// in the order of the requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Aggregation {
    /// What is computed.
    pub kind: Kind,
    /// What is computed in each bucket; empty for what has no buckets.
    pub inner: Vec<Aggregation>,
}

/// What is computed of documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Kind {
    /// A bucket for each key: terms, histograms, composites.
    Keyed(Keyed),
    /// A bucket for each range, numbered ([`Key::Nth`]): a document is in all that hold a value of it.
    Ranges {
        /// Of which values.
        column: Column,
        /// The value of documents without one.
        missing: Option<f64>,
        /// From (inclusive) and to (exclusive).
        ranges: Vec<(Option<f64>, Option<f64>)>,
    },
    /// A bucket for each query, numbered, and one for the documents that none of them matches.
    Filters {
        /// The queries.
        queries: Vec<LeafQuery>,
        /// Whether there is the last bucket.
        others: bool,
    },
    /// One bucket of the documents without a value.
    Missing(Column),
    /// One bucket of all documents, whatever the query. Not inside of others.
    Global,
    /// Count, sum, extremes and sum of squares of numbers.
    Stats {
        /// Which.
        column: Column,
        /// The value of documents without one.
        missing: Option<f64>,
    },
    /// How many values there are.
    Count {
        /// Which.
        column: Column,
        /// Whether documents without one count as one.
        missing: bool,
    },
    /// How many different values there are.
    Distinct {
        /// Which.
        column: Column,
        /// The value of documents without one.
        missing: Option<Key>,
        /// Up to how many are counted exactly.
        exact_max: u32,
    },
    /// The distribution of numbers.
    Quantiles {
        /// Which.
        column: Column,
        /// The value of documents without one.
        missing: Option<f64>,
    },
    /// The mean of numbers, each of which counts as much as the only weight of its document. Documents without a value or a
    /// weight do not count.
    Weighted {
        /// Which numbers.
        value: Number,
        /// How much they count.
        weight: Number,
    },
    /// The best documents.
    TopHits {
        /// Their order; at least one criterion.
        order: Vec<SortKey>,
        /// How many.
        max: u32,
        /// Whether their scores are wanted although they are not ordered by them.
        scores: bool,
    },
}

/// Numbers of documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// Which.
    pub column: Column,
    /// That of documents without one.
    pub missing: Option<f64>,
}

/// The values of an exact field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The field's full path.
    pub path: String,
    /// Of what type its values are.
    pub kind: ColumnKind,
}

/// Types of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ColumnKind {
    /// There is no such field: no document has a value.
    Nothing,
    /// Keywords.
    Str,
    /// Whole numbers, and dates in milliseconds.
    Long,
    /// Real numbers.
    Double,
    /// Truth values; as numbers 0 and 1.
    Boolean,
}

/// Buckets by key. Of several sources, a key is a combination of one of each ([`Key::Tuple`]).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Keyed {
    /// Where keys come from; at least one.
    pub sources: Vec<Source>,
    /// Which buckets are sent, if there are many.
    pub keep: Keep,
    /// Whether there are buckets for keys too that only documents have which do not match. Of one source only.
    pub zeros: bool,
}

/// Where a key, or a part of one, comes from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source {
    /// The values.
    pub column: Column,
    /// The key of documents without a value; else they are in no bucket.
    pub missing: Option<Key>,
    /// How a value becomes a key.
    pub form: Form,
    /// Only these keys, sorted, if any are named.
    pub only: Option<Vec<Key>>,
    /// Not these keys, sorted.
    pub except: Vec<Key>,
    /// What else keys must be like.
    pub like: Like,
}

/// What keys must be like. Patterns are of keywords.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Like {
    /// They fit this.
    pub fits: Option<Pattern>,
    /// They do not fit this.
    pub fits_not: Option<Pattern>,
    /// They are in this part of all keys, counted from 0, of so many.
    pub part: Option<(u32, u32)>,
}

impl Like {
    /// Whether any key will do.
    pub fn is_any(&self) -> bool {
        self == &Self::default()
    }

    /// Whether a key is in the part that is wanted.
    pub fn has_part(&self, key: &Key) -> bool {
        self.part
            .is_none_or(|(part, of)| Distinct::hash(key) % u64::from(of.max(1)) == u64::from(part))
    }
}

/// How a value becomes a key.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Form {
    /// It is the key.
    Value,
    /// The number of its interval.
    Histogram {
        /// How long an interval is; positive and finite.
        interval: f64,
        /// Where interval 0 begins.
        offset: f64,
    },
    /// Milliseconds at which its interval begins.
    Dates(DateRounding),
}

/// Which buckets a shard sends of many.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Keep {
    /// All.
    All,
    /// Those of most documents (or of fewest), then by key.
    ByCount {
        /// Whether the largest come first.
        descending: bool,
        /// How many.
        max: u32,
    },
    /// The first ones by key.
    ByKey {
        /// Whether the last ones come first, for each part of the key.
        descending: Vec<bool>,
        /// Only those that come after this one.
        after: Option<Key>,
        /// How many.
        max: u32,
    },
}

/// What a shard made of all aggregations of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ShardAggregations {
    /// One result for each.
    Results(Vec<Partial>),
    /// They need more memory than a request may take.
    TooLarge,
}
