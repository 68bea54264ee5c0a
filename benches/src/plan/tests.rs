//! Plans of made-up measurements, whose truth is known: they are simulated themselves.

use super::fit::{fit, seen_leaves};
use super::*;
use crate::measured::{
    Corpus, Histogram, Idle, LeafProfile, LeafTimes, LoadReport, Machine, Operations, Outcomes, Point,
    Profile, QueryLog, QueryProfile, ResourceUse, Shape, Stragglers, Sweep,
};
use crate::simulate::{Latency, Overheads, QueryCost, simulate};

const CORES: u32 = 2;
const SIZE: u32 = 10;

/// The truth: most queries are cheap, some are dear, and executions differ by a tail.
fn truth() -> Model {
    let queries = (0..60).map(|number| QueryCost {
        weight: 1.0,
        fixed_us: 60.0 + f64::from(number % 7) * 5.0,
        divided_us: 300.0 + f64::from(number * number),
    });
    Model {
        overheads: Overheads {
            root_fixed_us: 80.0,
            root_per_request_us: 60.0,
            leaf_per_request_us: 70.0,
            fetch_us: 40.0,
            client_us: 50.0,
            root_poll_us: 30.0,
            leaf_poll_us: 40.0,
        },
        queries: queries.collect(),
        noise: Latency::Empirical {
            quantiles: vec![(0.0, 0.9), (0.5, 1.0), (0.9, 1.2), (0.99, 2.5), (1.0, 6.0)],
        },
        wire: Latency::Lognormal {
            median_ms: 0.12,
            sigma: 0.3,
        },
        front: Latency::Constant { ms: 0.1 },
        shard_us: 12.0,
        shard_measured: true,
        hits: f64::from(SIZE),
        memory: Memory {
            replica: 8e6,
            document: 500.0,
            root: 15e6,
        },
        timeout_ms: 10_000,
        busy_saving: 0.0,
        crowding: 0.0,
        split_measured: true,
    }
}

fn shape(leaves: u32, replicas: u32, stragglers: Stragglers) -> Shape {
    Shape {
        leaves,
        replicas,
        hedging: replicas > 1,
        stragglers,
    }
}

/// Shards of the index.
const SHARDS: u32 = 16;

fn us(us: f64) -> u64 {
    u64::try_from(std::time::Duration::from_secs_f64(us / 1e6).as_micros()).unwrap()
}

fn shards_per_leaf(shards: u32, leaves: u32) -> f64 {
    fit::shards_per_leaf(f64::from(shards), leaves)
}

/// Each query alone, twice, at so many leaves with so many shards together.
fn profile(truth: &Model, leaves: u32, shards: u32) -> Profile {
    let mut rng = shared::random::from_seed(u64::from(leaves));
    let overheads = &truth.overheads;
    let fetched = planned::fetches(f64::from(leaves), truth.hits);
    let mut queries = Vec::new();
    for (number, cost) in (0..).zip(&truth.queries).chain((0..).zip(&truth.queries)) {
        let mut call = |leaf| {
            let search_us = cost.at(leaves) + truth.shard_us * shards_per_leaf(shards, leaves);
            let documents_us = if leaves == 1 { overheads.fetch_us } else { 0.0 };
            let cpu_us = us(search_us * truth.noise.draw(&mut rng) + documents_us);
            let computed = overheads.root_per_request_us + overheads.leaf_per_request_us;
            // Of several leaves others want the core, too.
            let executed_us = if leaves == 1 { cpu_us } else { cpu_us + cpu_us / 4 };
            LeafProfile {
                leaf,
                attempt_us: executed_us + us(computed + truth.wire.draw(&mut rng) * 1e3),
                queued_us: 0,
                executed_us,
                cpu_us,
            }
        };
        let searches: Vec<LeafProfile> = (0..leaves).map(&mut call).collect();
        let took_us = searches.iter().map(|call| call.attempt_us).max().unwrap_or(0);
        let fetch = LeafProfile {
            leaf: 0,
            attempt_us: 300,
            queued_us: 0,
            executed_us: us(overheads.fetch_us),
            cpu_us: 0,
        };
        // As many on average as the formula says.
        let due = fetched * f64::from(number + 1);
        let before = fetched * f64::from(number);
        let fetches = (0..leaves).filter(|nth| before.floor() + f64::from(*nth) < due.floor());
        queries.push(QueryProfile {
            query: number,
            client_us: took_us + us(overheads.root_fixed_us + overheads.client_us + 100.0),
            took_us,
            searches,
            fetches: fetches.map(|_| fetch).collect(),
        });
    }
    let polls = f64::from(4 * leaves) * 2.0;
    Profile {
        leaves,
        documents: vec![20_000 / u64::from(leaves); leaves as usize],
        idle: Some(Idle {
            seconds: 2.0,
            root_cpu_seconds: polls * overheads.root_poll_us / 1e6 + 0.001,
            leaves_cpu_seconds: polls * overheads.leaf_poll_us / 1e6,
        }),
        queries,
    }
}

