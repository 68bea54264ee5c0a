//! The log writer of one index: groups the operations of concurrent requests into batches, appends each at the next
//! position, and asks the replicas what came of it.
//!
//! Group commit without a timer: while one append is on its way to the disk, the operations that arrive wait and form
//! the next batch together. A lone write does not wait at all.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use shared::ids::{IndexUuid, Position, Shard, random_uuid};
use shared::limits;
use shared::log::{Appended, Batch, LogStore, Operation};
use shared::wire::Outcome;
use tokio::sync::{mpsc, oneshot, watch};

use super::outcomes::Outcomes;
use crate::error::ApiError;

/// Requests waiting for their batch; more are held back at the sender.
const QUEUE_MAX: usize = 1_024;
/// Tries of one append before its writers are told that the store is unavailable.
const APPEND_TRIES: u32 = 5;
/// Between two tries; doubles.
const APPEND_PAUSE: Duration = Duration::from_millis(50);

/// One request's operations for one index.
pub(super) struct Submission {
    /// Operations with their shards, in order.
    pub(super) operations: Vec<(Shard, Operation)>,
    /// The catalog version that they were validated against.
    pub(super) catalog_version: u64,
    /// Hears that the operations are durable, or why not.
    pub(super) appended: oneshot::Sender<Result<Placed, ApiError>>,
}

/// Operations that are durable, and how to hear what came of them.
pub(super) struct Placed {
    /// The batch they are in.
    pub(super) position: Position,
    /// The place of each operation on a document: its shard, and its number in the shard's section.
    pub(super) places: Vec<(Shard, usize)>,
    /// What the replicas say; complete when its sender is gone.
    pub(super) outcomes: watch::Receiver<Arc<BTreeMap<Shard, Vec<Outcome>>>>,
}

/// A handle to the log writer of one index. Cheap to clone; the writer ends when the last handle is gone.
#[derive(Clone)]
pub(super) struct Batcher {
    submissions: mpsc::Sender<Submission>,
    tail: watch::Receiver<Position>,
}

impl Batcher {
    /// Starts the writer of an index.
    pub(super) fn start(index: IndexUuid, log: LogStore, outcomes: Outcomes) -> Self {
        let (submissions, received) = mpsc::channel(QUEUE_MAX);
        let (known, tail) = watch::channel(Position::START);
        let writer = Writer {
            index,
            log,
            outcomes,
            tail: known,
            tail_read: false,
        };
        tokio::spawn(writer.run(received));
        Self { submissions, tail }
    }

    /// Hands over operations.
    ///
    /// # Errors
    /// [`ApiError::Internal`] if the writer has ended, which it does only when the root shuts down.
    pub(super) async fn submit(&self, submission: Submission) -> Result<(), ApiError> {
        self.submissions
            .send(submission)
            .await
            .map_err(|_| ApiError::Internal)
    }

    /// The last position that this writer knows to be taken.
    pub(super) fn tail(&self) -> Position {
        *self.tail.borrow()
    }
}

struct Writer {
    index: IndexUuid,
    log: LogStore,
    outcomes: Outcomes,
    tail: watch::Sender<Position>,
    tail_read: bool,
}

impl Writer {
    async fn run(mut self, mut received: mpsc::Receiver<Submission>) {
        while let Some(first) = received.recv().await {
            let mut group = vec![first];
            let mut bytes = bytes_of(&group[0]);
            while bytes < limits::BATCH_BYTES_MAX {
                let Ok(next) = received.try_recv() else { break };
                bytes += bytes_of(&next);
                group.push(next);
            }
            self.write(group).await;
        }
    }

    /// Writes one group as one batch, and tells its submitters.
    async fn write(&mut self, group: Vec<Submission>) {
        let mut sections: BTreeMap<Shard, Vec<Operation>> = BTreeMap::new();
        let mut waiting = Vec::with_capacity(group.len());
        let mut catalog_version = 0;
        let mut pins = Vec::new();
        for submission in group {
            catalog_version = catalog_version.max(submission.catalog_version);
            let mut places = Vec::with_capacity(submission.operations.len());
            for (shard, operation) in submission.operations {
                if operation.id().is_none() {
                    pins.push((shard, operation));
                    continue;
                }
                let section = sections.entry(shard).or_default();
                places.push((shard, section.len()));
                section.push(operation);
            }
            waiting.push((places, submission.appended));
        }
        // Points in time hold what their batch writes, so they stand at its end, and shift no place.
        for (shard, pin) in pins {
            sections.entry(shard).or_default().push(pin);
        }
        let shards: Vec<Shard> = sections.keys().copied().collect();
        let id = random_uuid(&mut shared::random::from_system());
        match self
            .append(Batch {
                id,
                catalog_version,
                sections,
            })
            .await
        {
            Ok(position) => {
                let outcomes = self.outcomes.ask(self.index, position, shards);
                for (places, appended) in waiting {
                    // A submitter that has gone away does not want to know.
                    let _ = appended.send(Ok(Placed {
                        position,
                        places,
                        outcomes: outcomes.clone(),
                    }));
                }
            }
            Err(error) => {
                for (_, appended) in waiting {
                    let _ = appended.send(Err(error.clone()));
                }
            }
        }
    }

    /// Appends a batch at the first free position.
    async fn append(&mut self, batch: Batch) -> Result<Position, ApiError> {
        let id = batch.id;
        // Compression is CPU work.
        let encoded = tokio::task::spawn_blocking(move || batch.encode()).await;
        let bytes = match encoded {
            Ok(Ok(bytes)) => bytes,
            Ok(Err(error)) => {
                tracing::error!(%error, "a batch cannot be encoded");
                return Err(ApiError::Internal);
            }
            Err(_) => return Err(ApiError::Internal),
        };
        let (mut tries, mut pause) = (0, APPEND_PAUSE);
        loop {
            let tried = self.try_append(id, &bytes).await;
            match tried {
                Ok(position) => return Ok(position),
                Err(error) => {
                    tries += 1;
                    tracing::warn!(%error, tries, index = %self.index, "the log cannot be written");
                    if tries == APPEND_TRIES {
                        return Err(ApiError::StorageUnavailable(format!(
                            "the log cannot be written: {error}. The operations may or may not have been stored; \
                             sending them again is safe for all but [create]"
                        )));
                    }
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
            }
        }
    }

    async fn try_append(
        &mut self,
        id: uuid::Uuid,
        bytes: &bytes::Bytes,
    ) -> Result<Position, shared::store::StoreError> {
        if !self.tail_read {
            let known = *self.tail.borrow();
            let tail = self.log.tail(known).await?;
            self.tail.send_replace(tail);
            self.tail_read = true;
        }
        loop {
            let position = self.tail.borrow().next();
            let appended = self.log.append(position, id, bytes.clone()).await?;
            self.tail.send_replace(position);
            if appended == Appended::Yes {
                return Ok(position);
            }
        }
    }
}

fn bytes_of(submission: &Submission) -> usize {
    submission
        .operations
        .iter()
        .map(|(_, operation)| operation.bytes())
        .sum()
}
