//! Searches: `_search`, `_msearch` and `_count`.

mod answer;
pub(super) mod count;
pub(super) mod field_caps;
pub(super) mod many;
mod many_lines;
pub(super) mod post;
mod profile;
pub(super) mod shards;
pub(super) mod splice;
pub(super) mod where_shards;
