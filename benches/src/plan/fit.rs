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
use super::ways::{SHORTEST_MS, empirical, front, hits, wire};
use crate::measured::{COMPLETE_MIN, LeafProfile, Point, Profile, Stragglers, Sweep};
use crate::simulate::{Latency, Overheads, QueryCost};

/// How much dearer each process makes everything: what is tried, in steps of a two-hundredth.
const CROWDINGS: u32 = 10;
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
    let known = Known {
        fetch_us: fetch_us(&points),
        shard_us: shard_us(sweep, fewest),
        profiles,
        points,
        fewest,
        sweep,
    };
    let fits = (0..=CROWDINGS).map(|step| known.fit(f64::from(step) / 200.0));
    let best = fits.min_by(|(_, a), (_, b)| a.total_cmp(b));
    let (model, _) = best.expect("no crowding at all is always tried");
    Ok(model)
}

/// What a model is made of.
struct Known<'a> {
    fetch_us: f64,
    shard_us: Option<f64>,
    /// By rising number of leaves.
    profiles: Vec<&'a Profile>,
    points: Vec<&'a Point>,
    fewest: &'a Profile,
    sweep: &'a Sweep,
}

impl Known<'_> {
    /// The model if processes crowd each other so much, and how far it is off.
    fn fit(&self, crowding: f64) -> (Model, f64) {
        let Self {
            fetch_us,
            shard_us,
            profiles,
            points,
            fewest,
            sweep,
        } = self;
        let alone = Alone {
            shards: f64::from(sweep.corpus.shards.max(1)),
            shard_us: shard_us.unwrap_or(0.0),
            documents_us: if sweep.source { *fetch_us } else { 0.0 },
            crowding,
        };
        let costs = query_costs(profiles, &alone);
        let draft = Model {
            overheads: Overheads::default(),
            queries: costs.values().copied().collect(),
            shard_us: alone.shard_us,
            shard_measured: shard_us.is_some(),
            noise: noise(profiles, &costs, &alone),
            wire: constant(SHORTEST_MS),
            front: constant(SHORTEST_MS),
            hits: hits(sweep, profiles),
            memory: memory(sweep, points),
            timeout_ms: sweep.timeout_ms,
            busy_saving: 0.0,
            crowding,
            split_measured: profiles.iter().any(|profile| profile.leaves != fewest.leaves),
        };
        let Used {
            overheads,
            busy_saving,
            error,
        } = overheads(&draft, *fetch_us, profiles, points, sweep);
        let model = Model {
            wire: wire(fewest, &overheads),
            front: front(profiles, &overheads),
            overheads,
            busy_saving,
            ..draft
        };
        (model, error)
    }
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
    /// How much dearer each process makes everything.
    crowding: f64,
}

impl Alone {
    fn besides_us(&self, leaves: u32) -> f64 {
        let documents_us = if leaves == 1 { self.documents_us } else { 0.0 };
        documents_us + self.shard_us * shards_per_leaf(self.shards, leaves)
    }

    fn crowded(&self, leaves: u32) -> f64 {
        1.0 + self.crowding * f64::from(leaves)
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
            values.push((median(times) / alone.crowded(leaves) - alone.besides_us(leaves)).max(1.0));
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
            let expected = cost.at(profile.leaves) + alone.besides_us(profile.leaves);
            let expected = (expected * alone.crowded(profile.leaves)).max(1.0);
            let calls = query.searches.iter();
            factors.extend(calls.map(|call| (cpu_us(call) / expected, weight)));
        }
    }
    empirical(factors)
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
