//! A leaf: hosts shards, applies the log to them, and answers the root's requests from them. It knows no other leaf, and
//! of the other replicas of its own only the one that a tied request names.

mod call;
mod catalog;
pub mod execute;
mod faults;
mod host;
mod index_log;
mod leaf;
mod metrics;
pub mod pool;
pub mod schema;
mod server;
mod shard;
pub mod ties;
mod twins;
pub mod view;

pub use leaf::{Leaf, LeafConfig, LeafStartError};
