//! The root: answers clients. It plans, fans out to the leaves, gathers, merges; it opens no shard.

pub mod api;
pub mod app;
pub mod attempt;
pub mod catalogs;
pub mod client;
pub mod dsl;
pub mod error;
pub mod highlight;
pub mod members;
pub mod metrics;
mod offered;
pub mod placements;
pub mod refresh;
pub mod resolve;
pub mod search;
pub mod shown_fields;
pub mod suggest;
pub mod write;

use std::net::SocketAddr;
use std::sync::Arc;

use shared::catalog::CatalogStore;
use shared::store::{Store, StoreError};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;

use crate::api::ApiConfig;
use crate::app::{App, Parts};
use crate::attempt::{BudgetConfig, HedgeConfig};
use crate::catalogs::Catalogs;
use crate::client::{Endpoint, HttpLeafClient, LeafClient};
use crate::members::EjectionConfig;
use crate::refresh::Visible;
use crate::search::{Searches, TailConfig};
use crate::write::Writes;

/// What a root needs to know.
pub struct RootConfig {
    /// Where clients reach it; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The cluster's object store.
    pub store: Store,
    /// The base URLs of each leaf's replicas, by leaf number.
    pub leaves: Vec<Vec<String>>,
    /// How it answers.
    pub api: ApiConfig,
    /// When it hedges.
    pub hedge: HedgeConfig,
    /// How much extra load hedges and retries may make.
    pub budget: BudgetConfig,
    /// When it ejects.
    pub ejection: EjectionConfig,
    /// Searches that run at a time, at most; see [`search::TailConfig::searches_max`].
    pub searches_max: u32,
}

/// Why a root could not start.
#[derive(Debug, thiserror::Error)]
pub enum RootStartError {
    /// The address cannot be listened on.
    #[error(
        "cannot listen on {address}: {source}. Is another process there? Choose another address with --listen"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The catalog cannot be read or written.
    #[error("cannot open the catalog: {0}")]
    Catalog(#[from] StoreError),
    /// The HTTP client cannot be set up.
    #[error("cannot set up the HTTP client: {0}")]
    Client(#[from] reqwest::Error),
}

/// A running root.
pub struct Root {
    address: SocketAddr,
    app: App,
    stop: watch::Sender<bool>,
    server: JoinHandle<()>,
    /// Polls and watches; aborted when the root is dropped.
    background: JoinSet<()>,
}

impl Root {
    /// Starts a root: opens the catalog, begins to poll the replicas, listens.
    ///
    /// # Errors
    /// [`RootStartError`].
    pub async fn start(config: RootConfig) -> Result<Self, RootStartError> {
        let client: Arc<dyn LeafClient> = Arc::new(HttpLeafClient::new()?);
        let now = Instant::now();
        let endpoint = |url: String| -> Endpoint { Arc::from(url.trim_end_matches('/')) };
        let leaves = config
            .leaves
            .into_iter()
            .map(|urls| urls.into_iter().map(endpoint).collect())
            .collect();
        let tail = TailConfig {
            hedge: config.hedge,
            budget: config.budget,
            ejection: config.ejection,
            searches_max: config.searches_max,
        };
        let searches = Searches::new(leaves, client.clone(), tail, shared::random::from_system(), now);
        let members = searches.members.clone();
        let versions = CatalogStore::new(config.store.clone());
        let catalogs = Arc::new(Catalogs::open(versions, members.clone(), client.clone()).await?);
        let writes = Writes::new(
            config.store.clone(),
            catalogs.clone(),
            members.clone(),
            client.clone(),
        );
        let app = App::new(Parts {
            store: config.store,
            members: members.clone(),
            client: client.clone(),
            catalogs: catalogs.clone(),
            searches,
            writes,
            visible: Visible::default(),
        });
        let listen = |source| RootStartError::Listen {
            address: config.listen,
            source,
        };
        let listener = TcpListener::bind(config.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let mut background = JoinSet::new();
        background.spawn(members::poll_forever(members, client));
        background.spawn(async move { catalogs.watch_forever().await });
        background.spawn(forget_deleted_forever(app.clone()));
        let (stop, stopped) = watch::channel(false);
        let cluster_uuid = app.catalog().cluster.simple().to_string();
        let router = api::router(
            app.clone(),
            ApiConfig {
                cluster_uuid,
                ..config.api
            },
        );
        let server = tokio::spawn(serve(listener, router, stopped));
        Ok(Self {
            address,
            app,
            stop,
            server,
            background,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The service behind the API, for callers in the same process.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Stops accepting, lets the requests under way finish for at most `patience`, then ends.
    pub async fn shutdown(mut self, patience: std::time::Duration) {
        self.stop.send_replace(true);
        if tokio::time::timeout(patience, &mut self.server).await.is_err() {
            tracing::warn!("some requests were still under way when patience ended");
            self.server.abort();
        }
        self.background.abort_all();
    }
}

/// Frees what is remembered of indexes whenever the catalog may have lost some, whichever root deleted them.
async fn forget_deleted_forever(app: App) {
    let mut changes = app.changes();
    while changes.changed().await.is_ok() {
        app.forget_deleted();
    }
}

/// Serves until told to stop, then until the requests under way are answered.
async fn serve(listener: TcpListener, router: axum::Router, mut stopped: watch::Receiver<bool>) {
    let stopping = async move {
        // An error means that the root was dropped, which is a stop too.
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    if let Err(error) = axum::serve(listener, router)
        .with_graceful_shutdown(stopping)
        .await
    {
        tracing::error!(%error, "the server ended");
    }
}
