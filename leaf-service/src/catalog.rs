//! The catalog as this replica knows it: polled, and read at once when somebody says that there is a newer one.

use std::sync::Arc;
use std::time::Duration;

use shared::catalog::{Catalog, CatalogStore};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// How often the store is asked when nobody tells of a newer catalog.
const POLL_EVERY: Duration = Duration::from_secs(1);
/// How soon it is asked again when a catalog that was told of is not there yet.
const RETRY_EVERY: Duration = Duration::from_millis(100);

/// The newest catalog known here. Cheap to clone.
#[derive(Clone)]
pub(crate) struct CatalogWatch {
    /// `None` before the store was first asked with success.
    current: watch::Sender<Option<Arc<Catalog>>>,
    wanted: watch::Sender<u64>,
}

impl CatalogWatch {
    pub(crate) fn new() -> Self {
        Self {
            current: watch::Sender::new(None),
            wanted: watch::Sender::new(0),
        }
    }

    /// The newest catalog, and newer ones as they come.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Option<Arc<Catalog>>> {
        self.current.subscribe()
    }

    /// The version known; 0 before any.
    pub(crate) fn version(&self) -> u64 {
        self.current
            .borrow()
            .as_ref()
            .map_or(0, |catalog| catalog.version)
    }

    /// Where to say that there is a catalog of a version: a rise makes the store be asked at once.
    pub(crate) fn wanted(&self) -> watch::Sender<u64> {
        self.wanted.clone()
    }

    /// There is a catalog of that version.
    pub(crate) fn notice(&self, version: u64) {
        self.wanted.send_if_modified(|wanted| {
            let newer = version > *wanted;
            *wanted = version.max(*wanted);
            newer
        });
    }

    /// Follows the store until `stop`.
    pub(crate) async fn follow(&self, store: CatalogStore, stop: CancellationToken) {
        let mut wanted = self.wanted.subscribe();
        loop {
            let known = self.version();
            match store.newer_than(known).await {
                Ok(Some(catalog)) => {
                    tracing::info!(
                        version = catalog.version,
                        indexes = catalog.indexes.len(),
                        "catalog"
                    );
                    self.current.send_replace(Some(Arc::new(catalog)));
                }
                Ok(None) => {
                    self.current.send_if_modified(|current| {
                        let first = current.is_none();
                        current.get_or_insert_default();
                        first
                    });
                }
                Err(error) => tracing::warn!(%error, known, "the catalog cannot be read"),
            }
            let pause = if *wanted.borrow_and_update() > self.version() {
                RETRY_EVERY
            } else {
                POLL_EVERY
            };
            tokio::select! {
                () = stop.cancelled() => return,
                _ = wanted.changed() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }
}
