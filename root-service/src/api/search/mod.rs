//! Searches: `_search` and `_count`.

mod answer;
pub(super) mod count;
pub(super) mod post;
mod profile;
pub(super) mod shards;
pub(super) mod splice;
