//! The statistics round: document frequencies and lengths of some shards.

use std::sync::Arc;

use axum::extract::State;
use shared::deadline::Deadline;
use shared::wire::{AttemptKind, LeafError, StatisticsRequest, StatisticsResponse, TermStatistics};

use super::Service;
use super::wire::{Answer, Received, Refusal};
use crate::call::Call;
use crate::execute::{self, ExecuteError, ShardView, StatisticsCache};
use crate::pool::Watch;

/// Shards that are not there in time are left out.
pub(super) async fn statistics(
    State(service): State<Arc<Service>>,
    received: Received<StatisticsRequest>,
) -> Result<Answer<StatisticsResponse>, Refusal> {
    let request = received.message;
    let deadline = service.admit(received.arrived, request.time_remaining_us)?;
    let views = service
        .fresh(request.index, &request.shards, request.pin, deadline)
        .await?;
    let cache = Arc::clone(&service.statistics);
    let job = move |watch: &Watch| of_views(&views, &request, &cache, deadline, watch);
    let done = service
        .execute(Call::Statistics, deadline, AttemptKind::Primary, job)
        .await?;
    Ok(Answer(StatisticsResponse { shards: done.value? }))
}

fn of_views(
    views: &[ShardView],
    request: &StatisticsRequest,
    cache: &StatisticsCache,
    deadline: Deadline,
    watch: &Watch,
) -> Result<Vec<TermStatistics>, LeafError> {
    let mut all = Vec::with_capacity(views.len());
    for (shard, view) in views {
        let Ok(view) = view else { continue };
        let watch = watch.clone();
        let now = move || watch.now();
        let wanted = (request.terms.as_slice(), request.expansions.as_slice());
        match execute::statistics(view, &request.slots, wanted, cache, deadline, now) {
            Ok(statistics) => all.push(statistics),
            Err(ExecuteError::Deadline) => break,
            Err(ExecuteError::Misfit(reason)) => return Err(LeafError::BadRequest(reason)),
            Err(error) => tracing::error!(index = %request.index, %shard, %error, "no statistics of a shard"),
        }
    }
    Ok(all)
}
