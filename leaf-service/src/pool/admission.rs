//! Admission: whether a job that would wait behind others can be done in time.
//!
//! A job that is refused at once can still be done by another replica; one that expires in the queue has cost its caller
//! all the time there was.

use std::time::Duration;

use tokio::time::Instant;

/// The least weight of a new job in the mean: the last few dozen jobs decide.
const WEIGHT_MIN: f64 = 1.0 / 32.0;
/// How fast the mean forgets while there is little to do.
const MEMORY: Duration = Duration::from_secs(1);

/// The recent mean execution time. It starts at zero, so that nothing is refused before anything is known.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pace {
    mean_seconds: f64,
    /// When the last job ended.
    heard: Option<Instant>,
}

impl Pace {
    /// A job has taken so long.
    pub fn record(&mut self, now: Instant, executed: Duration) {
        let weight = self.heard.map_or(1.0, |heard| {
            let silence = now.saturating_duration_since(heard).div_duration_f64(MEMORY);
            (1.0 - (-silence).exp()).max(WEIGHT_MIN)
        });
        self.mean_seconds += weight * (executed.as_secs_f64() - self.mean_seconds);
        self.heard = Some(now);
    }

    /// How long it will be until a job is done that has `ahead` jobs before it in the queue.
    ///
    /// With none ahead it is nothing, so that some job always runs, and a mean that was too high corrects itself. Its own
    /// time counts otherwise: a job that can only begin in time is cut short by its deadline, and has cost as much.
    pub fn until_done(&self, ahead: usize, threads: usize) -> Duration {
        if ahead == 0 {
            return Duration::ZERO;
        }
        let turns = ahead as f64 / threads.max(1) as f64 + 1.0;
        let seconds = self.mean_seconds * turns;
        Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    /// A pace after jobs that took so many milliseconds, one ending each millisecond.
    fn after(jobs: impl IntoIterator<Item = u32>) -> Pace {
        let mut pace = Pace::default();
        let mut now = Instant::now();
        for executed in jobs {
            now += MS;
            pace.record(now, MS * executed);
        }
        pace
    }

    #[test]
    fn a_job_waits_for_those_ahead_shared_among_the_threads_and_for_itself() {
        let pace = after([10; 5]);
        assert_eq!(pace.until_done(8, 2), MS * 50);
        assert_eq!(pace.until_done(8, 1), MS * 90);
    }

    #[test]
    fn nothing_ahead_and_nothing_known_are_no_wait() {
        assert_eq!(after([1_000]).until_done(0, 1), Duration::ZERO);
        assert_eq!(Pace::default().until_done(1_000, 1), Duration::ZERO);
    }

    #[test]
    fn one_odd_job_hardly_moves_the_mean_and_a_change_is_learnt_in_a_hundred() {
        let steady = [10; 100];
        let odd = after(steady.into_iter().chain([1_000])).until_done(1, 1);
        assert!(odd < MS * 90, "{odd:?}");
        let changed = after(steady.into_iter().chain([50; 100])).until_done(1, 1);
        assert!(changed > MS * 90, "{changed:?}");
    }

    #[test]
    fn after_a_silence_the_next_job_counts_for_itself() {
        let mut pace = after([1_000; 100]);
        let now = Instant::now() + Duration::from_mins(1);
        pace.record(now, MS);
        assert!(pace.until_done(1, 1) < MS * 4);
    }

    #[test]
    fn no_number_of_jobs_overflows() {
        let mut pace = Pace::default();
        pace.record(Instant::now(), Duration::MAX);
        assert_eq!(pace.until_done(usize::MAX, 1), Duration::MAX);
    }
}
