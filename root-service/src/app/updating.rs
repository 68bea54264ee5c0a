//! Updates: the document is read, changed, and written on the condition that it is still the one that was read. What
//! somebody else wrote in between is a conflict, which is tried again as often as the client wants, and never lost.

use std::collections::{BTreeMap, HashMap};

use futures::stream::{self, StreamExt as _};
use shared::deadline::Deadline;
use shared::ids::Position;
use shared::log::LogStore;
use shared::wire::{OpResult, Outcome, StoredDocument};
use tokio::time::Instant;

use super::{App, Got};
use crate::error::ApiError;
use crate::write::{IndexWrites, Update, UpdateChange, WriteAction, WriteItem, Written, update_change};

/// Updates that go into one write: their documents are all in memory.
const UPDATES_AT_ONCE: usize = 64;
/// Documents that are read at a time for one request.
const READS_AT_ONCE: usize = 16;
/// Larger documents are changed on a blocking thread.
const INLINE_BYTES_MAX: usize = 64 * 1024;

/// An item with its place in the request.
type Placed = (usize, WriteItem);
type Results = BTreeMap<usize, Result<Written, ApiError>>;

/// What an item comes to before it is written.
enum Prepared {
    /// To be written.
    Write(WriteItem),
    /// Nothing is to be written.
    Done(Result<Written, ApiError>),
}

impl App {
    /// Writes items of one index, some of which are updates, as if one after the other.
    pub(super) async fn write_with_updates(
        &self,
        name: &str,
        items: Vec<WriteItem>,
        deadline: Deadline,
    ) -> Result<IndexWrites, ApiError> {
        let index = self.meta(name)?.uuid;
        let mut results = Results::new();
        let mut position = None;
        let count = items.len();
        for part in parts(items) {
            match self.write_part(name, part, deadline, &mut results).await {
                Ok(written) => position = position.max(written),
                Err(error) => {
                    // What is written already stays so; of the rest, nothing more is tried.
                    for place in 0..count {
                        results.entry(place).or_insert_with(|| Err(error.clone()));
                    }
                    break;
                }
            }
        }
        Ok(IndexWrites {
            results: results.into_values().collect(),
            index,
            position,
        })
    }

    /// Writes items of which no update meets another item of its document.
    async fn write_part(
        &self,
        name: &str,
        part: Vec<Placed>,
        deadline: Deadline,
        results: &mut Results,
    ) -> Result<Option<Position>, ApiError> {
        let mut position = None;
        let mut tries = 0;
        let mut waiting = part;
        while !waiting.is_empty() {
            let mut again: HashMap<usize, WriteItem> = HashMap::new();
            let (mut places, mut writes) = (Vec::new(), Vec::new());
            for (place, item, prepared) in self.prepare(name, waiting, deadline).await {
                match prepared {
                    Prepared::Done(result) => drop(results.insert(place, result)),
                    Prepared::Write(write) => {
                        let late = deadline.instant() <= Instant::now();
                        if retries(&item) > tries && !late {
                            again.insert(place, item);
                        }
                        places.push(place);
                        writes.push(write);
                    }
                }
            }
            waiting = Vec::new();
            if writes.is_empty() {
                break;
            }
            let sources = sources(&writes);
            let written = self.parts.writes.write(name, writes, deadline).await?;
            position = position.max(written.position);
            for ((place, mut result), source) in places.into_iter().zip(written.results).zip(sources) {
                if let (true, Some(item)) = (is_conflict(&result), again.remove(&place)) {
                    waiting.push((place, item));
                    continue;
                }
                if let Ok(written) = &mut result {
                    written.source = source;
                }
                results.insert(place, result);
            }
            tries += 1;
        }
        Ok(position)
    }

    /// Turns updates into writes of whole documents; everything else stays.
    async fn prepare(
        &self,
        name: &str,
        items: Vec<Placed>,
        deadline: Deadline,
    ) -> Vec<(usize, WriteItem, Prepared)> {
        let prepare = |(place, item): Placed| async move {
            let prepared = match &item.action {
                WriteAction::Update(update) => {
                    let prepared = self.prepare_update(name, &item, update, deadline).await;
                    prepared.unwrap_or_else(|error| Prepared::Done(Err(error)))
                }
                _ => Prepared::Write(item.clone()),
            };
            (place, item, prepared)
        };
        stream::iter(items)
            .map(prepare)
            .buffered(READS_AT_ONCE)
            .collect()
            .await
    }

    async fn prepare_update(
        &self,
        name: &str,
        item: &WriteItem,
        update: &Update,
        deadline: Deadline,
    ) -> Result<Prepared, ApiError> {
        let id = item
            .id
            .as_deref()
            .ok_or_else(|| ApiError::Validation("id is missing".to_owned()))?;
        let mut got = self.get(name, id, item.routing.as_deref(), deadline).await?;
        let seq_no = |got: &Got| got.document.as_ref().map(|document| document.seq_no);
        if item.if_seq_no.is_some() && item.if_seq_no != seq_no(&got) {
            got = self
                .get_newest(name, id, item.routing.as_deref(), deadline)
                .await?;
        }
        let current = seq_no(&got);
        if let Some(required) = item.if_seq_no
            && current != Some(required)
        {
            return Err(ApiError::SeqNoConflict {
                index: got.index,
                shard: got.shard.0,
                id: id.to_owned(),
                required,
                current,
            });
        }
        let mut change;
        (got, change) = changed(got, update.clone()).await?;
        if !matches!(change, UpdateChange::Write { .. }) {
            // No write will tell whether the document was the newest, so the log must: other roots write too.
            got = self
                .get_newest(name, id, item.routing.as_deref(), deadline)
                .await?;
            (got, change) = changed(got, update.clone()).await?;
        }
        Ok(match change {
            UpdateChange::Missing => Prepared::Done(Err(ApiError::DocumentMissing {
                index: got.index,
                shard: got.shard.0,
                id: id.to_owned(),
            })),
            UpdateChange::Nothing => Prepared::Done(unchanged(got)),
            UpdateChange::Write { action, if_seq_no } => Prepared::Write(WriteItem {
                index: item.index.clone(),
                id: item.id.clone(),
                routing: item.routing.clone(),
                if_seq_no,
                action,
            }),
        })
    }
}

