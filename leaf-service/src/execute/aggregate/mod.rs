//! Aggregations over the matches of a shard: all of them, not only the best, and live ones only.
//!
//! Segment by segment documents are put into buckets, by numbers that mean something in the segment only; at its end they get
//! their keys, and the segment's results are merged as the root merges those of shards.

mod budget;
mod column;
mod filters;
mod keyed;
mod metrics;
mod node;
mod part;
mod prepare;
mod ranges;
mod source;
mod top_hits;
mod weighted;

use shared::aggregation::{Aggregation, Kind, Partial, ShardAggregations};
use shared::wire::{SearchRequest, ShardAnswer};
use tantivy::DocId;

use super::clock::Clock;
use super::error::{ExecuteError, guarded};
use super::search::{ShardView, live_before};
use super::sorted;
use super::walk::{Next, walk};
use crate::view::View;

use budget::Budget;
use node::{Inner, misfit};
use part::{Match, Part};
use prepare::Prepared;

pub(super) use prepare::check;

/// Computes the aggregations of a request that has been checked, for each shard that has not failed, and adds them to its
/// answer. A shard that the deadline stops says so: its `documents_seen` is what all of the answer was computed from.
pub(super) fn aggregate(
    views: &[ShardView],
    request: &SearchRequest,
    clock: &Clock,
    answers: &mut [ShardAnswer],
) {
    if request.aggregations.is_empty() {
        return;
    }
    let mut budget = Budget::new();
    let mut prepared: Option<(usize, Prepared)> = None;
    for ((shard, view), answer) in views.iter().zip(answers) {
        let (Ok(view), None) = (view, &answer.failure) else {
            if answer.aggregations.is_none() {
                answer.documents_seen = 0;
            }
            continue;
        };
        let slots = view.schema.text.len();
        let done = guarded(|| {
            let fitting = match prepared.take() {
                Some((of, prepared)) if of == slots => prepared,
                _ => Prepared::new(view, request, clock)?,
            };
            let done = of_shard(&request.aggregations, &fitting, view, clock, &mut budget);
            prepared = Some((slots, fitting));
            done
        });
        let failure = match done {
            Ok((results, seen)) => {
                answer.aggregations = Some(results);
                answer.documents_seen = answer.documents_seen.min(seen.unwrap_or(u64::MAX));
                seen.map(|_| ExecuteError::Deadline)
            }
            Err(error) => {
                if !matches!(error, ExecuteError::Deadline) {
                    tracing::error!(%shard, %error, "aggregating a shard failed");
                }
                answer.documents_seen = 0;
                Some(error)
            }
        };
        answer.failure = failure.map(|error| error.to_failure());
    }
}

/// The results of a shard, and how many documents they are of if the deadline stopped them.
fn of_shard(
    of: &[Aggregation],
    prepared: &Prepared,
    view: &View,
    clock: &Clock,
    budget: &mut Budget,
) -> Result<(ShardAggregations, Option<u64>), ExecuteError> {
    let before = budget.taken();
    let mut all: Vec<Partial> = of.iter().map(Partial::empty).collect();
    let mut seen = 0;
    let mut stopped_at = None;
    for (number, reader) in (0..).zip(view.searcher.segment_readers()) {
        let part = Part {
            view,
            segment: number,
            clock,
        };
        let (partials, stopped) = segment(of, prepared, part, budget)?;
        if let Some(partials) = partials {
            Partial::merge_all(&mut all, partials, of).map_err(misfit)?;
        }
        all.iter_mut().zip(of).for_each(|(partial, of)| partial.prune(of));
        if budget.exceeded() {
            return Ok((ShardAggregations::TooLarge, None));
        }
        // What was taken along the way is free again.
        budget.set(before + all.iter().map(Partial::bytes).sum::<usize>());
        if let Some(doc) = stopped {
            seen += live_before(reader, doc);
            stopped_at = Some(seen);
            break;
        }
        seen += u64::from(reader.num_docs());
    }
    // Little, and worth nothing undone: a deadline that has passed is not heeded here.
    top_hits::name(&mut all, view, budget)?;
    Ok(if budget.exceeded() {
        (ShardAggregations::TooLarge, None)
    } else {
        (ShardAggregations::Results(all), stopped_at)
    })
}

/// The results of a segment, none if they take too much memory; and where the deadline stopped them.
fn segment(
    of: &[Aggregation],
    prepared: &Prepared,
    part: Part<'_>,
    budget: &mut Budget,
) -> Result<(Option<Vec<Partial>>, Option<DocId>), ExecuteError> {
    let (reader, clock) = (part.reader(), part.clock);
    if clock.expired() {
        return Ok((None, Some(0)));
    }
    let is_global = |of: &Aggregation| matches!(of.kind, Kind::Global);
    let mut results: Vec<Option<Partial>> = vec![None; of.len()];
    let mut stopped_at = None;
    for global in [false, true] {
        let places: Vec<usize> = (0..of.len()).filter(|at| is_global(&of[*at]) == global).collect();
        if places.is_empty() || stopped_at.is_some() {
            continue;
        }
        let mut inner = Inner::open_some(&places, of, &prepared.inner, part)?;
        let mut visit = |doc, score| {
            inner.collect(Match { doc, score }, 0, budget, clock)?;
            Ok(if budget.exceeded() { Next::Enough } else { Next::On })
        };
        stopped_at = match &prepared.ranking {
            Some(ranking) if !global => sorted::each_scored(ranking, reader, clock, visit)?,
            _ => {
                let (weight, stepwise) = prepared.documents(global);
                walk(weight, stepwise, reader, clock, |doc, _| visit(doc, 1.0))?
            }
        };
        if budget.exceeded() {
            return Ok((None, stopped_at));
        }
        let of_matches = inner.finish(1, budget)?.pop().unwrap_or_default();
        if budget.exceeded() {
            return Ok((None, stopped_at));
        }
        for (at, partial) in places.into_iter().zip(of_matches) {
            results[at] = Some(partial);
        }
    }
    let filled = results.into_iter().zip(of);
    let partials = filled.map(|(partial, of)| partial.unwrap_or_else(|| Partial::empty(of)));
    Ok((Some(partials.collect()), stopped_at))
}
