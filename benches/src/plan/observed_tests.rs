//! Metrics of a made-up cluster of 4 leaves.

use std::fmt::Write as _;

use super::*;

/// Searches that the root has answered.
const SEARCHES: u32 = 1_000;

/// A histogram in which every value lies in the bucket up to `bounds[i].0` for `bounds[i].1` of the values.
fn buckets(text: &mut String, name: &str, labels: &str, bounds: &[(f64, u32)]) {
    let mut sum = 0;
    for (bound, count) in bounds {
        sum += count;
        writeln!(text, "{name}_bucket{{{labels}le=\"{bound}\"}} {sum}").unwrap();
    }
    writeln!(text, "{name}_bucket{{{labels}le=\"+Inf\"}} {sum}").unwrap();
}

fn root(searches: u32) -> Scrape {
    let mut text = String::new();
    for leaf in 0..4 {
        writeln!(text, "gleaner_root_hedge_delay_seconds{{leaf=\"{leaf}\"}} 0.01").unwrap();
        for replica in 0..2 {
            writeln!(
                text,
                "gleaner_root_replica_ejected{{leaf=\"{leaf}\",replica=\"{replica}\"}} 0"
            )
            .unwrap();
        }
    }
    buckets(&mut text, super::SEARCHES, "", &[(0.002, searches), (0.004, 0)]);
    let attempt = "gleaner_root_attempt_seconds";
    buckets(
        &mut text,
        attempt,
        "round=\"query\",",
        &[(0.0012, 4 * searches), (0.002, 0)],
    );
    writeln!(text, "{CPU} {}", f64::from(searches) * 600e-6).unwrap();
    writeln!(text, "{MEMORY} 20000000").unwrap();
    Scrape::parse(&text).unwrap()
}

fn leaf(searches: u32) -> Scrape {
    let mut text = String::new();
    let tenth = searches / 10;
    let executed = [(1e-4, tenth), (4e-4, 8 * tenth), (8e-4, 0), (4e-3, tenth)];
    buckets(&mut text, EXECUTIONS, "call=\"search\",", &executed);
    buckets(&mut text, QUEUES, "call=\"search\",", &[(5e-5, searches)]);
    writeln!(text, "{CPU} {}", f64::from(searches) * 700e-6).unwrap();
    writeln!(text, "{MEMORY} 50000000\ngleaner_leaf_documents 5000").unwrap();
    Scrape::parse(&text).unwrap()
}

fn watched(before: Scrape, after: Scrape) -> Watched {
    Watched { before, after }
}

#[test]
fn a_cluster_that_serves_makes_a_model() {
    let root = watched(root(200), root(200 + SEARCHES));
    let leaves = [0, 1].map(|_| watched(leaf(200), leaf(200 + SEARCHES)));
    let observed = observe(&root, &leaves, 10, 20.0).unwrap();
    assert_eq!((observed.leaves, observed.replicas), (4, 2));
    assert_eq!(observed.searches, u64::from(SEARCHES));
    assert_eq!(observed.rate_per_second, 50.0);
    assert_eq!(observed.documents, 20_000, "two of four leaves were asked");
    let model = &observed.model;
    assert!(!model.split_measured);
    let cost = model.mean_cost();
    assert!(cost.fixed_us > 10.0 && cost.divided_us > 4.0 * 100.0, "{cost:?}");
    assert!(model.mean_noise() > 1.2, "one in ten executions is slow");
    assert!(
        model.overheads.leaf_per_request_us > 50.0,
        "{:?}",
        model.overheads
    );
    let root_us = model.costs(1.0, 1.0).at(4.0).root_us;
    assert!((root_us - 600.0).abs() < 1.0);
}

#[test]
fn metrics_that_say_too_little_are_refused() {
    let quiet = watched(root(200), root(210));
    let busy = watched(root(200), root(900));
    let leaves = [watched(leaf(200), leaf(900))];
    assert_eq!(
        observe(&quiet, &leaves, 10, 20.0),
        Err(ObservedError::TooFew { searches: 10 })
    );
    assert_eq!(observe(&busy, &[], 10, 20.0), Err(ObservedError::NoLeaves));
    let stranger = watched(Scrape::default(), Scrape::parse("up 1").unwrap());
    assert_eq!(
        observe(&stranger, &leaves, 10, 20.0),
        Err(ObservedError::NotARoot)
    );
}
