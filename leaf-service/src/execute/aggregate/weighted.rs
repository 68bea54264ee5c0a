//! Means in which documents count more or less.

use shared::aggregation::{Number, Partial, Weighted};

use super::budget::Budget;
use super::column::Values;
use super::metrics::{at, cost, filled};
use super::node::Collector;
use super::part::{Match, Part};
use crate::execute::clock::Clock;
use crate::execute::error::ExecuteError;

/// The weighted mean of each bucket.
pub(super) struct WeightedMeans<'a> {
    value: (&'a Number, Values),
    weight: (&'a Number, Values),
    sums: Vec<Weighted>,
    numbers: Vec<f64>,
    weights: Vec<f64>,
}

impl<'a> WeightedMeans<'a> {
    pub(super) fn open(value: &'a Number, weight: &'a Number, part: Part<'_>) -> Result<Self, ExecuteError> {
        let open = |number: &'a Number| {
            let values = Values::open(&number.column, part.reader())?;
            Ok::<_, ExecuteError>((number, values))
        };
        Ok(Self {
            value: open(value)?,
            weight: open(weight)?,
            sums: Vec::new(),
            numbers: Vec::new(),
            weights: Vec::new(),
        })
    }
}

fn read((of, values): &(&Number, Values), found: Match, into: &mut Vec<f64>) {
    into.clear();
    values.numbers(found.doc, into);
    if into.is_empty() {
        into.extend(of.missing);
    }
}

impl Collector for WeightedMeans<'_> {
    fn collect(
        &mut self,
        found: Match,
        parent: usize,
        budget: &mut Budget,
        clock: &Clock,
    ) -> Result<(), ExecuteError> {
        read(&self.value, found, &mut self.numbers);
        if self.numbers.is_empty() {
            return Ok(());
        }
        read(&self.weight, found, &mut self.weights);
        clock.expired_after(cost(self.numbers.len() + self.weights.len()));
        match self.weights.as_slice() {
            [] => {}
            [weight] => {
                let sum = at(&mut self.sums, parent, 256, budget);
                self.numbers.iter().for_each(|number| sum.add(*number, *weight));
            }
            _ => clock.refuse(format!(
                "a document has more than one weight in the field [{}] of [weighted_avg]",
                self.weight.0.column.path
            )),
        }
        Ok(())
    }

    fn finish(self: Box<Self>, parents: usize, _: &mut Budget) -> Result<Vec<Partial>, ExecuteError> {
        Ok(filled(self.sums, parents, Partial::Weighted))
    }
}
