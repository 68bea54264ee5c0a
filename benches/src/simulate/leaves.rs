//! All replicas of all leaves: what they are, what a request costs them, and what they say of themselves.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use rand::RngExt as _;
use rand::rngs::StdRng;
use root_service::client::Endpoint;
use shared::ids::{IndexUuid, Leaf, Position, Shard};
use shared::wire::{
    Address, Hit, SearchRequest, ShardAnswer, ShardFailure, ShardState, ShardStatus, StatusResponse,
    StoredDocument,
};
use tokio::time::Instant;
use uuid::Uuid;

use super::clock::Clock;
use super::config::SimulationConfig;
use super::counts::{Counter, Counts};
use super::fault::ReplicaFaults;
use super::host::Host;
use super::latency::Latency;
use super::machines::Machines;
use super::server::{Server, ServerConfig};
use crate::measured::Stragglers;

/// Documents of each leaf; all leaves are equal.
const DOCUMENTS: u64 = 1_000;

/// All replicas of all leaves.
pub(super) struct SimulatedLeaves {
    index: IndexUuid,
    hosted: Vec<Shard>,
    replicas: u32,
    servers: Vec<Arc<Server>>,
    latency: Latency,
    machines: Option<Machines>,
    rng: Mutex<StdRng>,
    network: Duration,
    clock: Clock,
    counter: Counter,
}

/// What is to be simulated of one request.
pub(super) struct Cost {
    /// How much later than it arrives it is taken in hand.
    pub(super) delay: Duration,
    /// Its execution.
    pub(super) service: Duration,
    /// One way between root and replica.
    pub(super) network: Duration,
}

impl SimulatedLeaves {
    /// `hosted` is each leaf's shard; on `shared`, if there is one, everything computes.
    pub(super) fn new(
        config: &SimulationConfig,
        (index, hosted): (IndexUuid, Vec<Shard>),
        rng: StdRng,
        clock: &Clock,
        shared: Option<&Arc<Host>>,
    ) -> Self {
        let began = Instant::now();
        let counter = Counter::default();
        let queue_max = usize::try_from(config.queue_max).unwrap_or(usize::MAX);
        let own_host = |machines: &Machines| {
            let own = || Host::new(machines.cores_per_replica, clock.clone());
            shared.cloned().unwrap_or_else(own)
        };
        let overheads = config.machines.as_ref();
        let overheads = overheads.map(|machines| machines.overheads).unwrap_or_default();
        let server = |leaf: u32, replica: u32| {
            let server = ServerConfig {
                name: format!("leaf-{leaf}/{replica}"),
                servers: config.servers,
                queue_max,
                faults: ReplicaFaults::of(&config.faults, leaf, replica),
                clock: clock.clone(),
                host: config.machines.as_ref().map(own_host),
                overhead: us(overheads.leaf_per_request_us),
                poll: us(overheads.leaf_poll_us),
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
            machines: config.machines.clone(),
            rng: Mutex::new(rng),
            network: Duration::from_millis(config.network_ms),
            clock: clock.clone(),
            counter,
        }
    }

    /// The address of a replica: its place.
    pub(super) fn endpoint(&self, leaf: u32, replica: u32) -> Endpoint {
        Arc::from((leaf * self.replicas + replica).to_string())
    }

    /// The replica at an address.
    pub(super) fn server(&self, at: &str) -> Arc<Server> {
        self.servers[place(at)].clone()
    }

    /// How time passes here.
    pub(super) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Where requests are counted.
    pub(super) fn counter(&self) -> &Counter {
        &self.counter
    }

    /// What has happened so far.
    pub(super) fn counts(&self) -> Counts {
        self.counter.counts()
    }

    /// Requests that each replica has begun to execute, by leaf.
    pub(super) fn begun(&self) -> Vec<u64> {
        self.servers.iter().map(|server| server.begun()).collect()
    }

    /// What a search costs at the replica of that address.
    pub(super) fn search_cost(&self, to: &str, request: &SearchRequest) -> Cost {
        let mut rng = self.rng.lock();
        let Some(machines) = &self.machines else {
            return Cost {
                delay: Duration::ZERO,
                // To the nearest step of the clock: its timers would otherwise round every time up.
                service: Duration::from_secs_f64(self.latency.draw(&mut *rng).round() / 1e3),
                network: self.network,
            };
        };
        let query = machines.queries[super::asked::query_of(request.count_max) % machines.queries.len()];
        let leaves = u32::try_from(self.hosted.len()).unwrap_or(u32::MAX);
        let delay_ms = match machines.stragglers {
            Stragglers::Share { share, delay_ms } if rng.random::<f64>() < share => delay_ms,
            Stragglers::One { delay_ms } if place(to) == 0 => delay_ms,
            Stragglers::None | Stragglers::Share { .. } | Stragglers::One { .. } => 0,
        };
        // With one leaf the documents come along.
        let fetch_us = if request.documents {
            machines.overheads.fetch_us
        } else {
            0.0
        };
        Cost {
            delay: Duration::from_millis(delay_ms),
            service: us(query.at(leaves) * machines.noise.draw(&mut *rng) + fetch_us),
            network: us(machines.wire.draw(&mut *rng) * 1e3 / 2.0),
        }
    }

    /// What a fetch costs.
    pub(super) fn fetch_cost(&self) -> Cost {
        let mut rng = self.rng.lock();
        let (service_us, wire_ms) = self.machines.as_ref().map_or((0.0, 0.0), |machines| {
            let service_us = machines.overheads.fetch_us * machines.noise.draw(&mut *rng);
            (service_us, machines.wire.draw(&mut *rng))
        });
        Cost {
            delay: Duration::ZERO,
            service: us(service_us),
            network: us(wire_ms * 1e3 / 2.0),
        }
    }

    /// How long a message to a replica takes that asks for no work.
    pub(super) fn network(&self) -> Duration {
        self.network
    }

    /// What a leaf finds: of all hits, the best are equally likely to be anywhere.
    pub(super) fn hits(&self, request: &SearchRequest, leaf_shard: Shard) -> Vec<Hit> {
        let leaves = u32::try_from(self.hosted.len()).unwrap_or(u32::MAX);
        // Few of the page are on one of many leaves; what is never on it need not be made.
        let some = request.k.min(2 + 2 * request.k / leaves);
        let mut rng = self.rng.lock();
        let mut scores: Vec<f32> = (0..some).map(|_| rng.random::<f32>()).collect();
        scores.sort_by(|a, b| b.total_cmp(a));
        let hit = |score: f32| {
            let key = rng.random::<u64>();
            Hit {
                shard: leaf_shard,
                score,
                key,
                id: key.to_string(),
                sort: Vec::new(),
                group: None,
                address: Address {
                    generation: 0,
                    segment: 0,
                    document: 0,
                },
            }
        };
        scores.into_iter().map(hit).collect()
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

/// Microseconds that may have a fraction.
pub(super) fn us(us: f64) -> Duration {
    Duration::from_secs_f64(us.max(0.0) / 1e6)
}

/// A document of a simulated hit.
pub(super) fn document(id: &str) -> StoredDocument {
    StoredDocument {
        id: id.to_owned(),
        source: "{}".to_owned(),
        version: 1,
        seq_no: 0,
        routing: None,
    }
}

/// What an execution says of a shard.
pub(super) fn answer(shard: Shard, done: f64) -> ShardAnswer {
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
