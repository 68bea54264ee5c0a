//! Whether documents match queries, with which score, and why.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::State;
use shared::deadline::Deadline;
use shared::ids::{Position, Shard};
use shared::wire::{AttemptKind, ExplainRequest, ExplainResponse, LeafError, ShardTarget};

use super::Service;
use super::wire::{Answer, Received, Refusal};
use crate::call::Call;
use crate::execute::{self, Sought};
use crate::pool::Watch;

/// All documents, or a refusal, as in the fetch phase.
pub(super) async fn explain(
    State(service): State<Arc<Service>>,
    received: Received<ExplainRequest>,
) -> Result<Answer<ExplainResponse>, Refusal> {
    let request = received.message;
    let deadline = service.admit(received.arrived, request.time_remaining_us)?;
    service.wait_for(&request, deadline).await?;
    let sought = request.documents.iter().map(|item| {
        let wanted = service.wanted(request.index, item.clone(), request.pin)?;
        Ok(Sought {
            item: wanted.item,
            searched: wanted.searched,
            current: wanted.current,
        })
    });
    let sought: Vec<Sought> = sought.collect::<Result<_, LeafError>>()?;
    let job = move |watch: &Watch| {
        let watch = watch.clone();
        execute::explain(&sought, &request, deadline, move || watch.now())
    };
    let done = service
        .execute(Call::Explain, deadline, AttemptKind::Primary, job)
        .await?;
    Ok(Answer(ExplainResponse {
        documents: done.value?,
    }))
}

impl Service {
    /// Waits until the documents' shards hold the position asked for.
    async fn wait_for(&self, request: &ExplainRequest, deadline: Deadline) -> Result<(), LeafError> {
        if request.position_min == Position::START {
            return Ok(());
        }
        let shards: BTreeSet<Shard> = request.documents.iter().map(|item| item.shard).collect();
        let target = |shard| ShardTarget {
            shard,
            position_min: request.position_min,
        };
        let targets: Vec<ShardTarget> = shards.into_iter().map(target).collect();
        let views = self.fresh(request.index, &targets, None, deadline).await?;
        if views.iter().all(|(_, view)| view.is_ok()) {
            return Ok(());
        }
        Err(LeafError::NotHosted)
    }
}
