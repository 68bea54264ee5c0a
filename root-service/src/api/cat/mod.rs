//! `_cat`: tables for people, aligned as Elasticsearch aligns them; JSON for those who ask.

pub(super) mod aliases;
pub(super) mod calls;
pub(super) mod count;
pub(super) mod health;
pub(super) mod indices;
pub(super) mod nodes;
pub(super) mod shards;
mod sizes;
mod table;
