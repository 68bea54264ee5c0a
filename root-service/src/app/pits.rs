//! Points in time: opened by a write to the log, searched like indexes, kept for as long as somebody says, let go.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use futures::stream::{self, StreamExt as _};
use serde::{Deserialize, Serialize};
use shared::catalog::{Catalog, IndexMeta};
use shared::clock;
use shared::deadline::Deadline;
use shared::ids::{IndexUuid, Position, Shard, random_uuid};
use shared::limits;
use shared::wire::{PinRequest, PinResponse, PinSelection};
use tokio::sync::mpsc;
use tokio::time::Instant;
use uuid::Uuid;

use super::App;
use crate::error::ApiError;
use crate::members::Replica;
use crate::search::leaves_of;

/// Indexes that are dealt with at a time.
const AT_ONCE: usize = 16;
/// How long those who let go of a point in time listen to replicas that do not answer: it goes by itself later on.
const CLOSE_PATIENCE: Duration = Duration::from_secs(2);
/// How long replicas are given to hear that somebody still wants a point in time.
const KEEP_PATIENCE: Duration = Duration::from_secs(5);

/// A point in time of some indexes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pit {
    /// By what replicas know it.
    pub id: Uuid,
    /// The indexes, by name.
    pub indexes: Vec<PinnedIndex>,
}

/// One of the indexes of a point in time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinnedIndex {
    /// Its name.
    pub name: Arc<str>,
    /// Which index of that name.
    pub uuid: IndexUuid,
    /// What of its log is seen.
    pub position: Position,
}

/// What is to be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// How long to keep it.
    pub keep: Duration,
    /// Whether it is a scroll's.
    pub scroll: bool,
}

impl App {
    /// Opens a point in time of some indexes: it holds every write that was acknowledged before.
    ///
    /// # Errors
    /// [`ApiError`] if an index is gone, has too many of them, or lacks a shard that could keep it.
    pub async fn open_pit(
        &self,
        names: &[Arc<str>],
        opening: Opening,
        deadline: Deadline,
    ) -> Result<Pit, ApiError> {
        if names.len() > limits::SEARCH_INDEXES_MAX {
            return Err(ApiError::illegal(format!(
                "the point in time is of [{}] indexes, the limit is [{}]",
                names.len(),
                limits::SEARCH_INDEXES_MAX
            )));
        }
        let id = random_uuid(&mut shared::random::from_system());
        let opened: Vec<_> = stream::iter(names.iter().cloned())
            .map(|name| self.pin_index(name, id, opening, deadline))
            .buffered(AT_ONCE)
            .collect()
            .await;
        let (opened, failed): (Vec<_>, Vec<_>) = opened.into_iter().partition(Result::is_ok);
        let pit = Pit {
            id,
            indexes: opened.into_iter().flatten().collect(),
        };
        match failed.into_iter().find_map(Result::err) {
            None => Ok(pit),
            Some(error) => {
                self.close_pit(&pit, deadline).await;
                Err(error)
            }
        }
    }

    /// Whether the indexes of a point in time are still those that it was opened for.
    ///
    /// # Errors
    /// [`ApiError::IndexNotFound`].
    pub(super) fn check_pit(&self, pit: &Pit) -> Result<Arc<Catalog>, ApiError> {
        let catalog = self.catalog();
        for PinnedIndex { name, uuid, .. } in &pit.indexes {
            if catalog.indexes.get(&**name).is_none_or(|meta| meta.uuid != *uuid) {
                return Err(ApiError::IndexNotFound {
                    index: name.to_string(),
                });
            }
        }
        Ok(catalog)
    }

    /// Tells all replicas that somebody still wants a point in time, and waits for none: any one of them may be asked for the
    /// next page.
    pub(super) fn keep_pit(&self, pit: &Pit, keep: Duration) {
        let keep_ms = u64::try_from(keep.as_millis()).unwrap_or(u64::MAX);
        let deadline = Deadline::after(Instant::now(), KEEP_PATIENCE);
        for index in &pit.indexes {
            let request = PinRequest {
                index: index.uuid,
                pins: PinSelection::One(pit.id),
                keep_ms,
                position_min: Position::START,
                time_remaining_us: deadline.remaining_us(Instant::now()),
            };
            for replica in self.replicas_of(index.uuid) {
                let call = self.parts.client.pins(&replica.endpoint, &request);
                tokio::spawn(async move {
                    if let Ok(Err(error)) = tokio::time::timeout_at(deadline.instant(), call).await {
                        tracing::debug!(replica = replica.name(), %error, "a point in time is not kept for longer");
                    }
                });
            }
        }
    }

