//! A query of the wire becomes weights of tantivy, for one shard.
//!
//! Each scoring clause at the leaves of the tree becomes one weight, which serves twice: within the weight of the whole
//! query, which finds candidates quickly, and alone, where its score is an addend of the canonical score.

use std::sync::Arc;

use shared::wire::clause::{Bound, Clause, Field, LeafQuery, Value};
use shared::wire::{SearchRequest, Statistics};
use tantivy::Term;
use tantivy::query::{
    AllWeight, Bm25Weight, BooleanWeight, BoostWeight, DisjunctionMaxCombiner, EmptyWeight, EnableScoring,
    ExistsQuery, Occur, PhraseQuery, Query, SumCombiner, TermQuery, TermSetQuery, Weight,
};
use tantivy::schema::IndexRecordOption;

use super::clock::Clock;
use super::conjunction::Conjunction;
use super::error::ExecuteError;
use super::plan::{Leaf, Node};
use super::range::RangeWeight;
use super::sloppy::Sloppy;
use super::stepwise::{Opens, Phrase, StepwiseWeight};
use super::terms;
use super::weights::{ConstantWeight, ExcludedWeight, SharedWeight};
use crate::view::View;

/// Compiles queries for one shard. The request has been validated.
pub(super) struct Compiler<'a> {
    view: &'a View,
    query: &'a LeafQuery,
    statistics: &'a Statistics,
    clock: &'a Clock,
}

impl<'a> Compiler<'a> {
    /// Phrases heed the clock.
    pub(super) fn new(view: &'a View, request: &'a SearchRequest, clock: &'a Clock) -> Self {
        Self {
            view,
            query: &request.query,
            statistics: &request.statistics,
            clock,
        }
    }

    /// The tree of scoring clauses of the query.
    pub(super) fn scored(&self) -> Result<Node, ExecuteError> {
        self.scored_clause(&self.query.clause)
    }

    /// A weight that only matches: no frequencies are read, nothing is summed.
    pub(super) fn matching(&self) -> Result<Arc<dyn Weight>, ExecuteError> {
        self.matching_clause(&self.query.clause)
    }

    fn scored_clause(&self, clause: &Clause) -> Result<Node, ExecuteError> {
        let constant = |boost: f32| {
            let matching = self.matching_clause(clause)?;
            let weight = Arc::new(ConstantWeight {
                matching,
                score: boost,
            });
            Ok(Node::Leaf(Leaf {
                phrase: needs_phrase(clause),
                ..Leaf::other(weight)
            }))
        };
        match clause {
            Clause::Nothing => Ok(Node::Leaf(Leaf::other(Arc::new(EmptyWeight)))),
            Clause::Term { term, boost } => self.scored_term(*term, *boost),
            Clause::Phrase { terms, slop, boost } => {
                let phrase = self.phrase(terms, *slop, true)?;
                Ok(Node::Leaf(Leaf::phrase(boosted(phrase, *boost))))
            }
            Clause::All { boost }
            | Clause::AnyOf { boost, .. }
            | Clause::Range { boost, .. }
            | Clause::Exists { boost, .. }
            | Clause::Constant { boost, .. } => constant(*boost),
            Clause::Bool {
                must,
                should,
                filter,
                must_not,
                should_min,
            } => {
                let mut filter = self.matching_clauses(filter)?;
                if must.is_empty() && filter.is_empty() && *should_min == 0 {
                    filter.push(Arc::new(AllWeight));
                }
                Ok(Node::Bool {
                    must: self.scored_clauses(must)?,
                    should: self.scored_clauses(should)?,
                    filter,
                    must_not: self.matching_clauses(must_not)?,
                    should_min: usize::try_from(*should_min).unwrap_or(usize::MAX),
                    phrase: should.is_empty() && needs_phrase(clause),
                }
                .simplified())
            }
            Clause::BestOf { clauses, tie_breaker } => Ok(Node::BestOf {
                clauses: self.scored_clauses(clauses)?,
                tie_breaker: *tie_breaker,
            }),
        }
    }

    fn scored_clauses(&self, clauses: &[Clause]) -> Result<Vec<Node>, ExecuteError> {
        clauses.iter().map(|clause| self.scored_clause(clause)).collect()
    }

