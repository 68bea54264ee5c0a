//! Completions: inputs of documents that begin with a text, as terms of an index, and which of them come first.
//!
//! Everything about an input is in its term, so that a walk over terms finds the best ones, and documents are read for those alone.

mod begins;
mod best;
mod input;
#[cfg(test)]
mod tests;

pub use begins::{Begins, Matcher};
pub use best::{Best, Ranked};
pub use input::{Input, Settings, paths};