    /// Lets go of a point in time, and tells how many shards had it.
    pub async fn close_pit(&self, pit: &Pit, deadline: Deadline) -> usize {
        let indexes = pit.indexes.iter().map(|index| index.uuid);
        let freed = self.let_go(indexes, PinSelection::One(pit.id), deadline).await;
        self.parts.searches.pinned.forget(pit.id);
        freed.len()
    }

    /// Lets go of all points in time, or of all scrolls. Tells which there were, and how many shards had one.
    pub async fn close_all_pits(&self, scrolls: bool, deadline: Deadline) -> (Vec<Pit>, usize) {
        let catalog = self.catalog();
        let indexes = catalog.indexes.values().map(|meta| meta.uuid);
        let freed = self
            .let_go(indexes, PinSelection::All { scrolls }, deadline)
            .await;
        let mut pits: BTreeMap<Uuid, BTreeMap<&str, PinnedIndex>> = BTreeMap::new();
        for (id, uuid, position) in freed.iter().map(|held| (held.id, held.index, held.position)) {
            let Some((name, _)) = catalog.by_uuid(uuid) else {
                continue;
            };
            pits.entry(id).or_default().insert(
                name,
                PinnedIndex {
                    name: name.into(),
                    uuid,
                    position,
                },
            );
        }
        let pit = |(id, indexes): (Uuid, BTreeMap<_, PinnedIndex>)| Pit {
            id,
            indexes: indexes.into_values().collect(),
        };
        (pits.into_iter().map(pit).collect(), freed.len())
    }

    async fn let_go(
        &self,
        indexes: impl Iterator<Item = IndexUuid>,
        pins: PinSelection,
        deadline: Deadline,
    ) -> BTreeSet<Freed> {
        let deadline = deadline.at_most(Instant::now(), CLOSE_PATIENCE);
        let of_index = async |index| {
            let answers = self.ask_pins(index, pins, deadline).await;
            let held = answers.into_iter().flat_map(|answer| answer.held);
            held.map(|held| Freed {
                id: held.id,
                index,
                shard: held.shard,
                position: held.position,
            })
            .collect::<Vec<_>>()
        };
        let freed: Vec<Vec<Freed>> = stream::iter(indexes.collect::<Vec<_>>())
            .map(of_index)
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        freed.into_iter().flatten().collect()
    }

    /// What each replica of an index says that does so in time, after letting go of these.
    async fn ask_pins(&self, index: IndexUuid, pins: PinSelection, deadline: Deadline) -> Vec<PinResponse> {
        let request = PinRequest {
            index,
            pins,
            keep_ms: 0,
            position_min: Position::START,
            time_remaining_us: deadline.remaining_us(Instant::now()),
        };
        let calls = self.replicas_of(index).into_iter().map(|replica| {
            let call = self.parts.client.pins(&replica.endpoint, &request);
            async move { tokio::time::timeout_at(deadline.instant(), call).await }
        });
        let answers = join_all(calls).await;
        answers.into_iter().flatten().flatten().collect()
    }

    /// Writes a point in time to the log of an index, and waits until each shard has a replica that keeps it.
    async fn pin_index(
        &self,
        name: Arc<str>,
        id: Uuid,
        opening: Opening,
        deadline: Deadline,
    ) -> Result<PinnedIndex, ApiError> {
        let catalog = self.catalog();
        let meta = catalog
            .indexes
            .get(&*name)
            .ok_or_else(|| ApiError::IndexNotFound {
                index: name.to_string(),
            })?;
        self.check_open(&name, meta, id, deadline).await?;
        let keep_ms = u64::try_from(opening.keep.as_millis()).unwrap_or(u64::MAX);
        let until_ms = clock::now_ms().saturating_add_unsigned(keep_ms);
        let position = self.parts.writes.pin(meta, id, opening.scroll, until_ms).await?;
        let request = PinRequest {
            index: meta.uuid,
            pins: PinSelection::One(id),
            keep_ms,
            position_min: position,
            time_remaining_us: deadline.remaining_us(Instant::now()),
        };
        let pinned = PinnedIndex {
            name,
            uuid: meta.uuid,
            position,
        };
        match self.kept(meta, request, deadline).await {
            Ok(()) => Ok(pinned),
            Err(error) => {
                let indexes = vec![pinned];
                self.close_pit(&Pit { id, indexes }, deadline).await;
                Err(error)
            }
        }
    }

