//! The simulated side of `LeafClient`, for one root: every call becomes a request at a simulated replica, and is counted.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use root_service::client::{CallError, Endpoint, LeafClient, Reply};
use shared::ids::Shard;
use shared::wire::suggest::{CompleteRequest, CompleteResponse};
use shared::wire::{
    ApplyRequest, ApplyResponse, AttemptKind, CatalogNotice, ExplainRequest, ExplainResponse, FetchRequest,
    FetchResponse, GetRequest, LeafError, PinRequest, PinResponse, RefreshRequest, RefreshResponse,
    SearchRequest, SearchResponse, StatisticsRequest, StatisticsResponse, StatusResponse, Tie,
};

use super::host::Host;
use super::leaves::{Cost, SimulatedLeaves, answer, document};
use super::server::{Executed, Request, TwinOf};
use super::travel::travel;
use super::turn::Turn;

/// How one root reaches the replicas.
pub(super) struct RootClient {
    leaves: Arc<SimulatedLeaves>,
    machine: Option<RootMachine>,
}

/// A root's own machine, and the processor time of its calls there.
#[derive(Clone)]
pub(super) struct RootMachine {
    pub(super) host: Arc<Host>,
    /// Of a search or a fetch.
    pub(super) call: Duration,
    /// Of a status poll.
    pub(super) poll: Duration,
}

impl RootClient {
    /// Without a machine, calls cost the root nothing.
    pub(super) fn new(leaves: Arc<SimulatedLeaves>, machine: Option<RootMachine>) -> Self {
        Self { leaves, machine }
    }

    /// The calling root's share of a call: half for the request, half for the answer.
    fn own_work(&self) -> impl Future<Output = ()> + Send + 'static {
        let (machine, turn) = (self.machine.clone(), Turn::current());
        async move {
            if let Some(machine) = machine {
                let _turn = turn.come().await;
                machine.host.compute(machine.call / 2).await;
            }
        }
    }
}

impl LeafClient for RootClient {
    fn search(&self, to: &Endpoint, request: &SearchRequest) -> Reply<SearchResponse> {
        let leaves = self.leaves.clone();
        let server = leaves.server(to);
        let Cost {
            delay,
            service,
            network,
        } = leaves.search_cost(to, request);
        let twin = |tie: &Tie| TwinOf {
            id: tie.id,
            server: leaves.server(&tie.twin),
            network,
        };
        let shards: Vec<Shard> = request.shards.iter().map(|target| target.shard).collect();
        let executed = Request {
            kind: request.attempt,
            delay,
            service,
            remaining: Duration::from_micros(request.time_remaining_us),
            tie: request.tie.as_ref().map(twin),
            is_search: true,
        };
        let counted = leaves.counter().attempt(executed.kind, server.in_hand() + 1);
        let hits = match shards.first() {
            Some(shard) if request.k > 0 => leaves.hits(request, *shard),
            _ => Vec::new(),
        };
        let documents = request.documents;
        let (before, after) = (self.own_work(), self.own_work());
        async move {
            before.await;
            let result = {
                let server = server.clone();
                let clock = leaves.clock().clone();
                travel(clock, network, async move { server.execute(executed).await }).await
            };
            after.await;
            counted.end(&result);
            let Executed {
                queued,
                executed,
                done,
            } = result?;
            Ok(SearchResponse {
                shards: shards.into_iter().map(|shard| answer(shard, done)).collect(),
                documents: hits
                    .iter()
                    .filter(|_| documents)
                    .map(|hit| document(&hit.id))
                    .collect(),
                hits,
                load: server.load(),
                queued_us: micros(queued),
                executed_us: micros(executed),
                cpu_us: micros(executed),
            })
        }
        .boxed()
    }

    fn fetch(&self, to: &Endpoint, request: &FetchRequest) -> Reply<FetchResponse> {
        let leaves = self.leaves.clone();
        let server = leaves.server(to);
        let cost = leaves.fetch_cost();
        let executed = Request {
            kind: AttemptKind::Primary,
            delay: cost.delay,
            service: cost.service,
            remaining: Duration::from_micros(request.time_remaining_us),
            tie: None,
            is_search: false,
        };
        let documents = request
            .documents
            .iter()
            .map(|item| Some(document(&item.id)))
            .collect();
        let (before, after) = (self.own_work(), self.own_work());
        async move {
            before.await;
            let clock = leaves.clock().clone();
            let result = travel(clock, cost.network, async move { server.execute(executed).await }).await;
            after.await;
            result.map(|_| FetchResponse { documents })
        }
        .boxed()
    }

    fn status(&self, to: &Endpoint) -> Reply<StatusResponse> {
        let server = self.leaves.server(to);
        let account = self.leaves.account(to);
        let (clock, network) = (self.leaves.clock().clone(), self.leaves.network());
        let machine = self.machine.clone();
        async move {
            if let Some(machine) = machine {
                machine.host.compute(machine.poll).await;
            }
            travel(
                clock,
                network,
                async move { server.polled().await.map(|()| account) },
            )
            .await
        }
        .boxed()
    }

    fn complete(&self, _: &Endpoint, _: &CompleteRequest) -> Reply<CompleteResponse> {
        not_simulated()
    }

    fn statistics(&self, _: &Endpoint, _: &StatisticsRequest) -> Reply<StatisticsResponse> {
        not_simulated()
    }

    fn explain(&self, _: &Endpoint, _: &ExplainRequest) -> Reply<ExplainResponse> {
        not_simulated()
    }

    fn get(&self, _: &Endpoint, _: &GetRequest) -> Reply<FetchResponse> {
        not_simulated()
    }

    fn apply(&self, _: &Endpoint, _: &ApplyRequest) -> Reply<ApplyResponse> {
        not_simulated()
    }

    fn refresh(&self, _: &Endpoint, _: &RefreshRequest) -> Reply<RefreshResponse> {
        not_simulated()
    }

    fn pins(&self, _: &Endpoint, _: &PinRequest) -> Reply<PinResponse> {
        not_simulated()
    }

    fn catalog(&self, _: &Endpoint, _: CatalogNotice) -> Reply<()> {
        not_simulated()
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// A simulated query scores no terms, so that it needs no statistics, and nothing else is asked.
fn not_simulated<T: Send + 'static>() -> Reply<T> {
    let refusal = LeafError::BadRequest("only the query and fetch phases are simulated".to_owned());
    futures::future::ready(Err(CallError::Refused(refusal))).boxed()
}
