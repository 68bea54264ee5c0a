//! Why a benchmark could not be run.

/// Why a benchmark could not be run. The text says what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BenchError {
    /// No corpus or query log.
    #[error(
        "no data set found: give --corpus and --queries-from, or set GLEANER_DATASETS to the shared data sets"
    )]
    NoData,
    /// A corpus or query log that cannot be read.
    #[error(transparent)]
    Dataset(#[from] datasets::DatasetError),
    /// tantivy failed.
    #[error("tantivy: {0}")]
    Tantivy(#[from] tantivy::TantivyError),
    /// A document that does not fit the mapping.
    #[error("document {id}: {error}")]
    Document {
        /// Which.
        id: String,
        /// Why.
        error: shared::document::DocumentError,
    },
    /// The cluster could not be started.
    #[error("cannot start {binary}: {reason}. Build it first: cargo build --release -p gleaner")]
    Start {
        /// The binary.
        binary: String,
        /// Why.
        reason: String,
    },
    /// A request failed.
    #[error("request: {0}")]
    Request(#[from] reqwest::Error),
    /// The service answered something else than success.
    #[error("the service answered: {0}")]
    Answer(String),
    /// A file or a pipe failed.
    #[error("input or output: {0}")]
    Io(#[from] std::io::Error),
    /// The metrics of a service cannot be read.
    #[error(transparent)]
    Scrape(#[from] benches::scrape::ScrapeError),
    /// The load generator did not run.
    #[error(transparent)]
    Load(#[from] benches::load::LoadError),
    /// The figures cannot be written as JSON.
    #[error("JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// A folder that holds no run, or a damaged one.
    #[error("{}: {reason}", path.display())]
    Run {
        /// The folder or file.
        path: std::path::PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A folder that a run was written to before.
    #[error("{} holds a run already: take another folder with --into, or remove this one", path.display())]
    Used {
        /// The folder.
        path: std::path::PathBuf,
    },
    /// Two runs that measured different things.
    #[error(
        "the two runs have no figure in common: measure the same suites, both with or both without --quick"
    )]
    NothingInCommon,
    /// The program of the micro-benchmarks has failed.
    #[error("the micro-benchmarks failed: {program}: {status}. It said last:\n{said}")]
    MicroFailed {
        /// The program.
        program: String,
        /// How it ended.
        status: std::process::ExitStatus,
        /// The end of its standard error.
        said: String,
    },
    /// Nothing was measured.
    #[error("no micro-benchmark was measured: {}", match only {
        Some(only) => format!("no name has a match of --only {only}"),
        None => "its program has none".to_owned(),
    })]
    NoMicro {
        /// The filter, if there was one.
        only: Option<String>,
    },
    /// The micro-benchmarks are a program of their own.
    #[error(
        "cannot run the micro-benchmarks: {0}. Build them first: cargo build --release -p gleaner -p benches --bin gleaner --bin benches --bench micro"
    )]
    Micro(String),
    /// The cluster lacks a process that the benchmark needs.
    #[error("a process of the cluster is missing")]
    NoProcess,
}