    /// Refuses one point in time too many before it is written.
    async fn check_open(
        &self,
        name: &str,
        meta: &IndexMeta,
        id: Uuid,
        deadline: Deadline,
    ) -> Result<(), ApiError> {
        let soon = deadline.at_most(Instant::now(), deadline.remaining(Instant::now()) / 4);
        let soon = soon.at_most(Instant::now(), CLOSE_PATIENCE);
        let answers = self.ask_pins(meta.uuid, PinSelection::One(id), soon).await;
        let open = answers.iter().map(|answer| answer.open).max().unwrap_or(0);
        if open as usize >= limits::PINS_MAX {
            return Err(too_many(name));
        }
        Ok(())
    }

    /// Waits until each shard has a replica that keeps what the request names.
    async fn kept(&self, meta: &IndexMeta, request: PinRequest, deadline: Deadline) -> Result<(), ApiError> {
        let (sender, mut answers) = mpsc::unbounded_channel();
        for replica in self.replicas_of(meta.uuid) {
            let call = self.parts.client.pins(&replica.endpoint, &request);
            let sender = sender.clone();
            // Not cancelled when others were first: each replica is to keep it from now on, by its own clock.
            tokio::spawn(async move {
                if let Ok(Ok(answer)) = tokio::time::timeout_at(deadline.instant(), call).await {
                    // Nobody may be waiting any more.
                    let _ = sender.send(answer);
                }
            });
        }
        drop(sender);
        let mut missing: BTreeSet<Shard> = (0..meta.shards).map(Shard).collect();
        let mut full = false;
        while !missing.is_empty() {
            match tokio::time::timeout_at(deadline.instant(), answers.recv()).await {
                Ok(Some(answer)) => {
                    full |= answer.open as usize >= limits::PINS_MAX;
                    missing.retain(|shard| answer.held.iter().all(|held| held.shard != *shard));
                }
                Ok(None) | Err(_) => break,
            }
        }
        let name = || {
            self.catalog()
                .by_uuid(meta.uuid)
                .map_or_else(String::new, |(name, _)| name.to_owned())
        };
        match missing.len() {
            0 => Ok(()),
            _ if full => Err(too_many(&name())),
            lacking => Err(ApiError::StorageUnavailable(format!(
                "[{lacking}] of [{}] shards of [{}] have no replica that keeps the point in time",
                meta.shards,
                name()
            ))),
        }
    }

    /// The replicas in reach of all leaves that have shards of an index.
    fn replicas_of(&self, index: IndexUuid) -> Vec<Arc<Replica>> {
        let catalog = self.catalog();
        let members = &self.parts.members;
        let Some((_, meta)) = catalog.by_uuid(index) else {
            return Vec::new();
        };
        let placement = members.placements.of(&catalog, meta);
        let leaves = leaves_of(meta, &placement, members);
        let replicas = leaves.keys().filter_map(|leaf| members.leaf(*leaf));
        let replicas = replicas.flat_map(|leaf| leaf.replicas.iter().cloned());
        replicas.filter(|replica| replica.reachable()).collect()
    }
}

/// A point in time that a shard had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Freed {
    id: Uuid,
    index: IndexUuid,
    shard: Shard,
    position: Position,
}

fn too_many(index: &str) -> ApiError {
    ApiError::Rejected {
        reason: format!(
            "[{index}] has [{}] points in time and scrolls open, which is the limit; close some, or let them expire",
            limits::PINS_MAX
        ),
        retry_after_seconds: 10,
    }
}
