//! What follows from a model's costs by arithmetic.

use super::super::planned::fetches;
use super::*;

fn model() -> Model {
    let query = |weight, fixed_us, divided_us| QueryCost {
        weight,
        fixed_us,
        divided_us,
    };
    Model {
        overheads: Overheads {
            root_fixed_us: 100.0,
            root_per_request_us: 20.0,
            leaf_per_request_us: 30.0,
            fetch_us: 10.0,
            client_us: 50.0,
            root_poll_us: 40.0,
            leaf_poll_us: 60.0,
        },
        queries: vec![query(98.0, 100.0, 1_000.0), query(2.0, 200.0, 9_000.0)],
        shard_us: 25.0,
        shard_measured: true,
        noise: Latency::Constant { ms: 1.0 },
        wire: Latency::Constant { ms: 0.1 },
        front: Latency::Constant { ms: 0.1 },
        hits: 10.0,
        memory: Memory::default(),
        timeout_ms: 1_000,
        busy_saving: 0.0,
        crowding: 0.0,
        split_measured: true,
    }
}

#[test]
fn a_page_is_fetched_from_the_leaves_that_have_some_of_it() {
    assert_eq!(fetches(1.0, 10.0), 0.0);
    assert!((fetches(2.0, 10.0) - 2.0).abs() < 0.01);
    assert!((fetches(1_000.0, 10.0) - 9.955).abs() < 0.01);
    assert_eq!(fetches(8.0, 0.0), 0.0);
}

#[test]
fn costs_add_up_at_every_number_of_leaves() {
    let costs = model().costs(2.0, 3.0);
    assert_eq!((costs.search_us, costs.divided_us), (102.0, 3.0 * 1_160.0));
    assert_eq!(costs.divided_p99_us, 3.0 * 9_000.0);
    let one = costs.at(1.0);
    // One call, and the documents are read without another one.
    assert_eq!((one.root_us, one.asked_us), (120.0, 102.0 + 50.0 + 30.0 + 10.0));
    let many = costs.at(1_000.0);
    let fetches = fetches(1_000.0, 10.0);
    let expected = 1_000.0 * 152.0 + (1_000.0 + fetches) * 30.0 + fetches * 10.0;
    assert!((many.asked_us - expected).abs() < 1e-6);
    assert_eq!(many.documents_us, one.documents_us);
}

#[test]
fn leaves_break_even_where_being_asked_costs_as_much_as_the_documents() {
    let costs = model().costs(1.0, 1.0);
    let leaves = costs.break_even_leaves;
    let (leaf_us, root_us) = costs.each(leaves);
    assert!(((leaf_us + root_us) / (costs.divided_us / leaves) - 1.0).abs() < 1e-6);
    assert!((1.5..6.0).contains(&leaves), "{leaves}");
    let nothing = Model {
        queries: vec![QueryCost {
            weight: 1.0,
            fixed_us: 100.0,
            divided_us: 1.0,
        }],
        ..model()
    };
    assert_eq!(nothing.costs(1.0, 1.0).break_even_leaves, 1.0);
}

#[test]
fn the_network_is_added_to_whatever_the_way_is() {
    let constant = later(&Latency::Constant { ms: 0.2 }, 0.5);
    assert_eq!(constant, Latency::Constant { ms: 1.2 });
    let quantiles = vec![(0.0, 0.1), (1.0, 3.0)];
    let empirical = later(&Latency::Empirical { quantiles }, 0.5);
    assert!((empirical.quantile(1.0) - 4.0).abs() < 1e-2);
}
