//! Why the demo cannot be shown.

use std::io;

use datasets::DatasetError;

use crate::bulk::BulkError;
use crate::client::ClientError;
use crate::cluster::ClusterError;

/// Why the demo cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The corpus cannot be read.
    #[error(transparent)]
    Corpus(#[from] DatasetError),
    /// There is nothing in the corpus to search in.
    #[error("the corpus {name} has no document with text in it. Give another one with --corpus PATH")]
    NoText {
        /// The corpus.
        name: String,
    },
    /// The cluster does not start.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The corpus cannot be loaded.
    #[error(transparent)]
    Bulk(#[from] BulkError),
    /// A request failed.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The temporary folder cannot be made, or signals cannot be heard.
    #[error("cannot prepare the demo: {0}")]
    Prepare(#[from] io::Error),
}
