//! The simulated side of `LeafClient`: every call becomes a request at a simulated replica, and is counted.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use parking_lot::Mutex;
use rand::rngs::StdRng;
use root_service::client::{CallError, Endpoint, LeafClient, Reply};
use shared::ids::{IndexUuid, Leaf, Position, Shard};
use shared::wire::suggest::{CompleteRequest, CompleteResponse};
use shared::wire::{
    ApplyRequest, ApplyResponse, CatalogNotice, ExplainRequest, ExplainResponse, FetchRequest, FetchResponse,
    GetRequest, LeafError, PinRequest, PinResponse, RefreshRequest, RefreshResponse, SearchRequest,
    SearchResponse, ShardAnswer, ShardFailure, ShardState, ShardStatus, StatisticsRequest,
    StatisticsResponse, StatusResponse, Tie,
};
use tokio::time::Instant;
use uuid::Uuid;

use super::config::SimulationConfig;
use super::counts::{Counter, Counts};
use super::fault::ReplicaFaults;
use super::latency::Latency;
use super::server::{Executed, Request, Server, ServerConfig, TwinOf};
use super::travel::travel;

/// Documents of each leaf; all leaves are equal.
const DOCUMENTS: u64 = 1_000;

/// All replicas of all leaves.
pub(super) struct SimulatedLeaves {
    index: IndexUuid,
    hosted: Vec<Shard>,
    replicas: u32,
    servers: Vec<Arc<Server>>,
    latency: Latency,
    rng: Mutex<StdRng>,
    network: Duration,
    counter: Counter,
}

impl SimulatedLeaves {
    /// `hosted` is each leaf's shard.
    pub(super) fn new(config: &SimulationConfig, index: IndexUuid, hosted: Vec<Shard>, rng: StdRng) -> Self {
        let began = Instant::now();
        let counter = Counter::default();
        let queue_max = usize::try_from(config.queue_max).unwrap_or(usize::MAX);
        let server = |leaf: u32, replica: u32| {
            let faults = ReplicaFaults::of(&config.faults, leaf, replica);
            let server = ServerConfig {
                name: format!("leaf-{leaf}/{replica}"),
                servers: config.servers,
                queue_max,
                faults,
            };
            Arc::new(Server::new(server, counter.clone(), began))
        };
        let servers = (0..config.leaves)
            .flat_map(|leaf| (0..config.replicas).map(move |replica| (leaf, replica)))
            .map(|(leaf, replica)| server(leaf, replica));
        Self {
            index,
            hosted,
            replicas: config.replicas,
            servers: servers.collect(),
            latency: config.latency.clone(),
            rng: Mutex::new(rng),
            network: Duration::from_millis(config.network_ms),
            counter,
        }
    }

    /// The address of a replica: its place.
    pub(super) fn endpoint(&self, leaf: u32, replica: u32) -> Endpoint {
        Arc::from((leaf * self.replicas + replica).to_string())
    }

    /// What has happened so far.
    pub(super) fn counts(&self) -> Counts {
        self.counter.counts()
    }

    /// Requests that each replica has begun to execute, by leaf.
    pub(super) fn begun(&self) -> Vec<u64> {
        self.servers.iter().map(|server| server.begun()).collect()
    }

    /// What a replica says of itself.
    pub(super) fn account(&self, to: &Endpoint) -> StatusResponse {
        let place = place(to);
        let leaf = u32::try_from(place).unwrap_or(u32::MAX) / self.replicas;
        let server = &self.servers[place];
        StatusResponse {
            leaf: Leaf(leaf),
            instance: Uuid::from_u128(1 + u128::from(server.restarts())),
            catalog_version: 1,
            shards: vec![self.shard_status(self.hosted[leaf as usize])],
            load: server.load(),
        }
    }

    fn shard_status(&self, shard: Shard) -> ShardStatus {
        ShardStatus {
            index: self.index,
            shard,
            state: ShardState::Ready,
            applied: Position(1),
            committed: Position(1),
            documents: DOCUMENTS,
            deleted: 0,
            bytes: 0,
            segments: 1,
        }
    }
}

fn place(to: &str) -> usize {
    to.parse().expect("addresses are made by `endpoint`")
}

/// What an execution says of a shard.
fn answer(shard: Shard, done: f64) -> ShardAnswer {
    let whole = done >= 1.0;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share from 0 to 1 of a thousand"
    )]
    let seen = (DOCUMENTS as f64 * done) as u64;
    ShardAnswer {
        shard,
        position: Position(1),
        documents: DOCUMENTS,
        documents_seen: if whole { DOCUMENTS } else { seen },
        count: 0,
        failure: (!whole).then_some(ShardFailure::Deadline),
        aggregations: None,
    }
}

fn us(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

impl LeafClient for SimulatedLeaves {
    fn search(&self, to: &Endpoint, request: &SearchRequest) -> Reply<SearchResponse> {
        let server = self.servers[place(to)].clone();
        // To the nearest step of the clock: its timers would otherwise round every time up.
        let service = Duration::from_secs_f64(self.latency.draw(&mut *self.rng.lock()).round() / 1e3);
        let twin = |tie: &Tie| TwinOf {
            id: tie.id,
            server: self.servers[place(&tie.twin)].clone(),
            network: self.network,
        };
        let shards: Vec<Shard> = request.shards.iter().map(|target| target.shard).collect();
        let request = Request {
            kind: request.attempt,
            service,
            remaining: Duration::from_micros(request.time_remaining_us),
            tie: request.tie.as_ref().map(twin),
        };
        let counted = self.counter.attempt(request.kind, server.in_hand() + 1);
        let network = self.network;
        async move {
            let result = {
                let server = server.clone();
                travel(network, async move { server.execute(request).await }).await
            };
            counted.end(&result);
            let Executed {
                queued,
                executed,
                done,
            } = result?;
            Ok(SearchResponse {
                shards: shards.into_iter().map(|shard| answer(shard, done)).collect(),
                hits: Vec::new(),
                documents: Vec::new(),
                load: server.load(),
                queued_us: us(queued),
                executed_us: us(executed),
            })
        }
        .boxed()
    }

    fn complete(&self, _: &Endpoint, _: &CompleteRequest) -> Reply<CompleteResponse> {
        not_simulated()
    }

    fn statistics(&self, _: &Endpoint, _: &StatisticsRequest) -> Reply<StatisticsResponse> {
        not_simulated()
    }

    fn fetch(&self, _: &Endpoint, _: &FetchRequest) -> Reply<FetchResponse> {
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

    fn status(&self, to: &Endpoint) -> Reply<StatusResponse> {
        let server = self.servers[place(to)].clone();
        let account = self.account(to);
        travel(
            self.network,
            async move { server.reached().await.map(|()| account) },
        )
        .boxed()
    }
}

/// A simulated query asks for no hits and scores no terms, so it has one round.
fn not_simulated<T: Send + 'static>() -> Reply<T> {
    let refusal = LeafError::BadRequest("only the query phase is simulated".to_owned());
    futures::future::ready(Err(CallError::Refused(refusal))).boxed()
}