impl App {
    /// One document, up to date with every write that any root acknowledged.
    async fn get_newest(
        &self,
        name: &str,
        id: &str,
        routing: Option<&str>,
        deadline: Deadline,
    ) -> Result<Got, ApiError> {
        let index = self.meta(name)?.uuid;
        let log = LogStore::new(self.parts.store.clone(), index);
        let tail = log
            .tail(self.parts.writes.tail(index))
            .await
            .map_err(|error| ApiError::StorageUnavailable(format!("the store cannot be read: {error}")))?;
        self.get_at(name, id, routing, tail, deadline).await
    }
}

/// Decides what an update comes to, where it keeps no asynchronous thread for long.
async fn changed(got: Got, update: Update) -> Result<(Got, UpdateChange), ApiError> {
    let bytes = got.document.as_ref().map_or(0, |document| document.source.len())
        + update.doc.as_ref().map_or(0, String::len);
    let decide = move || {
        let change = update_change(got.document.as_ref(), &update)?;
        Ok((got, change))
    };
    if bytes <= INLINE_BYTES_MAX {
        return decide();
    }
    tokio::task::spawn_blocking(decide).await.map_err(|error| {
        tracing::error!(%error, "changing a document failed");
        ApiError::Internal
    })?
}

/// An update that finds everything as it should be.
fn unchanged(got: Got) -> Result<Written, ApiError> {
    let StoredDocument {
        id,
        source,
        version,
        seq_no,
        ..
    } = got.document.ok_or(ApiError::Internal)?;
    Ok(Written {
        index: got.index.into(),
        id,
        shard: got.shard,
        noop: true,
        source: Some(source),
        outcome: Some(Outcome {
            result: OpResult::Updated,
            version,
            seq_no,
        }),
        replicas_total: 0,
        forced_refresh: false,
    })
}

/// Cuts a request where an update meets a document that is already in the part, so that it sees what was done to it,
/// and where there are many.
fn parts(items: Vec<WriteItem>) -> Vec<Vec<Placed>> {
    let mut parts = vec![Vec::new()];
    // Whether the item on that document is an update.
    let mut seen: HashMap<String, bool> = HashMap::new();
    let mut updates = 0;
    for (place, item) in items.into_iter().enumerate() {
        let update = matches!(item.action, WriteAction::Update(_));
        let meets = item
            .id
            .as_ref()
            .and_then(|id| seen.get(id))
            .is_some_and(|other| *other || update);
        if meets || updates == UPDATES_AT_ONCE {
            parts.push(Vec::new());
            seen.clear();
            updates = 0;
        }
        updates += usize::from(update);
        if let Some(id) = &item.id {
            *seen.entry(id.clone()).or_default() |= update;
        }
        if let Some(part) = parts.last_mut() {
            part.push((place, item));
        }
    }
    parts
}

fn retries(item: &WriteItem) -> u32 {
    match &item.action {
        WriteAction::Update(update) => update.retries,
        _ => 0,
    }
}

fn is_conflict(result: &Result<Written, ApiError>) -> bool {
    matches!(
        result,
        Err(ApiError::SeqNoConflict { .. } | ApiError::VersionConflict { .. })
    )
}

/// What single updates leave, for those who want to see it; of many, nobody does.
fn sources(writes: &[WriteItem]) -> Vec<Option<String>> {
    let source = |write: &WriteItem| match &write.action {
        WriteAction::Index { source } | WriteAction::Create { source } if writes.len() == 1 => {
            Some(source.clone())
        }
        _ => None,
    };
    writes.iter().map(source).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, update: bool) -> WriteItem {
        let source = "{}".to_owned();
        WriteItem {
            index: "i".to_owned(),
            id: Some(id.to_owned()),
            routing: None,
            if_seq_no: None,
            action: if update {
                WriteAction::Update(Box::default())
            } else {
                WriteAction::Index { source }
            },
        }
    }

    fn lengths(items: &[(&str, bool)]) -> Vec<usize> {
        let items = items.iter().map(|(id, update)| item(id, *update)).collect();
        parts(items).iter().map(Vec::len).collect()
    }

    #[test]
    fn an_update_never_shares_a_write_with_another_item_of_its_document() {
        assert_eq!(lengths(&[("a", false), ("a", false), ("b", true)]), [3]);
        assert_eq!(
            lengths(&[("a", false), ("b", true), ("a", true), ("c", true)]),
            [2, 2]
        );
        assert_eq!(lengths(&[("a", true), ("b", false), ("a", false)]), [2, 1]);
        let many: Vec<WriteItem> = (0..130).map(|n| item(&n.to_string(), true)).collect();
        assert_eq!(parts(many).iter().map(Vec::len).collect::<Vec<_>>(), [64, 64, 2]);
    }
}
