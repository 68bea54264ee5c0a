//! From a sweep to a model: which part of a query's cost divides by the leaves, which does not, and how much equal requests
//! differ.
//!
//! - A query's execution at each of `L` leaves costs `fixed + shard · (shards of a leaf) + divided / L` of processor time. `shard`
//!   is what the same queries cost less when all documents are in one shard; the others are fitted for each query of its own,
//!   from queries that were asked alone at several `L`: a log has cheap and dear ones, and a dear one is dear at every leaf, so
//!   that its leaves are not independent.
//! - What is left, the factor by which equal executions differ, is kept as it was measured, with its tail.
//! - Processor time beside the execution is `overheads`' matter.
//!
//! Times of executions are processor times: what they took by the clock holds what others did meanwhile, and whoever simulates a
//! machine for which everything queues would count that twice.

use std::collections::BTreeMap;

use super::least_squares::non_negative;
use super::model::{Memory, Model};
use super::overheads::{Used, overheads};
use crate::measured::{COMPLETE_MIN, LeafProfile, Point, Profile, Stragglers, Sweep};
use crate::simulate::{Latency, Overheads, QueryCost};

/// Points of a distribution that are kept.
const QUANTILES: [f64; 23] = [
    0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995,
    0.998, 0.999, 0.9995, 1.0,
];
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
    let mut profiles: Vec<&Profile> = sweep
        .profiles
        .iter()
        .filter(|profile| seen.contains(&profile.leaves) && !profile.queries.is_empty())
        .collect();
    profiles.sort_by_key(|profile| profile.leaves);
    let points: Vec<&Point> = steady(sweep).filter(|point| is_seen(point, seen)).collect();
    let fewest = *profiles.first().ok_or(FitError::NoProfiles)?;
    if points.is_empty() {
        return Err(FitError::NoPoints);
    }
    let fetch_us = fetch_us(&points);
    let shard_us = shard_us(sweep, fewest);
    let alone = Alone {
        shards: f64::from(sweep.corpus.shards.max(1)),
        shard_us: shard_us.unwrap_or(0.0),
        documents_us: if sweep.source { fetch_us } else { 0.0 },
    };
    let costs = query_costs(&profiles, &alone);
    let draft = Model {
        overheads: Overheads::default(),
        queries: costs.values().copied().collect(),
        shard_us: alone.shard_us,
        shard_measured: shard_us.is_some(),
        noise: noise(&profiles, &costs, &alone),
        wire: constant(SHORTEST_MS),
        front: constant(SHORTEST_MS),
        hits: hits(sweep, &profiles),
        memory: memory(sweep, &points),
        timeout_ms: sweep.timeout_ms,
        busy_saving: 0.0,
        split_measured: profiles.iter().any(|profile| profile.leaves != fewest.leaves),
    };
    let Used {
        overheads,
        busy_saving,
    } = overheads(&draft, fetch_us, &profiles, &points, sweep);
    Ok(Model {
        wire: wire(fewest, &overheads),
        front: front(&profiles, &overheads),
        overheads,
        busy_saving,
        ..draft
    })
}

fn cpu_us(call: &LeafProfile) -> f64 {
    call.cpu_us as f64
}

/// What an execution holds besides what is fitted for each query.
struct Alone {
    /// Shards of the index.
    shards: f64,
    /// What each of them costs.
    shard_us: f64,
    /// What reading the documents costs where they come along: at a single leaf.
    documents_us: f64,
}

impl Alone {
    fn besides_us(&self, leaves: u32) -> f64 {
        let documents_us = if leaves == 1 { self.documents_us } else { 0.0 };
        documents_us + self.shard_us * shards_per_leaf(self.shards, leaves)
    }
}

/// Shards of a leaf, if they are spread evenly.
pub(super) fn shards_per_leaf(shards: f64, leaves: u32) -> f64 {
    (shards / f64::from(leaves.max(1))).max(1.0)
}

