//! From a sweep to a model: which part of a query's cost divides by the leaves, which does not, and how much equal requests
//! differ.
//!
//! - A query's execution at each of `L` leaves is `fixed + divided / L`. Both are fitted for each query of its own, from
//!   queries that were asked alone at several `L`: a log has cheap and dear ones, and a dear one is dear at every leaf, so that
//!   its leaves are not independent.
//! - What is left, the factor by which equal executions differ, is kept as it was measured, with its tail.
//! - Processor time beside the execution (HTTP, parsing, merging, kernels) is what processes used under load, split by
//!   least squares into time for each query and for each call to a leaf. What processes use while nobody asks is in it: a
//!   machine that is asked little has it, too.

use std::collections::BTreeMap;

use super::least_squares::non_negative;
use super::model::{Memory, Model, all_busy};
use crate::measured::{COMPLETE_MIN, LeafProfile, Point, Profile, Stragglers, Sweep};
use crate::simulate::{Latency, Overheads, QueryCost};

/// Points of a distribution that are kept.
const QUANTILES: [f64; 23] = [
    0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995,
    0.998, 0.999, 0.9995, 1.0,
];
/// Savings on a busy machine that are tried, in steps of a twentieth.
const SAVINGS: u32 = 14;
/// No time is shorter, in milliseconds: distributions have logarithms.
const SHORTEST_MS: f64 = 1e-4;

/// Why there is no model.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FitError {
    /// No query was asked alone.
    #[error(
        "the sweep has no profiles of single queries: it was stopped too early. Run it again, with more --minutes"
    )]
    NoProfiles,
    /// No point was measured under load.
    #[error(
        "the sweep has no points under load: it was stopped too early. Run it again, with more --minutes"
    )]
    NoPoints,
}

/// The numbers of leaves from which models are made: the least, the most, and what lies between them on a scale of factors.
/// The others are held out.
pub(super) fn seen_leaves(sweep: &Sweep) -> Vec<u32> {
    let mut all: Vec<u32> = sweep.profiles.iter().map(|profile| profile.leaves).collect();
    all.sort_unstable();
    all.dedup();
    if all.len() <= 3 {
        return all;
    }
    let (first, last) = (all[0], all[all.len() - 1]);
    let middle = (f64::from(first) * f64::from(last)).sqrt();
    let off = |leaves: u32| (f64::from(leaves) / middle).ln().abs();
    let inner = &all[1..all.len() - 1];
    let between = inner.iter().copied().min_by(|a, b| off(*a).total_cmp(&off(*b)));
    [Some(first), between, Some(last)].into_iter().flatten().collect()
}

/// Whether a point may be used for the model: at most two replicas, no hedging, nothing wrong, and a number of leaves that is
/// not held out.
pub(super) fn is_seen(point: &Point, seen: &[u32]) -> bool {
    let shape = point.shape;
    let plain = shape.replicas == 1 || (shape.replicas == 2 && !shape.hedging);
    plain && seen.contains(&shape.leaves) && shape.stragglers == Stragglers::None
}

/// The points at which a shape could keep up. At the others, those at or above a rate that missed the objective or that were
/// not answered, queues grow for as long as somebody measures, and latencies say how long that was.
pub(super) fn steady(sweep: &Sweep) -> impl Iterator<Item = &Point> {
    sweep.points.iter().filter(|point| {
        let missed = sweep.highest.iter().find(|highest| highest.shape == point.shape);
        let missed = missed.and_then(|highest| highest.missed_per_second);
        missed.is_none_or(|rate| point.rate_per_second < rate)
            && point.load.reads.availability() >= COMPLETE_MIN
    })
}

/// Makes a model of the profiles and points that are not held out.
///
/// # Errors
/// [`FitError`] if there are none.
pub(super) fn fit(sweep: &Sweep, seen: &[u32]) -> Result<Model, FitError> {
    let profiles: Vec<&Profile> = sweep
        .profiles
        .iter()
        .filter(|profile| seen.contains(&profile.leaves) && !profile.queries.is_empty())
        .collect();
    let points: Vec<&Point> = steady(sweep).filter(|point| is_seen(point, seen)).collect();
    let first = profiles.first().ok_or(FitError::NoProfiles)?;
    if points.is_empty() {
        return Err(FitError::NoPoints);
    }
    let costs = query_costs(&profiles);
    let noise = noise(&profiles, &costs);
    let fetch_us = fetch_us(&points);
    let draft = Model {
        overheads: Overheads::default(),
        queries: costs.values().copied().collect(),
        noise,
        wire: constant(SHORTEST_MS),
        front: constant(SHORTEST_MS),
        hits: sweep.size,
        memory: memory(sweep, &points),
        timeout_ms: sweep.timeout_ms,
        background: 0.0,
        busy_saving: 0.0,
        split_measured: profiles.iter().any(|profile| profile.leaves != first.leaves),
    };
    let used = overheads(&draft, fetch_us, &points, sweep.machine.cores.max(1));
    let fewest = profiles
        .iter()
        .min_by_key(|profile| profile.leaves)
        .unwrap_or(first);
    Ok(Model {
        wire: wire(fewest, &used.overheads),
        front: front(&profiles, &used.overheads),
        overheads: used.overheads,
        background: used.background,
        busy_saving: used.busy_saving,
        ..draft
    })
}

