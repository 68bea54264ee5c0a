//! Runs a request's work on the pool, and measures it whether somebody waits for the end or not.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use shared::deadline::Deadline;
use shared::process::thread_cpu;
use shared::wire::{AttemptKind, LeafError};
use tokio::time::Instant;

use super::Service;
use crate::call::Call;
use crate::metrics::{LeafMetrics, Stage};
use crate::pool::{Done, Pool, Watch};

/// A caller that waits for its work: when it is dropped before the end, the work is taken back.
struct Waiting<'a> {
    metrics: &'a LeafMetrics,
    begun: Arc<AtomicBool>,
    answered: bool,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.answered {
            let stage = if self.begun.load(Ordering::Relaxed) {
                Stage::Running
            } else {
                Stage::Queued
            };
            self.metrics.cancelled(stage);
        }
    }
}

impl Service {
    /// As [`crate::pool::Pool::run`].
    ///
    /// # Errors
    /// As there.
    pub(super) async fn execute<T, F>(
        &self,
        call: Call,
        deadline: Deadline,
        kind: AttemptKind,
        job: F,
    ) -> Result<Done<T>, LeafError>
    where
        T: Send + 'static,
        F: FnOnce(&Watch) -> T + Send + 'static,
    {
        measured((&self.pool, &self.metrics), call, deadline, kind, job).await
    }
}

async fn measured<T, F>(
    (pool, metrics): (&Pool, &Arc<LeafMetrics>),
    call: Call,
    deadline: Deadline,
    kind: AttemptKind,
    job: F,
) -> Result<Done<T>, LeafError>
where
    T: Send + 'static,
    F: FnOnce(&Watch) -> T + Send + 'static,
{
    let arrived = Instant::now();
    let begun = Arc::new(AtomicBool::new(false));
    let mut waiting = Waiting {
        metrics,
        begun: Arc::clone(&begun),
        answered: false,
    };
    let metrics = Arc::clone(metrics);
    let job = move |watch: &Watch| {
        begun.store(true, Ordering::Relaxed);
        let began = Instant::now();
        metrics.queued(call, began.saturating_duration_since(arrived));
        let cpu_before = thread_cpu();
        let value = job(watch);
        metrics.executed(call, began.elapsed(), thread_cpu().saturating_sub(cpu_before));
        value
    };
    let done = pool.run(deadline, kind, job).await;
    waiting.answered = true;
    done
}

#[cfg(test)]
#[path = "work_tests.rs"]
mod tests;
