//! What to run: the cheapest shape that meets the objective within the budget.

use super::planned::{Curve, Predicted, Recommendation, Trust};
use super::predict::{Predictor, Variant};
use super::reasons::{Reasons, why};
use crate::measured::{Shape, Stragglers};
use crate::simulate::{Hedge, SimulateError};

/// Hedge quantiles that are tried at the chosen shape.
const QUANTILES: [f64; 4] = [0.9, 0.95, 0.98, 0.99];
/// A quantile that makes latency better by less than this share is not worth another one's extra load.
const WORTH_MIN: f64 = 0.05;

/// A shape that could be run.
#[derive(Clone, Copy)]
pub(super) struct Candidate {
    pub(super) replicas: u32,
    pub(super) hedging: bool,
    pub(super) predicted: Predicted,
}

/// Chooses among the curves.
pub(super) fn recommend(
    predictor: &Predictor<'_>,
    curves: &[Curve],
    trust: &Trust,
) -> Result<Recommendation, SimulateError> {
    let chosen = choose(predictor, curves);
    let (hedge_quantile, predicted) = hedge(predictor, &chosen)?;
    let usual = chosen.predicted;
    let chosen = Candidate { predicted, ..chosen };
    let shape = predictor.shape(predicted.leaves, chosen.replicas, chosen.hedging);
    let variant = Variant {
        hedge_quantile: chosen.hedging.then_some(hedge_quantile),
        ..Variant::default()
    };
    let without_stragglers = if shape.stragglers == Stragglers::None {
        None
    } else {
        let calm = Shape {
            stragglers: Stragglers::None,
            ..shape
        };
        Some(predictor.predict(calm, variant)?)
    };
    let replica_down = if chosen.replicas > 1 {
        let down = Variant {
            replica_down: true,
            ..variant
        };
        Some(predictor.predict(shape, down)?)
    } else {
        None
    };
    let why = why(&Reasons {
        predictor,
        curves,
        trust,
        chosen: &chosen,
        hedge_quantile,
        usual: &usual,
        without_stragglers,
        replica_down,
    });
    Ok(Recommendation {
        meets: predicted.meets,
        leaves: predicted.leaves,
        replicas: chosen.replicas,
        hedging: chosen.hedging,
        hedge_quantile,
        predicted,
        without_stragglers,
        replica_down,
        why,
    })
}

/// The cheapest shape that meets what is asked; if none does, the nearest.
fn choose(predictor: &Predictor<'_>, curves: &[Curve]) -> Candidate {
    let demand = predictor.demand;
    let candidates: Vec<Candidate> = curves
        .iter()
        .flat_map(|curve| {
            curve.points.iter().map(|point| Candidate {
                replicas: curve.replicas,
                hedging: curve.hedging,
                predicted: *point,
            })
        })
        .collect();
    let is_affordable = |candidate: &&Candidate| {
        let leaves = candidate.predicted.leaves * candidate.replicas * demand.cores_per_replica;
        demand.cores_max.is_none_or(|cores| leaves <= cores)
    };
    let affordable = || candidates.iter().filter(is_affordable);
    let cheapest = affordable()
        .filter(|candidate| candidate.predicted.meets)
        .min_by(|a, b| by_cost(a, b));
    // Whoever is not there often enough is no answer, however quick.
    let is_there = |candidate: &Candidate| candidate.predicted.availability >= demand.availability_min;
    let at_objective = |candidate: &Candidate| candidate.predicted.at_objective_ms.unwrap_or(f64::MAX);
    let nearest = || {
        affordable().min_by(|a, b| {
            let there = is_there(b).cmp(&is_there(a));
            let latency = at_objective(a).total_cmp(&at_objective(b));
            there.then(latency).then_with(|| by_cost(a, b))
        })
    };
    let chosen = cheapest
        .or_else(nearest)
        .or_else(|| candidates.iter().min_by(|a, b| by_cost(a, b)));
    *chosen.expect("every curve has points")
}

/// Fewer cores first, then less memory, then less latency.
fn by_cost(a: &Candidate, b: &Candidate) -> std::cmp::Ordering {
    let cores = a.predicted.cores.cmp(&b.predicted.cores);
    let memory = a.predicted.memory_bytes.total_cmp(&b.predicted.memory_bytes);
    let latency = a.predicted.latency.p99.total_cmp(&b.predicted.latency.p99);
    cores.then(memory).then(latency)
}

/// The quantile after which to hedge: the usual one, unless another makes the latency of the objective clearly better.
fn hedge(predictor: &Predictor<'_>, chosen: &Candidate) -> Result<(f64, Predicted), SimulateError> {
    let usual = Hedge::default().quantile;
    let mut best = (usual, chosen.predicted);
    if !chosen.hedging {
        return Ok(best);
    }
    let shape = predictor.shape(chosen.predicted.leaves, chosen.replicas, true);
    let others = QUANTILES
        .into_iter()
        .filter(|quantile| (quantile - usual).abs() > 1e-9);
    for quantile in others {
        let variant = Variant {
            hedge_quantile: Some(quantile),
            ..Variant::default()
        };
        let mut predicted = predictor.predict(shape, variant)?;
        predicted.highest_per_second = chosen.predicted.highest_per_second;
        let (now, then) = (predicted.at_objective_ms, best.1.at_objective_ms);
        let is_better = now.is_some_and(|now| then.is_none_or(|then| now < then * (1.0 - WORTH_MIN)));
        if is_better && predicted.meets >= best.1.meets {
            best = (quantile, predicted);
        }
    }
    Ok(best)
}
