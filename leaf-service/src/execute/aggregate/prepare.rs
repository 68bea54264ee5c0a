//! Aggregations checked, and their queries compiled, for one shard.

use std::sync::Arc;

use shared::aggregation::{Aggregation, Form, Keyed, Kind, Like, Number};
use shared::limits::{AGGREGATION_DEPTH_MAX, AGGREGATION_RANGES_MAX, AGGREGATIONS_MAX, TOP_HITS_MAX};
use shared::pattern::{Automaton as _, Dfa, Pattern, PatternError};
use shared::wire::clause::LeafQuery;
use shared::wire::sort::SORT_KEYS_MAX;
use shared::wire::{LeafError, SearchRequest, Statistics};
use tantivy::query::{AllWeight, Weight};

use super::node::is_scored;
use crate::execute::clock::Clock;
use crate::execute::compile::{Compiler, needs_phrase};
use crate::execute::error::ExecuteError;
use crate::execute::plan::Ranking;
use crate::execute::validate;
use crate::view::View;

/// A query, and whether it is looked at candidate by candidate.
pub(super) type Matching = (Arc<dyn Weight>, bool);

/// What keywords must and must not fit.
#[derive(Clone)]
pub(super) struct Patterns {
    fits: Option<Arc<Dfa>>,
    fits_not: Option<Arc<Dfa>>,
}

impl Patterns {
    fn new(like: &Like) -> Result<Self, ExecuteError> {
        let compiled = |pattern: &Option<Pattern>| {
            let compiled = pattern.as_ref().map(Pattern::compile).transpose();
            compiled
                .map(|dfa| dfa.map(Arc::new))
                .map_err(|error: PatternError| ExecuteError::Misfit(error.to_string()))
        };
        Ok(Self {
            fits: compiled(&like.fits)?,
            fits_not: compiled(&like.fits_not)?,
        })
    }

    /// Whether a keyword is as it must be.
    pub(super) fn fit(&self, text: &str) -> bool {
        self.fits.as_ref().is_none_or(|dfa| dfa.matches(text))
            && self.fits_not.as_ref().is_none_or(|dfa| !dfa.matches(text))
    }
}

/// The queries of an aggregation, and those of its inner ones; of a whole request, its own query and all documents.
pub(super) struct Prepared {
    /// Its queries.
    pub(super) queries: Vec<Matching>,
    /// What the keys of each source must be like.
    pub(super) patterns: Vec<Patterns>,
    /// How matches are scored, if anybody wants to know.
    pub(super) ranking: Option<Ranking>,
    /// Those of the inner aggregations.
    pub(super) inner: Vec<Prepared>,
}

impl Prepared {
    /// Compiles the queries of a request that has been checked.
    pub(super) fn new(view: &View, request: &SearchRequest, clock: &Clock) -> Result<Self, ExecuteError> {
        // The compiler takes requests; this one is empty but for its query.
        let mut bare = request.clone();
        bare.aggregations = Vec::new();
        if let Some(query) = bare.aggregated.take() {
            bare.statistics = of_terms(&query, request);
            bare.query = query;
        }
        let matching = matching(view, &bare, clock)?;
        let ranking = if request.aggregations.iter().any(wants_scores) {
            let tree = Compiler::new(view, &bare, clock).scored()?;
            Some(Ranking::new(tree, clock))
        } else {
            None
        };
        Ok(Self {
            queries: vec![matching, (Arc::new(AllWeight), false)],
            patterns: Vec::new(),
            ranking,
            inner: prepare(&request.aggregations, view, &mut bare, clock)?,
        })
    }

    /// The documents to aggregate: those that match the request, or all.
    pub(super) fn documents(&self, all: bool) -> (&dyn Weight, bool) {
        let (weight, stepwise) = &self.queries[usize::from(all)];
        (weight.as_ref(), *stepwise)
    }
}

fn prepare(
    of: &[Aggregation],
    view: &View,
    bare: &mut SearchRequest,
    clock: &Clock,
) -> Result<Vec<Prepared>, ExecuteError> {
    let mut all = Vec::with_capacity(of.len());
    for of in of {
        let mut queries = Vec::new();
        if let Kind::Filters { queries: filters, .. } = &of.kind {
            for filter in filters {
                bare.query = filter.clone();
                bare.statistics = unscored(filter);
                queries.push(matching(view, bare, clock)?);
            }
        }
        let sources = match &of.kind {
            Kind::Keyed(keyed) => keyed.sources.as_slice(),
            _ => &[],
        };
        let patterns = sources.iter().map(|source| Patterns::new(&source.like));
        all.push(Prepared {
            queries,
            patterns: patterns.collect::<Result<_, _>>()?,
            ranking: None,
            inner: prepare(&of.inner, view, bare, clock)?,
        });
    }
    Ok(all)
}

