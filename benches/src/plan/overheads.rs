//! What processes take beside executions: HTTP, parsing, merging, kernels; from what they used under load.
//!
//! It is split by least squares into time for each query and time for each call to a leaf. What they take while nobody asks them
//! was looked at by itself, and is subtracted first.

use super::fit::{median, shards_per_leaf};
use super::least_squares::non_negative;
use super::model::{Model, POLLS_PER_SECOND, all_busy};
use super::planned::fetches;
use crate::measured::{Idle, Point, Profile, Sweep};
use crate::simulate::Overheads;

/// Savings on a busy machine that are tried, in steps of a twentieth.
const SAVINGS: u32 = 14;

/// Overheads, and what a busy machine saves of them.
pub(super) struct Used {
    pub(super) overheads: Overheads,
    pub(super) busy_saving: f64,
}

/// The overheads that explain what was used best. `draft` knows what executions cost.
pub(super) fn overheads(
    draft: &Model,
    fetch_us: f64,
    profiles: &[&Profile],
    points: &[&Point],
    sweep: &Sweep,
) -> Used {
    let polls = Polls::of(profiles);
    let books = Books::of(draft, fetch_us, &polls, points, sweep);
    let fits = (0..=SAVINGS).map(|step| books.fit(0.05 * f64::from(step)));
    let best = fits.min_by(|a, b| a.error.total_cmp(&b.error));
    let best = best.expect("a saving of nothing is always tried");
    Used {
        overheads: Overheads {
            root_fixed_us: best.root[0],
            root_per_request_us: best.root[1],
            leaf_per_request_us: best.leaf[0],
            fetch_us,
            client_us: best.client_us,
            root_poll_us: polls.root_us,
            leaf_poll_us: polls.leaf_us,
        },
        busy_saving: best.saving,
    }
}

/// What a status poll costs, with all else that happens while nobody asks, in microseconds.
struct Polls {
    root_us: f64,
    leaf_us: f64,
}

impl Polls {
    fn of(profiles: &[&Profile]) -> Self {
        let idle = |profile: &&Profile| profile.idle.filter(|idle| idle.seconds > 0.0);
        let seen = profiles
            .iter()
            .filter_map(|profile| Some((f64::from(profile.leaves), idle(profile)?)));
        let seen: Vec<(f64, Idle)> = seen.collect();
        let polls = |(leaves, idle): &(f64, Idle)| POLLS_PER_SECOND * leaves * idle.seconds;
        // A root does something for itself, too: only what grows with the leaves is for polls.
        let rows: Vec<[f64; 2]> = seen.iter().map(|it| [polls(it), it.1.seconds]).collect();
        let root: Vec<f64> = seen.iter().map(|(_, idle)| idle.root_cpu_seconds * 1e6).collect();
        let [root_us, _] = non_negative(&rows, &root, &vec![1.0; root.len()]);
        let leaves: f64 = seen.iter().map(|(_, idle)| idle.leaves_cpu_seconds * 1e6).sum();
        Self {
            root_us,
            leaf_us: leaves / seen.iter().map(polls).sum::<f64>().max(1.0),
        }
    }
}

/// What was used at each point for a query, in microseconds, without executions and polls.
struct Books {
    root: Vec<f64>,
    leaves: Vec<f64>,
    client: Vec<f64>,
    /// Calls of a query.
    calls: Vec<f64>,
    /// How often a request found every core busy.
    busy: Vec<f64>,
    /// By relative errors: no shape counts more because it uses more.
    weights: [Vec<f64>; 2],
}

/// Overheads, and how far they are off.
struct Fit {
    root: [f64; 2],
    leaf: [f64; 1],
    client_us: f64,
    saving: f64,
    error: f64,
}

impl Books {
    fn of(model: &Model, fetch_us: f64, polls: &Polls, points: &[&Point], sweep: &Sweep) -> Self {
        let (cost, noise) = (model.mean_cost(), model.mean_noise());
        let mut books = Self {
            root: Vec::new(),
            leaves: Vec::new(),
            client: Vec::new(),
            calls: Vec::new(),
            busy: Vec::new(),
            weights: [Vec::new(), Vec::new()],
        };
        for point in points {
            let leaves = f64::from(point.shape.leaves);
            let queries = point.load.reads.outcomes.all().max(1) as f64;
            let of_query = |cpu_seconds: f64| cpu_seconds * 1e6 / queries;
            let processes = leaves * f64::from(point.shape.replicas);
            let polled = POLLS_PER_SECOND * processes * point.load.seconds / queries;
            let fetched = fetches(leaves, model.hits);
            let shards = shards_per_leaf(f64::from(sweep.corpus.shards), point.shape.leaves);
            let search_us = cost.at(point.shape.leaves) + model.shard_us * shards;
            let documents = if leaves > 1.0 {
                fetched
            } else {
                model.hits.min(1.0)
            };
            let executed = leaves * search_us * noise + documents * fetch_us;
            let used = &point.resources;
            let (root, at_leaves) = (of_query(used.root_cpu_seconds), of_query(used.leaves_cpu_seconds));
            books.root.push(root - polled * polls.root_us);
            books.leaves.push(at_leaves - polled * polls.leaf_us - executed);
            books.client.push(of_query(used.generator_cpu_seconds));
            books.calls.push(leaves + fetched);
            books.busy.push(found_busy(point, sweep.machine.cores.max(1)));
            for (weights, used) in books.weights.iter_mut().zip([root, at_leaves]) {
                weights.push(used.max(1.0).powi(-2));
            }
        }
        books
    }

    /// If a machine whose cores are all busy saves that share.
    fn fit(&self, saving: f64) -> Fit {
        let whole = |at: usize| 1.0 - saving * self.busy[at];
        let places = 0..self.calls.len();
        let root_rows: Vec<[f64; 2]> = places
            .clone()
            .map(|at| [whole(at), whole(at) * self.calls[at]])
            .collect();
        let leaf_rows: Vec<[f64; 1]> = places.clone().map(|at| [whole(at) * self.calls[at]]).collect();
        let root = non_negative(&root_rows, &self.root, &self.weights[0]);
        let leaf = non_negative(&leaf_rows, &self.leaves, &self.weights[1]);
        let error = squares(&root_rows, &self.root, &self.weights[0], root)
            + squares(&leaf_rows, &self.leaves, &self.weights[1], leaf);
        Fit {
            root,
            leaf,
            client_us: median(places.map(|at| self.client[at] / whole(at))),
            saving,
            error,
        }
    }
}

/// How often a request found every core busy, by how busy the machine was.
fn found_busy(point: &Point, cores: u32) -> f64 {
    let used = &point.resources;
    let seconds = used.root_cpu_seconds + used.leaves_cpu_seconds + used.generator_cpu_seconds;
    all_busy(seconds / point.load.seconds.max(1e-3), cores)
}

/// The weighed sum of the squared errors.
fn squares<const N: usize>(rows: &[[f64; N]], values: &[f64], weights: &[f64], found: [f64; N]) -> f64 {
    let each = rows.iter().zip(values).zip(weights);
    each.map(|((row, value), weight)| {
        let sum: f64 = row.iter().zip(found).map(|(cell, found)| cell * found).sum();
        weight * (sum - value).powi(2)
    })
    .sum()
}
