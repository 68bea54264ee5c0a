//! Results of a part of the documents, and how they are put together.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde::{Deserialize, Serialize};

use super::distinct::Distinct;
use super::key::Key;
use super::quantiles::Quantiles;
use super::stats::Stats;
use super::top_hits::{TopHit, TopHits};
use super::weighted::Weighted;
use super::{Aggregation, Keep, Kind};

/// The result of one aggregation over a part of the documents.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Partial {
    /// Of all that have buckets.
    Buckets(Buckets),
    /// Of [`Kind::Stats`].
    Stats(Stats),
    /// Of [`Kind::Count`].
    Count(u64),
    /// Of [`Kind::Distinct`].
    Distinct(Distinct),
    /// Of [`Kind::Quantiles`].
    Quantiles(Quantiles),
    /// Of [`Kind::Weighted`].
    Weighted(Weighted),
    /// Of [`Kind::TopHits`].
    TopHits(TopHits),
}

/// Buckets by key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Buckets {
    /// Those that were kept.
    pub kept: BTreeMap<Key, Bucket>,
    /// Documents of the buckets that were not.
    pub others: u64,
    /// How many documents may be missing in a bucket, because a part did not send it.
    pub error: u64,
}

/// One bucket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bucket {
    /// Documents in it.
    pub count: u64,
    /// How much of [`Buckets::error`] is of parts that did send this bucket, and so does not concern it.
    pub sure: u64,
    /// The results of the inner aggregations, in their order.
    pub inner: Vec<Partial>,
}

/// Results of different aggregations cannot be put together: the other side speaks another version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("results of different aggregations do not go together")]
pub struct Mismatch;

impl Partial {
    /// The result over no documents.
    pub fn empty(of: &Aggregation) -> Self {
        match &of.kind {
            Kind::Keyed(_) | Kind::Ranges { .. } | Kind::Filters { .. } | Kind::Missing(_) | Kind::Global => {
                Self::Buckets(Buckets::default())
            }
            Kind::Stats { .. } => Self::Stats(Stats::default()),
            Kind::Count { .. } => Self::Count(0),
            Kind::Distinct { .. } => Self::Distinct(Distinct::default()),
            Kind::Quantiles { .. } => Self::Quantiles(Quantiles::default()),
            Kind::Weighted { .. } => Self::Weighted(Weighted::default()),
            Kind::TopHits { .. } => Self::TopHits(TopHits::default()),
        }
    }

    /// Adds the result of other documents.
    ///
    /// # Errors
    /// [`Mismatch`] if it is of another aggregation.
    pub fn merge(&mut self, other: Self, of: &Aggregation) -> Result<(), Mismatch> {
        match (self, other, &of.kind) {
            (Self::Buckets(mine), Self::Buckets(theirs), _) => return mine.merge(theirs, &of.inner),
            (Self::Stats(mine), Self::Stats(theirs), _) => mine.merge(&theirs),
            (Self::Count(mine), Self::Count(theirs), _) => *mine += theirs,
            (Self::Distinct(mine), Self::Distinct(theirs), Kind::Distinct { exact_max, .. }) => {
                mine.merge(&theirs, *exact_max);
            }
            (Self::Quantiles(mine), Self::Quantiles(theirs), _) => mine.merge(&theirs),
            (Self::Weighted(mine), Self::Weighted(theirs), _) => mine.merge(&theirs),
            (Self::TopHits(mine), Self::TopHits(theirs), Kind::TopHits { order, max, .. }) => {
                mine.merge(theirs, order, *max);
            }
            _ => return Err(Mismatch),
        }
        Ok(())
    }

    /// Adds all results of other documents.
    ///
    /// # Errors
    /// [`Mismatch`] if they are of other aggregations.
    pub fn merge_all(mine: &mut [Self], theirs: Vec<Self>, of: &[Aggregation]) -> Result<(), Mismatch> {
        if mine.len() != theirs.len() || mine.len() != of.len() {
            return Err(Mismatch);
        }
        for ((mine, theirs), of) in mine.iter_mut().zip(theirs).zip(of) {
            mine.merge(theirs, of)?;
        }
        Ok(())
    }

