//! Indexes: creating, showing, deleting; their mappings, settings and refreshes.

mod analysis;
pub(super) mod analyze;
mod analyze_body;
pub(super) mod calls;
mod carried;
pub(super) mod create;
pub(super) mod data_streams;
pub(super) mod delete;
pub(super) mod get;
pub(super) mod mapping;
pub(super) mod put_settings;
pub(super) mod refresh;
pub(super) mod resolve;
mod settings;
pub(super) mod templates;
