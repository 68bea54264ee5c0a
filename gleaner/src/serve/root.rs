//! Runs a root.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

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
    let store = tokio::task::spawn_blocking(move || store::open_local(&settings.store))
        .await
        .map_err(std::io::Error::other)??;
    let _ = store;
    let l = tokio::net::TcpListener::bind(settings.listen).await?;
    if options.json {
        ReadyLine::new(l.local_addr()?).print();
    }
    ending.wait().await;
    ending.finish(async {}).await;
    Ok(())
}
