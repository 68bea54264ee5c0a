//! Why work on one shard failed.

use shared::wire::ShardFailure;
use tantivy::TantivyError;

/// A failure of one shard's work. The others of the same request go on.
#[derive(Debug, thiserror::Error)]
pub enum ExecuteError {
    /// The index could not be read.
    #[error("the index cannot be read: {0}")]
    Index(#[from] TantivyError),
    /// A file of the index could not be read.
    #[error("the index cannot be read: {0}")]
    Io(#[from] std::io::Error),
    /// The request does not fit the shard, such as a text slot that it does not have.
    #[error("the request does not fit the shard: {0}")]
    Misfit(String),
    /// The deadline came first.
    #[error("the deadline passed")]
    Deadline,
    /// The code that read the index panicked: damaged files, or a bug.
    #[error("the search panicked: {0}")]
    Panicked(String),
}

impl ExecuteError {
    /// What the root hears of it.
    pub fn to_failure(&self) -> ShardFailure {
        match self {
            Self::Deadline => ShardFailure::Deadline,
            Self::Index(_) | Self::Io(_) | Self::Misfit(_) | Self::Panicked(_) => {
                ShardFailure::Failed(self.to_string())
            }
        }
    }
}

/// Runs work on a shard so that a panic in it becomes an error of that shard alone.
///
/// Whatever `work` can reach by `&mut` must be fit for use after a panic anywhere within it: callers either drop it or
/// put it back in order.
pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, ExecuteError>) -> Result<T, ExecuteError> {
    // Unwind safety is the callers' promise above; `View` is immutable, so nothing shared can be left half-changed.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let text = panic
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| panic.downcast_ref::<String>().cloned());
        Err(ExecuteError::Panicked(
            text.unwrap_or_else(|| "without a message".to_owned()),
        ))
    })
}
