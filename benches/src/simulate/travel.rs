//! The way between a root and a replica: every message takes its time, a cancellation too.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::clock::Clock;
use futures::future::BoxFuture;

/// A call that takes `network` to arrive and as long to be answered. When it is dropped, the other side goes on until it
/// hears of it.
pub(super) async fn travel<T: Send + 'static>(
    clock: Clock,
    network: Duration,
    call: impl Future<Output = T> + Send + 'static,
) -> T {
    if network.is_zero() {
        return call.await;
    }
    clock.sleep(network).await;
    let answer = Remote {
        work: Some(Box::pin(call)),
        clock: clock.clone(),
        network,
    }
    .await;
    clock.sleep(network).await;
    answer
}

/// Work on the other side.
struct Remote<T: Send + 'static> {
    work: Option<BoxFuture<'static, T>>,
    clock: Clock,
    network: Duration,
}

impl<T: Send + 'static> Future for Remote<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<T> {
        let Some(work) = &mut self.work else {
            return Poll::Pending;
        };
        let answer = work.as_mut().poll(cx);
        if answer.is_ready() {
            self.work = None;
        }
        answer
    }
}

impl<T: Send + 'static> Drop for Remote<T> {
    fn drop(&mut self) {
        if let Some(work) = self.work.take() {
            let (clock, network) = (self.clock.clone(), self.network);
            tokio::spawn(async move {
                // It ends, or it is cancelled now: nobody waits for it any more.
                tokio::select! {
                    _ = work => {}
                    () = clock.sleep(network) => {}
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tokio::time::{Instant, sleep, timeout};

    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[tokio::test(start_paused = true)]
    async fn a_call_takes_its_way_there_and_back() {
        let began = Instant::now();
        travel(Clock::Coarse, 3 * MS, async { sleep(10 * MS).await }).await;
        assert_eq!(began.elapsed(), 16 * MS);
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancellation_takes_its_way_too() {
        let there = Arc::new(());
        let work = {
            let there = there.clone();
            async move {
                sleep(100 * MS).await;
                drop(there);
            }
        };
        assert!(
            timeout(10 * MS, travel(Clock::Coarse, 3 * MS, work))
                .await
                .is_err()
        );
        assert_eq!(
            Arc::strong_count(&there),
            2,
            "the other side has not heard of it yet"
        );
        sleep(3 * MS).await;
        tokio::task::yield_now().await;
        assert_eq!(Arc::strong_count(&there), 1);
    }
}
