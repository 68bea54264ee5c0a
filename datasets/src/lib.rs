//! Loaders for real text: corpora of documents, query logs, relevance judgments, and the measures that use them.
//!
//! [`open`] turns a path into a [`Corpus`], a blocking iterator of [`Document`]s; each format has a module of its own.
//! Everything here reads files synchronously, so asynchronous callers run it on a blocking thread.

pub mod cargo_registry;
mod corpus;
mod error;
pub mod evaluation;
mod formats;
mod lines;
pub mod locate;
pub mod ndjson;
pub mod qrels;
pub mod queries;

pub use corpus::{Corpus, CorpusInfo, Document, Skipped, Source};
pub use error::{DatasetError, LineProblem};
pub use formats::open;
