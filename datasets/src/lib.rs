//! Loaders for real text: corpora of documents, query logs, relevance judgments, and the measures that use them.
//!
//! [`open`] turns a path into a [`Corpus`], a blocking iterator of [`Document`]s; each format has a module of its own.
//! Everything here reads files synchronously, so asynchronous callers run it on a blocking thread.

pub mod arxiv;
pub mod beir;
pub mod cargo_registry;
mod compression;
mod corpus;
mod error;
pub mod evaluation;
mod fingerprint;
mod formats;
pub mod generator;
mod html;
mod json_lines;
pub mod judged;
mod lines;
pub mod locate;
pub mod ndjson;
pub mod qrels;
pub mod queries;
pub mod stack_exchange;
pub mod text_folder;
pub mod trec;
pub mod verification;
mod walk;
pub mod wikipedia;
mod xml;

pub use compression::Meter;
pub use corpus::{Corpus, CorpusInfo, Document, Skipped, Source};
pub use error::{DatasetError, LineProblem, RecordProblem, XmlProblem};
pub use fingerprint::Fingerprint;
pub use formats::{Field, FieldKind, Format, formats, open};
