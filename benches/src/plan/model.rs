//! A cluster in numbers: what was fitted, and how it is handed to the simulator.

use serde::{Deserialize, Serialize};

use super::planned::Costs;
use crate::measured::{Shape, Stragglers};
use crate::simulate::{
    Effect, Fault, Hedge, Latency, Machines, Mode, Overheads, QueryCost, SimulationConfig,
};

/// A cluster in numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// What requests cost besides their execution.
    pub overheads: Overheads,
    /// The queries of the log and what they cost at a leaf, without what its shards cost.
    pub queries: Vec<QueryCost>,
    /// What a search costs for each shard, however few documents that has, in microseconds.
    pub shard_us: f64,
    /// Whether that was measured; otherwise it is among what divides.
    pub shard_measured: bool,
    /// The factors by which equal executions differ.
    pub noise: Latency,
    /// The way between root and leaf, there and back, in milliseconds in which nobody computes.
    pub wire: Latency,
    /// The same between client and root.
    pub front: Latency,
    /// Hits of a page that are fetched, on average.
    pub hits: f64,
    /// Memory.
    pub memory: Memory,
    /// The deadline of each query.
    pub timeout_ms: u64,
    /// The part of all costs that is saved on a machine that is busy all the time: nobody has to be woken, several messages are taken
    /// at once, and caches are warm.
    pub busy_saving: f64,
    /// By which part of all costs each process on a machine that everything shares makes the others dearer: they share its caches.
    pub crowding: f64,
    /// Whether several numbers of leaves told apart what divides by them and what does not.
    pub split_measured: bool,
}

/// Memory of processes, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// Of a replica without documents.
    pub replica: f64,
    /// Of a replica for each of its documents.
    pub document: f64,
    /// Of a root.
    pub root: f64,
}

/// On which machines a cluster is to run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Where {
    /// Everything on one machine with so many cores, the load generator too.
    Together {
        /// Its cores.
        cores: u32,
    },
    /// Each process on its own.
    Apart {
        /// Cores of each replica.
        replica: u32,
        /// Cores of each root.
        root: u32,
        /// How many roots.
        roots: u32,
        /// What the network adds to the way between two machines, in milliseconds.
        network_ms: f64,
    },
}

/// What is to be simulated of a model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trial {
    /// The cluster.
    pub shape: Shape,
    /// Its machines.
    pub machines: Where,
    /// Queries per second.
    pub rate_per_second: f64,
    /// After which quantile of a leaf's latency the root hedges; as it usually does if not said.
    pub hedge_quantile: Option<f64>,
    /// Queries to simulate.
    pub queries: u32,
    /// How many times as much documents as were measured.
    pub scale: f64,
    /// Shards of each leaf.
    pub shards_per_leaf: f64,
    /// One replica of the first leaf is down.
    pub replica_down: bool,
}

/// Status polls of each replica by each root in a second.
pub(super) const POLLS_PER_SECOND: f64 = 4.0;
/// Queries that each root is asked before it counts: after so many it knows its leaves' latencies well enough to hedge.
const WARMUP_EACH_ROOT: u32 = 80;
/// Queries before it counts, at least: queues fill.
const WARMUP_MIN: u32 = 200;

impl Model {
    /// The simulation of a trial.
    #[must_use]
    pub fn simulation(&self, trial: &Trial) -> SimulationConfig {
        let Shape {
            leaves,
            replicas,
            hedging,
            stragglers,
        } = trial.shape;
        let mut hedge = Hedge::default();
        if !hedging || replicas < 2 {
            hedge.mode = Mode::Off;
        }
        if let Some(quantile) = trial.hedge_quantile {
            hedge.quantile = quantile;
        }
        let (servers, roots) = match trial.machines {
            Where::Together { cores } => (cores, 1),
            Where::Apart { replica, roots, .. } => (replica, roots),
        };
        SimulationConfig {
            seed: 1 + u64::from(leaves) * 64 + u64::from(replicas),
            runs: 1,
            queries: trial.queries,
            warmup_queries: (roots * WARMUP_EACH_ROOT).max(WARMUP_MIN),
            rate_per_second: trial.rate_per_second,
            roots,
            leaves,
            replicas,
            servers,
            timeout_ms: self.timeout_ms,
            slow_ms: slow_ms(stragglers),
            hedge,
            faults: if trial.replica_down {
                vec![down()]
            } else {
                Vec::new()
            },
            machines: Some(self.machines(trial)),
            ..SimulationConfig::default()
        }
    }

