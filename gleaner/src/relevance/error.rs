//! Why an evaluation has no result.

use std::io;

use datasets::DatasetError;

use crate::bulk::BulkError;
use crate::client::ClientError;
use crate::cluster::ClusterError;

/// Why an evaluation has no result.
#[derive(Debug, thiserror::Error)]
pub enum RelevanceError {
    /// The judged set cannot be read.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// The documents cannot be loaded.
    #[error(transparent)]
    Bulk(#[from] BulkError),
    /// The cluster cannot be reached, or refuses a request.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The temporary cluster does not start.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// The temporary folder cannot be made, or signals cannot be heard.
    #[error("cannot prepare the evaluation: {0}")]
    Prepare(#[from] io::Error),
    /// Documents are missing from the index.
    #[error("{missing} documents of the set did not get into the index: the figures would be wrong")]
    Incomplete {
        /// How many.
        missing: u64,
    },
    /// An answer was not computed from every document.
    #[error("the answer to query {query} does not cover every document: the figures would be wrong")]
    Partial {
        /// The query's id.
        query: String,
    },
    /// A person asked to stop.
    #[error("interrupted")]
    Interrupted,
}
