//! The query phase: admit, wait for the shards, execute, respond.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use shared::wire::{SearchRequest, SearchResponse, ShardAnswer};

use super::Service;
use super::reports::Notes;
use super::wire::{Answer, Received, Refusal};
use crate::call::Call;
use crate::execute;
use crate::pool::Watch;
use crate::twins::TiedSearch;

/// Shards that are not there in time are reported, and the others searched.
pub(super) async fn search(
    State(service): State<Arc<Service>>,
    Extension(notes): Extension<Notes>,
    received: Received<SearchRequest>,
) -> Result<Answer<SearchResponse>, Refusal> {
    let request = received.message;
    notes.kind(request.attempt);
    let deadline = service.admit(received.arrived, request.time_remaining_us)?;
    let index = request.index;
    let tied = service.twins.arrive(request.tie.as_ref(), received.arrived)?;
    let start = tied.as_ref().map(TiedSearch::start);
    let work = async {
        let views = service
            .fresh(index, &request.shards, request.pin, deadline)
            .await?;
        let attempt = request.attempt;
        // A client that goes away drops this future, and with it the job: the search stops at its next look at the clock.
        let job = move |watch: &Watch| {
            if let Some(start) = start {
                start.begin(views.iter().all(|(_, view)| view.is_ok()))?;
            }
            let watch = watch.clone();
            execute::search_with_documents(&views, &request, deadline, move || watch.now())
        };
        service.execute(Call::Search, deadline, attempt, job).await
    };
    let done = match tied {
        Some(tied) => tied.unless_it_yields(work).await?,
        None => work.await?,
    };
    let (mut shards, found) = done.value?;
    let (hits, documents): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    for answer in shards.iter_mut().filter(|answer| answer.failure.is_some()) {
        notes.partial();
        service.tell_what_is_missing(index, answer);
    }
    service.metrics.searched(&shards);
    Ok(Answer(SearchResponse {
        shards,
        hits,
        documents: documents.into_iter().flatten().collect(),
        load: service.pool.load(),
        queued_us: u64::try_from(done.queued.as_micros()).unwrap_or(u64::MAX),
        executed_us: u64::try_from(done.executed.as_micros()).unwrap_or(u64::MAX),
        cpu_us: u64::try_from(done.cpu.as_micros()).unwrap_or(u64::MAX),
    }))
}

impl Service {
    /// A shard that was not searched at all still has documents: they count as missing.
    fn tell_what_is_missing(&self, index: shared::ids::IndexUuid, answer: &mut ShardAnswer) {
        let view = self
            .host
            .shard(index, answer.shard)
            .and_then(|shard| shard.view());
        if let Some(view) = view.filter(|_| answer.documents == 0) {
            answer.position = view.position;
            answer.documents = view.documents();
        }
    }
}