/// What a fetch costs a leaf, from the leaves' metrics: answers do not carry it.
fn fetch_us(points: &[&Point]) -> f64 {
    let fetches = points.iter().map(|point| &point.fetches);
    let (cpu_seconds, requests) = fetches.fold((0.0, 0), |(cpu_seconds, requests), fetches| {
        (cpu_seconds + fetches.cpu_seconds, requests + fetches.requests)
    });
    cpu_seconds * 1e6 / requests.max(1) as f64
}

/// What a shard costs: what queries cost more at a leaf whose documents lie in many shards than at one that has them in one.
fn shard_us(sweep: &Sweep, many: &Profile) -> Option<f64> {
    let one = sweep.one_shard.as_ref()?;
    if many.leaves != one.leaves || sweep.corpus.shards < 2 {
        return None;
    }
    let [one, many] = [one, many].map(|profile| by_query(&[profile]));
    let more: Vec<f64> = one
        .iter()
        .filter_map(|(query, one)| {
            let many = many.get(query)?;
            let [one, many] = [one, many].map(|times| median(times.values().flatten().copied()));
            Some(many - one)
        })
        .collect();
    if more.is_empty() {
        return None;
    }
    let mean = more.iter().sum::<f64>() / more.len() as f64;
    Some((mean / f64::from(sweep.corpus.shards - 1)).max(0.0))
}

/// Half of the values are no larger; 0 if there are none.
pub(super) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let Some(last) = values.len().checked_sub(1) else {
        return 0.0;
    };
    f64::midpoint(values[last / 2], values[last.div_ceil(2)])
}

/// Processor times by the number of a query and the number of leaves.
fn by_query(profiles: &[&Profile]) -> BTreeMap<u32, BTreeMap<u32, Vec<f64>>> {
    let mut times: BTreeMap<u32, BTreeMap<u32, Vec<f64>>> = BTreeMap::new();
    for profile in profiles {
        for query in &profile.queries {
            let of_query = times.entry(query.query).or_default();
            let of_shape = of_query.entry(profile.leaves).or_default();
            of_shape.extend(query.searches.iter().map(cpu_us));
        }
    }
    times
}

/// By the number of a query in the log: its costs at a leaf, from what half of its executions took no longer. Profiles are
/// drawn by the weights of the log, so that a query weighs as much as it was asked often.
fn query_costs(profiles: &[&Profile], alone: &Alone) -> BTreeMap<u32, QueryCost> {
    let mut asked: BTreeMap<u32, f64> = BTreeMap::new();
    for query in profiles.iter().flat_map(|profile| &profile.queries) {
        *asked.entry(query.query).or_default() += 1.0;
    }
    let cost = |(query, by_leaves): (u32, BTreeMap<u32, Vec<f64>>)| {
        let mut rows = Vec::new();
        let mut values = Vec::new();
        for (leaves, times) in by_leaves {
            rows.push([1.0, 1.0 / f64::from(leaves.max(1))]);
            values.push((median(times) - alone.besides_us(leaves)).max(1.0));
        }
        // By relative errors: the cheap shapes count as much as the dear one.
        let weights: Vec<f64> = values.iter().map(|value: &f64| value.powi(-2)).collect();
        let [fixed_us, divided_us] = non_negative(&rows, &values, &weights);
        let weight = asked.get(&query).copied().unwrap_or(1.0);
        let cost = QueryCost {
            weight,
            fixed_us,
            divided_us,
        };
        (query, cost)
    };
    by_query(profiles).into_iter().map(cost).collect()
}

/// The factors between what executions cost and what they should. Every number of leaves counts the same, however many calls it
/// takes.
fn noise(profiles: &[&Profile], costs: &BTreeMap<u32, QueryCost>, alone: &Alone) -> Latency {
    let mut factors = Vec::new();
    for profile in profiles {
        let calls: usize = profile.queries.iter().map(|query| query.searches.len()).sum();
        let weight = 1.0 / calls.max(1) as f64;
        for query in &profile.queries {
            let Some(cost) = costs.get(&query.query) else {
                continue;
            };
            let expected = (cost.at(profile.leaves) + alone.besides_us(profile.leaves)).max(1.0);
            let calls = query.searches.iter();
            factors.extend(calls.map(|call| (cpu_us(call) / expected, weight)));
        }
    }
    empirical(factors)
}

