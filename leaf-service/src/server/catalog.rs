//! A root has written a newer catalog.

use std::sync::Arc;

use axum::extract::State;
use shared::wire::CatalogNotice;

use super::Service;
use super::wire::{Answer, Received};

/// The catalog is read in the background; the notice is only a nudge.
pub(super) async fn catalog(
    State(service): State<Arc<Service>>,
    received: Received<CatalogNotice>,
) -> Answer<()> {
    service.catalog.notice(received.message.version);
    Answer(())
}
