//! What the leaf counts and measures, for Prometheus.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderName, header};
use shared::metrics::CONTENT_TYPE;

use super::Service;
use crate::metrics::Levels;

/// Gauges are read now.
pub(super) async fn metrics(
    State(service): State<Arc<Service>>,
) -> ([(HeaderName, &'static str); 1], String) {
    let text = service.metrics.text(&Levels {
        load: service.pool.load(),
        shards: service.host.status(),
        positions_behind: service.host.positions_behind(),
        catalog_version: service.catalog.version(),
    });
    ([(header::CONTENT_TYPE, CONTENT_TYPE)], text)
}
