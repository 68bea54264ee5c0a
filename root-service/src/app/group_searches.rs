//! `inner_hits` of collapsed hits: one further search for each group that is shown, under the deadline of the whole.

use futures::stream::{self, StreamExt as _};

use super::App;
use crate::dsl::SearchCommand;
use crate::error::ApiError;
use crate::search::{Cause, SearchResult};

/// Groups that are searched at a time at most; each search takes part in the admission of searches by itself.
const AT_ONCE_MAX: usize = 16;

impl App {
    /// Adds the hits of their groups to the hits of a search, as `search` finds them. What these searches lack, the whole lacks.
    ///
    /// # Errors
    /// As `search`, of any group.
    pub(super) async fn with_inner_hits<F, S>(
        &self,
        mut result: SearchResult,
        command: &SearchCommand,
        search: S,
    ) -> Result<SearchResult, ApiError>
    where
        F: Future<Output = Result<SearchResult, ApiError>>,
        S: Fn(SearchCommand) -> F,
    {
        let Some(collapse) = &command.collapse else {
            return Ok(result);
        };
        if collapse.inner_hits.is_empty() {
            return Ok(result);
        }
        let mut wanted = Vec::new();
        for (nth, hit) in result.hits.iter().enumerate() {
            let Some(group) = &hit.group else { continue };
            for inner in &collapse.inner_hits {
                wanted.push((nth, inner.name.clone(), inner.of_group(command, &group.members)));
            }
        }
        let at_once = collapse.groups_at_once.unwrap_or(AT_ONCE_MAX).min(AT_ONCE_MAX);
        let search = &search;
        let found: Vec<_> = stream::iter(wanted)
            .map(|(nth, name, inner)| async move { (nth, name, search(inner).await) })
            .buffered(at_once)
            .collect()
            .await;
        for (nth, name, inner) in found {
            let inner = inner?;
            degrade(&mut result, &inner);
            if let Some(hit) = result.hits.get_mut(nth) {
                hit.inner_hits.push((name, inner));
            }
        }
        Ok(result)
    }
}

/// A shard that a part of an answer lacks, the answer lacks.
fn degrade(whole: &mut SearchResult, part: &SearchResult) {
    whole.timed_out |= part.timed_out;
    whole.queued_max = whole.queued_max.max(part.queued_max);
    for report in &part.shards.failures {
        let mut known = whole.shards.failures.iter();
        if known.any(|known| (&known.index, known.shard) == (&report.index, report.shard)) {
            continue;
        }
        whole.shards.successful = whole.shards.successful.saturating_sub(1);
        match report.cause {
            Cause::Timeout => whole.coverage.shards_timeout += 1,
            Cause::Early => whole.coverage.shards_early += 1,
            Cause::Shed => whole.coverage.shards_shed += 1,
            Cause::Failed | Cause::NoPin => whole.coverage.shards_failed += 1,
        }
        whole.shards.failures.push(report.clone());
    }
}

#[cfg(test)]
mod tests {
    use shared::ids::{Leaf, Shard};

    use super::*;
    use crate::search::ShardReport;

    #[test]
    fn what_a_group_lacks_the_whole_lacks_once() {
        let mut whole = SearchResult::default();
        whole.shards.total = 2;
        whole.shards.successful = 2;
        let mut part = SearchResult {
            timed_out: true,
            ..SearchResult::default()
        };
        part.shards.failures.push(ShardReport {
            index: None,
            shard: Shard(1),
            leaf: Leaf(0),
            cause: Cause::Timeout,
            reason: "late".to_owned(),
        });
        degrade(&mut whole, &part);
        degrade(&mut whole, &part);
        assert!(whole.timed_out && whole.coverage.degraded());
        assert_eq!((whole.shards.successful, whole.shards.failures.len()), (1, 1));
        assert_eq!(whole.coverage.shards_timeout, 1);
    }
}
