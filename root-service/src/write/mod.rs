//! Writes: validate, grow the mapping, group into a batch, append to the log, hear the outcomes.

mod batcher;
mod item;
mod outcomes;
mod partial;
mod prepare;
mod update;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use parking_lot::Mutex;
use shared::catalog::IndexMeta;
use shared::deadline::Deadline;
use shared::ids::{IndexUuid, Position, Shard};
use shared::log::{LogStore, Operation};
use shared::store::Store;
use shared::wire::{OpResult, Outcome};
use tokio::sync::oneshot;
use uuid::Uuid;

use self::batcher::{Batcher, Placed, Submission};
use self::outcomes::Outcomes;
use crate::catalogs::{Catalogs, Change};
use crate::client::LeafClient;
use crate::error::ApiError;
use crate::members::Members;

pub use item::{RefreshPolicy, Update, WriteAction, WriteItem, WriteResults, Written};
pub use update::{Change as UpdateChange, change as update_change};

/// How often a document is validated anew because the mapping changed under it.
const MAPPING_TRIES: u32 = 8;

/// The write path.
pub struct Writes {
    store: Store,
    catalogs: Arc<Catalogs>,
    outcomes: Outcomes,
    batchers: Mutex<HashMap<IndexUuid, Batcher>>,
}

/// What a group of writes to one index came to.
pub struct IndexWrites {
    /// One result for each item, in order.
    pub results: WriteResults,
    /// The index that was written to.
    pub index: IndexUuid,
    /// The last batch that holds one of the items; `None` if none was accepted.
    pub position: Option<Position>,
}

impl Writes {
    /// The write path over a store.
    pub fn new(
        store: Store,
        catalogs: Arc<Catalogs>,
        members: Arc<Members>,
        client: Arc<dyn LeafClient>,
    ) -> Self {
        let outcomes = Outcomes {
            members,
            client,
            catalogs: catalogs.clone(),
        };
        Self {
            store,
            catalogs,
            outcomes,
            batchers: Mutex::default(),
        }
    }

    /// Writes items, all of which name the same index, which exists.
    ///
    /// # Errors
    /// [`ApiError`] when none of the items could be taken: the index is gone, or the store is out of reach.
    pub async fn write(
        &self,
        name: &str,
        items: Vec<WriteItem>,
        deadline: Deadline,
    ) -> Result<IndexWrites, ApiError> {
        let (meta, catalog_version, operations) = self.prepare(name, items).await?;
        let mut results: Vec<Option<Result<Written, ApiError>>> = Vec::with_capacity(operations.len());
        let mut accepted = Vec::new();
        let mut submitted = Vec::new();
        for operation in operations {
            match operation {
                Ok((shard, operation)) => {
                    accepted.push(Accepted::of(shard, &operation));
                    submitted.push((shard, operation));
                    results.push(None);
                }
                Err(error) => results.push(Some(Err(error))),
            }
        }
        let mut position = None;
        let mut told = Vec::new();
        if !submitted.is_empty() {
            let placed = self.submit(&meta, submitted, catalog_version).await?;
            position = Some(placed.position);
            told = hear(placed, deadline).await;
        }
        let replicas = |shard: Shard| self.replicas_of(&meta, shard);
        let index: Arc<str> = name.into();
        let mut written = accepted
            .into_iter()
            .zip(told)
            .map(|(accepted, outcome)| accepted.written(&index, outcome, &replicas));
        let results = results
            .into_iter()
            .map(|result| {
                result
                    .or_else(|| written.next())
                    .unwrap_or(Err(ApiError::Internal))
            })
            .collect();
        Ok(IndexWrites {
            results,
            index: meta.uuid,
            position,
        })
    }

    /// Asks all replicas to keep every write before this one as a point in time. Returns its position once it is in the log.
    ///
    /// # Errors
    /// [`ApiError::StorageUnavailable`] if the log cannot be written.
    pub async fn pin(
        &self,
        meta: &IndexMeta,
        id: Uuid,
        scroll: bool,
        until_ms: i64,
    ) -> Result<Position, ApiError> {
        let pin = Operation::Pin { id, scroll, until_ms };
        let operations = (0..meta.shards).map(|shard| (Shard(shard), pin.clone()));
        let catalog_version = self.catalogs.current().version;
        let placed = self.submit(meta, operations.collect(), catalog_version).await?;
        Ok(placed.position)
    }

    /// The last position of an index that this root knows to be taken.
    pub fn tail(&self, index: IndexUuid) -> Position {
        self.batchers
            .lock()
            .get(&index)
            .map_or(Position::START, Batcher::tail)
    }

    /// Forgets the log writers of indexes that are gone.
    pub fn retain(&self, alive: impl Fn(IndexUuid) -> bool) {
        self.batchers.lock().retain(|index, _| alive(*index));
    }

    /// Validates items, growing the mapping until all accepted ones fit it.
    async fn prepare(&self, name: &str, items: Vec<WriteItem>) -> Result<PreparedWrites, ApiError> {
        let mut meta = self.meta(name)?;
        let placing = meta.clone();
        let mut operations =
            on_blocking(move || prepare::place(items, &placing, &mut shared::random::from_system())).await?;
        for _ in 0..MAPPING_TRIES {
            let checking = meta.clone();
            let (checked, grown) = on_blocking(move || {
                let grown = prepare::check(&mut operations, &checking);
                (operations, grown)
            })
            .await?;
            operations = checked;
            let Some(grown) = grown else {
                return Ok((meta, self.catalogs.current().version, operations));
            };
            match self.grow(name, meta.uuid, &grown).await {
                // What fitted the grown mapping fits the merged one: fields never change.
                Ok(()) => return Ok((meta, self.catalogs.current().version, operations)),
                // Another root mapped one of the new fields otherwise: the documents are checked against that.
                Err(ApiError::IllegalArgument(_) | ApiError::Mapping(_)) => {
                    meta = self.same(name, meta.uuid)?;
                }
                Err(error) => return Err(error),
            }
        }
        Err(ApiError::StorageUnavailable(
            "the mapping is being changed by others all the time; try again".to_owned(),
        ))
    }

