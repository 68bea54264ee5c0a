//! What collects documents in a segment, and those inside of each bucket.

use shared::aggregation::{Aggregation, Kind, Mismatch, Partial};
use shared::wire::sort::{SortBy, SortKey};

use super::budget::Budget;
use super::filters::Filters;
use super::keyed::KeyedBuckets;
use super::metrics::{Counts, DistinctValues, Numbers};
use super::part::{Match, Part};
use super::prepare::Prepared;
use super::ranges::Ranges;
use super::top_hits::BestOfBuckets;
use super::weighted::WeightedMeans;
use crate::execute::clock::Clock;
use crate::execute::error::ExecuteError;

/// Collects the documents of one aggregation in a segment, apart for each bucket of the one around it.
pub(super) trait Collector {
    /// Adds a document of a bucket of the aggregation around this one. Documents come in ascending order, the same one
    /// perhaps several times.
    fn collect(
        &mut self,
        found: Match,
        parent: usize,
        budget: &mut Budget,
        clock: &Clock,
    ) -> Result<(), ExecuteError>;

    /// The results for each bucket of the aggregation around this one, of which there are `parents`.
    /// Past the memory they are worth nothing.
    fn finish(self: Box<Self>, parents: usize, budget: &mut Budget) -> Result<Vec<Partial>, ExecuteError>;
}

/// All aggregations inside of a bucket.
pub(super) struct Inner<'a>(Vec<Box<dyn Collector + 'a>>);

impl<'a> Inner<'a> {
    /// None.
    pub(super) fn none() -> Self {
        Self(Vec::new())
    }

    /// Opens all.
    pub(super) fn open(
        of: &'a [Aggregation],
        prepared: &Prepared,
        part: Part<'a>,
    ) -> Result<Self, ExecuteError> {
        let places: Vec<usize> = (0..of.len()).collect();
        Self::open_some(&places, of, &prepared.inner, part)
    }

    /// Opens those in some places.
    pub(super) fn open_some(
        places: &[usize],
        of: &'a [Aggregation],
        prepared: &[Prepared],
        part: Part<'a>,
    ) -> Result<Self, ExecuteError> {
        let open = |at: &usize| match (of.get(*at), prepared.get(*at)) {
            (Some(of), Some(prepared)) => collector(of, prepared, part),
            _ => Err(misfit(Mismatch)),
        };
        places.iter().map(open).collect::<Result<_, _>>().map(Self)
    }

    /// Adds a document of a bucket to each. After the deadline, or past the memory, nothing is added any more.
    pub(super) fn collect(
        &mut self,
        found: Match,
        bucket: usize,
        budget: &mut Budget,
        clock: &Clock,
    ) -> Result<(), ExecuteError> {
        for collector in &mut self.0 {
            if budget.exceeded() || clock.expired_after(1) {
                break;
            }
            collector.collect(found, bucket, budget, clock)?;
        }
        Ok(())
    }

    /// The results of all for each of so many buckets.
    pub(super) fn finish(
        self,
        buckets: usize,
        budget: &mut Budget,
    ) -> Result<Vec<Vec<Partial>>, ExecuteError> {
        let mut all: Vec<Vec<Partial>> = (0..buckets).map(|_| Vec::with_capacity(self.0.len())).collect();
        for collector in self.0 {
            for (results, partial) in all.iter_mut().zip(collector.finish(buckets, budget)?) {
                results.push(partial);
            }
        }
        Ok(all)
    }
}

fn collector<'a>(
    of: &'a Aggregation,
    prepared: &Prepared,
    part: Part<'a>,
) -> Result<Box<dyn Collector + 'a>, ExecuteError> {
    let reader = part.reader();
    let inner = || Inner::open(&of.inner, prepared, part);
    Ok(match &of.kind {
        Kind::Keyed(keyed) => Box::new(KeyedBuckets::open(keyed, &of.inner, prepared, part)?),
        Kind::Ranges {
            column,
            missing,
            ranges,
        } => Box::new(Ranges::open((column, *missing), ranges, inner()?, reader)?),
        Kind::Filters { others, .. } => Box::new(Filters::open(prepared, *others, inner()?, reader)?),
        Kind::Missing(column) => Box::new(Filters::missing(column, inner()?, reader)?),
        Kind::Global => Box::new(Filters::all(inner()?)),
        Kind::Stats { column, missing } => Box::new(Numbers::stats(column, *missing, reader)?),
        Kind::Quantiles { column, missing } => Box::new(Numbers::quantiles(column, *missing, reader)?),
        Kind::Count { column, missing } => Box::new(Counts::open(column, *missing, reader)?),
        Kind::Distinct {
            column,
            missing,
            exact_max,
        } => Box::new(DistinctValues::open(
            (column, missing.as_ref()),
            *exact_max,
            reader,
        )?),
        Kind::Weighted { value, weight } => Box::new(WeightedMeans::open(value, weight, part)?),
        Kind::TopHits { order, max, scores } => {
            let scored = is_scored(order, *scores);
            Box::new(BestOfBuckets::open(order, *max, scored, part)?)
        }
    })
}

/// Whether the best documents have scores.
pub(super) fn is_scored(order: &[SortKey], scores: bool) -> bool {
    scores || order.iter().any(|key| key.by == SortBy::Score)
}

/// Results that do not fit their request: it was prepared for another one.
pub(super) fn misfit(error: Mismatch) -> ExecuteError {
    ExecuteError::Misfit(error.to_string())
}
