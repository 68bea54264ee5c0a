//! Searches by name: of one index, or of several at the same time under one deadline.

use std::sync::Arc;

use futures::stream::{self, StreamExt as _};
use shared::deadline::Deadline;
use shared::ids::Position;
use shared::limits;
use tokio::time::Instant;

use super::App;
use crate::dsl::search_body::SearchCommand;
use crate::error::ApiError;
use crate::search::{SearchResult, several};

/// Indexes that one search is under way in at a time; each takes part in the admission of searches by itself.
const AT_ONCE: usize = 16;

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
        let catalog = self.catalog();
        let index = catalog.indexes.get(name).map(|meta| meta.uuid);
        let position_min = index.map_or(Position::START, |index| self.parts.visible.position(index));
        self.parts
            .searches
            .search(&catalog, name, command, position_min, deadline)
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
        if let [only] = names {
            return self.search(only, command, deadline).await;
        }
        let began = Instant::now();
        check_number(names.len(), command)?;
        let each = several::each(command)?;
        let search = |name: Arc<str>| {
            let each = &each;
            async move {
                let result = self.search(&name, each, deadline).await;
                (name, result)
            }
        };
        let results: Vec<_> = stream::iter(names.iter().cloned())
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
        several::merge(found, command, began.elapsed())
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
