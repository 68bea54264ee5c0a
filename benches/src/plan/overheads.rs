//! What processes take beside executions: HTTP, parsing, merging, kernels; from what they used under load.
//!
//! It is split by least squares into time for each query and time for each call to a leaf. What they take while nobody asks them
//! was looked at by itself, and is subtracted first. The same work is dearer on a machine that sleeps most of the time, and among
//! many processes: how much is found by trying.

use super::fit::{median, shards_per_leaf};
use super::least_squares::non_negative;
use super::model::{Model, POLLS_PER_SECOND};
use super::planned::fetches;
use crate::measured::{Idle, Point, Profile, Sweep};
use crate::simulate::Overheads;

/// Savings on a busy machine that are tried, in steps of a twentieth.
const SAVINGS: u32 = 16;

/// Overheads, what a busy machine saves of everything, and how far all that is off.
pub(super) struct Used {
    pub(super) overheads: Overheads,
    pub(super) busy_saving: f64,
    pub(super) error: f64,
}

/// The overheads that explain what was used best. `draft` knows what executions cost, and how processes crowd each other.
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
        error: best.error,
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

/// What was used at each point for a query, in microseconds.
struct Books {
    root: Vec<f64>,
    leaves: Vec<f64>,
    client: Vec<f64>,
    /// Calls of a query.
    calls: Vec<f64>,
    /// What executions cost on a quiet machine.
    executed: Vec<f64>,
    /// What polls cost there, at the root and at the leaves.
    polls: Vec<[f64; 2]>,
    /// The share of the cores that was busy.
    busy: Vec<f64>,
    /// How much dearer everything was for all the processes.
    crowded: Vec<f64>,
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
            executed: Vec::new(),
            polls: Vec::new(),
            busy: Vec::new(),
            crowded: Vec::new(),
            weights: [Vec::new(), Vec::new()],
        };
        for point in points {
            let leaves = f64::from(point.shape.leaves);
            let queries = point.load.reads.outcomes.all().max(1) as f64;
            let of_query = |cpu_seconds: f64| cpu_seconds * 1e6 / queries;
            let processes = point.shape.leaves * point.shape.replicas;
            let polled = POLLS_PER_SECOND * f64::from(processes) * point.load.seconds / queries;
            let fetched = fetches(leaves, model.hits);
            let shards = shards_per_leaf(f64::from(sweep.corpus.shards), point.shape.leaves);
            let search_us = cost.at(point.shape.leaves) + model.shard_us * shards;
            let documents = if leaves > 1.0 {
                fetched
            } else {
                model.hits.min(1.0)
            };
            let used = &point.resources;
            let (root, at_leaves) = (of_query(used.root_cpu_seconds), of_query(used.leaves_cpu_seconds));
            books.root.push(root);
            books.leaves.push(at_leaves);
            books.client.push(of_query(used.generator_cpu_seconds));
            books.calls.push(leaves + fetched);
            books
                .executed
                .push(leaves * search_us * noise + documents * fetch_us);
            books.polls.push([polled * polls.root_us, polled * polls.leaf_us]);
            books.busy.push(busy(point, sweep.machine.cores.max(1)));
            books.crowded.push(model.crowded(processes));
            for (weights, used) in books.weights.iter_mut().zip([root, at_leaves]) {
                weights.push(used.max(1.0).powi(-2));
            }
        }
        books
    }

    /// If a machine that is busy all the time saves that share.
    fn fit(&self, saving: f64) -> Fit {
        let left = |at: usize| 1.0 - saving * self.busy[at];
        let dearer = |at: usize| left(at) * self.crowded[at];
        let places = || 0..self.calls.len();
        let root_rows: Vec<[f64; 2]> = places()
            .map(|at| [dearer(at), dearer(at) * self.calls[at]])
            .collect();
        let leaf_rows: Vec<[f64; 1]> = places().map(|at| [dearer(at) * self.calls[at]]).collect();
        let root_used: Vec<f64> = places()
            .map(|at| self.root[at] - left(at) * self.polls[at][0])
            .collect();
        let leaves_used: Vec<f64> = places()
            .map(|at| self.leaves[at] - left(at) * self.polls[at][1] - dearer(at) * self.executed[at])
            .collect();
        let root = non_negative(&root_rows, &root_used, &self.weights[0]);
        let leaf = non_negative(&leaf_rows, &leaves_used, &self.weights[1]);
        let error = squares(&root_rows, &root_used, &self.weights[0], root)
            + squares(&leaf_rows, &leaves_used, &self.weights[1], leaf);
        Fit {
            root,
            leaf,
            client_us: median(places().map(|at| self.client[at] / dearer(at))),
            saving,
            error,
        }
    }
}

/// The share of the cores that was busy.
fn busy(point: &Point, cores: u32) -> f64 {
    let used = &point.resources;
    let seconds = used.root_cpu_seconds + used.leaves_cpu_seconds + used.generator_cpu_seconds;
    (seconds / point.load.seconds.max(1e-3) / f64::from(cores)).min(1.0)
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
