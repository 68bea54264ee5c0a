//! Why a command about corpora failed.

use std::io;
use std::path::PathBuf;

use datasets::DatasetError;

use crate::bulk::BulkError;
use crate::client::ClientError;

/// Why a command about corpora failed.
#[derive(Debug, thiserror::Error)]
pub enum CorpusError {
    /// The corpus cannot be opened.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// There is nothing of that name.
    #[error("{} is no file or folder{}, and no corpus of that name is known. `gleaner datasets list` shows them", name.display(), place(shared.as_ref()))]
    NotFound {
        /// What was asked for.
        name: PathBuf,
        /// The shared folder of data sets, if there is one.
        shared: Option<PathBuf>,
    },
    /// The cluster cannot be reached, or refuses a request.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The load came to an early end.
    #[error(transparent)]
    Bulk(#[from] BulkError),
    /// The file with the mapping cannot be used.
    #[error("{}: {problem}", path.display())]
    Mapping {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// The index is there already, and flags say how it should be made.
    #[error(
        "the index {index} exists already: leave --shards and --mapping out, delete it, or take another with --index"
    )]
    IndexExists {
        /// The index.
        index: String,
    },
    /// The corpus has a name that no index can have.
    #[error("no index can be called {name:?}. Name one with --index")]
    NoIndexName {
        /// The name.
        name: String,
    },
    /// A person asked to stop.
    #[error(
        "interrupted: {documents} documents are in the index {index}. The same command again, without --shards and \
         --mapping, starts from the beginning and ends with the same documents"
    )]
    Interrupted {
        /// Documents that the cluster has acknowledged.
        documents: u64,
        /// The index.
        index: String,
    },
    /// A person asked to stop before anything was done.
    #[error("interrupted: nothing was loaded")]
    InterruptedEarly,
    /// The corpus could not be read to its end; what comes before that was loaded.
    #[error("the corpus breaks off; {documents} documents before that are in the index {index}. {source}")]
    BrokenOff {
        /// Documents that the cluster has acknowledged.
        documents: u64,
        /// The index.
        index: String,
        /// Why it cannot be read on.
        source: Box<DatasetError>,
    },
    /// Signals cannot be heard, or a thread was lost.
    #[error("cannot prepare the command: {0}")]
    Prepare(#[from] io::Error),
}

fn place(shared: Option<&PathBuf>) -> String {
    match shared {
        Some(folder) => format!(", also not in {}", folder.display()),
        None => format!(" ({} names no folder of data sets)", datasets::locate::VARIABLE),
    }
}