/// The way between root and leaf: what the root waited for, without what was computed meanwhile.
fn wire(profile: &Profile, overheads: &Overheads) -> Latency {
    let computed = overheads.root_per_request_us + overheads.leaf_per_request_us;
    let calls = profile.queries.iter().flat_map(|query| &query.searches);
    let waits = calls.map(|call| {
        let at_leaf = (call.queued_us + call.cpu_us).min(call.attempt_us);
        (((call.attempt_us - at_leaf) as f64 - computed) / 1e3, 1.0)
    });
    empirical(waits.collect())
}

/// The way between client and root.
fn front(profiles: &[&Profile], overheads: &Overheads) -> Latency {
    let computed = overheads.root_fixed_us + overheads.client_us;
    let queries = profiles.iter().flat_map(|profile| &profile.queries);
    let waits = queries.map(|query| {
        let inside = query.took_us.min(query.client_us);
        (((query.client_us - inside) as f64 - computed) / 1e3, 1.0)
    });
    empirical(waits.collect())
}

/// Hits of a page that are fetched: as many as need so many leaves as were seen to be asked for some. Rare words have fewer hits
/// than a page has room for.
fn hits(sweep: &Sweep, profiles: &[&Profile]) -> f64 {
    if !sweep.source {
        return 0.0;
    }
    let page = f64::from(sweep.size);
    let Some(most) = profiles.last().filter(|profile| profile.leaves > 1) else {
        return page;
    };
    let leaves = f64::from(most.leaves);
    let fetches: usize = most.queries.iter().map(|query| query.fetches.len()).sum();
    let fetches = fetches as f64 / most.queries.len().max(1) as f64;
    if fetches >= leaves {
        return page;
    }
    // The inverse of what `Costs::calls` says.
    ((1.0 - fetches / leaves).ln() / (1.0 - 1.0 / leaves).ln()).clamp(0.0, page)
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

/// The distribution of some values with their weights, as they are.
fn empirical(mut values: Vec<(f64, f64)>) -> Latency {
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let all: f64 = values.iter().map(|(_, weight)| weight).sum();
    let Some((most, _)) = values.last().copied() else {
        return constant(SHORTEST_MS);
    };
    let mut below = 0.0;
    let mut places = values.into_iter().peekable();
    let quantiles = QUANTILES.map(|quantile| {
        // As long as the next value does not reach it.
        while let Some((_, weight)) = places.peek()
            && below + weight < quantile * all
        {
            below += weight;
            places.next();
        }
        let value = places.peek().map_or(most, |(value, _)| *value);
        (quantile, value.max(SHORTEST_MS))
    });
    Latency::Empirical {
        quantiles: quantiles.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distribution_keeps_its_values_by_their_weights() {
        let values = (0..=1_000).map(|value| (f64::from(value), 1.0)).collect();
        let Latency::Empirical { quantiles } = empirical(values) else {
            panic!("values make a distribution");
        };
        assert!(
            quantiles
                .iter()
                .all(|(quantile, value)| (value - quantile * 1_000.0).abs() <= 1.0),
            "{quantiles:?}"
        );
        let Latency::Empirical { quantiles } = empirical(vec![(1.0, 9.0), (5.0, 1.0)]) else {
            panic!("values make a distribution");
        };
        let at = |wanted: f64| {
            quantiles
                .iter()
                .find(|(quantile, _)| *quantile == wanted)
                .unwrap()
                .1
        };
        assert_eq!((at(0.0), at(0.9), at(0.93), at(1.0)), (1.0, 1.0, 5.0, 5.0));
    }
}
