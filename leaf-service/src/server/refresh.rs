//! Wait until searches see everything up to a position.

use std::sync::Arc;

use axum::extract::State;
use shared::wire::{RefreshRequest, RefreshResponse};

use super::Service;
use super::wire::{Answer, Received, Refusal};

/// Shards that are not hosted, or did not get there in time, are left out.
pub(super) async fn refresh(
    State(service): State<Arc<Service>>,
    received: Received<RefreshRequest>,
) -> Result<Answer<RefreshResponse>, Refusal> {
    let request = received.message;
    let deadline = service.admit(received.arrived, request.time_remaining_us)?;
    let hosted = service.hosted(request.index, &request.shards)?;
    let waits = hosted.iter().map(|shard| async {
        shard.hint(request.position);
        if request.now {
            shard.request_commit(request.position);
        }
        let committed = shard.refreshed(request.position, deadline).await.ok()?;
        Some((shard.shard(), committed))
    });
    let shards = futures::future::join_all(waits).await;
    Ok(Answer(RefreshResponse {
        shards: shards.into_iter().flatten().collect(),
    }))
}