fn executed_us(call: &LeafProfile) -> f64 {
    call.executed_us as f64
}

/// What leaves execute for a fetch, from their metrics: answers do not carry it.
fn fetch_us(points: &[&Point]) -> f64 {
    let times = points.iter().map(|point| &point.fetches.executed);
    let (sum_ms, count) = times.fold((0.0, 0), |(sum, count), times| {
        (
            sum + times.mean_ms() * times.count() as f64,
            count + times.count(),
        )
    });
    sum_ms * 1e3 / count.max(1) as f64
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let Some(last) = values.len().checked_sub(1) else {
        return 0.0;
    };
    f64::midpoint(values[last / 2], values[last.div_ceil(2)])
}

/// By the number of a query in the log: its costs at a leaf, from what half of its executions took no longer. Profiles are
/// drawn by the weights of the log, so that a query weighs as much as it was asked often.
fn query_costs(profiles: &[&Profile]) -> BTreeMap<u32, QueryCost> {
    let mut times: BTreeMap<u32, BTreeMap<u32, Vec<f64>>> = BTreeMap::new();
    for profile in profiles {
        for query in &profile.queries {
            let of_query = times.entry(query.query).or_default();
            let of_shape = of_query.entry(profile.leaves).or_default();
            of_shape.extend(query.searches.iter().map(executed_us));
        }
    }
    let asked = |number: u32| {
        let of_first = profiles.first().map_or(&[][..], |profile| &profile.queries);
        of_first
            .iter()
            .filter(|query| query.query == number)
            .count()
            .max(1)
    };
    let cost = |number: u32, by_leaves: BTreeMap<u32, Vec<f64>>| {
        let mut rows = Vec::new();
        let mut values = Vec::new();
        for (leaves, mut times) in by_leaves {
            if !times.is_empty() {
                rows.push([1.0, 1.0 / f64::from(leaves.max(1))]);
                values.push(median(&mut times));
            }
        }
        // By relative errors: the cheap shapes count as much as the dear one.
        let weights: Vec<f64> = values.iter().map(|value: &f64| value.max(1.0).powi(-2)).collect();
        let [fixed_us, divided_us] = non_negative(&rows, &values, &weights);
        QueryCost {
            weight: asked(number) as f64,
            fixed_us,
            divided_us,
        }
    };
    times
        .into_iter()
        .map(|(query, by_leaves)| (query, cost(query, by_leaves)))
        .collect()
}

/// The factors between what executions took and what they should.
fn noise(profiles: &[&Profile], costs: &BTreeMap<u32, QueryCost>) -> Latency {
    let mut factors = Vec::new();
    for profile in profiles {
        for query in &profile.queries {
            let Some(cost) = costs.get(&query.query) else {
                continue;
            };
            let expected = cost.at(profile.leaves).max(1.0);
            factors.extend(query.searches.iter().map(|call| executed_us(call) / expected));
        }
    }
    empirical(factors)
}

/// The way between root and leaf: what the root waited for, without what was computed meanwhile.
fn wire(profile: &Profile, overheads: &Overheads) -> Latency {
    let computed = overheads.root_per_request_us + overheads.leaf_per_request_us;
    let calls = profile.queries.iter().flat_map(|query| &query.searches);
    let waits = calls.map(|call| {
        let at_leaf = call.queued_us + call.executed_us;
        (call.attempt_us.saturating_sub(at_leaf) as f64 - computed) / 1e3
    });
    empirical(waits.collect())
}

/// The way between client and root.
fn front(profiles: &[&Profile], overheads: &Overheads) -> Latency {
    let computed = overheads.root_fixed_us + overheads.client_us;
    let queries = profiles.iter().flat_map(|profile| &profile.queries);
    let waits = queries.map(|query| {
        let inside = query.took_us.min(query.client_us);
        ((query.client_us - inside) as f64 - computed) / 1e3
    });
    empirical(waits.collect())
}

/// Processor time beside executions, from what processes used under load: the saving that explains it best, and the
/// background of a process as a share of a core.
fn overheads(model: &Model, fetch_us: f64, points: &[&Point], cores: u32) -> Fit {
    let fits = (0..=SAVINGS).map(|step| {
        let saving = 0.05 * f64::from(step);
        fit_with_saving(model, fetch_us, points, cores, saving)
    });
    let best = fits.min_by(|a, b| a.error.total_cmp(&b.error));
    best.expect("a saving of nothing is always tried")
}

