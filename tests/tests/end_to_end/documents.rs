//! Writing and reading documents, indexes and mappings, and what `_cat` and `_cluster` tell of them.

mod bulk;
mod catalog;
mod single;

use crate::harness::{Shape, SharedCluster};

/// Two replicas of each leaf: what was refreshed must be visible whichever of them answers.
static CLUSTER: SharedCluster = SharedCluster::new(
    "documents",
    Shape {
        leaves: 2,
        replicas: 2,
    },
);
