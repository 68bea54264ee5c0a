//! Searches: `_search` and `_count`.

pub(super) mod admission;
mod answer;
pub(super) mod count;
pub(super) mod post;
pub(super) mod shards;
pub(super) mod splice;
