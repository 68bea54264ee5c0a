//! Runs a root.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use root_service::api::{ApiConfig, Draining};
use root_service::attempt::{BudgetConfig, HedgeConfig};
use root_service::{Root, RootConfig};
use shared::store;

use super::{Ending, ReadyLine, ServeError, ServeOptions};

/// How long requests under way may take when the root stops.
const DRAIN_MAX: Duration = Duration::from_secs(8);

/// A root's flags, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootSettings {
    /// Where clients reach it; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The folder that is the object store.
    pub store: PathBuf,
    /// The URLs of each leaf's replicas, by leaf number.
    pub leaves: Vec<Vec<String>>,
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
            draining: draining.clone(),
            ..ApiConfig::default()
        },
        hedge: HedgeConfig::default(),
        budget: BudgetConfig::default(),
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
