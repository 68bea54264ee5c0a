//! Predictions over the number of leaves, each process on a machine of its own.

use super::in_parallel::in_parallel;
use super::model::{Model, Trial, Where};
use super::planned::{Costs, Curve, Demand, Ladder, Predicted, StragglerPoint};
use crate::measured::{Shape, Stragglers};
use crate::simulate::{Report, SimulateError, simulate};

/// Numbers of leaves that are looked at.
pub(super) const LEAVES: [u32; 14] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 100, 250, 1_000];
/// Replicas, and whether the root hedges.
pub(super) const KINDS: [(u32, bool); 4] = [(1, false), (2, false), (2, true), (3, true)];
/// Up to so many leaves the highest rate is searched for; beyond, the utilisation at which it was found is tried, and no more.
const SEARCHED_LEAVES_MAX: u32 = 16;
/// Halvings of that search, on a scale of factors.
const HALVINGS: u32 = 4;
/// So far below the demanded rate a lower one is looked for.
const LOWER: f64 = 8.0;
/// A root is busy for this share of its time at most.
const ROOT_BUSY_MAX: f64 = 0.5;
/// Roots that are run at least: one may be down.
const ROOTS_MIN: u32 = 2;
/// The most roots that a simulation has: more of them are simulated as fewer with more cores, because each keeps books on
/// every replica.
const ROOTS_MAX: u32 = 4;
/// The same for clusters of many leaves, of which each root has to learn them all.
const ROOTS_MAX_MANY: u32 = 2;
/// Many leaves.
const MANY: u32 = 100;
/// Burns' share of stragglers, where nothing else is said: one request in a hundred is late.
const STRAGGLERS: Stragglers = Stragglers::Share {
    share: 0.01,
    delay_ms: 100,
};

/// Predicts for one demand.
pub(super) struct Predictor<'a> {
    model: &'a Model,
    pub(super) demand: &'a Demand,
    pub(super) costs: Costs,
    /// Documents to be planned for, over those that were measured.
    scale: f64,
    threads: usize,
}

/// What else is to be known of a trial than its shape and rate.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Variant {
    /// After which quantile to hedge; as usual if not said.
    pub(super) hedge_quantile: Option<f64>,
    /// One replica is down.
    pub(super) replica_down: bool,
}

impl<'a> Predictor<'a> {
    /// `documents` were measured.
    pub(super) fn new(model: &'a Model, documents: u64, demand: &'a Demand, threads: usize) -> Self {
        let scale = demand.documents as f64 / documents.max(1) as f64;
        Self {
            model,
            costs: model.costs(demand.shards_per_leaf, scale),
            demand,
            scale,
            threads,
        }
    }

    /// Predictions over all numbers of leaves, for all kinds.
    pub(super) fn curves(&self, mut done: impl FnMut()) -> Result<Vec<Curve>, SimulateError> {
        let of = |few: bool| {
            let leaves = LEAVES
                .iter()
                .rev()
                .filter(move |leaves| (**leaves <= SEARCHED_LEAVES_MAX) == few);
            leaves.flat_map(|&leaves| (0..KINDS.len()).map(move |kind| (leaves, kind)))
        };
        // Where the search ends for few leaves, those of more begin.
        let few: Vec<(u32, usize)> = of(true).collect();
        let searched = |&(leaves, kind): &(u32, usize)| self.point(leaves, KINDS[kind], None);
        let mut points = in_parallel(&few, self.threads, searched, &mut done)?;
        let known: Vec<f64> = (0..KINDS.len())
            .map(|kind| {
                let (replicas, hedging) = KINDS[kind];
                let place = few.iter().position(|it| *it == (SEARCHED_LEAVES_MAX, kind));
                let highest = place.map_or(0.0, |place| points[place].highest_per_second);
                highest / self.capacity(self.shape(SEARCHED_LEAVES_MAX, replicas, hedging))
            })
            .collect();
        let many: Vec<(u32, usize)> = of(false).collect();
        let tried = |&(leaves, kind): &(u32, usize)| self.point(leaves, KINDS[kind], Some(known[kind]));
        points.extend(in_parallel(&many, self.threads, tried, &mut done)?);
        let places = few.into_iter().chain(many);
        let mut curves = KINDS.map(|(replicas, hedging)| Curve {
            replicas,
            hedging,
            points: Vec::new(),
        });
        for ((_, kind), point) in places.zip(points) {
            curves[kind].points.push(point);
        }
        for curve in &mut curves {
            curve.points.sort_by_key(|point| point.leaves);
        }
        Ok(curves.to_vec())
    }

