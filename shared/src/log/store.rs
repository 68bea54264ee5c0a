//! The log of one index in the object store: append by put-if-absent, read by position.

use bytes::Bytes;
use object_store::path::Path as ObjectPath;

use super::Batch;
use crate::ids::{IndexUuid, Position};
use crate::store::{self, Created, Store, StoreError};

/// So many positions are looked for one by one before the log is listed.
const PROBES_MAX: u32 = 16;

/// The log of one index. Cheap to clone.
#[derive(Clone, Debug)]
pub struct LogStore {
    store: Store,
    prefix: ObjectPath,
}

/// What came of an attempt to append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// The batch is durable at this position.
    Yes,
    /// The position is taken by another root's batch; try a later one.
    Taken,
}

impl LogStore {
    /// The log of `index`.
    pub fn new(store: Store, index: IndexUuid) -> Self {
        let prefix = store::index_prefix(index).join("log");
        Self { store, prefix }
    }

    /// Puts a batch at a position, unless one is there.
    ///
    /// A put that failed half-way (the answer got lost) is found out by reading the position back: a batch with our id
    /// is ours, so a retry never writes the operations a second time.
    ///
    /// # Errors
    /// [`StoreError`]: then nobody knows whether the batch is there; try the same position with the same batch again.
    pub async fn append(
        &self,
        position: Position,
        batch_id: uuid::Uuid,
        bytes: Bytes,
    ) -> Result<Appended, StoreError> {
        let path = self.path(position);
        match store::put_if_absent(&self.store, &path, bytes).await? {
            Created::Yes => Ok(Appended::Yes),
            Created::AlreadyThere => {
                let there = store::get(&self.store, &path).await?;
                let ours = there.is_some_and(|bytes| Batch::decode_id(&bytes).is_ok_and(|id| id == batch_id));
                Ok(if ours { Appended::Yes } else { Appended::Taken })
            }
        }
    }

    /// The bytes of the batch at a position; `None` if the log does not reach that far.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn read(&self, position: Position) -> Result<Option<Bytes>, StoreError> {
        store::get(&self.store, &self.path(position)).await
    }

    /// The last position of the log, which is at least `known`.
    ///
    /// Who knows a position looks for the few that may follow it; who knows none, or is far behind, lists the log.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn tail(&self, known: Position) -> Result<Position, StoreError> {
        let mut tail = known;
        if known > Position::START {
            for _ in 0..PROBES_MAX {
                if !store::exists(&self.store, &self.path(tail.next())).await? {
                    return Ok(tail);
                }
                tail = tail.next();
            }
        }
        let numbers = store::list_numbers(&self.store, &self.prefix, tail.next().0).await?;
        Ok(numbers.into_iter().max().map_or(tail, Position))
    }

    /// The error for a batch that does not decode.
    pub fn corrupt(&self, position: Position, reason: &super::BatchError) -> StoreError {
        StoreError::Corrupt {
            path: self.path(position).to_string(),
            reason: reason.to_string(),
        }
    }

    fn path(&self, position: Position) -> ObjectPath {
        self.prefix.clone().join(store::numbered(position.0))
    }
}
