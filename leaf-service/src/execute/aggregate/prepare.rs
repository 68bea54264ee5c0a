//! Aggregations checked, and their queries compiled, for one shard.

use std::sync::Arc;

use shared::aggregation::{Aggregation, Form, Kind};
use shared::limits::{AGGREGATION_DEPTH_MAX, AGGREGATION_RANGES_MAX, AGGREGATIONS_MAX};
use shared::wire::clause::LeafQuery;
use shared::wire::{LeafError, SearchRequest, Statistics};
use tantivy::query::{AllWeight, Weight};

use crate::execute::clock::Clock;
use crate::execute::compile::{Compiler, needs_phrase};
use crate::execute::error::ExecuteError;
use crate::execute::validate;
use crate::view::View;

/// A query, and whether it is looked at candidate by candidate.
pub(super) type Matching = (Arc<dyn Weight>, bool);

/// The queries of an aggregation, and those of its inner ones; of a whole request, its own query and all documents.
pub(super) struct Prepared {
    /// Its queries.
    pub(super) queries: Vec<Matching>,
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
            bare.statistics = unscored(&query);
            bare.query = query;
        }
        let matching = matching(view, &bare, clock)?;
        Ok(Self {
            queries: vec![matching, (Arc::new(AllWeight), false)],
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
        all.push(Prepared {
            queries,
            inner: prepare(&of.inner, view, bare, clock)?,
        });
    }
    Ok(all)
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
            Kind::Keyed(keyed) => {
                let intervals = keyed.sources.iter().filter_map(|source| match &source.form {
                    Form::Histogram { interval, offset } => Some((*interval, *offset)),
                    Form::Value | Form::Dates(_) => None,
                });
                for (interval, offset) in intervals {
                    if interval.is_nan() || interval <= 0.0 || !offset.is_finite() {
                        return refuse("an interval of a histogram is not positive");
                    }
                }
                if keyed.sources.is_empty() {
                    return refuse("an aggregation has no source of keys");
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
            | Kind::Quantiles { .. } => {}
        }
        check_level(&of.inner, depth + 1, count)?;
    }
    Ok(())
}

fn check_query(query: &LeafQuery) -> Result<(), LeafError> {
    validate::query(query)
}

fn refuse(reason: &str) -> Result<(), LeafError> {
    Err(LeafError::BadRequest(reason.to_owned()))
}
