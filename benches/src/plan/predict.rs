//! Predictions over the number of leaves, each process on a machine of its own.

use super::model::{Model, Trial, Where};
use super::planned::{Curve, Demand, Ladder, Predicted, StragglerPoint};
use crate::measured::{Shape, Stragglers};
use crate::simulate::{Report, SimulateError, simulate};

/// Numbers of leaves that are looked at.
pub(super) const LEAVES: [u32; 15] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 100, 200, 400, 1_000];
/// Replicas, and whether the root hedges.
pub(super) const KINDS: [(u32, bool); 4] = [(1, false), (2, false), (2, true), (3, true)];
/// Up to so many leaves the highest rate is searched for; beyond, the utilisation at which it was found is taken.
const SEARCHED_LEAVES_MAX: u32 = 16;
/// Halvings of that search.
const HALVINGS: u32 = 4;
/// A root is busy for this share of its time at most.
const ROOT_BUSY_MAX: f64 = 0.5;
/// The most roots that a simulation has: more of them are simulated as fewer with more cores, because each keeps books on
/// every replica.
const ROOTS_MAX: u32 = 4;
/// Burns' share of stragglers, where nothing else is said: one request in a hundred is late.
const STRAGGLERS: Stragglers = Stragglers::Share {
    share: 0.01,
    delay_ms: 100,
};

/// Predicts for one demand.
pub(super) struct Predictor<'a> {
    pub(super) model: &'a Model,
    pub(super) demand: &'a Demand,
    /// Documents to be planned for, over those that were measured.
    pub(super) scale: f64,
    pub(super) threads: usize,
}

