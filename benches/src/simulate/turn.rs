//! The turn of a query at its root: one task drives all calls of a query, so that what they take there is taken one after the
//! other, however many cores the root has.

use std::sync::Arc;

use tokio::sync::{Mutex, MutexGuard};

tokio::task_local! {
    static TURN: Turn;
}

/// Whose turn it is among the calls of a query.
#[derive(Clone, Default)]
pub(super) struct Turn(Arc<Mutex<()>>);

impl Turn {
    /// Runs a query whose calls take turns.
    pub(super) async fn of_its_own<T>(query: impl Future<Output = T>) -> T {
        TURN.scope(Self::default(), query).await
    }

    /// That of the query to which the caller belongs; what belongs to none has its own.
    pub(super) fn current() -> Self {
        TURN.try_with(Self::clone).unwrap_or_default()
    }

    /// Waits for it.
    pub(super) async fn come(&self) -> MutexGuard<'_, ()> {
        self.0.lock().await
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use futures::future::join_all;
    use tokio::time::{Instant, sleep};

    use super::*;

    const MS: Duration = Duration::from_millis(1);

    async fn call(turn: Turn) {
        let _turn = turn.come().await;
        sleep(MS).await;
    }

    #[tokio::test(start_paused = true)]
    async fn calls_of_a_query_take_turns_and_those_of_others_do_not_wait_for_them() {
        let began = Instant::now();
        let query = || Turn::of_its_own(async { join_all((0..3).map(|_| call(Turn::current()))).await });
        join_all([query(), query()]).await;
        assert_eq!(began.elapsed(), 3 * MS);
        join_all((0..3).map(|_| call(Turn::current()))).await;
        assert_eq!(began.elapsed(), 4 * MS);
    }
}
