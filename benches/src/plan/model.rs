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
        // A client of its own takes its time elsewhere.
        let client_us = if shared_cores.is_some() {
            self.overheads.client_us
        } else {
            0.0
        };
        Machines {
            shared_cores,
            cores_per_replica,
            cores_per_root,
            overheads: Overheads {
                client_us,
                ..self.overheads
            },
            wire: later(&self.wire, network_ms),
            front: self.front.clone(),
            queries: self.queries.iter().map(scaled).collect(),
            noise: self.noise.clone(),
            hits: self.hits,
            stragglers: trial.shape.stragglers,
        }
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
