//! A cluster in numbers: what was fitted, and how it is handed to the simulator.

use serde::{Deserialize, Serialize};

use crate::measured::{Shape, Stragglers};
use crate::simulate::{Hedge, Latency, Machines, Mode, Overheads, QueryCost, SimulationConfig};

/// A cluster in numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Model {
    /// What requests cost besides their execution.
    pub overheads: Overheads,
    /// The queries of the log and what they cost at a leaf.
    pub queries: Vec<QueryCost>,
    /// The factors by which equal executions differ.
    pub noise: Latency,
    /// The way between root and leaf, there and back, in milliseconds in which nobody computes.
    pub wire: Latency,
    /// The same between client and root.
    pub front: Latency,
    /// Hits that a query asks for.
    pub hits: u32,
    /// Memory.
    pub memory: Memory,
    /// The deadline of each query.
    pub timeout_ms: u64,
    /// The share of a core that a process takes while nobody asks it.
    pub background: f64,
    /// The part of the overheads that is saved where every core is busy anyway: nobody has to be woken, and several messages
    /// are taken at once.
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
}

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
            runs: 2,
            queries: trial.queries,
            // Enough to know the latencies by, and to fill the queues.
            warmup_queries: (trial.queries / 5).clamp(100, 400),
            rate_per_second: trial.rate_per_second,
            roots,
            leaves,
            replicas,
            servers,
            timeout_ms: self.timeout_ms,
            slow_ms: slow_ms(stragglers),
            hedge,
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
            hits: self.hits,
            stragglers: trial.shape.stragglers,
        }
    }

    /// What requests cost besides their execution on machines that are as busy as a trial makes them.
    fn overheads_at(&self, trial: &Trial) -> Overheads {
        let Shape { leaves, replicas, .. } = trial.shape;
        let calls = self.calls(leaves);
        let own = &self.overheads;
        let (rate, searches) = (trial.rate_per_second, f64::from(leaves));
        let cost = self.mean_cost();
        let executed =
            searches * cost.fixed_us + cost.divided_us * trial.scale + (calls - searches) * own.fetch_us;
        let at_root = own.root_fixed_us + calls * own.root_per_request_us;
        let beside = calls * own.leaf_per_request_us;
        match trial.machines {
            Where::Together { cores } => {
                let background = self.background * f64::from(leaves * replicas);
                let always = background + rate * executed / 1e6;
                let share = self.share(always, rate * (at_root + beside + own.client_us) / 1e6, cores);
                // What processes take while nobody asks them makes everything else slower.
                let slower = share / (1.0 - (background / f64::from(cores)).clamp(0.0, 0.9));
                Overheads {
                    root_fixed_us: own.root_fixed_us * slower,
                    root_per_request_us: own.root_per_request_us * slower,
                    leaf_per_request_us: own.leaf_per_request_us * slower,
                    client_us: own.client_us * slower,
                    ..*own
                }
            }
            Where::Apart {
                replica, root, roots, ..
            } => {
                let each = rate / f64::from(leaves * replicas) / 1e6;
                let leaf = self.share(each * executed, each * beside, replica);
                let root = self.share(0.0, rate * at_root / 1e6 / f64::from(roots), root);
                Overheads {
                    root_fixed_us: own.root_fixed_us * root,
                    root_per_request_us: own.root_per_request_us * root,
                    leaf_per_request_us: own.leaf_per_request_us * leaf,
                    // A client of its own takes its time elsewhere.
                    client_us: 0.0,
                    ..*own
                }
            }
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

    /// Calls to leaves of a query: one search for each, and fetches from those that have a hit of the page.
    #[must_use]
    pub fn calls(&self, leaves: u32) -> f64 {
        f64::from(leaves) + fetches(leaves, self.hits)
    }
}

/// The leaves that hold hits of a page, if these are equally likely to be anywhere; none if a single leaf sends documents
/// along.
pub(super) fn fetches(leaves: u32, hits: u32) -> f64 {
    if leaves <= 1 {
        return 0.0;
    }
    let leaves = f64::from(leaves);
    leaves * (1.0 - (1.0 - 1.0 / leaves).powf(f64::from(hits)))
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
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_fetched_from_the_leaves_that_have_some_of_it() {
        assert_eq!(fetches(1, 10), 0.0);
        assert!((fetches(2, 10) - 2.0).abs() < 0.01);
        assert!((fetches(1_000, 10) - 9.955).abs() < 0.01);
        assert_eq!(fetches(8, 0), 0.0);
    }
}
