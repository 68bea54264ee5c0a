//! A thread that sends: its own runtime, its own connections, its own part of the schedule.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::Request;
use parking_lot::Mutex;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use shared::process::thread_cpu;
use tokio::runtime::Builder;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::yield_now;
use tokio::time::{Instant, timeout_at};

use super::LoadPlan;
use super::answer::{End, Verdict};
use super::collector::Collector;
use super::connection::ExchangeError;
use super::pacer::Pacer;
use super::pool::Pool;
use super::requests::{Picked, Requests};
use super::schedule::Schedule;
use super::target::Target;
use crate::measured::Arrivals;

/// Requests that are sent in a row when the thread is behind, before answers are looked at.
const IN_A_ROW_MAX: u32 = 32;

/// What kind of a request it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A search.
    Read,
    /// Of documents.
    Write,
}

/// A request that has ended, with times since the start of the run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ended {
    pub(super) kind: Kind,
    /// When it was due.
    pub(super) due: Duration,
    /// When the generator turned to it; nothing if it did not.
    pub(super) begun: Option<Duration>,
    /// When it was sent, and when its answer was there.
    pub(super) exchange: Option<(Duration, Duration)>,
    pub(super) verdict: Verdict,
}

/// What all threads of a run share.
pub(super) struct Shared {
    pub(super) plan: LoadPlan,
    pub(super) requests: Arc<Requests>,
    pub(super) target: Arc<Target>,
    /// When the schedule begins.
    pub(super) start: Instant,
    /// What has ended. Threads add to it as it comes: another one that did so for them would want a core of its own now and then,
    /// which is one that sends, or one of the service. Nobody waits while holding it, hence not the asynchronous mutex.
    pub(super) collector: Mutex<Collector>,
    /// Requests that were due.
    pub(super) due: AtomicU64,
    /// Those that have not ended.
    pub(super) under_way: AtomicU64,
    /// Threads that still send.
    pub(super) sending: AtomicUsize,
}

/// What a thread took until it had sent its last request: the waiting for the last answers is no effort.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Effort {
    pub(super) cpu: Duration,
    pub(super) wall: Duration,
    pub(super) connections: u64,
    pub(super) waited: u64,
}

/// One of the threads.
struct Worker {
    shared: Arc<Shared>,
    pool: Pool,
    /// Told whenever a request has ended and no other is under way.
    quiet: Notify,
    /// No more is to be sent.
    is_stopped: AtomicBool,
    under_way: AtomicU64,
    under_way_max: u64,
}

/// Always has something to do, so that the thread looks for answers instead of sleeping until it is told of one.
async fn stay_awake() {
    loop {
        yield_now().await;
    }
}

/// Starts a thread. It sends until its schedule ends or `stopped` is true, and waits for the last answers then; it ends
/// at once when nobody can say `stopped` any more. At its end it drops `alive`.
pub(super) fn spawn(
    shared: Arc<Shared>,
    number: usize,
    stopped: watch::Receiver<bool>,
    alive: mpsc::Sender<Infallible>,
) -> io::Result<JoinHandle<io::Result<Effort>>> {
    thread::Builder::new()
        .name(format!("load-{number}"))
        .spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build()?;
            if shared.plan.awake {
                runtime.spawn(stay_awake());
            }
            let effort = runtime.block_on(work(shared, number, stopped));
            // Requests that nobody waits for any more.
            runtime.shutdown_background();
            drop(alive);
            effort
        })
}

async fn work(shared: Arc<Shared>, number: usize, mut stopped: watch::Receiver<bool>) -> io::Result<Effort> {
    let begun = Instant::now();
    let plan = &shared.plan;
    let share = |all: usize| all / plan.threads + usize::from(number < all % plan.threads);
    let worker = Arc::new(Worker {
        pool: Pool::new(shared.target.clone(), share(plan.connections_max).max(1)),
        quiet: Notify::new(),
        is_stopped: AtomicBool::new(false),
        under_way: AtomicU64::new(0),
        under_way_max: share(plan.under_way_max).max(1) as u64,
        shared: shared.clone(),
    });
    let mut given_up = stopped.clone();
    let sent = async {
        tokio::select! {
            sent = worker.send(number) => sent?,
            _ = stopped.wait_for(|stopped| *stopped) => {}
        }
        worker.is_stopped.store(true, Ordering::Relaxed);
        shared.sending.fetch_sub(1, Ordering::Relaxed);
        let took = (thread_cpu(), begun.elapsed());
        worker.drain().await;
        Ok(took)
    };
    let outcome = tokio::select! {
        outcome = sent => outcome,
        () = async { while given_up.changed().await.is_ok() {} } => Ok((thread_cpu(), begun.elapsed())),
    };
    outcome.map(|(cpu, wall)| Effort {
        cpu,
        wall,
        connections: worker.pool.opened(),
        waited: worker.pool.waited(),
    })
}

impl Worker {
    /// Sends this thread's part of all requests.
    async fn send(self: &Arc<Self>, number: usize) -> io::Result<()> {
        let plan = &self.shared.plan;
        let (threads, end) = (plan.threads, plan.warmup + plan.duration);
        // Threads must not send the same in step: every one draws from a seed of its own.
        let mut seeds = StdRng::seed_from_u64(plan.seed);
        let seed: u64 = (0..=number).map(|_| seeds.random()).last().unwrap_or_default();
        let mut rng = StdRng::seed_from_u64(seed);
        match plan.arrivals {
            Arrivals::Constant { per_second } => {
                self.send_open(Schedule::constant(per_second, number, threads, end), rng)
                    .await
            }
            Arrivals::Poisson { per_second } => {
                self.send_open(Schedule::poisson(per_second, rng.random(), threads, end), rng)
                    .await
            }
            Arrivals::Closed { clients } => {
                let clients = usize::try_from(clients).unwrap_or(usize::MAX);
                let clients = clients / threads + usize::from(number < clients % threads);
                self.send_closed(clients, rng).await;
                Ok(())
            }
        }
    }