/// A run under load, simulated.
fn point(truth: &Model, shape: Shape, rate_per_second: f64) -> Point {
    let per_leaf = shards_per_leaf(SHARDS, shape.leaves);
    let trial = Trial {
        shape,
        machines: Where::Together { cores: CORES },
        rate_per_second,
        hedge_quantile: None,
        queries: 6_000,
        scale: 1.0,
        shards_per_leaf: per_leaf,
        replica_down: false,
    };
    let report = simulate(&truth.simulation(&trial), 2).unwrap();
    let mut latency = Histogram::default();
    for permille in 0..1_000 {
        let ms = report.latency_at((f64::from(permille) + 0.5) / 1_000.0);
        latency.record(std::time::Duration::from_secs_f64(ms / 1e3));
    }
    let seconds = 1_000.0 / rate_per_second;
    let at = truth.costs(per_leaf, 1.0).at(f64::from(shape.leaves));
    let overheads = truth.overheads;
    let polls = f64::from(4 * shape.leaves * shape.replicas) * seconds / 1_000.0;
    let leaf_us = at.asked_us + at.documents_us + polls * overheads.leaf_poll_us;
    let root_us = at.root_us + polls * overheads.root_poll_us;
    let documents = 20_000.0 / f64::from(shape.leaves);
    let replicas = f64::from(shape.leaves * shape.replicas);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "some megabytes"
    )]
    let memory = (replicas * (truth.memory.replica + documents * truth.memory.document)) as u64;
    Point {
        shape,
        rate_per_second,
        load: LoadReport {
            url: String::new(),
            arrivals: crate::measured::Arrivals::Poisson {
                per_second: rate_per_second,
            },
            seconds,
            reads: Operations {
                due: 1_000,
                service: latency.clone(),
                latency,
                outcomes: Outcomes {
                    complete: 1_000,
                    ..Outcomes::default()
                },
                coverage: 1.0,
                ..Operations::default()
            },
            writes: Operations::default(),
            late: Histogram::default(),
            timeline: Vec::new(),
            root: None,
            generator: crate::measured::Generator::default(),
        },
        resources: ResourceUse {
            root_cpu_seconds: root_us * 1_000.0 / 1e6,
            leaves_cpu_seconds: leaf_us * 1_000.0 / 1e6,
            generator_cpu_seconds: overheads.client_us * 1_000.0 / 1e6,
            root_memory_bytes: 15_000_000,
            leaves_memory_bytes: memory,
        },
        searches: LeafTimes::default(),
        fetches: fetched(overheads.fetch_us),
    }
}

const LATE: Stragglers = Stragglers::Share {
    share: 0.02,
    delay_ms: 40,
};

fn fetched(us: f64) -> LeafTimes {
    LeafTimes {
        requests: 1_000,
        cpu_seconds: us / 1e3,
        ..LeafTimes::default()
    }
}

fn sweep(truth: &Model, leaves: &[u32]) -> Sweep {
    let mut points = Vec::new();
    for &leaves in leaves {
        for rate in [50.0, 150.0] {
            points.push(point(truth, shape(leaves, 1, Stragglers::None), rate));
        }
    }
    Sweep {
        version: crate::measured::VERSION,
        began_ms: 0,
        took_seconds: 1.0,
        machine: Machine {
            cores: CORES,
            ..Machine::default()
        },
        corpus: Corpus {
            documents: 20_000,
            shards: SHARDS,
            ..Corpus::default()
        },
        queries: QueryLog::default(),
        objective: "p99<50ms".parse().unwrap(),
        timeout_ms: 10_000,
        size: SIZE,
        source: true,
        profiles: leaves
            .iter()
            .map(|leaves| profile(truth, *leaves, SHARDS))
            .collect(),
        one_shard: Some(profile(truth, 1, 1)),
        points,
        highest: Vec::new(),
        notes: Vec::new(),
    }
}

#[track_caller]
fn near(what: &str, found: f64, expected: f64, share: f64) {
    assert!(
        (found / expected - 1.0).abs() < share,
        "{what}: {found} is not within {share} of {expected}"
    );
}

