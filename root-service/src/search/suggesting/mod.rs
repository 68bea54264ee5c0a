//! Suggestions of a search, beside its query phase: by its deadline, of the same shards, with what is missing in the same account.

mod completions;
#[cfg(test)]
mod tests;
mod words;

use shared::ids::{Leaf, Shard};

use super::gather::Gathered;
use super::plan::Plan;
use super::result::Cause;
use super::rounds::Rounds;
use super::statistics::StatisticsCache;
use crate::error::ApiError;
use crate::suggest::What;
use crate::suggest::result::Suggested;

/// What the suggestions of a search came to.
#[derive(Debug, Default)]
pub(super) struct Suggestions {
    /// In the order of the request.
    pub(super) found: Vec<Suggested>,
    /// What they lack.
    missing: Vec<Missing>,
}

/// A shard that did not tell all that it should.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Missing {
    leaf: Leaf,
    shard: Shard,
    cause: Cause,
    reason: String,
}

impl Suggestions {
    /// Makes shards that did not tell all that they should ones that are missing.
    pub(super) fn account(&self, gathered: &mut Gathered) {
        for missing in &self.missing {
            gathered.lost(missing.leaf, missing.shard, missing.cause, &missing.reason);
        }
    }
}

/// What is suggested by the end of the query phase, with the documents of completions if they are wanted.
///
/// # Errors
/// A 400 if too much would have to be looked up.
pub(super) async fn suggest(
    plan: &Plan,
    documents: bool,
    cache: &StatisticsCache,
    rounds: Rounds<'_>,
) -> Result<Suggestions, ApiError> {
    if plan.suggestions.is_empty() {
        return Ok(Suggestions::default());
    }
    let words = words::suggest(plan, cache, rounds);
    let completed = completions::complete(plan, documents, rounds);
    let ((mut words, mut missing), (mut completed, more)) = {
        let (words, completed) = futures::future::join(words, completed).await;
        (words?, completed)
    };
    missing.extend(more);
    let (mut words, mut completed) = (words.drain(..), completed.drain(..));
    let each = plan
        .suggestions
        .iter()
        .filter_map(|suggestion| match suggestion.what {
            What::Term(_) | What::Phrase(_) => words.next(),
            What::Completion(_) => completed.next(),
        });
    let found = each.collect();
    Ok(Suggestions { found, missing })
}
