//! What to run: the cheapest shape that meets the objective within the budget, and why, in words.

use super::planned::{Curve, Demand, Predicted, Recommendation, Trust};
use super::predict::Predictor;
use crate::measured::Stragglers;
use crate::simulate::{Hedge, SimulateError};

/// Hedge quantiles that are tried at the chosen shape.
const QUANTILES: [f64; 4] = [0.9, 0.95, 0.98, 0.99];
/// A quantile that makes p99 better by less than this share is not worth another one's extra load.
const WORTH_MIN: f64 = 0.05;

/// A shape that could be run.
#[derive(Clone, Copy)]
struct Candidate {
    replicas: u32,
    hedging: bool,
    predicted: Predicted,
}

/// Chooses among the curves.
pub(super) fn recommend(
    predictor: &Predictor<'_>,
    curves: &[Curve],
    trust: &Trust,
) -> Result<Recommendation, SimulateError> {
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
    let affordable = |candidate: &&Candidate| {
        let leaves = candidate.predicted.leaves * candidate.replicas * demand.cores_per_replica;
        demand.cores_max.is_none_or(|cores| leaves <= cores)
    };
    let meets = candidates
        .iter()
        .filter(affordable)
        .filter(|candidate| candidate.predicted.meets);
    let cheapest = meets.min_by(|a, b| by_cost(a, b));
    let fastest = || {
        let fast = |candidate: &Candidate| candidate.predicted.latency.p99;
        let affordable = candidates.iter().filter(affordable);
        affordable
            .min_by(|a, b| fast(a).total_cmp(&fast(b)))
            .or_else(|| candidates.iter().min_by(|a, b| by_cost(a, b)))
    };
    let Some(chosen) = cheapest.copied().or_else(|| fastest().copied()) else {
        unreachable!("every curve has points");
    };
    let (hedge_quantile, predicted) = hedge(predictor, &chosen)?;
    let chosen = Candidate { predicted, ..chosen };
    let why = why(&Reasons {
        predictor,
        curves,
        trust,
        chosen: &chosen,
        hedge_quantile,
    });
    Ok(Recommendation {
        meets: predicted.meets,
        leaves: predicted.leaves,
        replicas: chosen.replicas,
        hedging: chosen.hedging,
        hedge_quantile,
        predicted,
        why,
    })
}

/// Fewer cores first, then less memory, then less latency.
fn by_cost(a: &Candidate, b: &Candidate) -> std::cmp::Ordering {
    let cores = a.predicted.cores.cmp(&b.predicted.cores);
    let memory = a.predicted.memory_bytes.total_cmp(&b.predicted.memory_bytes);
    let latency = a.predicted.latency.p99.total_cmp(&b.predicted.latency.p99);
    cores.then(memory).then(latency)
}

/// The quantile after which to hedge: the usual one, unless another makes p99 clearly better.
fn hedge(predictor: &Predictor<'_>, chosen: &Candidate) -> Result<(f64, Predicted), SimulateError> {
    let usual = Hedge::default().quantile;
    let mut best = (usual, chosen.predicted);
    if !chosen.hedging {
        return Ok(best);
    }
    let shape = predictor.shape(chosen.predicted.leaves, chosen.replicas, true);
    for quantile in QUANTILES
        .into_iter()
        .filter(|quantile| (quantile - usual).abs() > 1e-9)
    {
        let mut predicted = predictor.predict(shape, Some(quantile))?;
        predicted.highest_per_second = chosen.predicted.highest_per_second;
        if predicted.meets && predicted.latency.p99 < best.1.latency.p99 * (1.0 - WORTH_MIN) {
            best = (quantile, predicted);
        }
    }
    Ok(best)
}

/// What a recommendation is explained by.
struct Reasons<'a> {
    predictor: &'a Predictor<'a>,
    curves: &'a [Curve],
    trust: &'a Trust,
    chosen: &'a Candidate,
    hedge_quantile: f64,
}

/// The paragraph.
fn why(reasons: &Reasons<'_>) -> String {
    let Reasons {
        predictor,
        chosen,
        trust,
        hedge_quantile,
        ..
    } = reasons;
    let Demand {
        objective,
        rate_per_second,
        ..
    } = predictor.demand;
    let predicted = &chosen.predicted;
    let mut sentences = Vec::new();
    let shape = shape_words(chosen, *hedge_quantile);
    let outcome = format!(
        "p99 {} at {} queries a second, {} % of the answers complete",
        ms(predicted.latency.p99),
        number(*rate_per_second),
        percent(predicted.availability)
    );
    if predicted.meets {
        sentences.push(format!("Run {shape}: {outcome}, which meets {objective}."));
    } else {
        sentences.push(format!(
            "Nothing within the budget meets {objective}. The nearest is {shape}: {outcome}."
        ));
    }
    sentences.push(leaves_sentence(predictor, chosen));
    sentences.extend(replicas_sentence(reasons));
    sentences.push(format!(
        "It takes {} cores and {} of memory, and could take {} queries a second.",
        predicted.cores,
        gigabytes(predicted.memory_bytes),
        number(predicted.highest_per_second)
    ));
    if !trust.known {
        sentences.push(
            "Mind that the model was not within 20 % of what was measured: try the shape before you buy it."
                .to_owned(),
        );
    }
    sentences.join(" ")
}