/// Whether an aggregation, or one inside of it, wants to know the scores of matches. Of all documents, these are 1.
fn wants_scores(of: &Aggregation) -> bool {
    match &of.kind {
        Kind::Global => false,
        Kind::TopHits { order, scores, .. } => is_scored(order, *scores),
        _ => of.inner.iter().any(wants_scores),
    }
}

/// Statistics for a query whose terms are among those of the request's.
fn of_terms(query: &LeafQuery, request: &SearchRequest) -> Statistics {
    let known = request.query.terms.iter().zip(&request.statistics.frequencies);
    let frequency = |term| {
        let mut same = known.clone().filter(|(of, _)| *of == term);
        same.next().map_or(0, |(_, frequency)| *frequency)
    };
    Statistics {
        frequencies: query.terms.iter().map(frequency).collect(),
        ..request.statistics.clone()
    }
}

/// Statistics for a query of which nothing is scored.
fn unscored(query: &LeafQuery) -> Statistics {
    Statistics {
        frequencies: vec![0; query.terms.len()],
        ..Statistics::default()
    }
}

fn matching(view: &View, request: &SearchRequest, clock: &Clock) -> Result<Matching, ExecuteError> {
    let weight = Compiler::new(view, request, clock).matching()?;
    Ok((weight, needs_phrase(&request.query.clause)))
}

/// Checks everything that does not depend on a shard.
///
/// # Errors
/// [`LeafError::BadRequest`] names the first thing that is wrong.
pub(in crate::execute) fn check(request: &SearchRequest) -> Result<(), LeafError> {
    if let Some(query) = &request.aggregated {
        check_query(query)?;
    }
    check_level(&request.aggregations, 1, &mut 0)
}

fn check_level(of: &[Aggregation], depth: usize, count: &mut usize) -> Result<(), LeafError> {
    for of in of {
        *count += 1;
        if depth > AGGREGATION_DEPTH_MAX || *count > AGGREGATIONS_MAX {
            return refuse("there are too many aggregations, or they are nested too deeply");
        }
        match &of.kind {
            Kind::Keyed(keyed) => check_keyed(keyed)?,
            Kind::TopHits { order, max, .. }
                if *max > TOP_HITS_MAX || order.is_empty() || order.len() > SORT_KEYS_MAX =>
            {
                return refuse("the best documents of buckets are too many, or have no order");
            }
            Kind::Weighted { value, weight } => {
                let number = |of: &Number| of.missing.is_none_or(f64::is_finite);
                if !number(value) || !number(weight) {
                    return refuse("a number is not finite");
                }
            }
            Kind::Ranges { ranges, .. } if ranges.len() > AGGREGATION_RANGES_MAX => {
                return refuse("an aggregation has too many ranges");
            }
            Kind::Filters { queries, .. } => {
                if queries.len() > AGGREGATION_RANGES_MAX {
                    return refuse("an aggregation has too many filters");
                }
                queries.iter().try_for_each(check_query)?;
            }
            Kind::Global if depth > 1 => return refuse("[global] is not at the top"),
            Kind::Ranges { .. }
            | Kind::Missing(_)
            | Kind::Global
            | Kind::Stats { .. }
            | Kind::Count { .. }
            | Kind::Distinct { .. }
            | Kind::Quantiles { .. }
            | Kind::TopHits { .. } => {}
        }
        check_level(&of.inner, depth + 1, count)?;
    }
    Ok(())
}

fn check_keyed(keyed: &Keyed) -> Result<(), LeafError> {
    for source in &keyed.sources {
        if let Form::Histogram { interval, offset } = source.form
            && (interval.is_nan() || interval <= 0.0 || !offset.is_finite())
        {
            return refuse("an interval of a histogram is not positive");
        }
        for pattern in [&source.like.fits, &source.like.fits_not].into_iter().flatten() {
            if let Err(error) = pattern.compile() {
                return refuse(&format!("a pattern of keys {error}"));
            }
        }
    }
    match keyed.sources.len() {
        0 => refuse("an aggregation has no source of keys"),
        2.. if keyed.zeros => refuse("combinations of keys have no buckets without documents"),
        _ => Ok(()),
    }
}

fn check_query(query: &LeafQuery) -> Result<(), LeafError> {
    validate::query(query)
}

fn refuse(reason: &str) -> Result<(), LeafError> {
    Err(LeafError::BadRequest(reason.to_owned()))
}
