//! The commands of the one binary, and what they share: a client, a bulk loader, a local cluster, an evaluation.
//!
//! Tests use the modules as a library; the services themselves are in `root-service` and `leaf-service`.

pub mod bulk;
pub mod cli;
pub mod client;
pub mod cluster;
pub mod datasets;
pub mod demo;
pub mod interrupt;
pub mod load;
pub mod plan;
pub mod relevance;
pub mod screen;
pub mod serve;
pub mod sweep;
pub mod up;