    fn matching_clauses(&self, clauses: &[Clause]) -> Result<Vec<Arc<dyn Weight>>, ExecuteError> {
        clauses
            .iter()
            .map(|clause| self.matching_clause(clause))
            .collect()
    }

    fn matching_clause(&self, clause: &Clause) -> Result<Arc<dyn Weight>, ExecuteError> {
        Ok(match clause {
            Clause::All { .. } => Arc::new(AllWeight),
            Clause::Nothing => Arc::new(EmptyWeight),
            Clause::Term { term, .. } => {
                let (_, _, term) = self.term(*term)?;
                let query = TermQuery::new(term, IndexRecordOption::Basic);
                Arc::from(query.weight(self.unscored())?)
            }
            Clause::Phrase { terms, slop, .. } => self.phrase(terms, *slop, false)?,
            Clause::AnyOf { field, values, .. } => self.any_of(field, values)?,
            Clause::Range {
                path, lower, upper, ..
            } => self.range(path, lower, upper)?,
            Clause::Exists { path, .. } => {
                let query = ExistsQuery::new(terms::column(path), false);
                Arc::from(query.weight(self.unscored())?)
            }
            Clause::Constant { clause, .. } => self.matching_clause(clause)?,
            Clause::Bool {
                must,
                should,
                filter,
                must_not,
                should_min,
            } => {
                let mut required = self.matching_clauses(must)?;
                required.extend(self.matching_clauses(filter)?);
                if required.is_empty() && *should_min == 0 {
                    required.push(Arc::new(AllWeight));
                }
                if needs_phrase(clause) {
                    let shared = |weight| -> Box<dyn Weight> { Box::new(SharedWeight(weight)) };
                    return Ok(self.stepwise(Conjunction {
                        required: required.into_iter().map(shared).collect(),
                        excluded: self.matching_clauses(must_not)?,
                    }));
                }
                // What may match, and need not, does not change what matches.
                let should = if *should_min == 0 { &[] } else { should.as_slice() };
                let clauses = occurring(Occur::Must, required)
                    .chain(occurring(Occur::Should, self.matching_clauses(should)?))
                    .chain(occurring(Occur::MustNot, self.matching_clauses(must_not)?))
                    .collect();
                unscored_bool(clauses, *should_min)
            }
            Clause::BestOf { clauses, .. } => unscored_bool(
                occurring(Occur::Should, self.matching_clauses(clauses)?).collect(),
                1,
            ),
        })
    }

    fn scored_term(&self, number: u32, boost: f32) -> Result<Node, ExecuteError> {
        let (field, frequency, term) = self.term(number)?;
        let (record, text) = match field {
            Field::Text(_) => (IndexRecordOption::WithFreqs, Some(term.field())),
            Field::Id | Field::Exact(_) | Field::Names => (IndexRecordOption::Basic, None),
        };
        let known = [(term.clone(), frequency)];
        let provided = super::bm25::Provided::new(self.statistics, field, &known);
        let scoring = EnableScoring::enabled_from_statistics_provider(&provided, &self.view.searcher);
        let weight = TermQuery::new(term, record).weight(scoring)?;
        Ok(Node::Leaf(Leaf {
            weight: boosted(Arc::from(weight), boost),
            text,
            phrase: false,
        }))
    }

    /// The field of a term of the table, its document frequency, and the term itself.
    fn term(&self, number: u32) -> Result<(&'a Field, u64, Term), ExecuteError> {
        let at = usize::try_from(number).unwrap_or(usize::MAX);
        let known = self.query.terms.get(at).zip(self.statistics.frequencies.get(at));
        let (of_wire, frequency) =
            known.ok_or_else(|| ExecuteError::Misfit(format!("the query has no term {number}")))?;
        let term = terms::term(&self.view.schema, &of_wire.field, &of_wire.value)?;
        Ok((&of_wire.field, *frequency, term))
    }

