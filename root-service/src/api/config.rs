//! What the API is told about itself: names, versions, limits of the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::cors::Origins;

/// The API's configuration, validated by whoever makes it.
#[derive(Clone, Debug)]
pub struct ApiConfig {
    /// The cluster's name, as `GET /` and `_cluster/health` show it.
    pub cluster_name: String,
    /// The cluster's identity, the same for every root on the same data: a root takes it from the catalog.
    pub cluster_uuid: String,
    /// This root's name among the roots.
    pub node_name: String,
    /// `HOST:PORT` that sniffing clients are told to use for this root; `None` tells them what they used.
    pub publish_address: Option<String>,
    /// The Elasticsearch version whose API this is: clients check its first number.
    pub elasticsearch_version: String,
    /// `X-Elastic-Product: Elasticsearch` on every answer. The official clients refuse to work without it.
    pub product_header: bool,
    /// Which pages of other origins may call.
    pub origins: Origins,
    /// Bytes of request bodies (decompressed) that the process holds at once. More is answered with 429.
    pub bodies_bytes_max: usize,
    /// The deadline of a search that names none.
    pub search_timeout: Duration,
    /// The deadline of a write, or of a change to an index, that names none.
    pub write_timeout: Duration,
    /// Set when the process is about to stop: the readiness probe says so, and everything else goes on.
    pub draining: Draining,
}

/// Whether the process is about to stop. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Draining(Arc<AtomicBool>);

impl Draining {
    /// From now on the readiness probe fails.
    pub fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was set.
    pub fn is_set(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Default for ApiConfig {
    fn default() -> Self {
        Self {
            cluster_name: "gleaner".to_owned(),
            cluster_uuid: "_na_".to_owned(),
            node_name: "root-0".to_owned(),
            publish_address: None,
            elasticsearch_version: "8.19.0".to_owned(),
            product_header: true,
            origins: Origins::None,
            bodies_bytes_max: 512 * 1024 * 1024,
            search_timeout: Duration::from_secs(30),
            write_timeout: Duration::from_mins(1),
            draining: Draining::default(),
        }
    }
}
