//! Why load could not be put on a service.

use std::io;
use std::path::PathBuf;

/// Why load could not be put on a service. What happens to requests is in the report instead.
#[derive(Debug, thiserror::Error)]
pub enum LoadCommandError {
    /// The flags make no sense together.
    #[error(transparent)]
    Flags(#[from] crate::cli::Problems),
    /// The generator did not run.
    #[error(transparent)]
    Generator(#[from] benches::load::LoadError),
    /// A query log or a corpus cannot be read.
    #[error(transparent)]
    Dataset(#[from] datasets::DatasetError),
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A body that is no JSON object.
    #[error("{what} is not a JSON object: {source}")]
    Body {
        /// Where it is.
        what: String,
        /// What does not fit.
        source: serde_json::Error,
    },
    /// A template that would ask the same again and again.
    #[error("{} has no {{{{query}}}}: the query of the log has to stand somewhere, in quotation marks or without", path.display())]
    Template {
        /// The file.
        path: PathBuf,
    },
    /// There is nothing to search in.
    #[error(
        "cannot find the text fields of {index} at {url} ({why}): name them by --fields, or give bodies by --body or --bodies"
    )]
    Fields {
        /// The service.
        url: String,
        /// The index.
        index: String,
        /// What went wrong.
        why: String,
    },
    /// A field that is misspelt, or that one of the services lacks.
    #[error(
        "{index} at {url} has no field {field}: every query would find nothing there. Name others by --fields"
    )]
    NoSuchField {
        /// The service.
        url: String,
        /// The index.
        index: String,
        /// The field.
        field: String,
    },
    /// The report cannot be written as JSON.
    #[error("JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Signals cannot be heard.
    #[error("cannot listen for Ctrl-C: {0}")]
    Signals(io::Error),
    /// A sweep ended before it had measured everything.
    #[error(transparent)]
    Sweep(#[from] crate::sweep::SweepError),
    /// The second Ctrl-C.
    #[error("interrupted, without a report")]
    Interrupted,
}
