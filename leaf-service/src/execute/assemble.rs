//! Weights of weights: bools, the best of several, and boosts, for matching and for scoring.

use std::sync::Arc;

use tantivy::query::{BooleanWeight, BoostWeight, DisjunctionMaxCombiner, Occur, SumCombiner, Weight};

use super::clock::Clock;
use super::conjunction::Conjunction;
use super::plan::Node;
use super::stepwise::StepwiseWeight;
use super::weights::{ConstantWeight, ExcludedWeight, SharedWeight};

/// The weight of a scoring tree: what tantivy's own queries would make of it.
pub(super) fn weight_of(node: &Node, clock: &Clock) -> Box<dyn Weight> {
    match node {
        Node::Leaf(leaf) => Box::new(SharedWeight(Arc::clone(&leaf.weight))),
        Node::Bool {
            must,
            should,
            filter,
            must_not,
            should_min,
            phrase: _,
        } => {
            let filter = filter.iter().map(|matching| -> Box<dyn Weight> {
                Box::new(ConstantWeight {
                    matching: Arc::clone(matching),
                    score: 0.0,
                })
            });
            let required = must.iter().map(|node| weight_of(node, clock)).chain(filter);
            if node.needs_phrase() {
                return Box::new(StepwiseWeight {
                    of: Conjunction {
                        required: required.collect(),
                        excluded: must_not.clone(),
                    },
                    clock: clock.clone(),
                });
            }
            let clauses = required
                .map(|weight| (Occur::Must, weight))
                .chain(should.iter().map(|node| (Occur::Should, weight_of(node, clock))))
                .chain(occurring(Occur::MustNot, must_not.iter().map(Arc::clone)))
                .collect();
            Box::new(BooleanWeight::with_minimum_number_should_match(
                clauses,
                *should_min,
                true,
                Box::new(SumCombiner::default),
            ))
        }
        Node::BestOf { clauses, tie_breaker } => {
            let tie_breaker = *tie_breaker;
            Box::new(BooleanWeight::with_minimum_number_should_match(
                clauses
                    .iter()
                    .map(|node| (Occur::Should, weight_of(node, clock)))
                    .collect(),
                1,
                true,
                Box::new(move || DisjunctionMaxCombiner::with_tie_breaker(tie_breaker)),
            ))
        }
    }
}

/// A bool of which only the matches count.
pub(super) fn unscored_bool(clauses: Vec<(Occur, Box<dyn Weight>)>, should_min: u32) -> Arc<dyn Weight> {
    Arc::new(BooleanWeight::with_minimum_number_should_match(
        clauses,
        usize::try_from(should_min).unwrap_or(usize::MAX),
        false,
        Box::new(SumCombiner::default),
    ))
}

/// Weights as clauses of a bool.
pub(super) fn occurring(
    occur: Occur,
    weights: impl IntoIterator<Item = Arc<dyn Weight>>,
) -> impl Iterator<Item = (Occur, Box<dyn Weight>)> {
    weights.into_iter().map(move |weight| {
        let weight: Box<dyn Weight> = match occur {
            Occur::Must | Occur::Should => Box::new(SharedWeight(weight)),
            Occur::MustNot => Box::new(ExcludedWeight(weight)),
        };
        (occur, weight)
    })
}

/// A weight with its scores multiplied.
pub(super) fn boosted(weight: Arc<dyn Weight>, boost: f32) -> Arc<dyn Weight> {
    if boost == 1.0 {
        weight
    } else {
        Arc::new(BoostWeight::new(Box::new(SharedWeight(weight)), boost))
    }
}