fn shape_words(chosen: &Candidate, hedge_quantile: f64) -> String {
    let leaves = match chosen.predicted.leaves {
        1 => "1 leaf".to_owned(),
        leaves => format!("{leaves} leaves"),
    };
    let replicas = match chosen.replicas {
        1 => "1 replica".to_owned(),
        replicas => format!("{replicas} replicas each"),
    };
    if chosen.hedging {
        let percentile = (hedge_quantile * 1e4).round() / 1e2;
        format!("{leaves} with {replicas}, hedged after p{percentile}")
    } else {
        format!("{leaves} with {replicas}")
    }
}

/// Why not more or fewer leaves.
fn leaves_sentence(predictor: &Predictor<'_>, chosen: &Candidate) -> String {
    let cost = predictor.model.mean_cost();
    let noise = predictor.model.mean_noise();
    let fixed = cost.fixed_us * noise + predictor.model.overheads.leaf_per_request_us;
    let divided = cost.divided_us * noise * predictor.scale;
    let root = predictor.model.overheads.root_per_request_us;
    let leaves = chosen.predicted.leaves;
    let share = divided / f64::from(leaves);
    let balance = if share > fixed + root {
        "so that more leaves would still make queries faster, and this many are enough"
    } else {
        "so that more leaves would mostly multiply what does not divide"
    };
    format!(
        "Of a query's work {} divides by the leaves, while each leaf adds {} of its own and {} at the root: with {} a leaf's \
         share is {}, {balance}.",
        us(divided),
        us(fixed),
        us(root),
        if leaves == 1 {
            "one leaf".to_owned()
        } else {
            format!("{leaves} leaves")
        },
        us(share),
    )
}

/// What replicas and hedging change at this number of leaves.
fn replicas_sentence(reasons: &Reasons<'_>) -> Option<String> {
    let leaves = reasons.chosen.predicted.leaves;
    let at = |replicas: u32, hedging: bool| {
        let curve = reasons
            .curves
            .iter()
            .find(|curve| curve.replicas == replicas && curve.hedging == hedging)?;
        curve.points.iter().find(|point| point.leaves == leaves)
    };
    let (single, hedged) = (at(1, false)?, at(2, true)?);
    let stragglers = match reasons.predictor.demand.stragglers {
        Stragglers::None => String::new(),
        Stragglers::Share { share, delay_ms } => {
            let met = 1.0 - (1.0 - share).powf(f64::from(leaves));
            format!(
                " ({} % of all requests to leaves are {delay_ms} ms late, and {} % of the queries meet one)",
                percent(share),
                percent(met)
            )
        }
        Stragglers::One { delay_ms } => format!(" (one replica is {delay_ms} ms late)"),
    };
    Some(format!(
        "One replica each would have a p99 of {} and {} % complete answers; two with hedging have {} and {} %, for {} % more \
         requests{stragglers}.",
        ms(single.latency.p99),
        percent(single.availability),
        ms(hedged.latency.p99),
        percent(hedged.availability),
        percent(hedged.extra_share),
    ))
}

fn ms(ms: f64) -> String {
    if ms < 10.0 {
        format!("{ms:.1} ms")
    } else {
        format!("{ms:.0} ms")
    }
}

fn us(us: f64) -> String {
    if us < 1_000.0 {
        format!("{us:.0} µs")
    } else {
        ms(us / 1e3)
    }
}

/// A share in percent, with as many digits as tell it from 0 and from 100.
fn percent(share: f64) -> String {
    let percent = share * 100.0;
    let digits = match (100.0 - percent).min(percent) {
        near if near >= 1.0 => 1,
        near if near >= 0.1 => 2,
        _ => 3,
    };
    let text = format!("{percent:.digits$}");
    match text.split_once('.') {
        Some((whole, rest)) if rest.chars().all(|digit| digit == '0') => whole.to_owned(),
        _ => text,
    }
}

fn number(value: f64) -> String {
    if value < 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.0}")
    }
}

fn gigabytes(bytes: f64) -> String {
    let gib = bytes / f64::from(1 << 30);
    if gib < 1.0 {
        format!("{:.0} MiB", gib * 1024.0)
    } else {
        format!("{gib:.1} GiB")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_read_well() {
        assert_eq!(
            [0.0, 0.05, 0.3333, 0.9985, 0.99995, 1.0].map(percent),
            ["0", "5", "33.3", "99.85", "99.995", "100"]
        );
        assert_eq!(
            [ms(3.21), ms(48.6), us(320.4), us(12_400.0)],
            ["3.2 ms", "49 ms", "320 µs", "12 ms"]
        );
        assert_eq!(gigabytes(3.0 * 1_073_741_824.0), "3.0 GiB");
    }
}
