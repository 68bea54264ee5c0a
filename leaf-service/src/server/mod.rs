//! What a leaf answers: a path of `shared::wire::path` is a file here.

mod apply;
mod cancel;
mod catalog;
mod complete;
#[cfg(test)]
mod departure_tests;
mod explain;
mod faults;
#[cfg(test)]
mod faults_tests;
mod fetch;
mod freshness;
mod get;
#[cfg(test)]
mod harness;
mod health;
mod metrics;
#[cfg(test)]
mod metrics_tests;
mod pins;
#[cfg(test)]
mod pins_tests;
mod refresh;
mod reports;
mod search;
mod statistics;
mod status;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tied_tests;
mod trace;
mod wire;
mod work;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
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
use crate::metrics::LeafMetrics;
use crate::pool::Pool;
use crate::shard::HostedShard;
use crate::twins::Twins;

/// The longest notice of a twin: it is one number.
const CANCEL_BYTES_MAX: usize = 64;

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
    /// Searches that other replicas have too.
    pub(crate) twins: Arc<Twins>,
    /// What is counted and measured.
    pub(crate) metrics: Arc<LeafMetrics>,
    /// What the statistics of segments cost to compute.
    pub(crate) statistics: Arc<StatisticsCache>,
    /// Cancelled when the replica begins to shut down.
    pub(crate) draining: CancellationToken,
}

/// All routes; with `faults`, the fault hook too.
pub(crate) fn router(service: Arc<Service>, faults: bool) -> Router {
    let metrics = Arc::clone(&service.metrics);
    let small = DefaultBodyLimit::max(CANCEL_BYTES_MAX);
    let routes = Router::new()
        .route(path::SEARCH, post(search::search))
        .route(path::CANCEL, post(cancel::cancel).layer(small))
        .route(path::COMPLETE, post(complete::complete))
        .route(path::STATISTICS, post(statistics::statistics))
        .route(path::FETCH, post(fetch::fetch))
        .route(path::EXPLAIN, post(explain::explain))
        .route(path::GET, post(self::get::get))
        .route(path::APPLY, post(apply::apply))
        .route(path::REFRESH, post(refresh::refresh))
        .route(path::PINS, post(pins::pins))
        .route(path::CATALOG, post(catalog::catalog))
        .route(path::STATUS, get(status::status))
        .route(shared::metrics::PATH, get(metrics::metrics))
        .route("/livez", get(health::livez))
        .route("/readyz", get(health::readyz))
        .layer(DefaultBodyLimit::max(limits::WIRE_BYTES_MAX))
        .with_state(service);
    let routes = if faults { faults::over(routes) } else { routes };
    // Over the faults, which are to be seen in a trace.
    routes
        .layer(from_fn(trace::request))
        .layer(from_fn_with_state(metrics, reports::report))
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
fn check_shards(shards: impl ExactSizeIterator<Item = Shard>) -> Result<(), LeafError> {
    let count = shards.len();
    let bad = |text: String| Err(LeafError::BadRequest(text));
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
