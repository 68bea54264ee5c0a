//! A bounded pool of threads for the CPU work of requests.
//!
//! Work whose deadline has passed, or whose caller has gone, is never begun; when the queue is full, or too
//! long for it to begin in time, work is refused at once, so that another replica can do it.

mod admission;

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use shared::deadline::Deadline;
use shared::process::thread_cpu;
use shared::wire::{AttemptKind, LeafError, Load};
use tokio::sync::oneshot;
use tokio::time::Instant;

pub use self::admission::Pace;

/// What came of a job, and how long it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done<T> {
    /// What the job returned.
    pub value: T,
    /// From its arrival to its beginning.
    pub queued: Duration,
    /// From its beginning to its end.
    pub executed: Duration,
    /// The processor time of it: less than [`Done::executed`] where others wanted the core, or pages had to be read.
    pub cpu: Duration,
}

/// What a running job looks at to know whether it is still wanted.
#[derive(Clone)]
pub struct Watch {
    deadline: Deadline,
    clock: Clock,
    gone: Arc<AtomicBool>,
}

impl Watch {
    /// The time; for a caller that has gone it is the deadline, so that work which heeds the one heeds the other.
    pub fn now(&self) -> Instant {
        if self.gone.load(Ordering::Relaxed) {
            self.deadline.instant()
        } else {
            (self.clock)()
        }
    }
}

/// The pool. Dropping it lets the queue run out in the background; [`Pool::shutdown`] waits for that.
pub struct Pool {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

/// Tells the time.
type Clock = Arc<dyn Fn() -> Instant + Send + Sync>;

struct Shared {
    state: Mutex<State>,
    /// Signalled when a job is queued, and when the pool closes.
    changed: Condvar,
    queue_max: usize,
    threads: usize,
    clock: Clock,
}

#[derive(Default)]
struct State {
    pace: Pace,
    queue: BTreeMap<Turn, Box<dyn Job>>,
    /// Jobs ever queued.
    arrivals: u64,
    running: u32,
    closed: bool,
}

/// Who goes first: first attempts and retries before hedges, then the earliest deadline, then the first come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Turn {
    hedge: bool,
    deadline: Deadline,
    arrival: u64,
}

impl Pool {
    /// A pool of `threads` threads (at least one) whose queue holds up to `queue_max` jobs besides those running.
    ///
    /// # Errors
    /// [`std::io::Error`] if the system gives no threads.
    pub fn new(threads: usize, queue_max: usize) -> std::io::Result<Self> {
        Self::with_clock(threads, queue_max, Arc::new(Instant::now))
    }

    fn with_clock(threads: usize, queue_max: usize, clock: Clock) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            state: Mutex::default(),
            changed: Condvar::new(),
            queue_max,
            threads: threads.max(1),
            clock,
        });
        let pool = Self {
            shared: Arc::clone(&shared),
            threads: Mutex::default(),
        };
        for number in 0..shared.threads {
            let shared = Arc::clone(&shared);
            let thread = std::thread::Builder::new()
                .name(format!("execute-{number}"))
                .spawn(move || shared.work())?;
            pool.threads.lock().push(thread);
        }
        Ok(pool)
    }

    /// Runs a job on a thread of the pool. Dropping the future takes the job out of the queue; if it has begun, its [`Watch`]
    /// says so.
    ///
    /// # Errors
    /// [`LeafError::Shed`] if the queue is full or too long for the deadline, [`LeafError::Expired`] if the deadline passes before the job begins,
    /// [`LeafError::Draining`] if the pool is closed, [`LeafError::Internal`] if the job panics.
    pub async fn run<T, F>(&self, deadline: Deadline, kind: AttemptKind, job: F) -> Result<Done<T>, LeafError>
    where
        T: Send + 'static,
        F: FnOnce(&Watch) -> T + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let watch = Watch {
            deadline,
            clock: Arc::clone(&self.shared.clock),
            gone: Arc::default(),
        };
        let gone = Arc::clone(&watch.gone);
        let arrived = (self.shared.clock)();
        let job = Box::new(Queued {
            watch,
            arrived,
            job,
            answer,
        });
        let turn = self.shared.queue(deadline, kind, job)?;
        let mut place = Place {
            shared: &self.shared,
            turn,
            gone,
            answered: false,
        };
        let outcome = answered.await.unwrap_or(Err(LeafError::Draining));
        place.answered = true;
        outcome
    }

    /// How busy the pool is.
    pub fn load(&self) -> Load {
        let state = self.shared.state.lock();
        Load {
            queued: u32::try_from(state.queue.len()).unwrap_or(u32::MAX),
            running: state.running,
        }
    }

    /// Refuses new jobs, lets those in the queue finish, and waits for the threads to end.
    ///
    /// It blocks: call it where that is allowed, never on a thread of the pool.
    pub fn shutdown(&self) {
        self.shared.close();
        let threads = std::mem::take(&mut *self.threads.lock());
        for thread in threads {
            if thread.join().is_err() {
                tracing::error!("a thread of the pool had panicked");
            }
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.close();
    }
}

/// A caller's hold on its job: given up before the answer has come, it takes the job back.
struct Place<'a> {
    shared: &'a Shared,
    turn: Turn,
    gone: Arc<AtomicBool>,
    answered: bool,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        if self.answered {
            return;
        }
        self.gone.store(true, Ordering::Relaxed);
        let job = self.shared.state.lock().queue.remove(&self.turn);
        // Outside of the lock: what a job holds may take long to drop.
        drop(job);
    }
}

