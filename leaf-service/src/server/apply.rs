//! Apply the log up to a position now, and tell what came of its last batch.

use std::sync::Arc;

use axum::extract::State;
use shared::wire::{ApplyRequest, ApplyResponse, ShardApplied};

use super::Service;
use super::wire::{Answer, Received, Refusal};

/// Shards that are not hosted, or did not get there in time, are left out.
pub(super) async fn apply(
    State(service): State<Arc<Service>>,
    received: Received<ApplyRequest>,
) -> Result<Answer<ApplyResponse>, Refusal> {
    let request = received.message;
    let deadline = service.admit(received.arrived, request.time_remaining_us)?;
    let hosted = service.hosted(request.index, &request.shards)?;
    let waits = hosted.iter().map(|shard| async {
        shard.hint(request.position);
        let outcomes = shard.outcomes(request.position, deadline).await.ok()?;
        Some(ShardApplied {
            shard: shard.shard(),
            outcomes: outcomes.map(|outcomes| outcomes.to_vec()),
        })
    });
    let shards = futures::future::join_all(waits).await;
    Ok(Answer(ApplyResponse {
        shards: shards.into_iter().flatten().collect(),
    }))
}
