//! Term and phrase suggestions: computed as far as possible from what is known, then what is lacking is asked of the shards, and so
//! on until nothing is.

use std::collections::BTreeSet;
use std::sync::Arc;

use shared::deadline::Deadline;
use shared::ids::{Leaf, Shard};
use shared::limits;
use tokio::time::Instant;
use tracing::Instrument as _;

use super::Missing;
use crate::error::ApiError;
use crate::members::Phase;
use crate::search::Cause;
use crate::search::plan::Plan;
use crate::search::rounds::Rounds;
use crate::search::stages;
use crate::search::statistics::{self, StatisticsCache};
use crate::search::time::Schedule;
use crate::suggest::result::{Entry, Found, Suggested};
use crate::suggest::{Known, Lacking, Suggestion, What};

/// Rounds that a suggestion takes at most: words, candidates, their combinations of two and of three, and words that another field
/// than that of the candidates has.
const ROUNDS_MAX: usize = 8;

/// What one look at what is known came to.
enum Advanced {
    /// Everything was known.
    Done(Vec<Suggested>),
    /// This is to be asked for.
    Lacking(Lacking),
}

/// The suggestions by words, in the order of the request, and the shards that did not tell all of what was asked.
pub(super) async fn suggest(
    plan: &Plan,
    cache: &StatisticsCache,
    rounds: Rounds<'_>,
) -> Result<(Vec<Suggested>, Vec<Missing>), ApiError> {
    let mut known = Known::default();
    let mut untold: BTreeSet<(Leaf, Shard)> = BTreeSet::new();
    let (mut words, mut expansions) = (0, 0);
    for _ in 0..ROUNDS_MAX {
        let (advanced, given_back) = advance(Arc::clone(&plan.suggestions), known).await;
        known = given_back;
        let lacking = match advanced {
            Advanced::Done(found) => return Ok((found, missing(untold))),
            Advanced::Lacking(lacking) => lacking,
        };
        words += lacking.words.len();
        expansions += lacking.expansions.len();
        check(words, expansions)?;
        let rounds = in_a_part_of_the_time(rounds);
        statistics::look_up(plan, &lacking, (&mut known, &mut untold), cache, rounds)
            .instrument(stages::span(Phase::Statistics))
            .await;
    }
    tracing::error!("suggestions are not done after {ROUNDS_MAX} rounds");
    Err(ApiError::Internal)
}

/// Computes as far as possible, where it may take its time.
async fn advance(suggestions: Arc<[Suggestion]>, known: Known) -> (Advanced, Known) {
    let work = move || {
        let mut lacking = Lacking::default();
        let each = suggestions.iter().filter_map(|suggestion| {
            let found = match &suggestion.what {
                What::Completion(_) => return None,
                What::Term(term) => term.entries(&known, &mut lacking).map(|entries| Found::Term {
                    entries,
                    size: term.size,
                    by: term.spelling.by,
                }),
                What::Phrase(phrase) => {
                    phrase
                        .corrections(&known, &mut lacking)
                        .map(|corrections| Found::Phrase {
                            entry: Entry::whole(&phrase.text, corrections.texts),
                            size: phrase.size,
                            cutoff: corrections.cutoff,
                        })
                }
            };
            let name = suggestion.name.clone();
            Some(found.map(|found| Suggested { name, found }))
        });
        // All of them, so that what they lack is asked for at once.
        let found: Vec<Option<Suggested>> = each.collect();
        let advanced = match found.into_iter().collect::<Option<Vec<_>>>() {
            Some(found) => Advanced::Done(found),
            None => Advanced::Lacking(lacking),
        };
        (advanced, known)
    };
    crate::api::on_cpu(usize::MAX, work).await
}

/// A leaf that does not answer costs a part of the time, and is not asked again.
fn in_a_part_of_the_time(rounds: Rounds<'_>) -> Rounds<'_> {
    let now = Instant::now();
    let schedule = Schedule {
        statistics: Deadline::after(now, rounds.schedule.leaf.remaining(now) / 3),
        ..rounds.schedule
    };
    Rounds { schedule, ..rounds }
}

fn check(words: usize, expansions: usize) -> Result<(), ApiError> {
    for (count, max, what) in [
        (words, limits::SUGGEST_LOOKUPS_MAX, "look up"),
        (
            expansions,
            limits::SUGGEST_EXPANSIONS_MAX,
            "look for what is similar to",
        ),
    ] {
        if count > max {
            return Err(ApiError::illegal(format!(
                "the suggestions of the search {what} [{count}] words, the limit is [{max}]; use shorter texts, fewer candidates \
                 or a smaller [gram_size]"
            )));
        }
    }
    Ok(())
}

fn missing(untold: BTreeSet<(Leaf, Shard)>) -> Vec<Missing> {
    let missing = |(leaf, shard)| Missing {
        leaf,
        shard,
        cause: Cause::Timeout,
        reason: "the shard did not tell in time what words it has for suggestions".to_owned(),
    };
    untold.into_iter().map(missing).collect()
}