impl Predictor<'_> {
    /// Predictions over all numbers of leaves.
    pub(super) fn curve(
        &self,
        (replicas, hedging): (u32, bool),
        mut progress: impl FnMut(u32),
    ) -> Result<Curve, SimulateError> {
        let mut points = Vec::with_capacity(LEAVES.len());
        let mut utilisation = 0.5;
        for leaves in LEAVES {
            progress(leaves);
            let shape = self.shape(leaves, replicas, hedging);
            if leaves <= SEARCHED_LEAVES_MAX {
                utilisation = self.highest_utilisation(shape)?;
            }
            let mut point = self.predict(shape, None)?;
            point.highest_per_second = utilisation * self.capacity(shape);
            points.push(point);
        }
        Ok(Curve {
            replicas,
            hedging,
            points,
        })
    }

    pub(super) fn shape(&self, leaves: u32, replicas: u32, hedging: bool) -> Shape {
        Shape {
            leaves,
            replicas,
            hedging,
            stragglers: self.demand.stragglers,
        }
    }

    /// One shape at the demanded rate.
    pub(super) fn predict(
        &self,
        shape: Shape,
        hedge_quantile: Option<f64>,
    ) -> Result<Predicted, SimulateError> {
        let rate = self.demand.rate_per_second;
        let report = self.simulated(shape, rate, hedge_quantile, queries(shape.leaves))?;
        let roots = self.roots(shape.leaves, rate);
        let processes = shape.leaves * shape.replicas;
        let executed = report.attempts.executed_share.max(1.0);
        let leaf_us = self.leaf_us(shape.leaves) * executed;
        let root_us = self.root_us(shape.leaves);
        let documents = self.demand.documents as f64 / f64::from(shape.leaves);
        let memory = self.model.memory;
        let latency = Ladder::of(&report);
        let availability = self.availability(shape) * report.coverage.full_share;
        let offered_cores = f64::from(processes * self.demand.cores_per_replica);
        Ok(Predicted {
            leaves: shape.leaves,
            latency,
            meets: self.latency_met(&report) && availability >= self.demand.availability_min,
            availability,
            highest_per_second: 0.0,
            extra_share: report.attempts.extra_share,
            utilisation: rate * leaf_us / 1e6 / offered_cores,
            root_utilisation: rate * root_us / 1e6 / f64::from(roots * self.demand.cores_per_root),
            roots,
            cpu_ms_per_query: (leaf_us + root_us) / 1e3,
            cores: processes * self.demand.cores_per_replica + roots * self.demand.cores_per_root,
            memory_bytes: f64::from(processes) * (memory.replica + memory.document * documents)
                + f64::from(roots) * memory.root,
        })
    }

    fn simulated(
        &self,
        shape: Shape,
        rate_per_second: f64,
        hedge_quantile: Option<f64>,
        queries: u32,
    ) -> Result<Report, SimulateError> {
        let needed = self.roots(shape.leaves, rate_per_second);
        let roots = needed.min(ROOTS_MAX);
        let trial = Trial {
            shape,
            machines: Where::Apart {
                replica: self.demand.cores_per_replica,
                root: (self.demand.cores_per_root * needed).div_ceil(roots),
                roots,
                network_ms: self.demand.network_ms,
            },
            rate_per_second,
            hedge_quantile,
            queries,
            scale: self.scale,
        };
        simulate(&self.model.simulation(&trial), self.threads)
    }

    fn latency_met(&self, report: &Report) -> bool {
        let objective = self.demand.objective;
        let answered =
            1.0 - (report.coverage.refused + report.coverage.failed) as f64 / report.queries.max(1) as f64;
        // Queries without an answer are slower than all others.
        let quantile = objective.quantile / answered.max(f64::MIN_POSITIVE);
        quantile <= 1.0 && report.latency_at(quantile) <= objective.latency_ms
    }

    /// Processor time of a query at all leaves together, without hedges.
    fn leaf_us(&self, leaves: u32) -> f64 {
        let cost = self.model.mean_cost();
        let overheads = &self.model.overheads;
        let calls = self.model.calls(leaves);
        let executed = f64::from(leaves) * cost.fixed_us + cost.divided_us * self.scale;
        let fetched = (calls - f64::from(leaves)).max(1.0) * overheads.fetch_us;
        executed * self.model.mean_noise() + fetched + calls * overheads.leaf_per_request_us
    }

    /// Processor time of a query at its root.
    fn root_us(&self, leaves: u32) -> f64 {
        let overheads = &self.model.overheads;
        overheads.root_fixed_us + overheads.root_per_request_us * self.model.calls(leaves)
    }

    /// Roots for a rate, so that none of them is busy for more than half of its time.
    fn roots(&self, leaves: u32, rate: f64) -> u32 {
        let cores = rate * self.root_us(leaves) / 1e6 / ROOT_BUSY_MAX;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a cast of floats saturates, and rates are not negative"
        )]
        let roots = (cores / f64::from(self.demand.cores_per_root)).ceil() as u32;
        roots.max(1)
    }

    /// Queries per second that keep every core of the leaves busy all the time.
    fn capacity(&self, shape: Shape) -> f64 {
        let cores = f64::from(shape.leaves * shape.replicas * self.demand.cores_per_replica);
        cores * 1e6 / self.leaf_us(shape.leaves).max(1.0)
    }

    /// The share of the capacity up to which the objective is met.
    fn highest_utilisation(&self, shape: Shape) -> Result<f64, SimulateError> {
        let (mut met, mut missed) = (0.0, 1.0);
        for _ in 0..HALVINGS {
            let utilisation = f64::midpoint(met, missed);
            let rate = utilisation * self.capacity(shape);
            let report = self.simulated(shape, rate, None, queries(shape.leaves) / 2)?;
            if self.latency_met(&report) {
                met = utilisation;
            } else {
                missed = utilisation;
            }
        }
        Ok(met)
    }

    /// The share of the time in which every leaf has a replica that is up.
    fn availability(&self, shape: Shape) -> f64 {
        let down = 1.0 - self.demand.replica_availability;
        let leaf = 1.0 - down.powf(f64::from(shape.replicas));
        leaf.powf(f64::from(shape.leaves))
    }

    /// Burns' arithmetic beside the simulator's.
    pub(super) fn stragglers(
        &self,
        mut progress: impl FnMut(u32),
    ) -> Result<Vec<StragglerPoint>, SimulateError> {
        let stragglers = match self.demand.stragglers {
            share @ Stragglers::Share { .. } => share,
            Stragglers::None | Stragglers::One { .. } => STRAGGLERS,
        };
        let share = match stragglers {
            Stragglers::Share { share, .. } => share,
            Stragglers::None | Stragglers::One { .. } => 0.0,
        };
        let slow = |leaves, replicas, hedging| {
            let shape = Shape {
                leaves,
                replicas,
                hedging,
                stragglers,
            };
            // Rarely, so that nothing queues.
            let rate = 0.2
                * self
                    .capacity(shape)
                    .min(self.demand.rate_per_second.max(1.0) * 5.0);
            self.simulated(shape, rate, None, queries(leaves))
                .map(|report| report.slow_share)
        };
        LEAVES
            .iter()
            .map(|&leaves| {
                progress(leaves);
                Ok(StragglerPoint {
                    leaves,
                    formula: 1.0 - (1.0 - share).powf(f64::from(leaves)),
                    without_hedging: slow(leaves, 1, false)?,
                    with_hedging: slow(leaves, 2, true)?,
                })
            })
            .collect()
    }
}

/// Queries to simulate: of many leaves each query says as much as many queries of few.
fn queries(leaves: u32) -> u32 {
    (30_000 / leaves).clamp(500, 3_000)
}
