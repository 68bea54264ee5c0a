//! When the requests of an open loop are due: pure, from a seed.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// The part of a schedule that falls to one of several threads: rising times from the start, until its end.
#[derive(Debug)]
pub(super) struct Schedule {
    gaps: Gaps,
    end: Duration,
}

#[derive(Debug)]
enum Gaps {
    /// Every so many seconds, from an offset on: threads take turns.
    Constant { offset: f64, seconds: f64, nth: f64 },
    /// Independent arrivals. Those of several threads together are independent ones again, at the sum of their rates.
    Poisson {
        mean_seconds: f64,
        at: f64,
        rng: Box<StdRng>,
    },
}

impl Schedule {
    /// Equal distances at this rate over all threads.
    pub(super) fn constant(per_second: f64, thread: usize, threads: usize, end: Duration) -> Self {
        let gaps = Gaps::Constant {
            offset: thread as f64 / per_second,
            seconds: threads as f64 / per_second,
            nth: 0.0,
        };
        Self { gaps, end }
    }

    /// Poisson arrivals at this rate over all threads; the seed has to be another one for each of them.
    pub(super) fn poisson(per_second: f64, seed: u64, threads: usize, end: Duration) -> Self {
        let gaps = Gaps::Poisson {
            mean_seconds: threads as f64 / per_second,
            at: 0.0,
            rng: Box::new(StdRng::seed_from_u64(seed)),
        };
        Self { gaps, end }
    }

    /// The time between two requests, on average.
    pub(super) fn between(&self) -> Duration {
        let (Gaps::Constant { seconds, .. }
        | Gaps::Poisson {
            mean_seconds: seconds,
            ..
        }) = &self.gaps;
        Duration::try_from_secs_f64(*seconds).unwrap_or(Duration::MAX)
    }
}

impl Iterator for Schedule {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        let seconds = match &mut self.gaps {
            Gaps::Constant { offset, seconds, nth } => {
                let at = *offset + *seconds * *nth;
                *nth += 1.0;
                at
            }
            Gaps::Poisson {
                mean_seconds,
                at,
                rng,
            } => {
                // In (0, 1]: the logarithm of zero would be the end of all requests.
                let uniform = 1.0 - rng.random::<f64>();
                *at -= uniform.ln() * *mean_seconds;
                *at
            }
        };
        let due = Duration::try_from_secs_f64(seconds).ok()?;
        (due < self.end).then_some(due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn threads_take_turns_at_a_constant_rate() {
        let mut due: Vec<Duration> = (0..3)
            .flat_map(|thread| Schedule::constant(50.0, thread, 3, 3 * SECOND))
            .collect();
        due.sort_unstable();
        assert_eq!(due.len(), 150);
        for (nth, due) in (0_u32..).zip(due) {
            assert_eq!(due, nth * SECOND / 50);
        }
        assert_eq!(
            Schedule::constant(1e-3, 0, 1, SECOND).count(),
            1,
            "the first one is due at once"
        );
    }

    #[test]
    fn independent_arrivals_have_their_rate_and_their_spread() {
        let due: Vec<Duration> = (0..4)
            .flat_map(|thread| Schedule::poisson(1_000.0, thread, 4, 100 * SECOND))
            .collect();
        let count = due.len() as f64;
        assert!((count - 1e5).abs() < 5.0 * 1e5_f64.sqrt(), "{count}");
        // The counts of seconds have the variance of their mean.
        let mut counts = [0.0_f64; 100];
        for due in due {
            counts[usize::try_from(due.as_secs()).unwrap()] += 1.0;
        }
        let variance = counts.iter().map(|count| (count - 1e3).powi(2)).sum::<f64>() / 100.0;
        assert!((600.0..1_500.0).contains(&variance), "{variance}");
    }

    #[test]
    fn the_same_seed_gives_the_same_schedule() {
        let schedule = |seed| Schedule::poisson(100.0, seed, 1, SECOND).collect::<Vec<_>>();
        assert_eq!(schedule(5), schedule(5));
        assert_ne!(schedule(5), schedule(6));
        assert!(schedule(5).is_sorted());
    }
}
