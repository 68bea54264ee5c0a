//! A machine: processor cores for which everything on it queues.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;

use super::clock::Clock;

/// Processor cores, first come, first served.
///
/// A real scheduler shares a core out among threads that run for long. What runs here takes a millisecond or two, which is
/// about the slice that Linux lets a thread have, so that the order of arrival comes close.
pub(super) struct Host {
    cores: Semaphore,
    clock: Clock,
}

impl Host {
    /// So many cores, all free.
    pub(super) fn new(cores: u32, clock: Clock) -> Arc<Self> {
        Arc::new(Self {
            cores: Semaphore::new(usize::try_from(cores.max(1)).unwrap_or(usize::MAX)),
            clock,
        })
    }

    /// Computes for so long, as soon as a core is free. Given up, the core is free again.
    pub(super) async fn compute(&self, time: Duration) {
        if time.is_zero() {
            return;
        }
        // Nobody closes it.
        let _core = self.cores.acquire().await;
        self.clock.sleep(time).await;
    }
}

#[cfg(test)]
mod tests {
    use tokio::task::JoinSet;
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn more_work_than_cores_queues() {
        let host = Host::new(2, Clock::Coarse);
        let began = Instant::now();
        let mut work = JoinSet::new();
        for _ in 0..6 {
            let host = host.clone();
            work.spawn(async move {
                host.compute(Duration::from_millis(10)).await;
                began.elapsed().as_millis()
            });
        }
        let mut ends = work.join_all().await;
        ends.sort_unstable();
        assert_eq!(ends, [10, 10, 20, 20, 30, 30]);
    }
}
