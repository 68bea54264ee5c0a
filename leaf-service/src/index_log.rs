//! An index's log as the shards of this replica read it together: each batch is fetched once, and new positions are made
//! known to all.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;
use shared::ids::Position;
use shared::log::LogStore;
use shared::store::StoreError;
use tokio::sync::{OnceCell, watch};

/// How many batches are kept for the shards that come after the first.
const BATCHES_MAX: usize = 64;
/// How many bytes they may have in all; the newest is always kept.
const BYTES_MAX: usize = 32 * 1024 * 1024;
/// How often the store is asked for a batch that no root has told us of.
const POLL_EVERY: Duration = Duration::from_millis(500);

/// The log of one index.
pub(crate) struct IndexLog {
    store: LogStore,
    known: watch::Sender<Position>,
    /// Batches by position, the longest-known first. A cell that is empty is being fetched.
    recent: Mutex<VecDeque<(Position, Arc<OnceCell<Bytes>>)>>,
}

enum Miss {
    NotThere,
    Store(StoreError),
}

impl IndexLog {
    pub(crate) fn new(store: LogStore) -> Self {
        Self {
            store,
            known: watch::Sender::new(Position::START),
            recent: Mutex::default(),
        }
    }

    /// The last position known to exist; changes wake whoever reads on.
    pub(crate) fn known(&self) -> watch::Receiver<Position> {
        self.known.subscribe()
    }

    /// Somebody says that there is a batch at `position`.
    pub(crate) fn hint(&self, position: Position) {
        self.known.send_if_modified(|known| {
            let newer = position > *known;
            *known = position.max(*known);
            newer
        });
    }

    /// The last position of the log, from the store.
    pub(crate) async fn tail(&self, from: Position) -> Result<Position, StoreError> {
        let tail = self.store.tail(from).await?;
        self.hint(tail);
        Ok(tail)
    }

    /// The batch at `position`; `None` if the log does not reach that far.
    pub(crate) async fn read(&self, position: Position) -> Result<Option<Bytes>, StoreError> {
        let cell = self.cell(position);
        let read = async || match self.store.read(position).await {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err(Miss::NotThere),
            Err(error) => Err(Miss::Store(error)),
        };
        let missed = match cell.get_or_try_init(read).await {
            Ok(bytes) => {
                let bytes = bytes.clone();
                self.shrink();
                return Ok(Some(bytes));
            }
            Err(missed) => missed,
        };
        drop(cell);
        self.recent
            .lock()
            .retain(|(at, cell)| *at != position || cell.initialized() || Arc::strong_count(cell) > 1);
        match missed {
            Miss::NotThere => Ok(None),
            Miss::Store(error) => Err(error),
        }
    }

    /// Drops a batch that turned out to be damaged, so that the next read asks the store again.
    pub(crate) fn forget(&self, position: Position) {
        self.recent.lock().retain(|(at, _)| *at != position);
    }

    /// Looks for new batches for as long as the log is followed: roots tell replicas of new positions, unless they die first.
    pub(crate) async fn poll(&self) {
        loop {
            tokio::time::sleep(POLL_EVERY).await;
            let mut next = Position(self.known.borrow().0.saturating_add(1));
            loop {
                match self.read(next).await {
                    Ok(Some(_)) => self.hint(next),
                    Ok(None) => break,
                    Err(error) => {
                        tracing::debug!(%error, position = %next, "the log cannot be polled");
                        break;
                    }
                }
                next = next.next();
            }
        }
    }

    fn cell(&self, position: Position) -> Arc<OnceCell<Bytes>> {
        let mut recent = self.recent.lock();
        if let Some((_, cell)) = recent.iter().find(|(at, _)| *at == position) {
            return Arc::clone(cell);
        }
        let cell = Arc::new(OnceCell::new());
        recent.push_back((position, Arc::clone(&cell)));
        cell
    }

    fn shrink(&self) {
        let mut recent = self.recent.lock();
        let size = |cell: &OnceCell<Bytes>| cell.get().map_or(0, Bytes::len);
        let mut bytes: usize = recent.iter().map(|(_, cell)| size(cell)).sum();
        while recent.len() > 1 && (recent.len() > BATCHES_MAX || bytes > BYTES_MAX) {
            if let Some((_, cell)) = recent.pop_front() {
                bytes -= size(&cell);
            }
        }
    }
}
