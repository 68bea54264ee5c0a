//! Why a shape is recommended, in one paragraph.

use super::planned::{Curve, Predicted, Trust};
use super::predict::Predictor;
use super::recommend::Candidate;
use crate::measured::Stragglers;
use crate::words::{bytes, count, counted, ms, nines, percent, percentile, rate, stragglers, us};

/// What a recommendation is explained by.
pub(super) struct Reasons<'a> {
    pub(super) predictor: &'a Predictor<'a>,
    pub(super) curves: &'a [Curve],
    pub(super) trust: &'a Trust,
    pub(super) chosen: &'a Candidate,
    pub(super) hedge_quantile: f64,
    /// The chosen shape hedged after the usual quantile, as the curves show it.
    pub(super) usual: &'a Predicted,
    pub(super) without_stragglers: Option<Predicted>,
    pub(super) replica_down: Option<Predicted>,
}

/// The paragraph.
pub(super) fn why(reasons: &Reasons<'_>) -> String {
    let sentences = [
        Some(reasons.verdict()),
        Some(reasons.leaves()),
        reasons.replicas(),
        reasons.assumed(),
        reasons.hedge(),
        reasons.down(),
        Some(reasons.cost()),
        reasons.doubt(),
    ];
    let sentences: Vec<String> = sentences.into_iter().flatten().collect();
    sentences.join(" ")
}

impl Reasons<'_> {
    /// The latency at the objective's quantile.
    fn latency(&self, predicted: &Predicted) -> String {
        let quantile = percentile(self.predictor.demand.objective.quantile);
        match predicted.at_objective_ms {
            Some(at) => format!("{quantile} of {}", ms(at)),
            None => format!("{quantile} beyond the deadline"),
        }
    }

    fn shape(&self) -> String {
        let leaves = counted(self.chosen.predicted.leaves, "leaf", "leaves");
        let replicas = match self.chosen.replicas {
            1 => "1 replica".to_owned(),
            replicas => format!("{replicas} replicas each"),
        };
        if self.chosen.hedging {
            format!(
                "{leaves} with {replicas}, hedged after {}",
                percentile(self.hedge_quantile)
            )
        } else {
            format!("{leaves} with {replicas}")
        }
    }

    fn verdict(&self) -> String {
        let demand = self.predictor.demand;
        let predicted = &self.chosen.predicted;
        let outcome = format!(
            "{} at {} queries a second, {} of the answers complete",
            self.latency(predicted),
            rate(demand.rate_per_second),
            nines(predicted.availability)
        );
        if predicted.meets {
            let shape = self.shape();
            return format!("Run {shape}: {outcome}, which meets {}.", demand.objective);
        }
        let limit_ms = demand.objective.latency_ms;
        let is_fast = predicted.at_objective_ms.is_some_and(|at| at <= limit_ms);
        let is_there = predicted.availability >= demand.availability_min;
        let missing = match (is_fast, is_there) {
            (true, _) => "It is fast enough, and not complete often enough.",
            (false, true) => "It is complete often enough, and not fast enough.",
            (false, false) => "It is neither fast enough nor complete often enough.",
        };
        format!(
            "Nothing within the budget meets {} with {} of the answers complete. The nearest is {}: {outcome}. {missing}",
            demand.objective,
            nines(demand.availability_min),
            self.shape()
        )
    }

    /// Why not more or fewer leaves.
    fn leaves(&self) -> String {
        let costs = &self.predictor.costs;
        let leaves = self.chosen.predicted.leaves;
        let (leaf_us, root_us) = costs.each(f64::from(leaves));
        let share = costs.divided_us / f64::from(leaves);
        let balance = if share <= leaf_us + root_us {
            "more leaves would mostly multiply what it costs to ask them"
        } else if self.chosen.predicted.meets {
            "more leaves would still make queries faster, and this many are enough"
        } else {
            "more leaves would still make queries faster"
        };
        format!(
            "The documents cost a query {} of processor time, divided by the leaves, and asking a leaf costs {} there and {} at the \
             root: with {} the share of each is {}, so that {balance}.",
            us(costs.divided_us),
            us(leaf_us),
            us(root_us),
            counted(leaves, "leaf", "leaves"),
            us(share),
        )
    }

    /// What replicas and hedging change at this number of leaves.
    fn replicas(&self) -> Option<String> {
        let leaves = self.chosen.predicted.leaves;
        let at = |replicas: u32, hedging: bool| {
            let is_it = |curve: &&Curve| curve.replicas == replicas && curve.hedging == hedging;
            let curve = self.curves.iter().find(is_it)?;
            curve.points.iter().find(|point| point.leaves == leaves)
        };
        let (single, hedged) = (at(1, false)?, at(2, true)?);
        Some(format!(
            "One replica of each leaf would have a {} and {} complete answers; two, hedged, have a {} and {}, for {} more requests.",
            self.latency(single),
            nines(single.availability),
            self.latency(hedged),
            nines(hedged.availability),
            percent(hedged.extra_share),
        ))
    }

    /// What is assumed to go wrong, and what would be without it.
    fn assumed(&self) -> Option<String> {
        let demand = self.predictor.demand;
        let calm = self.without_stragglers?;
        let met = match demand.stragglers {
            Stragglers::Share { share, .. } => {
                let leaves = f64::from(self.chosen.predicted.leaves);
                let met = 1.0 - (1.0 - share).powf(leaves);
                format!(": {} of the queries meet one", percent(met))
            }
            Stragglers::None | Stragglers::One { .. } => String::new(),
        };
        let whence = if demand.stragglers_assumed {
            " This is the sweep's own script, and not what anybody has seen on your machines"
        } else {
            " This was asked for"
        };
        Some(format!(
            "All of this is with {}{met}.{whence}; without it the same shape has a {}.",
            stragglers(demand.stragglers),
            self.latency(&calm)
        ))
    }

    /// Another quantile than the curves'.
    fn hedge(&self) -> Option<String> {
        (self.usual != &self.chosen.predicted).then(|| {
            format!(
                "Hedged after p95, as curves and tables have it, it would be a {}.",
                self.latency(self.usual)
            )
        })
    }

    fn down(&self) -> Option<String> {
        let down = self.replica_down?;
        Some(format!(
            "While one replica is down it is a {}.",
            self.latency(&down)
        ))
    }

    fn cost(&self) -> String {
        let predicted = &self.chosen.predicted;
        format!(
            "It takes {} cores, {} of them for {}, and {} of memory, and was seen to take {} queries a second.",
            count(predicted.cores.into()),
            count((predicted.roots * self.predictor.demand.cores_per_root).into()),
            counted(predicted.roots, "root", "roots"),
            bytes(predicted.memory_bytes),
            rate(predicted.highest_per_second)
        )
    }

    fn doubt(&self) -> Option<String> {
        if self.trust.known {
            return None;
        }
        let why = if self.trust.all().held_out == 0 {
            "Nobody has tried how far the model is off"
        } else {
            "The model was not within 20 % of what was measured"
        };
        Some(format!("{why}: try the shape before you buy it."))
    }
}