    fn phrase(&self, words: &[(u32, u32)], slop: u32, scored: bool) -> Result<Arc<dyn Weight>, ExecuteError> {
        let least = words.iter().map(|(position, _)| *position).min().unwrap_or(0);
        let mut placed = Vec::with_capacity(words.len());
        let mut known = Vec::with_capacity(words.len());
        let mut field = &Field::Names;
        for (position, number) in words {
            let (of, frequency, term) = self.term(*number)?;
            field = of;
            known.push((term.clone(), frequency));
            placed.push((position - least, term));
        }
        let provided = super::bm25::Provided::new(self.statistics, field, &known);
        if slop == 0 {
            let words = placed
                .into_iter()
                .map(|(position, term)| (position as usize, term));
            let query = PhraseQuery::new_with_offset_and_slop(words.collect(), 0);
            let scoring = if scored {
                EnableScoring::enabled_from_statistics_provider(&provided, &self.view.searcher)
            } else {
                self.unscored()
            };
            let of = Phrase(Arc::from(query.weight(scoring)?));
            return Ok(self.stepwise(of));
        }
        let similarity = if scored {
            let terms: Vec<Term> = placed.iter().map(|(_, term)| term.clone()).collect();
            Some(Bm25Weight::for_terms(&provided, &terms)?)
        } else {
            None
        };
        Ok(self.stepwise(Sloppy {
            words: placed,
            slop,
            similarity,
        }))
    }

    fn stepwise(&self, of: impl Opens) -> Arc<dyn Weight> {
        let clock = self.clock.clone();
        Arc::new(StepwiseWeight { of, clock })
    }

    fn any_of(&self, field: &Field, values: &[Value]) -> Result<Arc<dyn Weight>, ExecuteError> {
        let terms: Result<Vec<Term>, ExecuteError> = values
            .iter()
            .map(|value| terms::term(&self.view.schema, field, value))
            .collect();
        Ok(Arc::from(TermSetQuery::new(terms?).weight(self.unscored())?))
    }

    fn range(&self, path: &str, lower: &Bound, upper: &Bound) -> Result<Arc<dyn Weight>, ExecuteError> {
        let over_booleans = [lower, upper].into_iter().any(|bound| {
            matches!(
                bound,
                Bound::Included(Value::Boolean(_)) | Bound::Excluded(Value::Boolean(_))
            )
        });
        if !over_booleans {
            return Ok(Arc::new(RangeWeight::new(path, lower, upper)));
        }
        let within: Vec<Value> = [false, true]
            .into_iter()
            .filter(|truth| match lower {
                Bound::Included(Value::Boolean(least)) => truth >= least,
                Bound::Excluded(Value::Boolean(below)) => truth > below,
                _ => true,
            })
            .filter(|truth| match upper {
                Bound::Included(Value::Boolean(greatest)) => truth <= greatest,
                Bound::Excluded(Value::Boolean(above)) => truth < above,
                _ => true,
            })
            .map(Value::Boolean)
            .collect();
        if within.is_empty() {
            return Ok(Arc::new(EmptyWeight));
        }
        self.any_of(&Field::Exact(path.to_owned()), &within)
    }

    fn unscored(&self) -> EnableScoring<'_> {
        EnableScoring::disabled_from_searcher(&self.view.searcher)
    }
}

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

/// Whether what matches is a phrase, or a conjunction in which one is required or excluded.
pub(super) fn needs_phrase(clause: &Clause) -> bool {
    match clause {
        Clause::Phrase { .. } => true,
        Clause::Bool {
            must,
            should,
            filter,
            must_not,
            should_min,
        } => {
            let is_plain = should.is_empty() || *should_min == 0;
            is_plain && must.iter().chain(filter).chain(must_not).any(needs_phrase)
        }
        Clause::Constant { clause, .. } => needs_phrase(clause),
        Clause::All { .. }
        | Clause::Nothing
        | Clause::Term { .. }
        | Clause::AnyOf { .. }
        | Clause::Range { .. }
        | Clause::Exists { .. }
        | Clause::BestOf { .. } => false,
    }
}

fn unscored_bool(clauses: Vec<(Occur, Box<dyn Weight>)>, should_min: u32) -> Arc<dyn Weight> {
    Arc::new(BooleanWeight::with_minimum_number_should_match(
        clauses,
        usize::try_from(should_min).unwrap_or(usize::MAX),
        false,
        Box::new(SumCombiner::default),
    ))
}

fn occurring(
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

fn boosted(weight: Arc<dyn Weight>, boost: f32) -> Arc<dyn Weight> {
    if boost == 1.0 {
        weight
    } else {
        Arc::new(BoostWeight::new(Box::new(SharedWeight(weight)), boost))
    }
}
