//! What is computed of the values of documents.

use std::collections::HashSet;

use shared::aggregation::{Column, Distinct, Key, Partial, Quantiles, Stats};
use tantivy::{DocId, SegmentReader};

use super::budget::Budget;
use super::column::Values;
use super::node::Collector;
use super::part::Match;
use crate::execute::clock::Clock;
use crate::execute::error::ExecuteError;

/// What numbers are added to.
enum Sink {
    Stats(Vec<Stats>),
    Quantiles(Vec<Quantiles>),
}

/// Adds up numbers.
pub(super) struct Numbers {
    values: Values,
    missing: Option<f64>,
    sink: Sink,
    scratch: Vec<f64>,
}

impl Numbers {
    pub(super) fn stats(
        column: &Column,
        missing: Option<f64>,
        reader: &SegmentReader,
    ) -> Result<Self, ExecuteError> {
        Self::open(column, missing, Sink::Stats(Vec::new()), reader)
    }

    pub(super) fn quantiles(
        column: &Column,
        missing: Option<f64>,
        reader: &SegmentReader,
    ) -> Result<Self, ExecuteError> {
        Self::open(column, missing, Sink::Quantiles(Vec::new()), reader)
    }

    fn open(
        column: &Column,
        missing: Option<f64>,
        sink: Sink,
        reader: &SegmentReader,
    ) -> Result<Self, ExecuteError> {
        Ok(Self {
            values: Values::open(column, reader)?,
            missing,
            sink,
            scratch: Vec::new(),
        })
    }
}

impl Collector for Numbers {
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
        if self.scratch.is_empty() {
            return Ok(());
        }
        clock.expired_after(cost(self.scratch.len()));
        match &mut self.sink {
            Sink::Stats(all) => {
                let stats = at(all, parent, 256, budget);
                self.scratch.iter().for_each(|number| stats.add(*number));
            }
            Sink::Quantiles(all) => {
                let quantiles = at(all, parent, 64, budget);
                let before = quantiles.bytes();
                self.scratch.iter().for_each(|number| quantiles.add(*number));
                budget.take(quantiles.bytes().saturating_sub(before) * 2);
            }
        }
        Ok(())
    }

    fn finish(self: Box<Self>, parents: usize, _: &mut Budget) -> Result<Vec<Partial>, ExecuteError> {
        Ok(match self.sink {
            Sink::Stats(all) => filled(all, parents, Partial::Stats),
            Sink::Quantiles(all) => filled(all, parents, Partial::Quantiles),
        })
    }
}

/// Counts values.
pub(super) struct Counts {
    values: Values,
    missing: bool,
    counts: Vec<u64>,
    scratch: Vec<u64>,
}

impl Counts {
    pub(super) fn open(column: &Column, missing: bool, reader: &SegmentReader) -> Result<Self, ExecuteError> {
        Ok(Self {
            values: Values::open(column, reader)?,
            missing,
            counts: Vec::new(),
            scratch: Vec::new(),
        })
    }
}

impl Collector for Counts {
    fn collect(
        &mut self,
        found: Match,
        parent: usize,
        budget: &mut Budget,
        clock: &Clock,
    ) -> Result<(), ExecuteError> {
        raws(&self.values, found.doc, &mut self.scratch);
        clock.expired_after(cost(self.scratch.len()));
        let values = match self.scratch.len() as u64 {
            0 => u64::from(self.missing),
            values => values,
        };
        *at(&mut self.counts, parent, 16, budget) += values;
        Ok(())
    }

    fn finish(self: Box<Self>, parents: usize, _: &mut Budget) -> Result<Vec<Partial>, ExecuteError> {
        Ok(filled(self.counts, parents, Partial::Count))
    }
}

/// Counts different values: in the segment by their bits, of which the keywords' are ordinals.
pub(super) struct DistinctValues {
    values: Values,
    missing: Option<u64>,
    exact_max: u32,
    /// Ordinals of keywords.
    ords: Vec<HashSet<u64>>,
    /// Hashes of anything else.
    hashes: Vec<Distinct>,
    scratch: Vec<u64>,
}

impl DistinctValues {
    pub(super) fn open(
        (column, missing): (&Column, Option<&Key>),
        exact_max: u32,
        reader: &SegmentReader,
    ) -> Result<Self, ExecuteError> {
        Ok(Self {
            values: Values::open(column, reader)?,
            missing: missing.map(Distinct::hash),
            exact_max,
            ords: Vec::new(),
            hashes: Vec::new(),
            scratch: Vec::new(),
        })
    }
}

impl Collector for DistinctValues {
    fn collect(
        &mut self,
        found: Match,
        parent: usize,
        budget: &mut Budget,
        clock: &Clock,
    ) -> Result<(), ExecuteError> {
        raws(&self.values, found.doc, &mut self.scratch);
        clock.expired_after(cost(self.scratch.len()));
        if !self.scratch.is_empty() && matches!(self.values, Values::Str(_)) {
            let ords = at(&mut self.ords, parent, 64, budget);
            for ord in &self.scratch {
                if ords.insert(*ord) {
                    budget.take(24);
                }
            }
            return Ok(());
        }
        let distinct = at(&mut self.hashes, parent, 64, budget);
        let before = distinct.bytes();
        for raw in &self.scratch {
            distinct.add(Distinct::hash(&self.values.key(*raw)), self.exact_max);
        }
        if self.scratch.is_empty()
            && let Some(hash) = self.missing
        {
            distinct.add(hash, self.exact_max);
        }
        budget.take(distinct.bytes().saturating_sub(before) * 2);
        Ok(())
    }

    fn finish(mut self: Box<Self>, parents: usize, _: &mut Budget) -> Result<Vec<Partial>, ExecuteError> {
        self.hashes.resize_with(parents, Distinct::default);
        // Each keyword is read once, however many buckets it is in.
        let mut all: Vec<u64> = self.ords.iter().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        let mut hashes = Vec::with_capacity(all.len());
        self.values
            .texts(&all, |bytes| hashes.push(Distinct::hash_text(bytes)))?;
        for (distinct, ords) in self.hashes.iter_mut().zip(self.ords) {
            for ord in ords {
                if let Some(hash) = all.binary_search(&ord).ok().and_then(|at| hashes.get(at)) {
                    distinct.add(*hash, self.exact_max);
                }
            }
        }
        Ok(self.hashes.into_iter().map(Partial::Distinct).collect())
    }
}

/// A document's values as bits; keywords each once.
fn raws(values: &Values, doc: DocId, into: &mut Vec<u64>) {
    into.clear();
    values.raws(doc, into);
    if matches!(values, Values::Str(_)) {
        into.sort_unstable();
        into.dedup();
    }
}

/// What so many values count on the clock, in documents.
pub(super) fn cost(values: usize) -> u32 {
    u32::try_from(values / 8).unwrap_or(u32::MAX)
}

/// The state of a bucket.
pub(super) fn at<'a, T: Default>(
    all: &'a mut Vec<T>,
    parent: usize,
    bytes_each: usize,
    budget: &mut Budget,
) -> &'a mut T {
    if parent >= all.len() {
        budget.take((parent + 1 - all.len()) * bytes_each);
        all.resize_with(parent + 1, T::default);
    }
    &mut all[parent]
}

pub(super) fn filled<T: Default>(
    mut all: Vec<T>,
    parents: usize,
    partial: impl Fn(T) -> Partial,
) -> Vec<Partial> {
    all.resize_with(parents, T::default);
    all.into_iter().map(partial).collect()
}
