//! Deletion by query: the documents of one moment, page by page, each on the condition that it is unchanged; then what came
//! of it is made visible.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use shared::clock;
use shared::deadline::Deadline;
use tokio::time::Instant;

use super::{App, Opening, Pit, PitUse};
use crate::dsl::SearchCommand;
use crate::error::ApiError;
use crate::resolve::sort;
use crate::search::FoundDocument;
use crate::write::{RefreshPolicy, WriteAction, WriteItem};

/// How much longer than the deadline the moment is kept.
const KEEP_LONGER: Duration = Duration::from_secs(10);

/// What to delete.
#[derive(Clone, Debug, PartialEq)]
pub struct Deletion {
    /// The query, as JSON.
    pub query: Value,
    /// Whether documents that somebody changed in between stay, instead of ending the deletion.
    pub passes_conflicts: bool,
    /// Documents to delete at most.
    pub documents_max: u64,
    /// Documents of one page.
    pub page: u32,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deletions {
    /// Documents that matched when it began, or that were wanted at most.
    pub total: u64,
    /// Documents that are gone.
    pub deleted: u64,
    /// Pages.
    pub batches: u64,
    /// Documents that somebody changed in between.
    pub conflicts: u64,
    /// Whether time was up, or what was deleted could not be made visible in time.
    pub timed_out: bool,
    /// Why it ended early: the index, the id, the error.
    pub failure: Option<(String, String, ApiError)>,
}

impl App {
    /// Deletes what matches in these indexes, one after the other.
    ///
    /// # Errors
    /// [`ApiError`] for a query that cannot be, or if a search covers less than all documents.
    pub async fn delete_matching(
        &self,
        names: &[Arc<str>],
        deletion: &Deletion,
        deadline: Deadline,
    ) -> Result<Deletions, ApiError> {
        let mut all = Deletions::default();
        for name in names {
            let left = deletion.documents_max.saturating_sub(all.total);
            if left == 0 || all.timed_out || all.failure.is_some() {
                break;
            }
            self.delete_in(name, deletion, left, deadline, &mut all).await?;
        }
        Ok(all)
    }

    async fn delete_in(
        &self,
        name: &Arc<str>,
        deletion: &Deletion,
        most: u64,
        deadline: Deadline,
        all: &mut Deletions,
    ) -> Result<(), ApiError> {
        let opening = Opening {
            keep: deadline.remaining(Instant::now()) + KEEP_LONGER,
            scroll: false,
        };
        let pit = self
            .open_pit(std::slice::from_ref(name), opening, deadline)
            .await?;
        let deleted = all.deleted;
        let result = self.delete_from(&pit, name, deletion, most, deadline, all).await;
        self.close_pit(&pit, deadline).await;
        if all.deleted > deleted {
            let visible = self.refresh(name, deadline).await;
            all.timed_out |= !visible.is_ok_and(|shards| shards.failures.is_empty());
        }
        result
    }

    async fn delete_from(
        &self,
        pit: &Pit,
        name: &str,
        deletion: &Deletion,
        most: u64,
        deadline: Deadline,
        all: &mut Deletions,
    ) -> Result<(), ApiError> {
        let how = PitUse {
            keep: None,
            now_ms: Some(clock::now_ms()),
        };
        let mut command = search(deletion)?;
        let mut left: Option<u64> = None;
        loop {
            if deadline.instant() <= Instant::now() {
                all.timed_out = true;
                return Ok(());
            }
            let size = left.unwrap_or(most).min(u64::from(deletion.page));
            command.size = u32::try_from(size).unwrap_or(deletion.page);
            let found = match self.search_pit(pit, how, &command, deadline).await {
                Ok(found) => found,
                Err(error) if all.batches == 0 => return Err(error),
                // What is gone already is told all the same.
                Err(error) => {
                    all.failure = Some((name.to_owned(), String::new(), error));
                    return Ok(());
                }
            };
            let total = found.total.map_or(0, |total| total.value).min(most);
            let mut open = *left.get_or_insert_with(|| {
                all.total += total;
                total
            });
            let hits = found.hits;
            open = open.saturating_sub(hits.len() as u64);
            left = Some(open);
            let Some(last) = hits.last() else {
                return Ok(());
            };
            let values = found.order.iter().zip(&last.sort);
            command.search_after = values.map(|(key, value)| sort::shown(key, value)).collect();
            all.batches += 1;
            let before = all.conflicts;
            let complete = self.delete_page(name, hits, deadline, all).await;
            let conflicts = all.conflicts > before && !deletion.passes_conflicts;
            if !complete || conflicts || open == 0 {
                return Ok(());
            }
            // The conflicts are no longer why.
            all.failure = None;
        }
    }

    /// Deletes the hits of a page; whether each was deleted or was changed by somebody in between.
    async fn delete_page(
        &self,
        name: &str,
        hits: Vec<FoundDocument>,
        deadline: Deadline,
        all: &mut Deletions,
    ) -> bool {
        let item = |hit: FoundDocument| WriteItem {
            index: name.to_owned(),
            if_seq_no: hit.document.as_ref().map(|document| document.seq_no),
            routing: hit.document.and_then(|document| document.routing),
            id: Some(hit.id),
            action: WriteAction::Delete,
        };
        let items: Vec<WriteItem> = hits.into_iter().map(item).collect();
        let ids: Vec<String> = items.iter().filter_map(|item| item.id.clone()).collect();
        let results = self.write(items, RefreshPolicy::None, deadline).await;
        let mut complete = true;
        for (id, result) in ids.into_iter().zip(results) {
            match result {
                Ok(_) => all.deleted += 1,
                Err(error @ ApiError::SeqNoConflict { .. }) => {
                    all.conflicts += 1;
                    all.failure.get_or_insert((name.to_owned(), id, error));
                }
                Err(error) => {
                    complete = false;
                    all.failure = Some((name.to_owned(), id, error));
                }
            }
        }
        complete
    }
}

/// The search of a page, in the order of the document keys.
fn search(deletion: &Deletion) -> Result<SearchCommand, ApiError> {
    let body = json!({
        "query": deletion.query,
        "sort": ["_shard_doc"],
        "_source": false,
        "seq_no_primary_term": true,
        "track_total_hits": true,
    });
    let command = SearchCommand::parse(body.to_string().as_bytes(), &[])?;
    Ok(SearchCommand {
        allow_partial_search_results: Some(false),
        min_coverage: Some(1.0),
        ..command
    })
}
