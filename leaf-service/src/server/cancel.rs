//! The twin of a search has begun at another replica.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use shared::wire::CancelRequest;

use super::Service;
use super::wire::Received;

/// A search that waits yields at once; one that has not arrived yet will.
pub(super) async fn cancel(
    State(service): State<Arc<Service>>,
    received: Received<CancelRequest>,
) -> StatusCode {
    service.twins.notice(received.message.tie, received.arrived);
    StatusCode::NO_CONTENT
}
