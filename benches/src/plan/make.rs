//! From a sweep to a plan.

use super::checks::{checks, comparable, trust};
use super::fit::{FitError, fit, seen_leaves};
use super::observed::Observed;
use super::planned::{Check, Curve, Demand, Evidence, Plan, StragglerPoint, Trust};
use super::predict::{KINDS, LEAVES, Predictor};
use super::recommend::recommend;
use crate::measured::{Objective, Stragglers, Sweep, VERSION};
use crate::simulate::SimulateError;

/// What a plan is made for, and how.
#[derive(Clone, Debug)]
pub struct PlanOrder {
    /// Where the sweep came from, for the report.
    pub from: String,
    /// What is asked of the cluster.
    pub demand: Demand,
    /// Now, in milliseconds since 1970.
    pub made_ms: u64,
    /// Threads to simulate on; their number does not change the plan.
    pub threads: usize,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The measurements do not make a model.
    #[error(transparent)]
    Fit(#[from] FitError),
    /// A simulation failed.
    #[error(transparent)]
    Simulate(#[from] SimulateError),
}

/// What the planner is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Comparing predictions with so many measured points, of so many.
    Checking(usize, usize),
    /// Predicting: so many simulated shapes, of so many.
    Predicting(usize, usize),
}

/// Makes a plan of a sweep.
///
/// # Errors
/// [`PlanError`] if the sweep holds too little.
pub fn plan(sweep: &Sweep, order: &PlanOrder, mut progress: impl FnMut(Step)) -> Result<Plan, PlanError> {
    let checks = check(sweep, order.threads, |done, all| {
        progress(Step::Checking(done, all));
    })?;
    let trust = trust(&checks, comparable(sweep).left_out);
    // What was held out to try the model has done its duty: predictions are made from everything.
    let all: Vec<u32> = sweep.profiles.iter().map(|profile| profile.leaves).collect();
    let model = fit(sweep, &all)?;
    let evidence = Evidence {
        from: order.from.clone(),
        machine: Some(sweep.machine.clone()),
        corpus: Some(sweep.corpus.clone()),
        queries: Some(sweep.queries.name.clone()),
        leaves: all,
        requests: sweep
            .points
            .iter()
            .map(|point| point.load.reads.outcomes.all())
            .sum(),
    };
    let predictor = Predictor::new(&model, sweep.corpus.documents, &order.demand, order.threads);
    planned(&predictor, order, evidence, checks, trust, progress)
}

/// Predicts what was measured, from a part of it.
///
/// # Errors
/// [`PlanError`] if the sweep holds too little.
pub fn check(
    sweep: &Sweep,
    threads: usize,
    progress: impl FnMut(usize, usize),
) -> Result<Vec<Check>, PlanError> {
    let seen = seen_leaves(sweep);
    let model = fit(sweep, &seen)?;
    Ok(checks(sweep, &model, &seen, threads, progress)?)
}

/// Makes a plan of the metrics of a cluster that serves.
///
/// # Errors
/// [`PlanError::Simulate`].
pub fn plan_observed(
    observed: &Observed,
    order: &PlanOrder,
    mut progress: impl FnMut(Step),
) -> Result<Plan, PlanError> {
    progress(Step::Checking(0, 1));
    let check = observed.check(&order.demand)?;
    progress(Step::Checking(1, 1));
    let trust = observed.trust(&check);
    let evidence = Evidence {
        from: order.from.clone(),
        machine: None,
        corpus: None,
        queries: None,
        leaves: vec![observed.leaves],
        requests: observed.searches,
    };
    let predictor = Predictor::new(&observed.model, observed.documents, &order.demand, order.threads);
    planned(&predictor, order, evidence, vec![check], trust, progress)
}

/// Predicts, recommends, and puts everything together.
fn planned(
    predictor: &Predictor<'_>,
    order: &PlanOrder,
    evidence: Evidence,
    checks: Vec<Check>,
    trust: Trust,
    mut progress: impl FnMut(Step),
) -> Result<Plan, PlanError> {
    let Predictions { curves, stragglers } = predictions(predictor, &mut progress)?;
    let recommendation = recommend(predictor, &curves, &trust)?;
    Ok(Plan {
        version: VERSION,
        made_ms: order.made_ms,
        evidence,
        demand: order.demand.clone(),
        costs: predictor.costs.clone(),
        checks,
        trust,
        curves,
        stragglers,
        stragglers_drawn: predictor.stragglers_drawn(),
        recommendation,
    })
}

/// What is predicted.
struct Predictions {
    curves: Vec<Curve>,
    stragglers: Vec<StragglerPoint>,
}

fn predictions(
    predictor: &Predictor<'_>,
    progress: &mut impl FnMut(Step),
) -> Result<Predictions, SimulateError> {
    let all = LEAVES.len() * (KINDS.len() + 1);
    let mut done = 0;
    progress(Step::Predicting(done, all));
    let mut step = || {
        done += 1;
        progress(Step::Predicting(done, all));
    };
    Ok(Predictions {
        stragglers: predictor.stragglers(&mut step)?,
        curves: predictor.curves(&mut step)?,
    })
}

/// The demand that a sweep suggests where its user says nothing else.
#[must_use]
pub fn usual_demand(sweep: &Sweep) -> Demand {
    let highest = sweep.highest.iter().map(|highest| highest.met_per_second);
    let rate = highest.fold(0.0_f64, f64::max) / 2.0;
    let mut scripts = sweep.points.iter().map(|point| point.shape.stragglers);
    let stragglers = scripts.rfind(|script| matches!(script, Stragglers::Share { .. }));
    Demand {
        rate_per_second: if rate > 0.0 { rate.round().max(1.0) } else { 10.0 },
        stragglers: stragglers.unwrap_or(Stragglers::None),
        stragglers_assumed: stragglers.is_some(),
        documents: sweep.corpus.documents,
        timeout_ms: sweep.timeout_ms,
        objective: sweep.objective,
        ..Demand::default()
    }
}

impl Default for Demand {
    fn default() -> Self {
        Self {
            objective: Objective {
                quantile: 0.99,
                latency_ms: 50.0,
            },
            rate_per_second: 10.0,
            availability_min: 0.999,
            cores_max: None,
            cores_per_replica: 1,
            cores_per_root: 1,
            network_ms: 0.1,
            stragglers: Stragglers::None,
            stragglers_assumed: false,
            shards_per_leaf: 1.0,
            replica_availability: 0.999,
            documents: 0,
            timeout_ms: 10_000,
        }
    }
}
