//! A document's JSON, walked along a mapping: the same walk validates it at the root and indexes it at a leaf.

mod completion;
mod error;
mod read;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod type_tests;
mod walk;

pub use error::DocumentError;
pub use read::{FieldValue, read};
pub use walk::{Unmapped, discover, parse, walk};
