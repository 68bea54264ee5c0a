//! Measures the quality of rankings: loads a judged set into an index, asks its queries, compares with the judgments.

pub mod command;
mod error;
mod forms;
mod judged_set;

use std::collections::BTreeMap;

use datasets::evaluation::Report;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::json;

use crate::bulk::{self, BulkPlan, Loaded};
use crate::client::Client;
pub use error::RelevanceError;
pub use forms::{FORMS, Form, form};
pub use judged_set::JudgedSet;

/// How many documents of each ranking are judged: what recall at 1000 needs.
const RANKING_DEPTH: usize = 1000;
/// Queries in flight.
const CONCURRENT: usize = 4;

/// Creates `index` anew and loads the documents of the set into it, ready to be searched.
///
/// # Errors
/// [`RelevanceError`]; also if a single document is refused, because the figures would be wrong.
pub async fn load(
    client: &Client,
    index: &str,
    set: &JudgedSet,
    progress: impl FnMut(&Loaded),
) -> Result<Loaded, RelevanceError> {
    client.delete_index(index).await?;
    client.create_index(index, &forms::index_body()).await?;
    let documents = set.documents()?;
    let (loaded, _) = bulk::load(client, index, documents, BulkPlan::default(), progress).await?;
    if loaded.rejected > 0 || loaded.malformed > 0 {
        return Err(RelevanceError::Incomplete {
            missing: loaded.rejected + loaded.malformed,
        });
    }
    client.refresh(index).await?;
    Ok(loaded)
}

/// Asks every judged query in one form and measures the rankings.
///
/// # Errors
/// [`RelevanceError::Partial`] if an answer does not cover every document, because the figures would be wrong.
pub async fn evaluate(
    client: &Client,
    index: &str,
    set: &JudgedSet,
    form: &Form,
) -> Result<Report, RelevanceError> {
    let rankings: BTreeMap<String, Vec<String>> = stream::iter(set.judged_queries())
        .map(|query| async move {
            let body = json!({
                "size": RANKING_DEPTH,
                "_source": false,
                "track_total_hits": false,
                "query": (form.query)(&query.text),
            });
            let answer = client.search(index, &body).await?;
            if !answer.is_complete() {
                return Err(RelevanceError::Partial {
                    query: query.id.clone(),
                });
            }
            let ids = answer.hits.hits.into_iter().map(|hit| hit.id).collect();
            Ok((query.id.clone(), ids))
        })
        .buffer_unordered(CONCURRENT)
        .try_collect()
        .await?;
    Ok(Report::of(&set.qrels, &rankings))
}
