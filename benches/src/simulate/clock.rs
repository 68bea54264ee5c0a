//! Simulated time in steps finer than tokio's.
//!
//! tokio's timers have steps of 1 ms, which is what a whole query takes on a small index. A [`Clock`] lets the simulated
//! side (service times, wires, processors) wait for any nanosecond of the paused clock, while the root's own timers
//! (hedges, deadlines, polls) go on in their steps, as they do on a real machine.
//!
//! It works as a discrete-event simulation inside of tokio's: one task keeps the moments that somebody waits for in order. When
//! nothing else can run (the runtime says so before it parks its thread), it moves the paused clock to the next of them.
//! Inside of one millisecond the clock stands at odd moments; at its end the task brings it back to a whole one, since
//! tokio's own advance counts whole milliseconds from wherever the clock stands.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{Notify, oneshot};
use tokio::time::{Instant, advance, sleep_until};

/// One step of tokio's timers.
const STEP: Duration = Duration::from_millis(1);

/// How the simulated side waits.
#[derive(Clone)]
pub(super) enum Clock {
    /// In tokio's steps.
    Coarse,
    /// For any moment.
    Fine(Arc<Moments>),
}

impl Clock {
    /// A fine clock, driven by a task of its own. Must be called on the paused runtime whose threads report to `idle`.
    pub(super) fn fine(idle: Arc<Idle>) -> Self {
        let moments = Arc::new(Moments::default());
        let driver = Driver {
            moments: moments.clone(),
            idle,
            start: Instant::now(),
        };
        tokio::spawn(driver.drive());
        Self::Fine(moments)
    }

    /// Returns at that moment, or at once if it has passed.
    pub(super) async fn sleep_until(&self, moment: Instant) {
        match self {
            Self::Coarse => sleep_until(moment).await,
            Self::Fine(moments) if moment > Instant::now() => {
                // The driver lives as long as the runtime.
                let _ = moments.wait_for(moment).await;
            }
            Self::Fine(_) => {}
        }
    }

    /// Lets so much time pass.
    pub(super) async fn sleep(&self, time: Duration) {
        if !time.is_zero() {
            self.sleep_until(Instant::now() + time).await;
        }
    }
}

/// Says when nothing else can run: the runtime calls [`Idle::parks`] before it puts its thread to sleep.
#[derive(Default)]
pub(super) struct Idle {
    asked: AtomicBool,
    reached: Notify,
}

impl Idle {
    /// The thread is about to be parked.
    pub(super) fn parks(&self) {
        if self.asked.swap(false, Ordering::AcqRel) {
            self.reached.notify_one();
        }
    }

    async fn reached(&self) {
        self.asked.store(true, Ordering::Release);
        self.reached.notified().await;
    }
}

/// The moments that somebody waits for.
#[derive(Default)]
pub(super) struct Moments {
    waiting: Mutex<Waiting>,
    /// An earlier moment than all others has come in.
    sooner: Notify,
}

#[derive(Default)]
struct Waiting {
    /// By moment, and then by the order in which they came.
    wakes: BTreeMap<(Instant, u64), oneshot::Sender<()>>,
    came: u64,
}

impl Moments {
    fn wait_for(&self, moment: Instant) -> oneshot::Receiver<()> {
        let (wake, woken) = oneshot::channel();
        let sooner = {
            let mut waiting = self.waiting.lock();
            let first = waiting.wakes.first_key_value();
            let sooner = first.is_none_or(|((first, _), _)| moment < *first);
            waiting.came += 1;
            let turn = waiting.came;
            waiting.wakes.insert((moment, turn), wake);
            sooner
        };
        if sooner {
            self.sooner.notify_one();
        }
        woken
    }

    fn next(&self) -> Option<Instant> {
        let mut waiting = self.waiting.lock();
        // Who has gone away needs no waking, and must not hold the clock up.
        while let Some(first) = waiting.wakes.first_entry() {
            if !first.get().is_closed() {
                return Some(first.key().0);
            }
            first.remove();
        }
        None
    }

    /// Wakes everybody whose moment has come.
    fn wake(&self, now: Instant) {
        let mut waiting = self.waiting.lock();
        while let Some(first) = waiting.wakes.first_entry().filter(|first| first.key().0 <= now) {
            // Or it has gone away.
            let _ = first.remove().send(());
        }
    }
}

