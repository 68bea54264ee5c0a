//! Indexes: creating, showing, deleting; their mappings, settings and refreshes.

pub(super) mod create;
pub(super) mod delete;
pub(super) mod get;
pub(super) mod mapping;
pub(super) mod refresh;
mod settings;

/// Parameters that decide about indexes that Gleaner does not have (closed, hidden, remote ones), or about waiting that
/// it does anyway.
const HARMLESS: [&str; 7] = [
    "allow_no_indices",
    "expand_wildcards",
    "ignore_unavailable",
    "include_defaults",
    "local",
    "master_timeout",
    "wait_for_active_shards",
];
