//! What every handler shares.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use axum::extract::FromRef;

use super::body::Bodies;
use super::config::ApiConfig;
use crate::app::App;

/// The shared state of the handlers. Cheap to clone.
#[derive(Clone)]
pub(super) struct Api {
    /// The service.
    pub(super) app: App,
    /// What the API is told about itself.
    pub(super) config: Arc<ApiConfig>,
    /// The bodies in flight.
    pub(super) bodies: Bodies,
    /// Whether a replica was ever in reach; see the readiness probe.
    pub(super) heard: Arc<AtomicBool>,
}

impl Api {
    /// The state for one router.
    pub(super) fn new(app: App, config: ApiConfig) -> Self {
        Self {
            app,
            bodies: Bodies::new(config.bodies_bytes_max),
            config: Arc::new(config),
            heard: Arc::new(AtomicBool::new(false)),
        }
    }

    /// The deadline of a search that names none: the cluster's, else this root's.
    pub(super) fn search_timeout(&self) -> Duration {
        let timeout_ms = self.app.catalog().search.timeout_ms;
        timeout_ms.map_or(self.config.search_timeout, Duration::from_millis)
    }
}

impl FromRef<Api> for Arc<ApiConfig> {
    fn from_ref(api: &Api) -> Self {
        Self::clone(&api.config)
    }
}

impl FromRef<Api> for App {
    fn from_ref(api: &Api) -> Self {
        api.app.clone()
    }
}

impl FromRef<Api> for Bodies {
    fn from_ref(api: &Api) -> Self {
        api.bodies.clone()
    }
}
