//! Why a sweep ends before it has measured everything.

use std::io;
use std::path::PathBuf;

use benches::load::LoadError;
use benches::scrape::ScrapeError;
use benches::sweep::{ProfileError, TooLarge};
use datasets::DatasetError;
use shared::store::StoreError;

use crate::bulk::BulkError;
use crate::client::ClientError;
use crate::cluster::ClusterError;

/// Why a sweep ends before it has measured everything.
#[derive(Debug, thiserror::Error)]
pub enum SweepError {
    /// The grid is more than the time allows.
    #[error(
        "{too_large}, with loading, and --minutes says {minutes}. Give it more minutes, or measure less: fewer --leaves, \
         --replicas, --hedging, --stragglers or --rates"
    )]
    TooLarge {
        /// What it would take.
        too_large: TooLarge,
        /// What is given.
        minutes: f64,
    },
    /// The largest cluster does not fit into memory.
    #[error(
        "a cluster of {processes} processes needs about {wanted_mb} MB of memory, and {free_mb} MB are free. Lower --leaves \
         or --replicas, or load fewer documents with --documents-max"
    )]
    Memory {
        /// Roots and replicas of the largest cluster.
        processes: u32,
        /// What they need.
        wanted_mb: u64,
        /// What there is.
        free_mb: u64,
    },
    /// The corpus or the query log cannot be read.
    #[error(transparent)]
    Dataset(#[from] DatasetError),
    /// There is nothing to search for in.
    #[error(
        "the corpus {name} has no text in its first {looked_at} documents. Say which fields are searched: --fields title,body"
    )]
    NoText {
        /// The corpus.
        name: String,
        /// How many documents were looked at.
        looked_at: usize,
    },
    /// A field that no document has.
    #[error(
        "none of the first {looked_at} documents of the corpus {name} has text in the field {field}, which --fields names: every \
         query would find nothing"
    )]
    NoSuchField {
        /// The field.
        field: String,
        /// The corpus.
        name: String,
        /// How many documents were looked at.
        looked_at: usize,
    },
    /// The query log is empty.
    #[error("{} holds no query with a weight above zero", .0.display())]
    NoQueries(PathBuf),
    /// The corpus could not be loaded.
    #[error(transparent)]
    Bulk(#[from] BulkError),
    /// Nothing of the corpus was accepted.
    #[error("no document of the corpus could be indexed{}", .0.as_deref().map(|why| format!(": {why}")).unwrap_or_default())]
    NoDocuments(Option<String>),
    /// A cluster does not start.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// A cluster started, and did not become whole.
    #[error("{leaves} leaves with {replicas} replicas did not become ready within {seconds} s; their logs are in {}", logs.display())]
    NotReady {
        /// Leaves.
        leaves: u32,
        /// Replicas of each.
        replicas: u32,
        /// How long they were waited for.
        seconds: u64,
        /// Where the logs are.
        logs: PathBuf,
    },
    /// A cluster shows other documents than were loaded.
    #[error(
        "a cluster that was started on the loaded shards finds {found} documents instead of {loaded}; this is a bug, please report it"
    )]
    OtherDocuments {
        /// What it finds.
        found: u64,
        /// What was loaded.
        loaded: u64,
    },
    /// A process died while it was measured.
    #[error("{0}. What it was measured with would be wrong; is there enough memory?")]
    Died(String),
    /// A call to the cluster failed.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// A plain request to a process of the cluster failed.
    #[error("a process of the cluster cannot be asked: {0}")]
    Http(#[from] reqwest::Error),
    /// Metrics that cannot be read.
    #[error(transparent)]
    Scrape(#[from] ScrapeError),
    /// A profile that cannot be read.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The load generator did not run.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The store of the clusters cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The folder that was named holds something else.
    #[error("{} is not empty, and no sweep made it. A sweep begins by emptying its folder: choose another with --data", .0.display())]
    NotOurs(PathBuf),
    /// A file or folder of the sweep.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system refuses something else.
    #[error(transparent)]
    Io(#[from] io::Error),
}
