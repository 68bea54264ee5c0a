//! Why a load came to an early end.

use datasets::DatasetError;

use crate::client::ClientError;

/// Why a load came to an early end.
#[derive(Debug, thiserror::Error)]
pub enum BulkError {
    /// The corpus cannot be read on.
    #[error(transparent)]
    Corpus(#[from] DatasetError),
    /// The cluster cannot be reached, or refuses a whole request.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The thread that reads the corpus has panicked.
    #[error("reading the corpus failed unexpectedly; this is a bug, please report it with the message above")]
    Reader,
}
