//! Requests beside the load, over a connection that is made as those of the load are: same addresses, headers and trust.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use hyper::StatusCode;
use tokio::time::timeout;

use super::connection::ExchangeError;
use super::pool::Pool;
use super::requests::encoded;
use super::target::Target;
use super::{LoadError, LoadPlan};

/// Asks a service for what it says of itself.
pub struct Aside {
    target: Arc<Target>,
    pool: Pool,
    patience: Duration,
}

/// Why there is nothing to read.
#[derive(Debug, thiserror::Error)]
pub enum AsideError {
    /// The service refused.
    #[error("{0}")]
    Status(StatusCode),
    /// It took too long.
    #[error("no answer within {} s", .0.as_secs())]
    TimedOut(Duration),
    /// The path cannot stand in a request.
    #[error("{0:?} is no path")]
    Path(String),
    /// There was no answer.
    #[error("{0}")]
    Broken(String),
}

impl Aside {
    /// Finds the service of a plan; what takes longer than `patience` is given up.
    ///
    /// # Errors
    /// [`LoadError`] if its address or its certificate cannot be used, or nobody is there.
    pub async fn of(plan: &LoadPlan, patience: Duration) -> Result<Self, LoadError> {
        Ok(Self::at(Arc::new(Target::find(plan).await?), patience))
    }

    pub(super) fn at(target: Arc<Target>, patience: Duration) -> Self {
        Self {
            pool: Pool::new(target.clone(), 1),
            target,
            patience,
        }
    }

    /// What an index says at a path below its own, such as `_mapping`.
    ///
    /// # Errors
    /// As [`Aside::get`].
    pub async fn get_of_index(&self, index: &str, below: &str) -> Result<Bytes, AsideError> {
        self.get(&format!("/{}/{below}", encoded(index))).await
    }

    /// What stands at a path below the service's address.
    ///
    /// # Errors
    /// [`AsideError`] if it is not there.
    pub async fn get(&self, path: &str) -> Result<Bytes, AsideError> {
        let request = self
            .target
            .get(path)
            .ok_or_else(|| AsideError::Path(path.to_owned()))?;
        let answered = timeout(self.patience, self.pool.exchange(request)).await;
        let answer = answered
            .map_err(|_| AsideError::TimedOut(self.patience))?
            .map_err(|error: ExchangeError| AsideError::Broken(error.to_string()))?;
        if answer.status.is_success() {
            Ok(answer.body)
        } else {
            Err(AsideError::Status(answer.status))
        }
    }
}
