//! The leaf's read side: searches, statistics and documents of immutable views.
//!
//! All of it is synchronous CPU work for the threads of [`crate::pool`]. What comes out depends on the documents and the
//! request alone, never on how the documents are cut into shards and segments.

mod aggregate;
mod assemble;
mod bm25;
mod canonical;
mod clock;
mod compile;
mod complete;
mod conjunction;
mod count;
mod dictionary;
mod error;
mod expand;
mod explain;
mod fetch;
mod fits;
mod numbers;
mod phrases;
mod plan;
mod range;
mod rescore;
mod search;
mod sloppy;
mod sorted;
mod statistics;
mod stepwise;
mod synonyms;
mod terms;
mod top;
mod validate;
mod walk;
mod weights;

#[cfg(test)]
mod tests;

pub use complete::complete;
pub use error::ExecuteError;
pub use explain::{Sought, explain};
pub use fetch::{fetch, lookup};
pub use search::{Found, ShardView, search, search_with_documents};
pub use statistics::{StatisticsCache, statistics};
