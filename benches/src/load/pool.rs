//! The connections of one thread: the one that was used last is used next, and no more are open than allowed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use parking_lot::Mutex;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::connection::{Answered, Connection, ExchangeError};
use super::target::Target;

/// Connections to one service.
pub(super) struct Pool {
    target: Arc<Target>,
    idle: Mutex<Vec<Connection>>,
    /// Those that may still be in use at the same time; who waits for one is served in turn.
    free: Semaphore,
    opened: AtomicU64,
    waited: AtomicU64,
}

impl Pool {
    /// None is open yet.
    pub(super) fn new(target: Arc<Target>, connections_max: usize) -> Self {
        Self {
            target,
            idle: Mutex::default(),
            free: Semaphore::new(connections_max),
            opened: AtomicU64::new(0),
            waited: AtomicU64::new(0),
        }
    }

    /// Sends a request over a connection that is free, or a new one. Dropped before its end, the connection is closed:
    /// nobody would read the answer.
    pub(super) async fn exchange(
        &self,
        mut request: Request<Full<Bytes>>,
    ) -> Result<Answered, ExchangeError> {
        let _permit = self.permit().await;
        loop {
            let kept = self.kept().await;
            let is_kept = kept.is_some();
            let mut connection = if let Some(connection) = kept {
                connection
            } else {
                self.opened.fetch_add(1, Ordering::Relaxed);
                Connection::open(&self.target).await?
            };
            match connection.exchange(request).await {
                // Closed while it was idle: that says nothing about the service. One that is new is another matter.
                Err(ExchangeError::Unsent(unsent)) if is_kept => request = *unsent,
                Err(error) => return Err(error),
                Ok(answered) => {
                    self.idle.lock().push(connection);
                    return Ok(answered);
                }
            }
        }
    }

    async fn permit(&self) -> SemaphorePermit<'_> {
        if let Ok(permit) = self.free.try_acquire() {
            return permit;
        }
        self.waited.fetch_add(1, Ordering::Relaxed);
        self.free.acquire().await.expect("it is never closed")
    }

    /// One that is open and idle. Those that the service has closed meanwhile are dropped on the way.
    async fn kept(&self) -> Option<Connection> {
        loop {
            let mut connection = self.idle.lock().pop()?;
            if connection.is_usable().await {
                return Some(connection);
            }
        }
    }

    /// How many connections were opened.
    pub(super) fn opened(&self) -> u64 {
        self.opened.load(Ordering::Relaxed)
    }

    /// How many requests had to wait for one.
    pub(super) fn waited(&self) -> u64 {
        self.waited.load(Ordering::Relaxed)
    }
}
