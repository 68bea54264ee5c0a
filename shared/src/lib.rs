//! The words of Gleaner as types: what roots and leaves have in common, and what travels between them.
//!
//! This crate knows no HTTP handlers and opens no tantivy index.

pub mod aggregation;
pub mod analysis;
pub mod catalog;
pub mod clock;
pub mod completion;
pub mod deadline;
pub mod document;
pub mod ids;
pub mod limits;
pub mod log;
pub mod mapping;
pub mod metrics;
pub mod pattern;
pub mod placement;
pub mod process;
pub mod query;
pub mod random;
pub mod store;
pub mod telemetry;
pub mod wire;
