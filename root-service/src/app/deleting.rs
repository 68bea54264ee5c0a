//! Deletion by query: search a page, delete what it found on the condition that it is unchanged, make that visible, and
//! again, until nothing is left or as many are gone as matched in the beginning.

use serde_json::{Value, json};
use shared::deadline::Deadline;
use tokio::time::Instant;

use super::App;
use crate::dsl::SearchCommand;
use crate::error::ApiError;
use crate::search::FoundDocument;
use crate::write::{RefreshPolicy, WriteAction, WriteItem};

/// Conflicts that are passed over; each is named in the searches that follow.
const CONFLICTS_MAX: usize = 10_000;

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
    /// Whether time was up, or what was deleted could not be made visible.
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
        names: &[std::sync::Arc<str>],
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
        name: &str,
        deletion: &Deletion,
        most: u64,
        deadline: Deadline,
        all: &mut Deletions,
    ) -> Result<(), ApiError> {
        let mut passed: Vec<String> = Vec::new();
        let mut left: Option<u64> = None;
        loop {
            if deadline.instant() <= Instant::now() {
                all.timed_out = true;
                return Ok(());
            }
            let size = left.unwrap_or(most).min(u64::from(deletion.page));
            let command = search(deletion, &passed, size)?;
            let found = match self.search(name, &command, deadline).await {
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
            if hits.is_empty() {
                return Ok(());
            }
            all.batches += 1;
            let before = passed.len();
            let complete = self.delete_page(name, hits, deadline, all, &mut passed).await;
            let conflicts = passed.len() > before && !deletion.passes_conflicts;
            if !complete || conflicts || open == 0 || passed.len() > CONFLICTS_MAX {
                return Ok(());
            }
            // The conflicts are no longer why.
            all.failure = None;
        }
    }

    /// Deletes the hits of a page; whether a search sees that they are gone. Ids that somebody changed go to `passed`.
    async fn delete_page(
        &self,
        name: &str,
        hits: Vec<FoundDocument>,
        deadline: Deadline,
        all: &mut Deletions,
        passed: &mut Vec<String>,
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
        let results = self.write(items, RefreshPolicy::Now, deadline).await;
        let mut complete = true;
        for (id, result) in ids.into_iter().zip(results) {
            match result {
                Ok(written) => {
                    all.deleted += 1;
                    complete &= written.forced_refresh;
                }
                Err(error @ ApiError::SeqNoConflict { .. }) => {
                    all.conflicts += 1;
                    passed.push(id.clone());
                    all.failure.get_or_insert((name.to_owned(), id, error));
                }
                Err(error) => {
                    complete = false;
                    all.failure = Some((name.to_owned(), id, error));
                }
            }
        }
        all.timed_out |= !complete && all.failure.is_none();
        complete
    }
}

/// The search of a page, without the documents that are to be passed over.
fn search(deletion: &Deletion, passed: &[String], size: u64) -> Result<SearchCommand, ApiError> {
    let body = json!({
        "query": {"bool": {
            "filter": [deletion.query],
            "must_not": [{"ids": {"values": passed}}],
        }},
        "size": size,
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
