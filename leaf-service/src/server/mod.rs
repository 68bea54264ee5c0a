//! What a leaf answers: a path of `shared::wire::path` is a file here.

mod apply;
mod catalog;
#[cfg(test)]
mod departure_tests;
mod faults;
#[cfg(test)]
mod faults_tests;
mod fetch;
mod freshness;
mod get;
mod health;
mod refresh;
mod search;
mod statistics;
mod status;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use shared::deadline::Deadline;
use shared::ids::{IndexUuid, Leaf, Shard};
use shared::limits;
use shared::wire::{LeafError, path};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use self::wire::Refusal;
use crate::catalog::CatalogWatch;
use crate::execute::StatisticsCache;
use crate::host::Host;
use crate::pool::Pool;
use crate::shard::HostedShard;

/// What the handlers share.
pub(crate) struct Service {
    /// The leaf served.
    pub(crate) leaf: Leaf,
    /// New at every start.
    pub(crate) instance: Uuid,
    /// The shards.
    pub(crate) host: Arc<Host>,
    /// The catalog.
    pub(crate) catalog: CatalogWatch,
    /// The threads that search.
    pub(crate) pool: Pool,
    /// What the statistics of segments cost to compute.
    pub(crate) statistics: Arc<StatisticsCache>,
    /// Cancelled when the replica begins to shut down.
    pub(crate) draining: CancellationToken,
}

/// All routes; with `faults`, the fault hook too.
pub(crate) fn router(service: Arc<Service>, faults: bool) -> Router {
    let routes = Router::new()
        .route(path::SEARCH, post(search::search))
        .route(path::STATISTICS, post(statistics::statistics))
        .route(path::FETCH, post(fetch::fetch))
        .route(path::GET, post(self::get::get))
        .route(path::APPLY, post(apply::apply))
        .route(path::REFRESH, post(refresh::refresh))
        .route(path::CATALOG, post(catalog::catalog))
        .route(path::STATUS, get(status::status))
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .layer(DefaultBodyLimit::max(limits::WIRE_BYTES_MAX))
        .with_state(service);
    if faults { faults::over(routes) } else { routes }
}

impl Service {
    /// The deadline of a request that arrived with so much time left.
    fn admit(&self, arrived: Instant, remaining_us: u64) -> Result<Deadline, Refusal> {
        if self.draining.is_cancelled() {
            return Err(LeafError::Draining.into());
        }
        let longest = Duration::from_secs(limits::TIMEOUT_SECONDS_MAX);
        let remaining = Duration::from_micros(remaining_us).min(longest);
        let deadline = Deadline::after(arrived, remaining);
        if deadline.expired(Instant::now()) {
            return Err(LeafError::Expired.into());
        }
        Ok(deadline)
    }

    /// Those of the shards that are hosted here.
    fn hosted(&self, index: IndexUuid, shards: &[Shard]) -> Result<Vec<Arc<HostedShard>>, Refusal> {
        check_shards(shards.iter().copied())?;
        let hosted: Vec<_> = shards
            .iter()
            .filter_map(|shard| self.host.shard(index, *shard))
            .collect();
        if hosted.is_empty() {
            return Err(LeafError::NotHosted.into());
        }
        Ok(hosted)
    }
}

/// A request names some shards, each once.
fn check_shards(shards: impl ExactSizeIterator<Item = Shard>) -> Result<(), Refusal> {
    let count = shards.len();
    let bad = |text: String| Err(LeafError::BadRequest(text).into());
    if count == 0 || count > limits::SHARDS_MAX as usize {
        return bad(format!(
            "{count} shards are named, not 1 to {}",
            limits::SHARDS_MAX
        ));
    }
    if shards.collect::<BTreeSet<_>>().len() < count {
        return bad("a shard is named twice".to_owned());
    }
    Ok(())
}
