//! What a simulation knows of the machines and of the queries, when it is to predict a cluster that was measured.

use rand::{Rng, RngExt as _};
use serde::{Deserialize, Serialize};

use super::latency::Latency;
use crate::measured::Stragglers;

/// The most different queries.
const QUERIES_MAX: usize = 1_000_000;
/// The most hits that a query asks for.
const HITS_MAX: u32 = 10_000;
/// The most cores of a machine.
const CORES_MAX: u32 = 4_096;
/// The longest time of any cost: an hour.
const COST_US_MAX: f64 = 3.6e9;

/// Machines with processors that everything on them shares, and queries that cost different amounts. With them a simulation
/// has a clock of nanoseconds, a fetch phase, and roots that need time themselves; `latency` and `network_ms` are not used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Machines {
    /// Root, replicas and clients share one machine with so many cores; without, each has its own.
    pub shared_cores: Option<u32>,
    /// Cores of each replica's own machine.
    pub cores_per_replica: u32,
    /// Cores of each root's own machine.
    pub cores_per_root: u32,
    /// What requests cost besides their execution.
    pub overheads: Overheads,
    /// The way between a root and a replica, there and back, in milliseconds in which nobody computes.
    pub wire: Latency,
    /// The way between a client and a root, there and back, in milliseconds in which nobody computes.
    pub front: Latency,
    /// The queries and what they cost.
    pub queries: Vec<QueryCost>,
    /// A factor of each execution, independently of all others: what makes equal requests differ.
    pub noise: Latency,
    /// Hits that a query asks for.
    pub hits: u32,
    /// What goes wrong.
    pub stragglers: Stragglers,
}

/// Processor time of a query beside the search itself, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Overheads {
    /// At the root, however many leaves are asked.
    pub root_fixed_us: f64,
    /// At the root, for each request to a leaf.
    pub root_per_request_us: f64,
    /// At the leaf, for each request, outside of its execution.
    pub leaf_per_request_us: f64,
    /// At the leaf, for each fetch.
    pub fetch_us: f64,
    /// At the client, if it shares the machine.
    pub client_us: f64,
    /// At the root, for each status poll of a replica.
    pub root_poll_us: f64,
    /// At the replica, for each of them, and all else that it does while nobody asks.
    pub leaf_poll_us: f64,
}

/// What one query of a log costs at a leaf: `fixed_us + divided_us / leaves`.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QueryCost {
    /// How often it is asked, in relation to the others.
    pub weight: f64,
    /// However few documents the leaf has.
    pub fixed_us: f64,
    /// For all documents of the index.
    pub divided_us: f64,
}

impl QueryCost {
    /// Microseconds of its execution at each of so many leaves.
    pub fn at(&self, leaves: u32) -> f64 {
        self.fixed_us + self.divided_us / f64::from(leaves.max(1))
    }
}

impl Machines {
    pub(super) fn makes_sense(&self) -> bool {
        let Overheads {
            root_fixed_us,
            root_per_request_us,
            leaf_per_request_us,
            fetch_us,
            client_us,
            root_poll_us,
            leaf_poll_us,
        } = self.overheads;
        let cost = |us: f64| (0.0..=COST_US_MAX).contains(&us);
        let overheads = [
            root_fixed_us,
            root_per_request_us,
            leaf_per_request_us,
            fetch_us,
            client_us,
            root_poll_us,
            leaf_poll_us,
        ];
        let cores = [
            self.shared_cores.unwrap_or(1),
            self.cores_per_replica,
            self.cores_per_root,
        ];
        let query = |query: &QueryCost| {
            cost(query.fixed_us) && cost(query.divided_us) && query.weight >= 0.0 && query.weight.is_finite()
        };
        overheads.into_iter().all(cost)
            && cores.iter().all(|cores| (1..=CORES_MAX).contains(cores))
            && [&self.wire, &self.front, &self.noise]
                .iter()
                .all(|latency| latency.makes_sense())
            && (1..=QUERIES_MAX).contains(&self.queries.len())
            && self.queries.iter().all(query)
            && self.queries.iter().any(|query| query.weight > 0.0)
            && self.hits <= HITS_MAX
    }
}

/// Draws the queries of a log by their weights.
pub(super) struct Draws {
    /// Sums of the weights up to each query.
    sums: Vec<f64>,
}

impl Draws {
    pub(super) fn new(queries: &[QueryCost]) -> Self {
        let sums = queries.iter().scan(0.0, |sum, query| {
            *sum += query.weight;
            Some(*sum)
        });
        Self { sums: sums.collect() }
    }

    /// The number of a query.
    pub(super) fn draw(&self, rng: &mut impl Rng) -> usize {
        let all = self.sums.last().copied().unwrap_or(0.0);
        let drawn = rng.random::<f64>() * all;
        let at = self.sums.partition_point(|sum| *sum <= drawn);
        at.min(self.sums.len().saturating_sub(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_drawn_by_their_weights() {
        let query = |weight| QueryCost {
            weight,
            fixed_us: 1.0,
            divided_us: 8.0,
        };
        let draws = Draws::new(&[query(1.0), query(0.0), query(3.0)]);
        let mut rng = shared::random::from_seed(5);
        let mut drawn = [0_u32; 3];
        for _ in 0..40_000 {
            drawn[draws.draw(&mut rng)] += 1;
        }
        assert_eq!(drawn[1], 0);
        assert!((9_500..10_500).contains(&drawn[0]), "{drawn:?}");
        assert_eq!(query(1.0).at(4), 3.0);
    }
}
