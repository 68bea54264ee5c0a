//! The simulated side of `LeafClient`: every call becomes a request at a simulated replica, and is counted.

use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use parking_lot::Mutex;
use rand::rngs::StdRng;
use root_service::client::{CallError, Endpoint, LeafClient, Reply};
use shared::ids::{IndexUuid, Leaf, Position, Shard};
use shared::wire::{
    ApplyRequest, ApplyResponse, AttemptKind, CatalogNotice, FetchRequest, FetchResponse, GetRequest,
    LeafError, RefreshRequest, RefreshResponse, SearchRequest, SearchResponse, ShardAnswer, ShardState,
    ShardStatus, StatisticsRequest, StatisticsResponse, StatusResponse,
};
use tokio::time::Instant;
use uuid::Uuid;

use super::config::SimulationConfig;
use super::fault::ReplicaFaults;
use super::latency::Latency;
use super::server::Server;

/// Documents of each leaf; all leaves are equal.
const DOCUMENTS: u64 = 1_000;

/// Everything that happened at the leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) primaries: u64,
    pub(super) hedges: u64,
    pub(super) retries: u64,
    pub(super) tied: u64,
    pub(super) probes: u64,
    /// Hedges that answered: the root takes the first success.
    pub(super) hedges_won: u64,
    /// Attempts that the root gave up.
    pub(super) cancelled: u64,
    /// Attempts refused for overload.
    pub(super) shed: u64,
    /// Attempts that failed otherwise.
    pub(super) errors: u64,
    /// The most requests in the hands of one replica at a time.
    pub(super) in_hand_max: u32,
}

/// All replicas of all leaves.
pub(super) struct SimulatedLeaves {
    index: IndexUuid,
    hosted: Vec<Shard>,
    replicas: u32,
    servers: Vec<Arc<Server>>,
    latency: Latency,
    rng: Mutex<StdRng>,
    counts: Arc<Mutex<Counts>>,
}

impl SimulatedLeaves {
    /// `hosted` is each leaf's shard.
    pub(super) fn new(config: &SimulationConfig, index: IndexUuid, hosted: Vec<Shard>, rng: StdRng) -> Self {
        let began = Instant::now();
        let queue_max = usize::try_from(config.queue_max).unwrap_or(usize::MAX);
        let server = |leaf: u32, replica: u32| {
            let faults = ReplicaFaults::of(&config.faults, leaf, replica);
            let name = format!("leaf-{leaf}/{replica}");
            Arc::new(Server::new(name, config.servers, queue_max, faults, began))
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
            counts: Arc::default(),
        }
    }

    /// The address of a replica: its place.
    pub(super) fn endpoint(&self, leaf: u32, replica: u32) -> Endpoint {
        Arc::from((leaf * self.replicas + replica).to_string())
    }

    /// What has happened so far.
    pub(super) fn counts(&self) -> Counts {
        *self.counts.lock()
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

fn place(to: &Endpoint) -> usize {
    to.parse().expect("addresses are made by `endpoint`")
}

/// Counts an attempt, whatever becomes of it.
struct Counted {
    counts: Arc<Mutex<Counts>>,
    kind: AttemptKind,
    ended: bool,
}

impl Counted {
    fn begin(counts: Arc<Mutex<Counts>>, kind: AttemptKind, in_hand: u32) -> Self {
        let mut now = counts.lock();
        match kind {
            AttemptKind::Primary => now.primaries += 1,
            AttemptKind::Hedge => now.hedges += 1,
            AttemptKind::Retry => now.retries += 1,
            AttemptKind::Tied => now.tied += 1,
            AttemptKind::Probe => now.probes += 1,
        }
        now.in_hand_max = now.in_hand_max.max(in_hand);
        drop(now);
        Self {
            counts,
            kind,
            ended: false,
        }
    }

    fn end(mut self, result: &Result<(), CallError>) {
        self.ended = true;
        let mut counts = self.counts.lock();
        match result {
            Ok(()) => counts.hedges_won += u64::from(self.kind == AttemptKind::Hedge),
            Err(CallError::Refused(LeafError::Shed)) => counts.shed += 1,
            Err(_) => counts.errors += 1,
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if !self.ended {
            self.counts.lock().cancelled += 1;
        }
    }
}

fn answers(shard: Shard) -> ShardAnswer {
    ShardAnswer {
        shard,
        position: Position(1),
        documents: DOCUMENTS,
        documents_seen: DOCUMENTS,
        count: 0,
        failure: None,
    }
}

impl LeafClient for SimulatedLeaves {
    fn search(&self, to: &Endpoint, request: &SearchRequest) -> Reply<SearchResponse> {
        let server = self.servers[place(to)].clone();
        // To the nearest step of the clock: its timers would otherwise round every time up.
        let service = Duration::from_secs_f64(self.latency.draw(&mut *self.rng.lock()).round() / 1e3);
        let remaining = Duration::from_micros(request.time_remaining_us);
        let shards: Vec<ShardAnswer> = request
            .shards
            .iter()
            .map(|target| answers(target.shard))
            .collect();
        let counted = Counted::begin(self.counts.clone(), request.attempt, server.in_hand() + 1);
        let kind = request.attempt;
        async move {
            let result = server.clone().execute(kind, service, remaining).await;
            counted.end(&result);
            result.map(|()| SearchResponse {
                shards,
                hits: Vec::new(),
                documents: Vec::new(),
                load: server.load(),
                queued_us: 0,
                executed_us: 0,
            })
        }
        .boxed()
    }

    fn statistics(&self, _: &Endpoint, _: &StatisticsRequest) -> Reply<StatisticsResponse> {
        not_simulated()
    }

    fn fetch(&self, _: &Endpoint, _: &FetchRequest) -> Reply<FetchResponse> {
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

    fn catalog(&self, _: &Endpoint, _: CatalogNotice) -> Reply<()> {
        not_simulated()
    }

    fn status(&self, to: &Endpoint) -> Reply<StatusResponse> {
        let server = self.servers[place(to)].clone();
        let account = self.account(to);
        async move { server.reached().await.map(|()| account) }.boxed()
    }
}

/// A simulated query asks for no hits and scores no terms, so it has one round.
fn not_simulated<T: Send + 'static>() -> Reply<T> {
    let refusal = LeafError::BadRequest("only the query phase is simulated".to_owned());
    futures::future::ready(Err(CallError::Refused(refusal))).boxed()
}
