//! What the tables are.

use super::table;
use crate::api::openapi::Operation;
use crate::api::targets;
use crate::offered::{Offered, idle, one_of};

const BYTES: Offered = one_of(
    "bytes",
    &["b", "k", "kb", "m", "mb", "g", "gb", "t", "tb"],
    "The unit of sizes; the fitting one if it is missing.",
);
/// Tables that are not about indexes pass over what would say which.
const NO_INDEXES: &[Offered] = &[idle("expand_wildcards")];

/// `_cat/indices`.
pub(in crate::api) static INDICES: Operation = Operation::new("cat", "cat_indices", "A row for each index")
    .parameters(&[
        targets::OFFERED,
        table::OFFERED,
        &[
            BYTES,
            one_of(
                "health",
                &["green", "yellow", "red"],
                "Only indexes of this health.",
            ),
            idle("include_unloaded_segments"),
            idle("pri"),
        ],
    ])
    .answers_table()
    .errors(&[404]);

/// `_cat/shards`.
pub(in crate::api) static SHARDS: Operation =
    Operation::new("cat", "cat_shards", "A row for each copy of each shard")
        .parameters(&[targets::OFFERED, table::OFFERED, &[BYTES]])
        .answers_table()
        .errors(&[404]);

/// `_cat/nodes`.
pub(in crate::api) static NODES: Operation = Operation::new("cat", "cat_nodes", "A row for each process")
    .parameters(&[
        table::OFFERED,
        NO_INDEXES,
        &[BYTES, idle("full_id"), idle("include_unloaded_segments")],
    ])
    .answers_table();

/// `_cat/count`.
pub(in crate::api) static COUNT: Operation =
    Operation::new("cat", "cat_count", "How many documents there are")
        .parameters(&[targets::OFFERED, table::OFFERED])
        .answers_table()
        .errors(&[404, 503, 504]);

/// `_cat/health`.
pub(in crate::api) static HEALTH: Operation =
    Operation::new("cat", "cat_health", "The cluster's health in a row")
        .parameters(&[table::OFFERED, NO_INDEXES, &[idle("ts")]])
        .answers_table();

/// `_cat/aliases`.
pub(in crate::api) static ALIASES: Operation =
    Operation::new("cat", "cat_aliases", "A row for each index of each alias")
        .parameters(&[table::OFFERED, NO_INDEXES])
        .answers_table();