    fn machines(&self, trial: &Trial) -> Machines {
        let (shared_cores, cores_per_replica, cores_per_root, network_ms) = match trial.machines {
            Where::Together { cores } => (Some(cores), cores, cores, 0.0),
            Where::Apart {
                replica,
                root,
                network_ms,
                ..
            } => (None, replica, root, network_ms),
        };
        let dearer = self.dearer(trial);
        let scaled = |query: &QueryCost| QueryCost {
            fixed_us: (query.fixed_us + self.shard_us * trial.shards_per_leaf) * dearer.work,
            divided_us: query.divided_us * trial.scale * dearer.work,
            ..*query
        };
        Machines {
            shared_cores,
            cores_per_replica,
            cores_per_root,
            overheads: self.overheads_at(trial, dearer),
            wire: later(&self.wire, network_ms),
            front: self.front.clone(),
            queries: self.queries.iter().map(scaled).collect(),
            noise: self.noise.clone(),
            hits: whole(self.hits),
            stragglers: trial.shape.stragglers,
        }
    }

    /// What requests cost besides their execution where everything is so much dearer.
    fn overheads_at(&self, trial: &Trial, dearer: Dearer) -> Overheads {
        let own = &self.overheads;
        let client_us = match trial.machines {
            Where::Together { .. } => own.client_us,
            // A client of its own takes its time elsewhere.
            Where::Apart { .. } => 0.0,
        };
        Overheads {
            root_fixed_us: own.root_fixed_us * dearer.work,
            root_per_request_us: own.root_per_request_us * dearer.work,
            leaf_per_request_us: own.leaf_per_request_us * dearer.work,
            fetch_us: own.fetch_us * dearer.work,
            client_us: client_us * dearer.work,
            root_poll_us: own.root_poll_us * dearer.polls,
            leaf_poll_us: own.leaf_poll_us * dearer.polls,
        }
    }

    /// How much dearer everything is on the machines of a trial than the model's costs, which are those of a quiet machine with few
    /// processes. What a busy machine saves was seen where everything shares one, and is not counted upon elsewhere.
    fn dearer(&self, trial: &Trial) -> Dearer {
        let Where::Together { cores } = trial.machines else {
            return Dearer {
                work: 1.0,
                polls: 1.0,
            };
        };
        let Shape { leaves, replicas, .. } = trial.shape;
        let own = &self.overheads;
        let costs = self.costs(trial.shards_per_leaf, trial.scale);
        let query_us = costs.at(f64::from(leaves)).sum_us() + own.client_us;
        let polls = POLLS_PER_SECOND * f64::from(leaves * replicas) * (own.root_poll_us + own.leaf_poll_us);
        let crowded = self.crowded(leaves * replicas);
        // The busier, the more is saved, and the less busy: some rounds find the middle.
        let saved = (0..30).fold(0.5, |saved, _| {
            let left = 1.0 - saved;
            let busy_us = left * (trial.rate_per_second * query_us * crowded + polls);
            let busy = (busy_us / 1e6 / f64::from(cores)).min(1.0);
            f64::midpoint(saved, self.busy_saving * busy)
        });
        Dearer {
            work: (1.0 - saved) * crowded,
            polls: 1.0 - saved,
        }
    }

    /// How much dearer everything is among so many processes.
    pub(super) fn crowded(&self, processes: u32) -> f64 {
        1.0 + self.crowding * f64::from(processes)
    }

