//! Runs a replica of a leaf.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use leaf_service::{Leaf, LeafConfig};
use shared::ids::Leaf as LeafNumber;
use shared::store;

use super::{Ending, ReadyLine, ServeError, ServeOptions};

/// Searches that wait for a thread, for each thread: what is behind them would be too late anyhow.
const QUEUE_PER_THREAD: usize = 64;
/// Memory for documents that are being indexed, for each shard.
const WRITER_MEMORY_BYTES: usize = 64_000_000;
/// How long requests under way may take when the leaf stops.
const DRAIN_MAX: Duration = Duration::from_secs(5);

/// A leaf's flags, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeafSettings {
    /// Which leaf it serves.
    pub leaf: u32,
    /// Where roots reach it; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The folder that is the object store.
    pub store: PathBuf,
    /// The folder for its shards.
    pub data: PathBuf,
    /// Whether faults can be asked for.
    pub faults: bool,
}

/// Runs a replica of a leaf until it is asked to stop.
///
/// # Errors
/// [`ServeError`] if it does not start.
pub async fn run(settings: LeafSettings, options: ServeOptions) -> Result<(), ServeError> {
    let mut ending = Ending::prepare(options)?;
    let store = tokio::task::spawn_blocking(move || store::open_local(&settings.store))
        .await
        .map_err(std::io::Error::other)??;
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let leaf = Leaf::start(LeafConfig {
        leaf: LeafNumber(settings.leaf),
        listen: settings.listen,
        folder: settings.data,
        store,
        threads,
        queue_max: threads * QUEUE_PER_THREAD,
        writer_memory_bytes: WRITER_MEMORY_BYTES,
        drain_max: DRAIN_MAX,
        faults: settings.faults,
    })
    .await?;
    if options.json {
        ReadyLine::new(leaf.address()).print();
    }
    ending.wait().await;
    ending.finish(leaf.shutdown()).await;
    Ok(())
}
