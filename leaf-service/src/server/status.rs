//! What the replica hosts and how busy it is: roots route by it.

use std::sync::Arc;

use axum::extract::State;
use shared::wire::StatusResponse;

use super::Service;
use super::wire::Answer;

/// Never refused: a replica that drains or recovers says so by its shards.
pub(super) async fn status(State(service): State<Arc<Service>>) -> Answer<StatusResponse> {
    Answer(StatusResponse {
        leaf: service.leaf,
        instance: service.instance,
        catalog_version: service.catalog.version(),
        shards: service.host.status(),
        load: service.pool.load(),
    })
}
