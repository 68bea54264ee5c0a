//! Runs a root.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use root_service::api::{ApiConfig, Draining, Origins};
use root_service::attempt::{BudgetConfig, HedgeConfig};
use root_service::members::EjectionConfig;
use root_service::search::TailConfig;
use root_service::{Root, RootConfig};
use shared::store;

use super::{Ending, ReadyLine, ServeError, ServeOptions};

/// How long requests under way may take when the root stops.
const DRAIN_MAX: Duration = Duration::from_secs(8);

/// A root's flags, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct RootSettings {
    /// Where clients reach it; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The folder that is the object store.
    pub store: PathBuf,
    /// The URLs of each leaf's replicas, by leaf number.
    pub leaves: Vec<Vec<String>>,
    /// How it deals with slow, sick and busy leaves.
    pub tail: TailSettings,
    /// Which pages of other origins may call it.
    pub origins: Origins,
}

/// How a root deals with slow, sick and busy leaves.
#[derive(Clone, Debug, PartialEq)]
pub struct TailSettings {
    /// When a second replica is asked.
    pub hedge: HedgeConfig,
    /// How much extra load hedges and retries may make.
    pub budget: BudgetConfig,
    /// When replicas are left alone.
    pub ejection: EjectionConfig,
    /// The deadline of a search that names none.
    pub search_timeout: Duration,
    /// Searches that run at a time; as many more wait.
    pub searches_max: u32,
}

impl Default for TailSettings {
    fn default() -> Self {
        let TailConfig {
            hedge,
            budget,
            ejection,
            searches_max,
        } = TailConfig::default();
        Self {
            hedge,
            budget,
            ejection,
            search_timeout: ApiConfig::default().search_timeout,
            searches_max,
        }
    }
}

/// Runs a root until it is asked to stop.
///
/// # Errors
/// [`ServeError`] if it does not start.
pub async fn run(settings: RootSettings, options: ServeOptions) -> Result<(), ServeError> {
    let mut ending = Ending::prepare(options)?;
    let draining = Draining::default();
    let store = tokio::task::spawn_blocking(move || store::open_local(&settings.store))
        .await
        .map_err(std::io::Error::other)??;
    let root = Root::start(RootConfig {
        listen: settings.listen,
        store,
        leaves: settings.leaves,
        api: ApiConfig {
            search_timeout: settings.tail.search_timeout,
            origins: settings.origins,
            draining: draining.clone(),
            ..ApiConfig::default()
        },
        hedge: settings.tail.hedge,
        budget: settings.tail.budget,
        ejection: settings.tail.ejection,
        searches_max: settings.tail.searches_max,
    })
    .await?;
    if options.json {
        ReadyLine::new(root.address()).print();
    }
    tracing::info!(address = %root.address(), "root started");
    ending.wait().await;
    draining.set();
    ending.finish(root.shutdown(DRAIN_MAX)).await;
    Ok(())
}
