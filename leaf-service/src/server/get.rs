//! One document by id, up to date even if searches do not see it yet.

use std::sync::Arc;

use axum::extract::State;
use shared::wire::{AttemptKind, FetchResponse, GetRequest, LeafError};

use super::Service;
use super::wire::{Answer, Received, Refusal};
use crate::call::Call;
use crate::execute;
use crate::pool::Watch;
use crate::shard::Unreached;

/// Applies up to the position first, and commits if the document was written since the last commit.
pub(super) async fn get(
    State(service): State<Arc<Service>>,
    received: Received<GetRequest>,
) -> Result<Answer<FetchResponse>, Refusal> {
    let request = received.message;
    let deadline = service.admit(received.arrived, request.time_remaining_us)?;
    let Some(shard) = service.host.shard(request.index, request.shard) else {
        return Err(LeafError::NotHosted.into());
    };
    shard.hint(request.position_min);
    let view = shard
        .up_to_date(&request.id, request.position_min, deadline)
        .await
        .map_err(|reason| match reason {
            Unreached::Deadline => LeafError::Expired,
            Unreached::Recovering | Unreached::Stopped => LeafError::NotHosted,
            Unreached::Failed(reason) => LeafError::Internal(reason),
        })?;
    let read = move |_: &Watch| execute::lookup(&view, &request.id);
    let done = service
        .execute(Call::Get, deadline, AttemptKind::Primary, read)
        .await?;
    let document = done
        .value
        .map_err(|error| LeafError::Internal(error.to_string()))?;
    Ok(Answer(FetchResponse {
        documents: vec![document],
    }))
}
