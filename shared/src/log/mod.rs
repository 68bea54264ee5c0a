//! The log: an index's ordered, durable list of write batches in the object store.

mod batch;
mod store;
#[cfg(test)]
mod tests;

pub use batch::{Batch, BatchError, Operation, Section};
pub use store::{Appended, LogStore};
