//! How many searches a root runs at a time: some run, some wait for their turn, and the others are told at once to come
//! back later, while the ones already here can still be answered in time.

use std::sync::Arc;

use shared::deadline::Deadline;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::ApiError;

/// The places. Cheap to clone.
#[derive(Clone)]
pub(in crate::api) struct Admission {
    /// One for each search that runs or waits.
    places: Arc<Semaphore>,
    /// One for each search that runs.
    running: Arc<Semaphore>,
    running_max: usize,
}

/// A search's right to run; the next one may when it is dropped.
pub(in crate::api) struct Admitted {
    _place: OwnedSemaphorePermit,
    _running: OwnedSemaphorePermit,
}

impl Admission {
    /// Lets `running_max` searches run, and as many wait.
    pub(in crate::api) fn new(running_max: usize) -> Self {
        Self {
            places: Arc::new(Semaphore::new(running_max * 2)),
            running: Arc::new(Semaphore::new(running_max)),
            running_max,
        }
    }

    /// Waits for its turn, for half of the time left at most: what is left must do for the search.
    pub(in crate::api) async fn admit(
        &self,
        now: tokio::time::Instant,
        deadline: Deadline,
    ) -> Result<Admitted, ApiError> {
        let place = Arc::clone(&self.places)
            .try_acquire_owned()
            .map_err(|_| self.full())?;
        let patience = deadline.at_most(now, deadline.remaining(now) / 2);
        let turn = Arc::clone(&self.running).acquire_owned();
        match tokio::time::timeout_at(patience.instant(), turn).await {
            Ok(Ok(running)) => Ok(Admitted {
                _place: place,
                _running: running,
            }),
            Ok(Err(_)) | Err(_) => Err(self.full()),
        }
    }

    fn full(&self) -> ApiError {
        ApiError::Rejected {
            reason: format!(
                "searches under way have reached the limit of [{}]",
                self.running_max
            ),
            retry_after_seconds: 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::*;

    async fn admit(admission: &Admission, within_ms: u64) -> Result<Admitted, ApiError> {
        let now = Instant::now();
        admission
            .admit(now, Deadline::after(now, Duration::from_millis(within_ms)))
            .await
    }

    #[tokio::test(start_paused = true)]
    async fn some_run_some_wait_and_the_rest_are_sent_away_at_once() {
        let admission = Admission::new(1);
        let first = admit(&admission, 100).await.unwrap();
        let waiting = tokio::spawn({
            let admission = admission.clone();
            async move { admit(&admission, 10_000).await.is_ok() }
        });
        tokio::task::yield_now().await;
        let began = Instant::now();
        assert_eq!(admit(&admission, 100).await.err().unwrap().status(), 429);
        assert_eq!(began.elapsed(), Duration::ZERO);
        drop(first);
        assert!(waiting.await.unwrap(), "its turn comes when the first is done");
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_too_long_is_sent_away_with_time_left() {
        let admission = Admission::new(1);
        let _first = admit(&admission, 100).await.unwrap();
        let began = Instant::now();
        assert_eq!(admit(&admission, 100).await.err().unwrap().status(), 429);
        assert_eq!(began.elapsed(), Duration::from_millis(50));
    }
}
