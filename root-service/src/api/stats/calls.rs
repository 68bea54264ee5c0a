//! What the calls about numbers are.

use crate::api::openapi::Operation;
use crate::api::openapi::shapes::any_object;
use crate::api::targets;
use crate::offered::{idle, one_of};

/// `_stats`.
pub(in crate::api) static INDEXES: Operation =
    Operation::new("stats", "stats", "Documents, bytes and segments of indexes")
        .parameters(&[
            targets::OFFERED,
            &[
                idle("forbid_closed_indices"),
                idle("include_segment_file_sizes"),
                idle("include_unloaded_segments"),
                one_of("level", &["cluster", "indices"], "Whether to show each index."),
            ],
        ])
        .answers(any_object)
        .errors(&[404]);

/// `_nodes/stats`.
pub(in crate::api) static NODES: Operation = Operation::new(
    "stats",
    "nodes_stats",
    "Documents, bytes and work of each replica",
)
.parameters(&[&[idle("timeout")]])
.answers(any_object);

/// `_cluster/stats`.
pub(in crate::api) static CLUSTER: Operation =
    Operation::new("stats", "cluster_stats", "The whole cluster in a few numbers")
        .parameters(&[&[idle("include_remotes"), idle("timeout")]])
        .answers(any_object);
