//! Buckets of documents that match queries, that have no value, and of all.

use shared::aggregation::{Column, Partial};
use tantivy::{SeekDangerResult, SegmentReader};

use super::budget::Budget;
use super::column::Values;
use super::node::{Collector, Inner};
use super::part::Match;
use super::prepare::Prepared;
use super::ranges::Numbered;
use crate::execute::clock::Clock;
use crate::execute::error::ExecuteError;
use crate::execute::stepwise::Asked;

/// Documents by what is true of them.
pub(super) struct Filters<'a> {
    tests: Vec<Test>,
    others: bool,
    numbered: Numbered<'a>,
}

enum Test {
    All,
    Lacks(Values),
    Matches(Asked),
}

impl<'a> Filters<'a> {
    /// By queries.
    pub(super) fn open(
        prepared: &Prepared,
        others: bool,
        inner: Inner<'a>,
        reader: &SegmentReader,
    ) -> Result<Self, ExecuteError> {
        let mut tests = Vec::with_capacity(prepared.queries.len());
        for (weight, _) in &prepared.queries {
            tests.push(Test::Matches(Asked::open(weight.as_ref(), reader, 0, 1.0)?));
        }
        Ok(Self {
            numbered: Numbered::new(tests.len() + usize::from(others), inner),
            tests,
            others,
        })
    }

    /// Those without a value.
    pub(super) fn missing(
        column: &Column,
        inner: Inner<'a>,
        reader: &SegmentReader,
    ) -> Result<Self, ExecuteError> {
        Ok(Self {
            tests: vec![Test::Lacks(Values::open(column, reader)?)],
            others: false,
            numbered: Numbered::new(1, inner),
        })
    }

    /// All.
    pub(super) fn all(inner: Inner<'a>) -> Self {
        Self {
            tests: vec![Test::All],
            others: false,
            numbered: Numbered::new(1, inner),
        }
    }
}

impl Collector for Filters<'_> {
    fn collect(
        &mut self,
        found: Match,
        parent: usize,
        budget: &mut Budget,
        clock: &Clock,
    ) -> Result<(), ExecuteError> {
        let mut any = false;
        for (nth, test) in self.tests.iter_mut().enumerate() {
            let holds = match test {
                Test::All => true,
                Test::Lacks(values) => !values.has(found.doc),
                Test::Matches(asked) => asked.ask(found.doc) == SeekDangerResult::Found,
            };
            // A query that the deadline ended matches nothing any more.
            if clock.expired_after(1) {
                return Ok(());
            }
            if holds {
                any = true;
                self.numbered.add(found, (parent, nth), budget, clock)?;
            }
        }
        if self.others && !any {
            self.numbered
                .add(found, (parent, self.tests.len()), budget, clock)?;
        }
        Ok(())
    }

    fn finish(self: Box<Self>, parents: usize, budget: &mut Budget) -> Result<Vec<Partial>, ExecuteError> {
        self.numbered.finish(parents, budget)
    }
}
