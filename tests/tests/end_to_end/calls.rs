//! Calls beside the simple ones: names that mean several indexes, many searches or documents in one request, changes of
//! parts of documents, and what there is.

mod aliases;
mod deleting;
mod many;
mod several;
mod updates;

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::harness::{Api, Shape, SharedCluster};

/// Two replicas of each leaf: they must agree on what came of a write, and on where an alias leads.
static CLUSTER: SharedCluster = SharedCluster::new(
    "calls",
    Shape {
        leaves: 2,
        replicas: 2,
    },
);

/// Puts documents with these ids into an index and makes them visible.
async fn fill(api: &Api, index: &str, documents: &[(&str, Value)]) {
    let mut lines = String::new();
    for (id, source) in documents {
        writeln!(lines, "{}\n{source}", json!({"index": {"_id": id}})).expect("strings take everything");
    }
    let answer = api
        .bulk(&format!("/{index}/_bulk?refresh=true"), lines)
        .await
        .ok();
    assert_eq!(answer["errors"], false, "{answer}");
}
