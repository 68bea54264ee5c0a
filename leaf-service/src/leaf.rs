//! A leaf as a whole: started from a configuration, stopped in order.

use std::fs::File;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt as _;
use shared::catalog::CatalogStore;
use shared::ids::{self, Leaf as LeafNumber};
use shared::random;
use shared::store::Store;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::catalog::CatalogWatch;
use crate::host::{Host, HostConfig};
use crate::metrics::LeafMetrics;
use crate::pool::Pool;
use crate::server::{self, Service};
use crate::twins::Twins;

/// The least memory that tantivy's writer takes.
const WRITER_MEMORY_BYTES_MIN: usize = 15_000_000;
/// The most.
const WRITER_MEMORY_BYTES_MAX: usize = 4_000_000_000;

/// What a leaf is started with.
pub struct LeafConfig {
    /// Which of the cluster's leaves it serves. How many there are is in the catalog.
    pub leaf: LeafNumber,
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Its folder: a cache of the object store, for this process alone.
    pub folder: PathBuf,
    /// The object store that holds all durable state.
    pub store: Store,
    /// Threads that search. More than cores only adds switches.
    pub threads: usize,
    /// Searches that may wait for a thread; more are shed.
    pub queue_max: usize,
    /// Memory for documents that are being indexed, for each shard: more makes fewer and larger segments. 64 MB is a good
    /// start, 15 MB the least.
    pub writer_memory_bytes: usize,
    /// How long requests in flight may take when it shuts down.
    pub drain_max: Duration,
    /// Whether it can be told to delay, hang, fail or slow requests, by `POST /internal/v1/faults`. For tests only: whoever
    /// reaches the leaf can use it.
    pub faults: bool,
}

/// Why a leaf did not start.
#[derive(Debug, thiserror::Error)]
pub enum LeafStartError {
    /// The folder cannot be made or opened.
    #[error("cannot use the folder {path}: {source}")]
    Folder {
        /// The folder.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another process uses the folder.
    #[error("the folder {path} is in use by another process; give each leaf a folder of its own")]
    FolderInUse {
        /// The folder.
        path: String,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The pool of search threads cannot be started.
    #[error("cannot start the search threads: {0}")]
    Threads(std::io::Error),
    /// The HTTP client that tells other replicas of tied searches cannot be set up.
    #[error("cannot set up the HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

/// A running leaf. Dropping it stops its tasks without waiting; [`Leaf::shutdown`] does it in order.
pub struct Leaf {
    address: SocketAddr,
    draining: CancellationToken,
    /// Cancelled once no request needs the shards any more.
    closing: CancellationToken,
    drain_max: Duration,
    service: Arc<Service>,
    serving: JoinHandle<()>,
    hosting: Vec<JoinHandle<()>>,
    /// Held as long as the folder is in use; the system lets go of it even if the process is killed.
    _lock: File,
}

impl Leaf {
    /// Starts a leaf: when this returns it listens, and its shards are on their way.
    ///
    /// # Errors
    /// [`LeafStartError`].
    pub async fn start(config: LeafConfig) -> Result<Self, LeafStartError> {
        let lock = lock_folder(config.folder.clone()).await?;
        let listen_failed = |source| LeafStartError::Listen {
            address: config.listen,
            source,
        };
        let listener = TcpListener::bind(config.listen).await.map_err(listen_failed)?;
        let address = listener.local_addr().map_err(listen_failed)?;
        let catalog = CatalogWatch::new();
        let host = Arc::new(Host::new(
            HostConfig {
                leaf: config.leaf,
                folder: config.folder,
                store: Arc::clone(&config.store),
                writer_memory_bytes: config
                    .writer_memory_bytes
                    .clamp(WRITER_MEMORY_BYTES_MIN, WRITER_MEMORY_BYTES_MAX),
            },
            catalog.clone(),
        ));
        let (draining, closing) = (CancellationToken::new(), CancellationToken::new());
        let metrics = Arc::<LeafMetrics>::default();
        let (twins, outbox) = Twins::new(Arc::clone(&metrics))?;
        let service = Arc::new(Service {
            leaf: config.leaf,
            instance: ids::random_uuid(&mut random::from_system()),
            host: Arc::clone(&host),
            catalog: catalog.clone(),
            pool: Pool::new(config.threads, config.queue_max).map_err(LeafStartError::Threads)?,
            twins,
            metrics,
            statistics: Arc::default(),
            draining: draining.clone(),
        });
        let (follow, closed) = (CatalogStore::new(config.store), closing.clone());
        let hosting = vec![
            tokio::spawn(async move { catalog.follow(follow, closed).await }),
            tokio::spawn(outbox.run(closing.clone())),
            tokio::spawn({
                let closed = closing.clone();
                async move { host.run(closed).await }
            }),
        ];
        let router = server::router(Arc::clone(&service), config.faults);
        let serving = tokio::spawn(serve(listener, router, draining.clone()));
        if config.faults {
            tracing::warn!("faults can be asked for: this leaf is for tests");
        }
        tracing::info!(leaf = %config.leaf, %address, "leaf started");
        Ok(Self {
            address,
            draining,
            closing,
            drain_max: config.drain_max,
            service,
            serving,
            hosting,
            _lock: lock,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops accepting, lets requests in flight end for a bounded time, then commits and closes every shard.
    pub async fn shutdown(mut self) {
        self.draining.cancel();
        if tokio::time::timeout(self.drain_max, &mut self.serving)
            .await
            .is_err()
        {
            tracing::warn!("requests are still in flight; they are cut off");
            self.serving.abort();
        }
        self.closing.cancel();
        let service = Arc::clone(&self.service);
        self.hosting
            .push(tokio::task::spawn_blocking(move || service.pool.shutdown()));
        for task in std::mem::take(&mut self.hosting) {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task of the leaf failed");
            }
        }
        tracing::info!(address = %self.address, "leaf stopped");
    }
}

impl Drop for Leaf {
    fn drop(&mut self) {
        self.draining.cancel();
        self.serving.abort();
        for task in &self.hosting {
            task.abort();
        }
    }
}

async fn serve(listener: TcpListener, router: Router, draining: CancellationToken) {
    let listener = listener.tap_io(|connection| {
        // Answers are one small write: waiting for more to send would only delay them.
        if let Err(error) = connection.set_nodelay(true) {
            tracing::debug!(%error, "a connection keeps Nagle's algorithm");
        }
    });
    let served = axum::serve(listener, router)
        .with_graceful_shutdown(async move { draining.cancelled().await })
        .await;
    if let Err(error) = served {
        tracing::error!(%error, "the server ended");
    }
}

/// Makes the folder and takes its lock. The lock goes with the process, so a kill leaves none behind.
async fn lock_folder(folder: PathBuf) -> Result<File, LeafStartError> {
    let path = folder.display().to_string();
    let failed = |source| LeafStartError::Folder {
        path: path.clone(),
        source,
    };
    let locked = tokio::task::spawn_blocking(move || {
        std::fs::create_dir_all(&folder)?;
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join("lock"))?;
        Ok::<_, std::io::Error>(file.try_lock().map(|()| file))
    })
    .await
    .map_err(|error| failed(std::io::Error::other(error)))?
    .map_err(failed)?;
    match locked {
        Ok(file) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(LeafStartError::FolderInUse { path }),
        Err(std::fs::TryLockError::Error(source)) => Err(failed(source)),
    }
}
