//! Indexes: creating, showing, deleting; their mappings, settings and refreshes.

mod analysis;
pub(super) mod analyze;
mod analyze_body;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod get;
pub(super) mod mapping;
pub(super) mod put_settings;
pub(super) mod refresh;
pub(super) mod resolve;
mod settings;

/// Parameters about defaults that are shown anyway, or about waiting that is done anyway.
const HARMLESS: [&str; 4] = [
    "include_defaults",
    "local",
    "master_timeout",
    "wait_for_active_shards",
];
