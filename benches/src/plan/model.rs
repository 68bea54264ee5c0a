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
    /// The part of the overheads that is saved on a machine that everything shares, where every core is busy anyway: nobody has
    /// to be woken, and several messages are taken at once.
    pub busy_saving: f64,
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
const WARMUP_EACH_ROOT: u32 = 96;
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
        let scaled = |query: &QueryCost| QueryCost {
            fixed_us: query.fixed_us + self.shard_us * trial.shards_per_leaf,
            divided_us: query.divided_us * trial.scale,
            ..*query
        };
        Machines {
            shared_cores,
            cores_per_replica,
            cores_per_root,
            overheads: self.overheads_at(trial),
            wire: later(&self.wire, network_ms),
            front: self.front.clone(),
            queries: self.queries.iter().map(scaled).collect(),
            noise: self.noise.clone(),
            hits: whole(self.hits),
            stragglers: trial.shape.stragglers,
        }
    }

    /// What requests cost besides their execution, on a machine that is as busy as a trial makes it. What is saved on a busy
    /// machine was seen on one that everything shares, and is not counted upon elsewhere.
    fn overheads_at(&self, trial: &Trial) -> Overheads {
        let own = &self.overheads;
        match trial.machines {
            Where::Together { cores } => {
                let Shape { leaves, replicas, .. } = trial.shape;
                let costs = self.costs(trial.shards_per_leaf, trial.scale);
                let at = costs.at(f64::from(leaves));
                let at_leaves = costs.calls(f64::from(leaves)) * own.leaf_per_request_us;
                let beside = at.root_us + at_leaves + own.client_us;
                let executed = at.asked_us + at.documents_us - at_leaves;
                let each_poll = own.root_poll_us + own.leaf_poll_us;
                let polls = POLLS_PER_SECOND * f64::from(leaves * replicas) * each_poll;
                let rate = trial.rate_per_second;
                let share = self.share((rate * executed + polls) / 1e6, rate * beside / 1e6, cores);
                Overheads {
                    root_fixed_us: own.root_fixed_us * share,
                    root_per_request_us: own.root_per_request_us * share,
                    leaf_per_request_us: own.leaf_per_request_us * share,
                    client_us: own.client_us * share,
                    ..*own
                }
            }
            // A client of its own takes its time elsewhere.
            Where::Apart { .. } => Overheads {
                client_us: 0.0,
                ..*own
            },
        }
    }

    /// The share of the overheads that is not saved on a machine with so many cores, of which `always` are busy and
    /// `overheads` more would be if nothing were saved.
    fn share(&self, always: f64, overheads: f64, cores: u32) -> f64 {
        // The busier, the more is saved, and the less busy: some rounds find the middle.
        (0..20).fold(1.0, |share, _| {
            let saved = self.busy_saving * all_busy(always + share * overheads, cores);
            f64::midpoint(share, 1.0 - saved)
        })
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

/// How often a request finds every core busy when so many are on average (Erlang's C).
pub(super) fn all_busy(busy: f64, cores: u32) -> f64 {
    let busy = busy.clamp(0.0, 0.99 * f64::from(cores));
    let (mut term, mut sum) = (1.0, 0.0);
    for core in 1..=cores {
        sum += term;
        term *= busy / f64::from(core);
    }
    let waiting = term / (1.0 - busy / f64::from(cores));
    waiting / (sum + waiting)
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