    /// The model's costs in a few figures, with so many shards at each leaf and so many times the documents.
    #[must_use]
    pub fn costs(&self, shards_per_leaf: f64, scale: f64) -> Costs {
        let (mean, noise) = (self.mean_cost(), self.mean_noise());
        let overheads = &self.overheads;
        let mut costs = Costs {
            root_fixed_us: overheads.root_fixed_us,
            root_per_call_us: overheads.root_per_request_us,
            leaf_per_call_us: overheads.leaf_per_request_us,
            search_us: mean.fixed_us * noise,
            shard_us: self.shard_us * noise,
            shard_measured: self.shard_measured,
            shards_per_leaf,
            divided_us: mean.divided_us * noise * scale,
            divided_p99_us: self.divided_quantile(0.99) * noise * scale,
            fetch_us: overheads.fetch_us,
            hits: self.hits,
            root_poll_us: overheads.root_poll_us,
            leaf_poll_us: overheads.leaf_poll_us,
            wire_us: self.wire.quantile(0.5) * 1e3,
            replica_memory_bytes: self.memory.replica,
            document_memory_bytes: self.memory.document,
            root_memory_bytes: self.memory.root,
            break_even_leaves: 1.0,
            split_measured: self.split_measured,
        };
        costs.break_even_leaves = break_even(&costs);
        costs
    }

    /// What the documents cost a query of that quantile, by the weights of the log.
    fn divided_quantile(&self, quantile: f64) -> f64 {
        let mut costs: Vec<(f64, f64)> = self
            .queries
            .iter()
            .map(|query| (query.divided_us, query.weight))
            .collect();
        costs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut left = quantile * costs.iter().map(|(_, weight)| weight).sum::<f64>();
        let found = costs.iter().find(|(_, weight)| {
            left -= weight;
            left <= 0.0
        });
        found.or(costs.last()).map_or(0.0, |(us, _)| *us)
    }

    /// The mean over the log of what a query costs at a leaf that does nothing else: fixed, and divided by the leaves.
    #[must_use]
    pub fn mean_cost(&self) -> QueryCost {
        let weight: f64 = self.queries.iter().map(|query| query.weight).sum();
        let mean = |of: fn(&QueryCost) -> f64| {
            let sum: f64 = self.queries.iter().map(|query| query.weight * of(query)).sum();
            sum / weight.max(f64::MIN_POSITIVE)
        };
        QueryCost {
            weight,
            fixed_us: mean(|query| query.fixed_us),
            divided_us: mean(|query| query.divided_us),
        }
    }

    /// The mean factor by which executions differ from what they should take.
    #[must_use]
    pub fn mean_noise(&self) -> f64 {
        let mut rng = shared::random::from_seed(1);
        let draws = 20_000;
        (0..draws).map(|_| self.noise.draw(&mut rng)).sum::<f64>() / f64::from(draws)
    }
}

/// Factors of the model's costs.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Dearer {
    /// Of everything that queries take.
    work: f64,
    /// Of polls.
    polls: f64,
}

/// The first replica of the first leaf, all the time.
fn down() -> Fault {
    Fault {
        effect: Effect::Dead,
        leaf: Some(0),
        replica: Some(0),
        from_ms: 0,
        to_ms: None,
    }
}

/// From which number of leaves on each of them spends more on being asked, there and at the root, than on its documents.
fn break_even(costs: &Costs) -> f64 {
    // What a leaf spends on its documents falls with their number, what it spends on being asked hardly changes: halving finds
    // where they meet.
    let more_for_documents = |leaves: f64| {
        let (leaf_us, root_us) = costs.each(leaves);
        costs.divided_us / leaves > leaf_us + root_us
    };
    let (mut low, mut high) = (1.0_f64, 1e6_f64);
    if !more_for_documents(low) {
        return low;
    }
    for _ in 0..60 {
        let middle = (low * high).sqrt();
        if more_for_documents(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast of floats saturates, and counts are not negative"
)]
fn whole(value: f64) -> u32 {
    value.round() as u32
}

/// From when on a query has met a straggler.
fn slow_ms(stragglers: Stragglers) -> u64 {
    match stragglers {
        Stragglers::None => 1_000,
        Stragglers::Share { delay_ms, .. } | Stragglers::One { delay_ms } => delay_ms,
    }
}

/// A way that takes longer by the network there and back.
fn later(wire: &Latency, network_ms: f64) -> Latency {
    match wire {
        Latency::Empirical { quantiles } => Latency::Empirical {
            quantiles: quantiles
                .iter()
                .map(|(q, ms)| (*q, ms + 2.0 * network_ms))
                .collect(),
        },
        Latency::Constant { ms } => Latency::Constant {
            ms: ms + 2.0 * network_ms,
        },
        other => other.clone(),
    }
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