    /// By the clock, whether or not earlier requests have been answered.
    async fn send_open(self: &Arc<Self>, schedule: Schedule, mut rng: StdRng) -> io::Result<()> {
        let mut pacer = Pacer::new(schedule.between())?;
        let mut in_a_row = 0;
        for due in schedule {
            let at = self.shared.start + due;
            if Instant::now() < at {
                in_a_row = 0;
                pacer.until(at).await?;
            } else if in_a_row == IN_A_ROW_MAX {
                in_a_row = 0;
                yield_now().await;
            }
            in_a_row += 1;
            let picked = self.shared.requests.pick(&mut rng);
            let kind = kind(&picked);
            self.shared.due.fetch_add(1, Ordering::Relaxed);
            if self.under_way.load(Ordering::Relaxed) >= self.under_way_max {
                let reason = "never sent: too many were under way".to_owned();
                self.end(
                    kind,
                    due,
                    None,
                    None,
                    Verdict::without_answer(End::NotSent, reason),
                );
                continue;
            }
            let request = self.shared.target.request(&picked);
            let under_way = UnderWay::new(self.clone());
            tokio::spawn(async move { under_way.0.exchange(kind, due, request).await });
        }
        Ok(())
    }

    /// So many clients, each of which sends its next request when the one before has ended.
    async fn send_closed(self: &Arc<Self>, clients: usize, mut rng: StdRng) {
        let end = self.shared.start + self.shared.plan.warmup + self.shared.plan.duration;
        tokio::time::sleep_until(self.shared.start).await;
        let client = |worker: Arc<Self>, mut rng: StdRng| async move {
            while Instant::now() < end && !worker.is_stopped.load(Ordering::Relaxed) {
                let due = worker.shared.start.elapsed();
                let picked = worker.shared.requests.pick(&mut rng);
                let (kind, request) = (kind(&picked), worker.shared.target.request(&picked));
                worker.shared.due.fetch_add(1, Ordering::Relaxed);
                let under_way = UnderWay::new(worker.clone());
                under_way.0.exchange(kind, due, request).await;
            }
        };
        // Tasks, so that what is under way comes to its end when no more is to be sent.
        let clients: Vec<_> = (0..clients)
            .map(|_| tokio::spawn(client(self.clone(), StdRng::seed_from_u64(rng.random()))))
            .collect();
        futures::future::join_all(clients).await;
    }

    /// One request, from when the generator turns to it until its end.
    async fn exchange(&self, kind: Kind, due: Duration, request: Request<Full<Bytes>>) {
        let start = self.shared.start;
        let begun = start.elapsed();
        let deadline = start + due + self.shared.plan.timeout;
        if Instant::now() >= deadline {
            // The service has never heard of it.
            let reason = "never sent: the generator was behind by more than the timeout".to_owned();
            let verdict = Verdict::without_answer(End::TooLate, reason);
            self.end(kind, due, Some(begun), None, verdict);
            return;
        }
        let exchange = timeout_at(deadline, self.pool.exchange(request)).await;
        let (times, verdict) = match exchange {
            Err(_) => {
                let reason = "no answer in time".to_owned();
                (None, Verdict::without_answer(End::TimedOut, reason))
            }
            Ok(Err(error)) => {
                let end = match &error {
                    ExchangeError::Long => End::Failed,
                    ExchangeError::Connect(_) | ExchangeError::Http(_) | ExchangeError::Unsent(_) => {
                        End::Broken
                    }
                };
                (None, Verdict::without_answer(end, error.to_string()))
            }
            Ok(Ok(answer)) => {
                let times = (answer.sent - start, answer.answered - start);
                (Some(times), Verdict::of(answer.status, &answer.body))
            }
        };
        self.end(kind, due, Some(begun), times, verdict);
    }

    fn end(
        &self,
        kind: Kind,
        due: Duration,
        begun: Option<Duration>,
        exchange: Option<(Duration, Duration)>,
        verdict: Verdict,
    ) {
        self.shared.collector.lock().add(Ended {
            kind,
            due,
            begun,
            exchange,
            verdict,
        });
    }

    /// Waits until nothing is under way.
    async fn drain(&self) {
        while self.under_way.load(Ordering::Relaxed) > 0 {
            self.quiet.notified().await;
        }
    }
}

/// Counts as under way until it is dropped.
struct UnderWay(Arc<Worker>);

impl UnderWay {
    fn new(worker: Arc<Worker>) -> Self {
        worker.under_way.fetch_add(1, Ordering::Relaxed);
        worker.shared.under_way.fetch_add(1, Ordering::Relaxed);
        Self(worker)
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.shared.under_way.fetch_sub(1, Ordering::Relaxed);
        if self.0.under_way.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.0.quiet.notify_one();
        }
    }
}

fn kind(picked: &Picked<'_>) -> Kind {
    match picked {
        Picked::Search(_) => Kind::Read,
        Picked::Write(_) => Kind::Write,
    }
}