#[test]
fn costs_that_divide_are_told_from_costs_that_do_not() {
    let truth = truth();
    let sweep = sweep(&truth, &[1, 4, 8]);
    let model = fit(&sweep, &[1, 4, 8]).unwrap();
    let (found, expected) = (model.mean_cost(), truth.mean_cost());
    near("divided", found.divided_us, expected.divided_us, 0.1);
    near("fixed", found.fixed_us, expected.fixed_us, 0.15);
    let overheads = truth.overheads;
    near(
        "root",
        model.overheads.root_fixed_us,
        overheads.root_fixed_us,
        0.25,
    );
    let per_request = model.overheads.root_per_request_us;
    near(
        "root, each request",
        per_request,
        overheads.root_per_request_us,
        0.1,
    );
    let per_request = model.overheads.leaf_per_request_us;
    near(
        "leaf, each request",
        per_request,
        overheads.leaf_per_request_us,
        0.3,
    );
    near("shard", model.shard_us, truth.shard_us, 0.1);
    near("hits", model.hits, truth.hits, 0.1);
    near(
        "poll at the root",
        model.overheads.root_poll_us,
        overheads.root_poll_us,
        0.05,
    );
    near(
        "poll at the leaf",
        model.overheads.leaf_poll_us,
        overheads.leaf_poll_us,
        0.05,
    );
    near("memory", model.memory.document, truth.memory.document, 0.05);
    assert!(model.split_measured);
}

#[test]
fn shapes_that_were_held_out_are_predicted() {
    let truth = truth();
    let mut sweep = sweep(&truth, &[1, 2, 4, 8]);
    sweep
        .points
        .extend([1, 2, 8].map(|leaves| point(&truth, shape(leaves, 2, LATE), 80.0)));
    assert_eq!(seen_leaves(&sweep), [1, 4, 8]);
    let model = fit(&sweep, &[1, 4, 8]).unwrap();
    let checks = checks::checks(&sweep, &model, &[1, 4, 8], 2, |_, _| ()).unwrap();
    assert_eq!(checks.len(), 11);
    let trust = checks::trust(&checks, 0);
    let (quiet, straggling) = (trust.quiet.held_out, trust.straggling.held_out);
    assert_eq!(
        (quiet, straggling),
        (2, 3),
        "2 leaves, and everything with stragglers"
    );
    let errors: Vec<_> = checks
        .iter()
        .map(|check| {
            (
                check.shape.to_string(),
                check.error_p99,
                check.predicted,
                check.measured,
            )
        })
        .collect();
    assert!(trust.known, "{} {errors:#?}", trust.text);
}

#[test]
fn one_number_of_leaves_does_not_show_what_divides() {
    let truth = truth();
    let sweep = sweep(&truth, &[4]);
    let model = fit(&sweep, &[4]).unwrap();
    assert!(!model.split_measured);
    let trust = checks::trust(&[], 0);
    assert!(
        !trust.known && trust.text.contains("nobody knows"),
        "{}",
        trust.text
    );
}

#[test]
fn a_sweep_that_was_stopped_at_once_says_what_is_missing() {
    let truth = truth();
    let mut sweep = sweep(&truth, &[1]);
    sweep.points.clear();
    assert_eq!(fit(&sweep, &[1]).unwrap_err(), FitError::NoPoints);
    sweep.profiles.clear();
    assert_eq!(fit(&sweep, &[1]).unwrap_err(), FitError::NoProfiles);
}

#[test]
fn roots_know_their_leaves_before_a_query_counts() {
    let leaves = 48;
    let trial = Trial {
        shape: shape(
            leaves,
            2,
            Stragglers::Share {
                share: 0.01,
                delay_ms: 100,
            },
        ),
        machines: Where::Apart {
            replica: 1,
            root: 2,
            roots: 2,
            network_ms: 0.1,
        },
        rate_per_second: 100.0,
        hedge_quantile: None,
        queries: 1_000,
        scale: 1.0,
        shards_per_leaf: 1.0,
        replica_down: false,
    };
    let report = simulate(&truth().simulation(&trial), 2).unwrap();
    // A query has to meet two stragglers at once: 0.5 % do. If roots hedged late at first, it would be several times as many.
    let twice = 1.0 - (1.0 - 0.01_f64.powi(2)).powi(leaves.cast_signed());
    assert!(
        report.slow_share < 4.0 * twice,
        "{} is not near {twice}",
        report.slow_share
    );
    let executed = report.attempts.executed_share;
    assert!(
        (1.0..1.1).contains(&executed),
        "fetches are no executions of searches: {executed}"
    );
}
