//! Searches: `_search`, `_msearch` and `_count`, points in time, scrolls.

mod account;
mod answer;
mod beside;
pub(super) mod calls;
mod context_id;
pub(super) mod count;
pub(super) mod explain;
pub(super) mod explanation;
pub(super) mod field_caps;
pub(super) mod many;
mod many_lines;
pub(super) mod pit;
pub(super) mod post;
mod profile;
mod schemas;
mod scroll;
pub(super) mod scrolling;
pub(super) mod shards;
pub(super) mod splice;
mod suggest;
pub(super) mod validate;
pub(super) mod where_shards;