    fn point(
        &self,
        leaves: u32,
        (replicas, hedging): (u32, bool),
        known: Option<f64>,
    ) -> Result<Predicted, SimulateError> {
        let shape = self.shape(leaves, replicas, hedging);
        let mut point = self.predict(shape, Variant::default())?;
        point.highest_per_second = self.highest(shape, &point, known)?;
        Ok(point)
    }

    pub(super) fn shape(&self, leaves: u32, replicas: u32, hedging: bool) -> Shape {
        Shape {
            leaves,
            replicas,
            hedging,
            stragglers: self.demand.stragglers,
        }
    }

    /// One shape at the demanded rate; its highest rate is not known yet.
    pub(super) fn predict(&self, shape: Shape, variant: Variant) -> Result<Predicted, SimulateError> {
        let rate = self.demand.rate_per_second;
        let queries = queries(shape.leaves);
        let report = self.simulated(shape, rate, variant, queries)?;
        let roots = self.roots(shape.leaves, rate);
        let processes = shape.leaves * shape.replicas;
        let at = self.costs.at(f64::from(shape.leaves));
        let leaf_us = (at.asked_us + at.documents_us) * report.attempts.executed_share.max(1.0);
        let documents = self.demand.documents as f64 / f64::from(shape.leaves);
        let memory = &self.costs;
        let availability = self.availability(shape, roots) * report.coverage.full_share;
        let at_objective_ms = self.at_objective_ms(&report);
        let offered_cores = f64::from(processes * self.demand.cores_per_replica);
        Ok(Predicted {
            leaves: shape.leaves,
            latency: Ladder::of(&report),
            at_objective_ms,
            meets: self.latency_met(&report) && availability >= self.demand.availability_min,
            availability,
            queries,
            highest_per_second: 0.0,
            extra_share: report.attempts.extra_share,
            utilisation: rate * leaf_us / 1e6 / offered_cores,
            root_utilisation: rate * at.root_us / 1e6 / f64::from(roots * self.demand.cores_per_root),
            roots,
            cpu_ms_per_query: (leaf_us + at.root_us) / 1e3,
            cores: processes * self.demand.cores_per_replica + roots * self.demand.cores_per_root,
            memory_bytes: f64::from(processes)
                * (memory.replica_memory_bytes + memory.document_memory_bytes * documents)
                + f64::from(roots) * memory.root_memory_bytes,
        })
    }

    fn simulated(
        &self,
        shape: Shape,
        rate_per_second: f64,
        variant: Variant,
        queries: u32,
    ) -> Result<Report, SimulateError> {
        let needed = self.roots(shape.leaves, rate_per_second);
        let roots_max = if shape.leaves >= MANY {
            ROOTS_MAX_MANY
        } else {
            ROOTS_MAX
        };
        let roots = needed.min(roots_max);
        let trial = Trial {
            shape,
            machines: Where::Apart {
                replica: self.demand.cores_per_replica,
                root: (self.demand.cores_per_root * needed).div_ceil(roots),
                roots,
                network_ms: self.demand.network_ms,
            },
            rate_per_second,
            hedge_quantile: variant.hedge_quantile,
            queries,
            scale: self.scale,
            shards_per_leaf: self.demand.shards_per_leaf,
            replica_down: variant.replica_down,
        };
        simulate(&self.model.simulation(&trial), 1)
    }

    /// The latency at the objective's quantile, where queries without an answer are slower than all others; nothing if it is
    /// among these.
    fn at_objective_ms(&self, report: &Report) -> Option<f64> {
        let lost = report.coverage.refused + report.coverage.failed;
        let answered = 1.0 - lost as f64 / report.queries.max(1) as f64;
        let quantile = self.demand.objective.quantile / answered.max(f64::MIN_POSITIVE);
        (quantile <= 1.0).then(|| report.latency_at(quantile))
    }

