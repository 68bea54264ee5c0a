//! A leaf: hosts shards, applies the log to them, and answers the root's requests from them. It knows no other leaf.

mod catalog;
pub mod execute;
mod faults;
mod host;
mod index_log;
mod leaf;
pub mod pool;
pub mod schema;
mod server;
mod shard;
pub mod view;

pub use leaf::{Leaf, LeafConfig, LeafStartError};