/// Overheads, and how far they are off.
struct Fit {
    overheads: Overheads,
    background: f64,
    busy_saving: f64,
    error: f64,
}

fn fit_with_saving(model: &Model, fetch_us: f64, points: &[&Point], cores: u32, busy_saving: f64) -> Fit {
    let (cost, noise) = (model.mean_cost(), model.mean_noise());
    let mut rows = (Vec::new(), Vec::new());
    let mut used = (Vec::new(), Vec::new());
    let mut client_us = Vec::new();
    let mut executions = Vec::new();
    for point in points {
        let queries = point.load.reads.outcomes.all().max(1) as f64;
        let leaves = point.shape.leaves;
        let (searches, fetches) = (f64::from(leaves), super::model::fetches(leaves, model.hits));
        let whole = 1.0 - busy_saving * found_busy(point, cores);
        let idle = point.load.seconds * 1e6 / queries * f64::from(leaves * point.shape.replicas);
        rows.0.push([whole, (searches + fetches) * whole]);
        used.0.push(point.resources.root_cpu_seconds * 1e6 / queries);
        rows.1.push([(searches + fetches) * whole, idle]);
        used.1.push(point.resources.leaves_cpu_seconds * 1e6 / queries);
        executions.push(searches * cost.at(leaves) * noise + fetches * fetch_us);
        client_us.push(point.resources.generator_cpu_seconds * 1e6 / queries / whole);
    }
    // By relative errors: no shape counts more because it uses more.
    let weights = [&used.0, &used.1].map(|used| {
        used.iter()
            .map(|us: &f64| us.max(1.0).powi(-2))
            .collect::<Vec<_>>()
    });
    let beside: Vec<f64> = used
        .1
        .iter()
        .zip(&executions)
        .map(|(used, executed)| used - executed)
        .collect();
    let root = non_negative(&rows.0, &used.0, &weights[0]);
    let leaf = non_negative(&rows.1, &beside, &weights[1]);
    let error = squares(&rows.0, &used.0, &weights[0], root) + squares(&rows.1, &beside, &weights[1], leaf);
    Fit {
        overheads: Overheads {
            root_fixed_us: root[0],
            root_per_request_us: root[1],
            leaf_per_request_us: leaf[0],
            fetch_us,
            client_us: median(&mut client_us),
        },
        background: leaf[1],
        busy_saving,
        error,
    }
}

/// How often a request found every core busy, by how busy the machine was.
fn found_busy(point: &Point, cores: u32) -> f64 {
    let used = &point.resources;
    let seconds = used.root_cpu_seconds + used.leaves_cpu_seconds + used.generator_cpu_seconds;
    all_busy(seconds / point.load.seconds.max(1e-3), cores)
}

/// The weighed sum of the squared errors.
fn squares(rows: &[[f64; 2]], values: &[f64], weights: &[f64], found: [f64; 2]) -> f64 {
    let each = rows.iter().zip(values).zip(weights);
    each.map(|((row, value), weight)| weight * (row[0] * found[0] + row[1] * found[1] - value).powi(2))
        .sum()
}

fn memory(sweep: &Sweep, points: &[&Point]) -> Memory {
    let mut rows = Vec::new();
    let mut values = Vec::new();
    for point in points {
        let replicas = f64::from(point.shape.leaves) * f64::from(point.shape.replicas);
        rows.push([1.0, sweep.corpus.documents as f64 / f64::from(point.shape.leaves)]);
        values.push(point.resources.leaves_memory_bytes as f64 / replicas);
    }
    let [replica, document] = non_negative(&rows, &values, &vec![1.0; values.len()]);
    let roots = points
        .iter()
        .map(|point| point.resources.root_memory_bytes as f64);
    Memory {
        replica,
        document,
        root: roots.fold(0.0, f64::max),
    }
}

fn constant(ms: f64) -> Latency {
    Latency::Constant { ms }
}

/// The distribution of some values, as they are.
fn empirical(mut values: Vec<f64>) -> Latency {
    values.sort_by(f64::total_cmp);
    let Some(last) = values.len().checked_sub(1) else {
        return constant(SHORTEST_MS);
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a quantile from 0 to 1 times a length is a place in it"
    )]
    let at = |quantile: f64| values[((quantile * last as f64).round() as usize).min(last)];
    let quantiles = QUANTILES.map(|quantile| (quantile, at(quantile).max(SHORTEST_MS)));
    Latency::Empirical {
        quantiles: quantiles.to_vec(),
    }
}