    fn latency_met(&self, report: &Report) -> bool {
        let limit_ms = self.demand.objective.latency_ms;
        self.at_objective_ms(report).is_some_and(|ms| ms <= limit_ms)
    }

    /// Roots for a rate, so that none of them is busy for more than half of its time, and one may be down.
    fn roots(&self, leaves: u32, rate: f64) -> u32 {
        let cores = rate * self.costs.at(f64::from(leaves)).root_us / 1e6 / ROOT_BUSY_MAX;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a cast of floats saturates, and rates are not negative"
        )]
        let roots = (cores / f64::from(self.demand.cores_per_root)).ceil() as u32;
        roots.max(ROOTS_MIN)
    }

    /// Queries per second that keep every core of the leaves busy all the time.
    fn capacity(&self, shape: Shape) -> f64 {
        let cores = f64::from(shape.leaves * shape.replicas * self.demand.cores_per_replica);
        let at = self.costs.at(f64::from(shape.leaves));
        cores * 1e6 / (at.asked_us + at.documents_us).max(1.0)
    }

    /// The highest rate that was seen to meet the latency of the objective: at least the demanded one if that does, and below
    /// it if not. With a `known` utilisation only that is tried.
    fn highest(&self, shape: Shape, at_demand: &Predicted, known: Option<f64>) -> Result<f64, SimulateError> {
        let demanded = self.demand.rate_per_second;
        let capacity = self.capacity(shape);
        let limit_ms = self.demand.objective.latency_ms;
        let meets = |rate| {
            let report = self.simulated(shape, rate, Variant::default(), queries(shape.leaves) / 2)?;
            Ok::<_, SimulateError>(self.latency_met(&report))
        };
        let is_met = at_demand.at_objective_ms.is_some_and(|ms| ms <= limit_ms);
        let (mut met, mut missed) = if is_met {
            (demanded, capacity)
        } else if meets(demanded / LOWER)? {
            (demanded / LOWER, demanded)
        } else {
            return Ok(0.0);
        };
        if let Some(utilisation) = known {
            let rate = utilisation * capacity;
            return Ok(if rate > met && rate < missed && meets(rate)? {
                rate
            } else {
                met
            });
        }
        for _ in 0..HALVINGS {
            let rate = (met * missed).sqrt();
            if rate <= met {
                break;
            }
            if meets(rate)? {
                met = rate;
            } else {
                missed = rate;
            }
        }
        Ok(met)
    }

    /// The share of the time in which a root is up, and a replica of every leaf.
    fn availability(&self, shape: Shape, roots: u32) -> f64 {
        let down = 1.0 - self.demand.replica_availability;
        let up = |of: u32| 1.0 - down.powf(f64::from(of));
        up(roots) * up(shape.replicas).powf(f64::from(shape.leaves))
    }

    /// The stragglers of the demand, or Burns' if it has no share of them.
    pub(super) fn stragglers_drawn(&self) -> Stragglers {
        match self.demand.stragglers {
            share @ Stragglers::Share { .. } => share,
            Stragglers::None | Stragglers::One { .. } => STRAGGLERS,
        }
    }

    /// Burns' arithmetic beside the simulator's.
    pub(super) fn stragglers(&self, done: impl FnMut()) -> Result<Vec<StragglerPoint>, SimulateError> {
        let stragglers = self.stragglers_drawn();
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
            self.simulated(shape, rate, Variant::default(), queries(leaves))
                .map(|report| report.slow_share)
        };
        let point = |&leaves: &u32| {
            Ok::<_, SimulateError>(StragglerPoint {
                leaves,
                formula: 1.0 - (1.0 - share).powf(f64::from(leaves)),
                without_hedging: slow(leaves, 1, false)?,
                with_hedging: slow(leaves, 2, true)?,
            })
        };
        let falling: Vec<u32> = LEAVES.iter().rev().copied().collect();
        let mut points = in_parallel(&falling, self.threads, point, done)?;
        points.reverse();
        Ok(points)
    }
}

/// Queries to simulate: of many leaves each takes long, and of few a p99.9 can be known.
fn queries(leaves: u32) -> u32 {
    (40_000 / leaves).clamp(500, 4_000)
}
