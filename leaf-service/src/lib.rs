//! A leaf: hosts shards, applies the log to them, and answers the root's requests from them. It knows no other leaf.

pub mod schema;
pub mod view;
