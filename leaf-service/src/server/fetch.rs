//! The fetch phase: stored documents of the hits that won.

use std::sync::Arc;

use axum::extract::State;
use shared::deadline::Deadline;
use shared::ids::IndexUuid;
use shared::limits;
use shared::wire::{
    AttemptKind, FetchItem, FetchRequest, FetchResponse, LeafError, ShardState, StoredDocument,
};
use uuid::Uuid;

use super::Service;
use super::wire::{Answer, Received, Refusal};
use crate::call::Call;
use crate::execute;
use crate::pool::Watch;
use crate::view::View;

/// A document to read: the view it was found in, and the one to look it up in otherwise, the current one or that of the
/// point in time that was searched.
pub(super) struct Wanted {
    pub(super) item: FetchItem,
    pub(super) searched: Option<Arc<View>>,
    pub(super) current: Option<Arc<View>>,
}

/// All documents, or a refusal: `None` says that a document is gone, which only a replica that has its shard knows.
pub(super) async fn fetch(
    State(service): State<Arc<Service>>,
    received: Received<FetchRequest>,
) -> Result<Answer<FetchResponse>, Refusal> {
    let request = received.message;
    let deadline = service.admit(received.arrived, request.time_remaining_us)?;
    let count = request.documents.len();
    if u64::try_from(count).is_ok_and(|count| count > limits::RESULT_WINDOW_MAX) {
        let reason = format!(
            "{count} documents are asked for, more than {}",
            limits::RESULT_WINDOW_MAX
        );
        return Err(LeafError::BadRequest(reason).into());
    }
    let wanted: Vec<Wanted> = request
        .documents
        .into_iter()
        .map(|item| service.wanted(request.index, item, request.pin))
        .collect::<Result<_, _>>()?;
    let job = move |watch: &Watch| read_all(&wanted, deadline, watch);
    let done = service
        .execute(Call::Fetch, deadline, AttemptKind::Primary, job)
        .await?;
    Ok(Answer(FetchResponse {
        documents: done.value?,
    }))
}

impl Service {
    pub(super) fn wanted(
        &self,
        index: IndexUuid,
        item: FetchItem,
        pin: Option<Uuid>,
    ) -> Result<Wanted, LeafError> {
        let shard = self.host.shard(index, item.shard).ok_or(LeafError::NotHosted)?;
        let searched = item.address.and_then(|address| shard.view_of(address.generation));
        // A shard that recovers lacks documents that it will have.
        let current = match pin {
            Some(pin) => shard.pinned_now(pin),
            None => shard
                .view()
                .filter(|_| shard.progress().state == ShardState::Ready),
        };
        if searched.is_none() && current.is_none() {
            return Err(LeafError::NotHosted);
        }
        Ok(Wanted {
            item,
            searched,
            current,
        })
    }
}

fn read_all(
    wanted: &[Wanted],
    deadline: Deadline,
    watch: &Watch,
) -> Result<Vec<Option<StoredDocument>>, LeafError> {
    let in_time = |wanted| {
        if deadline.expired(watch.now()) {
            return Err(LeafError::Expired);
        }
        read(wanted)
    };
    wanted.iter().map(in_time).collect()
}

fn read(wanted: &Wanted) -> Result<Option<StoredDocument>, LeafError> {
    execute::fetch(
        &wanted.item,
        wanted.searched.as_deref(),
        wanted.current.as_deref(),
    )
    .map_err(|error| LeafError::Internal(error.to_string()))
}