impl Shared {
    fn close(&self) {
        self.state.lock().closed = true;
        self.changed.notify_all();
    }

    fn queue(&self, deadline: Deadline, kind: AttemptKind, job: Box<dyn Job>) -> Result<Turn, LeafError> {
        let now = (self.clock)();
        let mut stale = Vec::new();
        let queued = self
            .state
            .lock()
            .admit(self, (deadline, kind), job, now, &mut stale);
        if queued.is_ok() {
            self.changed.notify_one();
        }
        // Outside of the lock: what a job holds may take long to drop.
        for job in stale {
            job.expire();
        }
        queued
    }

    /// What each thread does until the pool is closed and the queue empty.
    fn work(&self) {
        loop {
            let mut state = self.state.lock();
            let job = loop {
                if let Some((_, job)) = state.queue.pop_first() {
                    break job;
                }
                if state.closed {
                    return;
                }
                self.changed.wait(&mut state);
            };
            if job.is_abandoned() {
                drop(state);
                continue;
            }
            state.running += 1;
            drop(state);
            // The answer goes out when the job no longer counts as running.
            let ran = job.run();
            let now = (self.clock)();
            let mut state = self.state.lock();
            state.running -= 1;
            if let Some(executed) = ran.executed {
                state.pace.record(now, executed);
            }
            drop(state);
            (ran.answer)();
        }
    }
}

impl State {
    /// Queues a job, if there is room once the stale ones are out of the way.
    fn admit(
        &mut self,
        limits: &Shared,
        (deadline, kind): (Deadline, AttemptKind),
        job: Box<dyn Job>,
        now: Instant,
        stale: &mut Vec<Box<dyn Job>>,
    ) -> Result<Turn, LeafError> {
        if self.closed {
            return Err(LeafError::Draining);
        }
        if deadline.expired(now) {
            return Err(LeafError::Expired);
        }
        self.arrivals += 1;
        let turn = Turn {
            hedge: kind.is_deferrable(),
            deadline,
            arrival: self.arrivals,
        };
        if !self.has_room(turn, limits, now) {
            let gone = self.queue.extract_if(.., |turn, _| turn.deadline.expired(now));
            stale.extend(gone.map(|(_, job)| job));
            if !self.has_room(turn, limits, now) {
                return Err(LeafError::Shed);
            }
        }
        self.queue.insert(turn, job);
        Ok(turn)
    }

    /// Whether the queue has a place for a job, from which it will be done in time.
    fn has_room(&self, turn: Turn, limits: &Shared, now: Instant) -> bool {
        let ahead = self.queue.range(..turn).count();
        let until_done = self.pace.until_done(ahead, limits.threads);
        self.queue.len() < limits.queue_max && until_done <= turn.deadline.remaining(now)
    }
}

/// A job without its types.
trait Job: Send {
    /// Whether nobody waits for it any more.
    fn is_abandoned(&self) -> bool;
    /// Runs it, unless its deadline has passed.
    fn run(self: Box<Self>) -> Ran;
    /// Answers that its deadline has passed.
    fn expire(self: Box<Self>);
}

/// What is left of a job that was run.
struct Ran {
    /// How long it took, if it was begun.
    executed: Option<Duration>,
    /// Sends its answer.
    answer: Box<dyn FnOnce()>,
}

struct Queued<T, F> {
    watch: Watch,
    arrived: Instant,
    job: F,
    answer: oneshot::Sender<Result<Done<T>, LeafError>>,
}

impl<T, F> Job for Queued<T, F>
where
    T: Send + 'static,
    F: FnOnce(&Watch) -> T + Send + 'static,
{
    fn is_abandoned(&self) -> bool {
        self.watch.gone.load(Ordering::Relaxed)
    }

    fn run(self: Box<Self>) -> Ran {
        let Self {
            watch,
            arrived,
            job,
            answer,
        } = *self;
        let begun = (watch.clock)();
        if watch.deadline.expired(begun) {
            return Ran {
                executed: None,
                answer: Box::new(move || drop(answer.send(Err(LeafError::Expired)))),
            };
        }
        // The job is consumed by the attempt, so nothing that it left half-done is seen again.
        let cpu_before = thread_cpu();
        let outcome = std::panic::catch_unwind(AssertUnwindSafe(|| job(&watch)));
        let cpu = thread_cpu().saturating_sub(cpu_before);
        let ended = (watch.clock)();
        let queued = begun.saturating_duration_since(arrived);
        let executed = ended.saturating_duration_since(begun);
        let outcome = if let Ok(value) = outcome {
            Ok(Done {
                value,
                queued,
                executed,
                cpu,
            })
        } else {
            tracing::error!("a job of the pool panicked");
            Err(LeafError::Internal("the execution panicked".to_owned()))
        };
        // A caller that has gone meanwhile does not want the answer.
        Ran {
            executed: Some(executed),
            answer: Box::new(move || drop(answer.send(outcome))),
        }
    }

    fn expire(self: Box<Self>) {
        // Whoever has gone does not hear it.
        drop(self.answer.send(Err(LeafError::Expired)));
    }
}

#[cfg(test)]
#[path = "pool_tests.rs"]
mod tests;