    /// Drops the buckets that the request does not want of a shard, on every level.
    pub fn prune(&mut self, of: &Aggregation) {
        if let Self::Buckets(buckets) = self {
            if let Kind::Keyed(keyed) = &of.kind {
                buckets.prune(&keyed.keep);
            }
            for bucket in buckets.kept.values_mut() {
                for (inner, of) in bucket.inner.iter_mut().zip(&of.inner) {
                    inner.prune(of);
                }
            }
        }
    }

    /// Adds the best documents of all buckets, on every level, in the order of the buckets.
    pub fn hits<'a>(&'a mut self, into: &mut Vec<&'a mut TopHit>) {
        match self {
            Self::TopHits(top) => into.extend(&mut top.hits),
            Self::Buckets(buckets) => {
                let inner = buckets.kept.values_mut().flat_map(|bucket| &mut bucket.inner);
                inner.for_each(|inner| inner.hits(into));
            }
            Self::Stats(_) | Self::Count(_) | Self::Distinct(_) | Self::Quantiles(_) | Self::Weighted(_) => {}
        }
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        let behind = match self {
            Self::Buckets(buckets) => buckets
                .kept
                .iter()
                .map(|(key, bucket)| {
                    let inner = bucket.inner.iter().map(Self::bytes).sum::<usize>();
                    key.bytes() + size_of::<Bucket>() + inner
                })
                .sum(),
            Self::Stats(_) | Self::Weighted(_) => 64,
            Self::TopHits(top) => top.bytes(),
            Self::Count(_) => 0,
            Self::Distinct(distinct) => distinct.bytes(),
            Self::Quantiles(quantiles) => quantiles.bytes(),
        };
        size_of::<Self>() + behind
    }
}

impl Buckets {
    /// Adds documents to a bucket.
    ///
    /// # Errors
    /// [`Mismatch`] if the bucket holds results of other aggregations.
    pub fn add(&mut self, key: Key, bucket: Bucket, inner: &[Aggregation]) -> Result<(), Mismatch> {
        match self.kept.entry(key) {
            Entry::Vacant(vacant) => {
                if bucket.inner.len() != inner.len() {
                    return Err(Mismatch);
                }
                vacant.insert(bucket);
                Ok(())
            }
            Entry::Occupied(mut there) => {
                let there = there.get_mut();
                there.count += bucket.count;
                there.sure += bucket.sure;
                Partial::merge_all(&mut there.inner, bucket.inner, inner)
            }
        }
    }

    fn merge(&mut self, other: Self, inner: &[Aggregation]) -> Result<(), Mismatch> {
        self.others += other.others;
        self.error += other.error;
        for (key, bucket) in other.kept {
            self.add(key, bucket, inner)?;
        }
        Ok(())
    }

    /// Keeps what is wanted, and remembers how much was dropped.
    fn prune(&mut self, keep: &Keep) {
        let max = match keep {
            Keep::All => return,
            Keep::ByCount { max, .. } | Keep::ByKey { max, .. } => *max as usize,
        };
        if self.kept.len() <= max {
            return;
        }
        let mut all: Vec<(Key, Bucket)> = std::mem::take(&mut self.kept).into_iter().collect();
        match keep {
            Keep::All => {}
            Keep::ByCount { descending, .. } => all.sort_by(|(key_a, a), (key_b, b)| {
                let by_count = a.count.cmp(&b.count);
                let by_count = if *descending { by_count.reverse() } else { by_count };
                by_count.then_with(|| key_a.cmp(key_b))
            }),
            Keep::ByKey { descending, .. } => all.sort_by(|(a, _), (b, _)| a.compare(b, descending)),
        }
        let dropped = all.split_off(max);
        self.others += dropped.iter().map(|(_, bucket)| bucket.count).sum::<u64>();
        if let Keep::ByCount { .. } = keep {
            let error = dropped.iter().map(|(_, bucket)| bucket.count).max().unwrap_or(0);
            self.error += error;
            for (_, bucket) in &mut all {
                bucket.sure += error;
            }
        }
        self.kept = all.into_iter().collect();
    }
}
