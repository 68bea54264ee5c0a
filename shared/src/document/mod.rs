//! A document's JSON, walked along a mapping: the same walk validates it at the root and indexes it at a leaf.

mod error;
#[cfg(test)]
mod tests;
mod walk;

pub use error::DocumentError;
pub use walk::{FieldValue, Unmapped, discover, parse, walk};
