//! Keep points in time for longer, or let them go.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use shared::ids::Position;
use shared::wire::{HeldPin, LeafError, PinRequest, PinResponse};
use tokio::time::Instant;

use super::Service;
use super::wire::{Answer, Received, Refusal};

/// Shards that did not get there in time are left out.
pub(super) async fn pins(
    State(service): State<Arc<Service>>,
    received: Received<PinRequest>,
) -> Result<Answer<PinResponse>, Refusal> {
    let request = received.message;
    let deadline = service.admit(received.arrived, request.time_remaining_us)?;
    let hosted = service.host.shards_of(request.index);
    if hosted.is_empty() {
        return Err(LeafError::NotHosted.into());
    }
    let keep = Duration::from_millis(request.keep_ms);
    let waits = hosted.iter().map(|shard| async {
        if request.position_min > Position::START {
            shard.hint(request.position_min);
        }
        shard.caught_up(request.position_min, deadline).await.ok()?;
        let held = shard.pins().keep(request.pins, keep, Instant::now());
        let held: Vec<HeldPin> = held
            .into_iter()
            .map(|(id, position)| HeldPin {
                id,
                shard: shard.shard(),
                position,
            })
            .collect();
        Some((shard.shard(), held, shard.pins().count()))
    });
    let mut answer = PinResponse {
        held: Vec::new(),
        shards: Vec::new(),
        open: 0,
    };
    for (shard, held, count) in futures::future::join_all(waits).await.into_iter().flatten() {
        answer.shards.push(shard);
        answer.held.extend(held);
        answer.open = answer.open.max(u32::try_from(count).unwrap_or(u32::MAX));
    }
    Ok(Answer(answer))
}
