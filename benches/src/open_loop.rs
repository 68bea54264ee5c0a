//! Open-loop load of a test that keeps every answer: requests go out by the clock, whether or not earlier ones have been
//! answered. What is measured is measured by [`crate::load`], whose clock is finer.
//!
//! A client that waits for an answer before it sends its next request asks least while the service is slow, and so hides
//! what it was to measure: "coordinated omission" (Gil Tene, How NOT to Measure Latency, 2013). Here every request has a
//! time at which it is due, and its latency is counted from that time, also if it could only be sent later.

use std::panic;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

/// When requests are due: at a constant rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Schedule {
    /// The time from one request to the next.
    pub interval: Duration,
    /// How many requests.
    pub requests: usize,
}

/// What became of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answered<T> {
    /// From the time that it was due to its answer.
    pub latency: Duration,
    /// How much later than due it was sent: what the generator itself adds to the latency.
    pub late: Duration,
    /// What the sender made of it.
    pub answer: T,
}

impl Schedule {
    /// The schedule of a rate that is kept up for some time; a rate of 0 is taken as 1.
    #[must_use]
    pub fn lasting(per_second: u32, time: Duration) -> Self {
        let interval = Duration::from_secs(1) / per_second.max(1);
        let requests = time.as_nanos() / interval.as_nanos().max(1);
        Self {
            interval,
            requests: usize::try_from(requests).unwrap_or(usize::MAX),
        }
    }

    /// When a request is due, from the start; the first one, of number 0, at once.
    #[must_use]
    pub fn due(&self, nth: usize) -> Duration {
        self.interval
            .saturating_mul(u32::try_from(nth).unwrap_or(u32::MAX))
    }

    /// Sends every request when it is due, and ends when all are answered: what became of them, in their order.
    ///
    /// # Panics
    /// If `send` does, or the future that it returns.
    pub async fn drive<T, F>(&self, mut send: impl FnMut(usize) -> F) -> Vec<Answered<T>>
    where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let start = Instant::now();
        let mut under_way = JoinSet::new();
        for nth in 0..self.requests {
            let due = start + self.due(nth);
            sleep_until(due).await;
            let request = send(nth);
            under_way.spawn(async move {
                let late = due.elapsed();
                let answer = request.await;
                let latency = due.elapsed();
                let answered = Answered {
                    latency,
                    late,
                    answer,
                };
                (nth, answered)
            });
        }
        let mut answers = Vec::with_capacity(self.requests);
        while let Some(ended) = under_way.join_next().await {
            match ended {
                Ok(answered) => answers.push(answered),
                // Nobody aborts the tasks: this one has panicked.
                Err(error) => panic::resume_unwind(error.into_panic()),
            }
        }
        answers.sort_unstable_by_key(|(nth, _)| *nth);
        answers.into_iter().map(|(_, answered)| answered).collect()
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{advance, sleep};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_rate_lasts_for_its_time() {
        let schedule = Schedule::lasting(50, 3 * SECOND);
        assert_eq!(schedule.requests, 150);
        assert_eq!(schedule.due(0), Duration::ZERO);
        assert_eq!(schedule.due(100), 2 * SECOND);
        assert_eq!(Schedule::lasting(0, 3 * SECOND).requests, 3);
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_answer_holds_no_later_request_back() {
        let schedule = Schedule::lasting(10, SECOND);
        let begun = Instant::now();
        let answers = schedule
            .drive(|nth| async move {
                let sent = Instant::now();
                sleep(if nth == 0 { 5 * SECOND } else { SECOND / 100 }).await;
                (nth, sent)
            })
            .await;
        assert_eq!(answers.len(), 10);
        for (nth, answered) in answers.iter().enumerate() {
            let (sent_nth, sent) = answered.answer;
            assert_eq!(
                (sent_nth, sent - begun, answered.late),
                (nth, schedule.due(nth), Duration::ZERO)
            );
        }
        assert_eq!(answers[0].latency, 5 * SECOND);
        assert_eq!(answers[9].latency, SECOND / 100);
        assert_eq!(begun.elapsed(), 5 * SECOND, "the end is that of the last answer");
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_generator_sends_late_counts_from_when_it_was_due() {
        // A machine that stands still for half a second.
        let stall = tokio::spawn(async {
            sleep(SECOND / 20).await;
            advance(SECOND / 2).await;
        });
        let answers = Schedule::lasting(10, SECOND).drive(|_| async {}).await;
        stall.await.expect("it does not panic");
        assert!(answers[1].late >= SECOND * 4 / 10, "{:?}", answers[1]);
        assert_eq!(answers[1].latency, answers[1].late);
        assert_eq!(answers[9].latency, Duration::ZERO);
    }
}
