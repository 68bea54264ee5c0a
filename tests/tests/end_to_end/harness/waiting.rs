//! Waiting: for a condition, and for the tests that must not run at the same time.

use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{Instant, sleep};

/// How long a condition may take to come true. It is long because a busy machine is no failure.
const PATIENCE: Duration = Duration::from_mins(1);
/// How often a condition is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Waits until the condition is true.
///
/// For conditions that nobody announces: what other processes do. Panics with `what` when it does not come true.
pub(crate) async fn eventually(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let patience_ends = Instant::now() + PATIENCE;
    while !condition().await {
        assert!(Instant::now() < patience_ends, "it never came true that {what}");
        sleep(LOOK_EVERY).await;
    }
}

static HEAVY: Mutex<()> = Mutex::const_new(());

/// Waits until no other heavy test runs, and keeps others waiting until the guard is dropped.
///
/// For tests that could use every core for many seconds: side by side they would only starve each other.
pub(crate) async fn alone() -> MutexGuard<'static, ()> {
    HEAVY.lock().await
}