/// Moves the clock.
struct Driver {
    moments: Arc<Moments>,
    idle: Arc<Idle>,
    start: Instant,
}

impl Driver {
    async fn drive(self) {
        loop {
            self.idle.reached().await;
            let now = Instant::now();
            let step = self.step_of(now);
            let inside = step < now;
            match self.moments.next() {
                Some(moment) if moment <= now => self.moments.wake(now),
                Some(moment) if moment < step + STEP => {
                    advance(moment - now).await;
                    self.moments.wake(moment);
                }
                _ if inside => advance(step + STEP - now).await,
                Some(moment) => {
                    tokio::select! {
                        () = sleep_until(self.step_of(moment)) => {}
                        () = self.moments.sooner.notified() => {}
                    }
                }
                None => self.moments.sooner.notified().await,
            }
        }
    }

    /// The beginning of the step that holds a moment.
    fn step_of(&self, moment: Instant) -> Instant {
        let since = moment.saturating_duration_since(self.start);
        let steps = u64::try_from(since.as_millis()).unwrap_or(u64::MAX);
        self.start + Duration::from_millis(steps)
    }
}

/// A paused runtime of one thread that reports when nothing can run.
pub(super) fn paused_runtime() -> std::io::Result<(tokio::runtime::Runtime, Arc<Idle>)> {
    let idle = Arc::new(Idle::default());
    let parks = idle.clone();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .on_thread_park(move || parks.parks())
        .build()?;
    Ok((runtime, idle))
}

#[cfg(test)]
mod tests {
    use tokio::task::JoinSet;
    use tokio::time::sleep;

    use super::*;

    const US: Duration = Duration::from_micros(1);

    fn on_fine_clock<T>(test: impl AsyncFnOnce(Clock) -> T) -> T {
        let (runtime, idle) = paused_runtime().unwrap();
        runtime.block_on(async move { test(Clock::fine(idle)).await })
    }

    #[test]
    fn every_moment_comes_exactly_and_in_order() {
        let mut rng = shared::random::from_seed(3);
        let mut waits: Vec<u32> = (0..500)
            .map(|_| rand::RngExt::random_range(&mut rng, 0..20_000))
            .collect();
        let woken = on_fine_clock(async |clock| {
            let began = Instant::now();
            let woken = Arc::new(Mutex::new(Vec::new()));
            let mut tasks = JoinSet::new();
            for wait in waits.clone() {
                let (clock, woken) = (clock.clone(), woken.clone());
                tasks.spawn(async move {
                    clock.sleep(wait * US).await;
                    woken.lock().push((wait, began.elapsed()));
                });
            }
            tasks.join_all().await;
            Arc::try_unwrap(woken).unwrap().into_inner()
        });
        waits.sort_unstable();
        assert_eq!(woken.iter().map(|(wait, _)| *wait).collect::<Vec<_>>(), waits);
        assert!(woken.iter().all(|(wait, elapsed)| *elapsed == *wait * US));
    }

    #[test]
    fn chains_of_short_waits_add_up_beside_the_timers_of_tokio() {
        on_fine_clock(async |clock| {
            let began = Instant::now();
            let ticks = tokio::spawn(async move {
                let mut seen = Vec::new();
                for tick in 1..=5 {
                    sleep_until(began + 2 * tick * STEP).await;
                    seen.push(began.elapsed());
                }
                seen
            });
            for _ in 0..30 {
                clock.sleep(330 * US).await;
            }
            assert_eq!(began.elapsed(), 9_900 * US);
            let seen = ticks.await.unwrap();
            assert_eq!(
                seen,
                [2, 4, 6, 8, 10].map(|ms| ms * STEP),
                "tokio's timers are on time"
            );
        });
    }

    #[test]
    fn a_wait_that_is_given_up_does_not_move_the_clock() {
        on_fine_clock(async |clock| {
            let began = Instant::now();
            let given_up = clock.sleep(300 * US);
            tokio::select! {
                () = given_up => panic!("the shorter wait is over first"),
                () = clock.sleep(100 * US) => {}
            }
            assert_eq!(began.elapsed(), 100 * US);
            sleep(STEP).await;
            assert!(began.elapsed() >= STEP && began.elapsed() <= 2 * STEP);
        });
    }
}
