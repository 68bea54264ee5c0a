//! Searches by name: of one index, or of several at the same time under one deadline.

use std::sync::Arc;

use futures::stream::{self, StreamExt as _};
use serde_json::Value;
use shared::deadline::Deadline;
use shared::ids::Position;
use shared::limits;
use tokio::time::Instant;

use super::App;
use crate::dsl::search_body::SearchCommand;
use crate::error::ApiError;
use crate::search::{AsOf, SearchResult, several};

/// Indexes that one search is under way in at a time; each takes part in the admission of searches by itself.
const AT_ONCE: usize = 16;

/// One of the indexes of a search.
pub(super) struct Aim {
    /// Its name.
    pub(super) name: Arc<str>,
    /// Which state of it to see.
    pub(super) as_of: AsOf,
    /// What its hits come after; as many values as the search has.
    pub(super) search_after: Vec<Value>,
}

impl App {
    /// Searches an index.
    ///
    /// # Errors
    /// As [`crate::search::Searches::search`].
    pub async fn search(
        &self,
        name: &str,
        command: &SearchCommand,
        deadline: Deadline,
    ) -> Result<SearchResult, ApiError> {
        let as_of = self.as_of_now(name);
        let catalog = self.catalog();
        let searches = &self.parts.searches;
        let result = searches.search(&catalog, name, command, as_of, deadline).await?;
        searches
            .with_top_hits(result, (command, &catalog.search), deadline)
            .await
    }

    /// Searches indexes, none, one or several, and merges what they find. The answer names the index of each hit,
    /// unless there is only one.
    ///
    /// # Errors
    /// As [`App::search`] for one of them; a search that is not offered over several; too many of them.
    pub async fn search_all(
        &self,
        names: &[Arc<str>],
        command: &SearchCommand,
        deadline: Deadline,
    ) -> Result<SearchResult, ApiError> {
        let result = self.found_in(names, command, deadline).await?;
        let of_group = |inner: SearchCommand| async move { self.found_in(names, &inner, deadline).await };
        self.with_inner_hits(result, command, of_group).await
    }

    /// The hits, without those of their groups.
    async fn found_in(
        &self,
        names: &[Arc<str>],
        command: &SearchCommand,
        deadline: Deadline,
    ) -> Result<SearchResult, ApiError> {
        if let [only] = names {
            return self.search(only, command, deadline).await;
        }
        let aims = names.iter().map(|name| Aim {
            name: name.clone(),
            as_of: self.as_of_now(name),
            search_after: command.search_after.clone(),
        });
        self.search_several(aims.collect(), command, deadline).await
    }

    /// What a search of an index must see, so that nobody who refreshed misses a document.
    pub(super) fn as_of_now(&self, name: &str) -> AsOf {
        let catalog = self.catalog();
        let index = catalog.indexes.get(name).map(|meta| meta.uuid);
        AsOf::at_least(index.map_or(Position::START, |index| self.parts.visible.position(index)))
    }

    /// Searches indexes at the same time, and merges what they find. The answer names the index of each hit.
    pub(super) async fn search_several(
        &self,
        aims: Vec<Aim>,
        command: &SearchCommand,
        deadline: Deadline,
    ) -> Result<SearchResult, ApiError> {
        let began = Instant::now();
        check_number(aims.len(), command)?;
        let each = several::each(command)?;
        let search = |aim: Aim| {
            let each = SearchCommand {
                search_after: aim.search_after,
                ..each.clone()
            };
            async move {
                let catalog = self.catalog();
                let searches = &self.parts.searches;
                let result = searches
                    .search(&catalog, &aim.name, &each, aim.as_of, deadline)
                    .await;
                (aim.name, result)
            }
        };
        let results: Vec<_> = stream::iter(aims)
            .map(search)
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let mut found = Vec::with_capacity(results.len());
        let mut lost = Vec::new();
        for (name, result) in results {
            match result {
                Ok(result) => found.push((name, result)),
                // Deleted since the expression was resolved.
                Err(ApiError::IndexNotFound { .. }) => {}
                Err(error) => lost.push((name, error)),
            }
        }
        self.add_lost(&mut found, lost, command)?;
        let merged = several::merge(found, command, began.elapsed())?;
        let catalog = self.catalog();
        self.parts
            .searches
            .with_top_hits(merged, (command, &catalog.search), deadline)
            .await
    }

    /// Indexes of which nothing could be had are missing from an answer, not its end; unless there is nothing else, or
    /// the client wants all or nothing.
    fn add_lost(
        &self,
        found: &mut Vec<(Arc<str>, SearchResult)>,
        lost: Vec<(Arc<str>, ApiError)>,
        command: &SearchCommand,
    ) -> Result<(), ApiError> {
        let catalog = self.catalog();
        let partial = command
            .allow_partial_search_results
            .or(catalog.search.allow_partial_results)
            .unwrap_or(true);
        let any = !found.is_empty();
        for (name, error) in lost {
            let Some(meta) = catalog.indexes.get(&*name) else {
                continue;
            };
            let placement = meta.placement(catalog.leaves.max(1));
            match several::lost(&error, &placement) {
                Some(missing) if any && partial => found.push((name, missing)),
                _ => return Err(error),
            }
        }
        Ok(())
    }
}

fn check_number(indexes: usize, command: &SearchCommand) -> Result<(), ApiError> {
    if indexes > limits::SEARCH_INDEXES_MAX {
        return Err(ApiError::illegal(format!(
            "the search means [{indexes}] indexes, the limit is [{}]",
            limits::SEARCH_INDEXES_MAX
        )));
    }
    let window = u64::from(command.from) + u64::from(command.size);
    let hits = window.saturating_mul(indexes as u64);
    if hits > limits::SEARCH_INDEXES_HITS_MAX {
        return Err(ApiError::illegal(format!(
            "[from] + [size] of [{window}] over [{indexes}] indexes reads [{hits}] hits, the limit is [{}]",
            limits::SEARCH_INDEXES_HITS_MAX
        )));
    }
    Ok(())
}
