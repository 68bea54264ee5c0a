//! Completions of some shards.

use std::sync::Arc;

use axum::extract::State;
use shared::wire::suggest::{CompleteRequest, CompleteResponse};
use shared::wire::{AttemptKind, LeafError};

use super::Service;
use super::wire::{Answer, Received, Refusal};
use crate::call::Call;
use crate::execute::{self, ExecuteError};
use crate::pool::Watch;

/// What was found by the deadline, and what became of each shard.
pub(super) async fn complete(
    State(service): State<Arc<Service>>,
    received: Received<CompleteRequest>,
) -> Result<Answer<CompleteResponse>, Refusal> {
    let request = received.message;
    let deadline = service.admit(received.arrived, request.time_remaining_us)?;
    let views = service
        .fresh(request.index, &request.shards, request.pin, deadline)
        .await?;
    let job = move |watch: &Watch| {
        let watch = watch.clone();
        execute::complete(&views, &request.wanted, deadline, move || watch.now())
    };
    let done = service
        .execute(Call::Complete, deadline, AttemptKind::Primary, job)
        .await?;
    let (shards, completions) = done.value.map_err(|error| match error {
        ExecuteError::Misfit(reason) => LeafError::BadRequest(reason),
        other => LeafError::Internal(other.to_string()),
    })?;
    Ok(Answer(CompleteResponse { shards, completions }))
}
