//! Buckets of ranges of numbers.

use shared::aggregation::{Bucket, Buckets, Column, Key, Partial};
use tantivy::SegmentReader;

use super::budget::Budget;
use super::column::Values;
use super::node::{Collector, Inner};
use super::part::Match;
use crate::execute::clock::Clock;
use crate::execute::error::ExecuteError;

/// Documents by range; one that has values in several is in all of them.
pub(super) struct Ranges<'a> {
    values: Values,
    missing: Option<f64>,
    ranges: &'a [(Option<f64>, Option<f64>)],
    numbered: Numbered<'a>,
    scratch: Vec<f64>,
}

impl<'a> Ranges<'a> {
    pub(super) fn open(
        (column, missing): (&Column, Option<f64>),
        ranges: &'a [(Option<f64>, Option<f64>)],
        inner: Inner<'a>,
        reader: &SegmentReader,
    ) -> Result<Self, ExecuteError> {
        Ok(Self {
            values: Values::open(column, reader)?,
            missing,
            ranges,
            numbered: Numbered::new(ranges.len(), inner),
            scratch: Vec::new(),
        })
    }
}

impl Collector for Ranges<'_> {
    fn collect(
        &mut self,
        found: Match,
        parent: usize,
        budget: &mut Budget,
        clock: &Clock,
    ) -> Result<(), ExecuteError> {
        self.scratch.clear();
        self.values.numbers(found.doc, &mut self.scratch);
        if self.scratch.is_empty() {
            self.scratch.extend(self.missing);
        }
        for (nth, (from, to)) in self.ranges.iter().enumerate() {
            let within =
                |number: &f64| from.is_none_or(|from| *number >= from) && to.is_none_or(|to| *number < to);
            if self.scratch.iter().any(within) {
                self.numbered.add(found, (parent, nth), budget, clock)?;
            }
        }
        Ok(())
    }

    fn finish(self: Box<Self>, parents: usize, budget: &mut Budget) -> Result<Vec<Partial>, ExecuteError> {
        self.numbered.finish(parents, budget)
    }
}

/// A fixed number of buckets for each bucket around them.
pub(super) struct Numbered<'a> {
    each: usize,
    counts: Vec<u64>,
    inner: Inner<'a>,
}

impl<'a> Numbered<'a> {
    pub(super) fn new(each: usize, inner: Inner<'a>) -> Self {
        Self {
            each,
            counts: Vec::new(),
            inner,
        }
    }

    /// Adds a document to the `nth` bucket of a bucket around it.
    pub(super) fn add(
        &mut self,
        found: Match,
        (parent, nth): (usize, usize),
        budget: &mut Budget,
        clock: &Clock,
    ) -> Result<(), ExecuteError> {
        let bucket = parent * self.each + nth;
        if bucket >= self.counts.len() {
            let length = (parent + 1) * self.each;
            budget.take((length - self.counts.len()) * 64);
            if budget.exceeded() {
                return Ok(());
            }
            self.counts.resize(length, 0);
        }
        self.counts[bucket] += 1;
        self.inner.collect(found, bucket, budget, clock)
    }

    /// The buckets that have documents, for each bucket around them.
    pub(super) fn finish(self, parents: usize, budget: &mut Budget) -> Result<Vec<Partial>, ExecuteError> {
        let mut all: Vec<Buckets> = (0..parents).map(|_| Buckets::default()).collect();
        let inner = self.inner.finish(self.counts.len(), budget)?;
        for (bucket, (count, inner)) in self.counts.into_iter().zip(inner).enumerate() {
            let (parent, nth) = (bucket / self.each.max(1), bucket % self.each.max(1));
            if let (1.., Some(buckets), Ok(nth)) = (count, all.get_mut(parent), u32::try_from(nth)) {
                buckets.kept.insert(
                    Key::Nth(nth),
                    Bucket {
                        count,
                        sure: 0,
                        inner,
                    },
                );
            }
        }
        Ok(all.into_iter().map(Partial::Buckets).collect())
    }
}
