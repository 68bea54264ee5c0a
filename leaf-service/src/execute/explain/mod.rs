//! Whether some documents match some queries, with which score, and why.
//!
//! Scores are canonical ones, computed by the code that ranks: an explanation adds nothing to them but words.

mod bm25;
mod functions;
mod tree;

use std::sync::Arc;

use shared::deadline::Deadline;
use shared::limits::{EXPLANATION_PARTS_MAX, QUERY_NAMES_MAX, RESULT_WINDOW_MAX};
use shared::wire::{ExplainRequest, Explained, FetchItem, LeafError, ScoredQuery};
use tantivy::DocAddress;
use tokio::time::Instant;

use self::tree::Explainer;
use super::canonical::{Canonical, rounded};
use super::clock::Clock;
use super::compile::Compiler;
use super::error::{ExecuteError, guarded};
use super::{fetch, validate};
use crate::view::View;

/// A document asked about: the view that it was found in, and the one to look it up in otherwise.
pub struct Sought {
    /// Which document.
    pub item: FetchItem,
    /// The view of the item's address, if it is still held.
    pub searched: Option<Arc<View>>,
    /// The shard's present view.
    pub current: Option<Arc<View>>,
}

/// A document that is there, and its place among those asked about.
struct Located<'a> {
    nth: usize,
    view: &'a View,
    at: DocAddress,
}

/// Says of each document, in the order in which they are asked about, what is to be said of it; `None` if it is gone.
///
/// # Errors
/// [`LeafError`] if a query makes no sense, if the deadline passes, or if the index cannot be read.
pub fn explain(
    sought: &[Sought],
    request: &ExplainRequest,
    deadline: Deadline,
    now: impl Fn() -> Instant + Send + Sync + 'static,
) -> Result<Vec<Option<Explained>>, LeafError> {
    check(sought, request)?;
    let clock = Clock::new(deadline, now);
    let done = guarded(|| all(sought, request, &clock));
    if let Some(reason) = clock.refusal() {
        return Err(LeafError::BadRequest(reason));
    }
    done.map_err(|error| match error {
        ExecuteError::Deadline => LeafError::Expired,
        ExecuteError::Misfit(reason) => LeafError::BadRequest(reason),
        ExecuteError::Index(_) | ExecuteError::Io(_) | ExecuteError::Panicked(_) => {
            LeafError::Internal(error.to_string())
        }
    })
}

fn check(sought: &[Sought], request: &ExplainRequest) -> Result<(), LeafError> {
    let too_many = |what: &str, count: usize| {
        Err(LeafError::BadRequest(format!(
            "{count} {what} are too many at a time"
        )))
    };
    if sought.len() as u64 > RESULT_WINDOW_MAX {
        return too_many("documents", sought.len());
    }
    // Those of a query, and those of the filter after it.
    if request.named.len() > 2 * QUERY_NAMES_MAX {
        return too_many("named queries", request.named.len());
    }
    request
        .explained
        .iter()
        .chain(&request.named)
        .try_for_each(|scored| {
            validate::frequencies(&scored.query, &scored.statistics)?;
            validate::query(&scored.query)
        })
}

fn all(
    sought: &[Sought],
    request: &ExplainRequest,
    clock: &Clock,
) -> Result<Vec<Option<Explained>>, ExecuteError> {
    let mut located = Vec::with_capacity(sought.len());
    for (nth, sought) in sought.iter().enumerate() {
        let views = (sought.searched.as_deref(), sought.current.as_deref());
        if let Some((view, at)) = fetch::located(&sought.item, views)? {
            located.push(Located { nth, view, at });
        }
    }
    // Scorers go forward only.
    located.sort_by_key(|found| (found.view.generation, found.at));
    let mut said: Vec<Option<Explained>> = vec![None; sought.len()];
    for found in &located {
        said[found.nth] = Some(Explained::default());
    }
    let mut parts = 0;
    for of_view in located.chunk_by(|a, b| a.view.generation == b.view.generation) {
        for named in &request.named {
            let scores = judge(named, of_view, clock)?;
            for (found, score) in of_view.iter().zip(scores) {
                if let Some(said) = &mut said[found.nth] {
                    said.named.push(score);
                }
            }
        }
        let Some(explained) = &request.explained else {
            continue;
        };
        for found in of_view {
            let explanation = Explainer::new(found.view, explained, found.at, clock).explained()?;
            parts += explanation.parts();
            if parts > EXPLANATION_PARTS_MAX {
                return Err(ExecuteError::Misfit(format!(
                    "the explanations of the hits have more than [{EXPLANATION_PARTS_MAX}] numbers; ask for fewer hits"
                )));
            }
            if let Some(said) = &mut said[found.nth] {
                said.explanation = Some(explanation);
            }
        }
    }
    Ok(said)
}

/// The scores of documents of one view, in their order; `None` where one does not match.
fn judge(
    named: &ScoredQuery,
    of_view: &[Located<'_>],
    clock: &Clock,
) -> Result<Vec<Option<f32>>, ExecuteError> {
    let Some(view) = of_view.first().map(|found| found.view) else {
        return Ok(Vec::new());
    };
    let tree = Compiler::of(view, (&named.query, &named.statistics), clock).scored()?;
    let mut scores = Vec::with_capacity(of_view.len());
    for of_segment in of_view.chunk_by(|a, b| a.at.segment_ord == b.at.segment_ord) {
        let mut canonical = Canonical::new(&tree);
        for found in of_segment {
            if clock.expired_after(1) {
                return Err(ExecuteError::Deadline);
            }
            let reader = view.searcher.segment_reader(found.at.segment_ord);
            let score = clock.unheeded(|| canonical.judged(reader, found.at.doc_id))?;
            scores.push(score.map(rounded));
        }
    }
    Ok(scores)
}
