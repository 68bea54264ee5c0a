//! A query of the wire becomes weights of tantivy, for one shard.
//!
//! Each scoring clause at the leaves of the tree becomes one weight, which serves twice: within the weight of the whole
//! query, which finds candidates quickly, and alone, where its score is an addend of the canonical score.

use std::sync::Arc;

use shared::pattern::Pattern;
use shared::wire::clause::{Bound, Clause, Field, LeafQuery, Value};
use shared::wire::{SearchRequest, Statistics};
use tantivy::Term;
use tantivy::query::{
    AllWeight, EmptyWeight, EnableScoring, ExistsQuery, Occur, Query, TermQuery, TermSetQuery, Weight,
};
use tantivy::schema::IndexRecordOption;

use super::assemble::{boosted, occurring, unscored_bool};
use super::clock::Clock;
use super::conjunction::Conjunction;
use super::dictionary::Room;
use super::error::ExecuteError;
use super::fits::FitsWeight;
use super::plan::{Leaf, Node};
use super::range::RangeWeight;
use super::terms;
use super::weights::{ConstantWeight, SharedWeight};
use crate::view::View;

/// Compiles queries for one shard. The request has been validated.
pub(super) struct Compiler<'a> {
    pub(super) view: &'a View,
    query: &'a LeafQuery,
    pub(super) statistics: &'a Statistics,
    pub(super) clock: &'a Clock,
}

impl<'a> Compiler<'a> {
    /// Phrases heed the clock.
    pub(super) fn new(view: &'a View, request: &'a SearchRequest, clock: &'a Clock) -> Self {
        Self::of(view, (&request.query, &request.statistics), clock)
    }

    /// As [`Self::new`], of a query with its statistics.
    pub(super) fn of(
        view: &'a View,
        (query, statistics): (&'a LeafQuery, &'a Statistics),
        clock: &'a Clock,
    ) -> Self {
        Self {
            view,
            query,
            statistics,
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

    pub(super) fn scored_clause(&self, clause: &Clause) -> Result<Node, ExecuteError> {
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
            Clause::Synonyms { terms, boost } => {
                let any = self.synonyms(terms, true)?;
                Ok(Node::Leaf(Leaf::other(boosted(any, *boost))))
            }
            Clause::Phrase { terms, slop, boost } => {
                let phrase = self.phrase(terms, *slop, true)?;
                Ok(Node::Leaf(Leaf::phrase(boosted(phrase, *boost))))
            }
            Clause::PhraseOfAny { places, slop, boost } => {
                let phrase = self.phrase_of_any(places, *slop, true)?;
                Ok(Node::Leaf(Leaf::phrase(boosted(phrase, *boost))))
            }
            Clause::All { boost }
            | Clause::AnyOf { boost, .. }
            | Clause::Fits { boost, .. }
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
            Clause::Rescored { clause, rescore } => {
                Ok(Node::Leaf(Leaf::other(Arc::new(self.rescored(clause, rescore)?))))
            }
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

    pub(super) fn matching_clause(&self, clause: &Clause) -> Result<Arc<dyn Weight>, ExecuteError> {
        Ok(match clause {
            Clause::All { .. } => Arc::new(AllWeight),
            Clause::Nothing => Arc::new(EmptyWeight),
            Clause::Term { term, .. } => {
                let (_, _, term) = self.term(*term)?;
                let query = TermQuery::new(term, IndexRecordOption::Basic);
                Arc::from(query.weight(self.unscored())?)
            }
            Clause::Synonyms { terms, .. } => self.synonyms(terms, false)?,
            Clause::Phrase { terms, slop, .. } => self.phrase(terms, *slop, false)?,
            Clause::PhraseOfAny { places, slop, .. } => self.phrase_of_any(places, *slop, false)?,
            Clause::AnyOf { field, values, .. } => self.any_of(field, values)?,
            Clause::Fits { field, pattern, .. } => self.fits(field, pattern)?,
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
            // Without a least score, functions do not change what matches.
            Clause::Rescored { clause, rescore } if rescore.score_min.is_none() => {
                self.matching_clause(clause)?
            }
            Clause::Rescored { clause, rescore } => Arc::new(self.rescored(clause, rescore)?),
        })
    }

    fn fits(&self, field: &Field, pattern: &Pattern) -> Result<Arc<dyn Weight>, ExecuteError> {
        let compiled = pattern.compile();
        let dfa = compiled.map_err(|error| ExecuteError::Misfit(error.to_string()))?;
        let room = Room::of(&self.view.schema, field)?;
        let (text, clock) = (pattern.text.clone(), self.clock.clone());
        Ok(Arc::new(FitsWeight::new(room, dfa, text, clock)))
    }

    fn scored_term(&self, number: u32, boost: f32) -> Result<Node, ExecuteError> {
        let (field, frequency, term) = self.term(number)?;
        let (record, text) = match field {
            // tantivy's bounds of blocks are for slots that keep lengths and frequencies.
            Field::Text(slot) if self.view.schema.layouts.contains_key(slot) => {
                (IndexRecordOption::WithFreqs, None)
            }
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
    pub(super) fn term(&self, number: u32) -> Result<(&'a Field, u64, Term), ExecuteError> {
        let at = usize::try_from(number).unwrap_or(usize::MAX);
        let known = self.query.terms.get(at).zip(self.statistics.frequencies.get(at));
        let (of_wire, frequency) =
            known.ok_or_else(|| ExecuteError::Misfit(format!("the query has no term {number}")))?;
        let term = terms::term(&self.view.schema, &of_wire.field, &of_wire.value)?;
        Ok((&of_wire.field, *frequency, term))
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

    pub(super) fn unscored(&self) -> EnableScoring<'_> {
        EnableScoring::disabled_from_searcher(&self.view.searcher)
    }
}

/// Whether what matches is a phrase, or a conjunction in which one is required or excluded.
pub(super) fn needs_phrase(clause: &Clause) -> bool {
    match clause {
        Clause::Phrase { .. } | Clause::PhraseOfAny { .. } => true,
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
        | Clause::Synonyms { .. }
        | Clause::AnyOf { .. }
        | Clause::Fits { .. }
        | Clause::Range { .. }
        | Clause::Exists { .. }
        | Clause::BestOf { .. }
        | Clause::Rescored { .. } => false,
    }
}