    fn meta(&self, name: &str) -> Result<Arc<IndexMeta>, ApiError> {
        let catalog = self.catalogs.current();
        let meta = catalog.indexes.get(name).cloned();
        meta.map(Arc::new).ok_or_else(|| ApiError::IndexNotFound {
            index: name.to_owned(),
        })
    }

    /// The index of that name, if it is still the same one.
    fn same(&self, name: &str, index: IndexUuid) -> Result<Arc<IndexMeta>, ApiError> {
        let meta = self.meta(name)?;
        if meta.uuid == index {
            Ok(meta)
        } else {
            Err(ApiError::IndexNotFound {
                index: name.to_owned(),
            })
        }
    }

    async fn grow(
        &self,
        name: &str,
        index: IndexUuid,
        grown: &shared::mapping::Mapping,
    ) -> Result<(), ApiError> {
        self.catalogs
            .change(|catalog| {
                let gone = || ApiError::IndexNotFound {
                    index: name.to_owned(),
                };
                let next = catalog.version + 1;
                let meta = catalog
                    .indexes
                    .get_mut(name)
                    .filter(|meta| meta.uuid == index)
                    .ok_or_else(gone)?;
                let before = meta.mapping.clone();
                meta.mapping.grow(grown, meta.text_slots)?;
                meta.mapping.remember(&before, next)?;
                Ok(if meta.mapping == before {
                    Change::Keep(())
                } else {
                    Change::Write(())
                })
            })
            .await
    }

    async fn submit(
        &self,
        meta: &IndexMeta,
        operations: Vec<(Shard, Operation)>,
        catalog_version: u64,
    ) -> Result<Placed, ApiError> {
        let (appended, heard) = oneshot::channel();
        self.batcher(meta.uuid)
            .submit(Submission {
                operations,
                catalog_version,
                appended,
            })
            .await?;
        // No deadline here: whether the batch is durable is what the client must know above all.
        heard.await.map_err(|_| ApiError::Internal)?
    }

    fn batcher(&self, index: IndexUuid) -> Batcher {
        let start = || {
            Batcher::start(
                index,
                LogStore::new(self.store.clone(), index),
                self.outcomes.clone(),
            )
        };
        self.batchers.lock().entry(index).or_insert_with(start).clone()
    }

    fn replicas_of(&self, meta: &IndexMeta, shard: Shard) -> u32 {
        let placement = self
            .outcomes
            .members
            .placements
            .of(&self.catalogs.current(), meta);
        let leaf = placement
            .get(shard.0 as usize)
            .and_then(|leaf| self.outcomes.members.leaf(*leaf));
        leaf.map_or(1, |members| {
            u32::try_from(members.replicas.len()).unwrap_or(u32::MAX)
        })
    }
}

type PreparedWrites = (Arc<IndexMeta>, u64, Vec<prepare::Checked>);

/// Runs CPU work where it keeps no asynchronous thread.
async fn on_blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        tracing::error!(%error, "validating writes failed");
        ApiError::Internal
    })
}

/// Waits for the outcomes of operations until all are known, nobody is left to ask, or the deadline.
async fn hear(mut placed: Placed, deadline: Deadline) -> Vec<Option<Outcome>> {
    let wanted: std::collections::BTreeSet<Shard> = placed.places.iter().map(|(shard, _)| *shard).collect();
    let all =
        |known: &Arc<BTreeMap<Shard, Vec<Outcome>>>| wanted.iter().all(|shard| known.contains_key(shard));
    let waited = tokio::time::timeout_at(deadline.instant(), placed.outcomes.wait_for(all)).await;
    let complete = waited.is_ok_and(|heard| heard.is_ok());
    if !complete {
        tracing::debug!(position = %placed.position, "durable, but not all replicas told the outcomes in time");
    }
    let known = placed.outcomes.borrow().clone();
    placed
        .places
        .iter()
        .map(|(shard, place)| known.get(shard)?.get(*place).copied())
        .collect()
}

/// What is kept of an operation to answer for it.
struct Accepted {
    id: String,
    shard: Shard,
    seq_no_required: Option<u64>,
}

impl Accepted {
    fn of(shard: Shard, operation: &Operation) -> Self {
        Self {
            id: operation.id().unwrap_or_default().to_owned(),
            shard,
            seq_no_required: operation.seq_no_required(),
        }
    }

    fn written(
        self,
        index: &Arc<str>,
        outcome: Option<Outcome>,
        replicas: &impl Fn(Shard) -> u32,
    ) -> Result<Written, ApiError> {
        if let Some(Outcome {
            result: OpResult::Conflict,
            version,
            seq_no,
        }) = outcome
        {
            if let Some(required) = self.seq_no_required {
                return Err(ApiError::SeqNoConflict {
                    index: index.to_string(),
                    shard: self.shard.0,
                    id: self.id,
                    required,
                    current: (version > 0).then_some(seq_no),
                });
            }
            return Err(ApiError::VersionConflict {
                index: index.to_string(),
                shard: self.shard.0,
                id: self.id,
                version,
            });
        }
        let replicas_total = replicas(self.shard);
        Ok(Written {
            index: index.clone(),
            id: self.id,
            shard: self.shard,
            noop: false,
            source: None,
            outcome,
            replicas_total,
            forced_refresh: false,
        })
    }
}
