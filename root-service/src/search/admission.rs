//! How many searches a root runs at a time: some run, a few wait for their turn, and the others are told at once to come
//! back later, while the ones already here can still be answered in time.
//!
//! How many may run follows from what the leaves say. A query needs all leaves: when each of them sheds a third of its requests
//! by itself, hardly any query is answered whole, and the work of the others is wasted. So a root that hears of shed requests
//! lets fewer searches in, and more again when it hears of none: additive increase, multiplicative decrease, as TCP does it.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use shared::deadline::Deadline;
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::error::ApiError;

/// The places of one root.
pub struct Admission {
    state: Arc<Mutex<State>>,
    running_max: u32,
}

/// A search's right to run; the next one may when it is dropped.
pub struct Admitted {
    state: Arc<Mutex<State>>,
    began: Instant,
}

struct State {
    limit: Limit,
    running: u32,
    waiting: VecDeque<oneshot::Sender<Admitted>>,
}

/// How many searches may run.
#[derive(Clone, Copy, Debug)]
struct Limit {
    now: f64,
    max: f64,
    /// When it was last lowered: searches that began before say nothing new.
    lowered: Option<Instant>,
}

/// What is left of the limit when leaves are overloaded.
const LOWERED: f64 = 0.8;
/// It never falls below this, or nothing would be learnt any more.
const LIMIT_MIN: f64 = 2.0;

impl Limit {
    fn whole(self) -> u32 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between the least and the most, which are small and positive"
        )]
        let whole = self.now as u32;
        whole.max(1)
    }

    /// A search that began then has ended, while so many were running.
    fn learn(&mut self, overloaded: bool, running: u32, began: Instant, now: Instant) {
        if overloaded {
            if self.lowered.is_none_or(|lowered| began > lowered) {
                self.now = (self.now * LOWERED).max(LIMIT_MIN).min(self.max);
                self.lowered = Some(now);
            }
        } else if f64::from(running) >= self.now / 2.0 {
            // One more after as many searches as may run; a limit that is not felt is not raised.
            self.now = (self.now + 1.0 / self.now).min(self.max);
        }
    }
}

impl Admission {
    /// Lets up to `running_max` searches run, and as many wait as may run.
    pub fn new(running_max: u32) -> Self {
        let max = f64::from(running_max.max(1));
        Self {
            state: Arc::new(Mutex::new(State {
                limit: Limit {
                    now: max,
                    max,
                    lowered: None,
                },
                running: 0,
                waiting: VecDeque::new(),
            })),
            running_max,
        }
    }

    /// Waits for its turn, for half of the time left at most: what is left must do for the search.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] if too many are waiting already, or its turn did not come.
    pub async fn admit(&self, now: Instant, deadline: Deadline) -> Result<Admitted, ApiError> {
        let turn = {
            let mut state = self.state.lock();
            let limit = state.limit.whole();
            if state.running < limit {
                state.running += 1;
                return Ok(Admitted {
                    state: self.state.clone(),
                    began: now,
                });
            }
            state.waiting.retain(|waiting| !waiting.is_closed());
            if state.waiting.len() >= limit as usize {
                return Err(full(limit));
            }
            let (waiting, turn) = oneshot::channel();
            state.waiting.push_back(waiting);
            turn
        };
        let patience = deadline.at_most(now, deadline.remaining(now) / 2);
        match tokio::time::timeout_at(patience.instant(), turn).await {
            Ok(Ok(admitted)) => Ok(admitted),
            Ok(Err(_)) | Err(_) => Err(full(self.limit())),
        }
    }

    /// How many searches run now.
    pub fn running(&self) -> u32 {
        self.state.lock().running
    }

    /// How many may run now.
    pub fn limit(&self) -> u32 {
        self.state.lock().limit.whole().min(self.running_max)
    }
}

impl Admitted {
    /// The search has ended, and leaves were overloaded or not.
    pub(super) fn ended(&self, overloaded: bool, now: Instant) {
        let mut state = self.state.lock();
        let running = state.running;
        state.limit.learn(overloaded, running, self.began, now);
    }
}

impl Drop for Admitted {
    fn drop(&mut self) {
        let now = Instant::now();
        let mut next = Vec::new();
        {
            let mut state = self.state.lock();
            state.running -= 1;
            while state.running < state.limit.whole()
                && let Some(waiting) = state.waiting.pop_front()
            {
                state.running += 1;
                next.push(waiting);
            }
        }
        for waiting in next {
            // Were it gone meanwhile, the place would come back, be dropped, and go to the next.
            let _ = waiting.send(Self {
                state: self.state.clone(),
                began: now,
            });
        }
    }
}

fn full(limit: u32) -> ApiError {
    ApiError::Rejected {
        reason: format!("searches under way have reached the limit of [{limit}]"),
        retry_after_seconds: 1,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn admit(admission: &Admission, within_ms: u64) -> Result<Admitted, ApiError> {
        let now = Instant::now();
        admission
            .admit(now, Deadline::after(now, Duration::from_millis(within_ms)))
            .await
    }

    #[tokio::test(start_paused = true)]
    async fn some_run_some_wait_and_the_rest_are_sent_away_at_once() {
        let admission = Arc::new(Admission::new(1));
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
        assert_eq!(admission.running(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_too_long_is_sent_away_with_time_left() {
        let admission = Admission::new(1);
        let first = admit(&admission, 100).await.unwrap();
        let began = Instant::now();
        assert_eq!(admit(&admission, 100).await.err().unwrap().status(), 429);
        assert_eq!(began.elapsed(), Duration::from_millis(50));
        drop(first);
        assert!(
            admit(&admission, 100).await.is_ok(),
            "who has gone holds no place"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn overload_lowers_the_limit_once_for_all_that_were_there_and_quiet_raises_it() {
        let now = Instant::now();
        let later = now + Duration::from_millis(10);
        let mut limit = Limit {
            now: 100.0,
            max: 100.0,
            lowered: None,
        };
        for _ in 0..50 {
            limit.learn(true, 100, now, later);
        }
        assert_eq!(limit.whole(), 80);
        limit.learn(true, 80, later + Duration::from_millis(1), later);
        assert_eq!(limit.whole(), 64);
        for _ in 0..64 {
            limit.learn(false, 3, later, later);
        }
        assert_eq!(limit.whole(), 64, "nobody felt it");
        for _ in 0..70 {
            limit.learn(false, 64, later, later);
        }
        assert_eq!(limit.whole(), 65);
        for n in 1..200 {
            let at = later + Duration::from_secs(n);
            limit.learn(true, 9, at, at);
        }
        assert_eq!(limit.whole(), 2);
    }
}
