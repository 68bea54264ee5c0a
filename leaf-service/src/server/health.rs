//! Probes for whoever starts and stops replicas.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::Service;

/// The process answers.
pub(super) async fn livez() -> &'static str {
    "ok\n"
}

/// Its shards can be searched, and it is not about to stop.
pub(super) async fn readyz(State(service): State<Arc<Service>>) -> (StatusCode, &'static str) {
    if service.draining.is_cancelled() {
        (StatusCode::SERVICE_UNAVAILABLE, "draining\n")
    } else if service.host.is_ready() {
        (StatusCode::OK, "ok\n")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "recovering\n")
    }
}
