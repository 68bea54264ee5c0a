//! One run: starts the threads, adds up what they report, tells a display, and stops them.

use std::convert::Infallible;
use std::io;
use std::panic;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::collector::Collector;
use super::root::RootWatch;
use super::target::Target;
use super::worker::{self, Effort, Shared};
use super::{LoadError, LoadPlan, Phase, Requests, Snapshot, open_files};
use crate::measured::{Generator, LoadReport};

/// What threads need to be ready for the first request.
const UNTIL_START: Duration = Duration::from_millis(50);
const SECOND: Duration = Duration::from_secs(1);

/// Runs a plan to its end. Dropped before, it stops sending.
///
/// # Errors
/// [`LoadError`] if it could not run at all. What happens to requests is in the report.
pub async fn run(
    plan: LoadPlan,
    requests: Arc<Requests>,
    snapshots: Option<watch::Sender<Snapshot>>,
) -> Result<LoadReport, LoadError> {
    run_until(plan, requests, snapshots, std::future::pending()).await
}

/// As [`run`], or until `stop`: then no more is sent, and what was measured until then is reported.
///
/// # Errors
/// As [`run`].
pub async fn run_until(
    mut plan: LoadPlan,
    requests: Arc<Requests>,
    snapshots: Option<watch::Sender<Snapshot>>,
    stop: impl Future<Output = ()>,
) -> Result<LoadReport, LoadError> {
    plan.check()?;
    // Every thread has a connection of its own at least.
    plan.threads = plan.threads.min(plan.connections_max);
    open_files::allow_connections(plan.connections_max)?;
    let target = Target::find(&plan).await?;
    target.check(&requests)?;
    let target = Arc::new(target);
    let start = Instant::now() + UNTIL_START;
    let root = RootWatch::new(target.clone(), start + plan.warmup);
    let mut run = Run::start(plan, requests, target, start, root)?;
    let seconds = run.follow(snapshots, stop).await;
    run.finish(seconds).await
}

/// A run that is under way.
struct Run {
    shared: Arc<Shared>,
    root: RootWatch,
    /// Says nothing, and ends with the last thread.
    alive: mpsc::Receiver<Infallible>,
    /// True stops the threads; without it they give up.
    stopped: watch::Sender<bool>,
    threads: Vec<JoinHandle<io::Result<Effort>>>,
}

impl Run {
    fn start(
        plan: LoadPlan,
        requests: Arc<Requests>,
        target: Arc<Target>,
        start: Instant,
        root: RootWatch,
    ) -> Result<Self, LoadError> {
        let shared = Arc::new(Shared {
            sending: AtomicUsize::new(plan.threads),
            collector: Mutex::new(Collector::new(plan.warmup, plan.duration, plan.timeout)),
            plan,
            requests,
            target,
            start,
            due: AtomicU64::new(0),
            under_way: AtomicU64::new(0),
        });
        let (sender, alive) = mpsc::channel(1);
        let (stopped, is_stopped) = watch::channel(false);
        let thread = |number| worker::spawn(shared.clone(), number, is_stopped.clone(), sender.clone());
        let threads = (0..shared.plan.threads).map(thread).collect::<io::Result<_>>()?;
        Ok(Self {
            shared,
            root,
            alive,
            stopped,
            threads,
        })
    }

    /// Shows what comes in until all threads have ended. How long it was measured.
    async fn follow(
        &mut self,
        snapshots: Option<watch::Sender<Snapshot>>,
        stop: impl Future<Output = ()>,
    ) -> Duration {
        let mut stop = pin!(stop);
        let mut ticks = interval_at(self.shared.start + SECOND, SECOND);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (warmup, duration) = (self.shared.plan.warmup, self.shared.plan.duration);
        let mut measured = duration;
        loop {
            tokio::select! {
                _ = self.alive.recv() => return measured,
                _ = ticks.tick() => self.tick(snapshots.as_ref()),
                () = &mut stop, if !*self.stopped.borrow() => {
                    measured = self.shared.start.elapsed().saturating_sub(warmup).min(duration);
                    self.shared.collector.lock().end_after(measured);
                    self.stopped.send_replace(true);
                }
            }
        }
    }

    fn tick(&mut self, snapshots: Option<&watch::Sender<Snapshot>>) {
        let plan = &self.shared.plan;
        let elapsed = self.shared.start.elapsed();
        let due = self.shared.due.load(Ordering::Relaxed);
        let under_way = self.shared.under_way.load(Ordering::Relaxed);
        let mut collector = self.shared.collector.lock();
        let last = collector.tick(due, under_way, elapsed);
        let Some(snapshots) = snapshots else {
            return;
        };
        let planned = plan.warmup + plan.duration;
        // A generator that is behind still sends after the time that was planned.
        let phase = if self.shared.sending.load(Ordering::Relaxed) == 0 {
            Phase::Draining
        } else if elapsed < plan.warmup {
            Phase::WarmUp
        } else {
            Phase::Measuring
        };
        let (root, root_now) = self.root.counts();
        snapshots.send_replace(Snapshot {
            phase,
            elapsed,
            planned,
            due_per_second: last.due_per_second,
            answered_per_second: last.answered_per_second,
            under_way,
            present: last.latency,
            reads: collector.reads.ladder(),
            writes: collector.writes.ladder(),
            outcomes: collector.outcomes(),
            coverage: collector.reads.coverage(),
            late_p99_ms: last.late_p99_ms,
            seconds: collector.seconds(),
            root,
            root_now,
        });
    }

    /// The report; all threads have said their last.
    async fn finish(self, measured: Duration) -> Result<LoadReport, LoadError> {
        let root = self.root.finish().await;
        let mut generator = Generator {
            threads: u32::try_from(self.threads.len()).unwrap_or(u32::MAX),
            awake: self.shared.plan.awake,
            ..Generator::default()
        };
        for thread in self.threads {
            // It is at its end: this does not block.
            let effort = thread
                .join()
                .unwrap_or_else(|panicked| panic::resume_unwind(panicked))?;
            generator.cpu_seconds += effort.cpu.as_secs_f64();
            let share = effort.cpu.as_secs_f64() / effort.wall.as_secs_f64().max(1e-9);
            generator.busiest = generator.busiest.max(share);
            generator.connections += effort.connections;
            generator.waited += effort.waited;
        }
        let plan = &self.shared.plan;
        let nothing = Collector::new(plan.warmup, plan.duration, plan.timeout);
        let collector = std::mem::replace(&mut *self.shared.collector.lock(), nothing);
        (generator.not_sent, generator.too_late) = (collector.not_sent, collector.too_late);
        let (reads, writes, late, timeline) = collector.finish();
        Ok(LoadReport {
            url: self.shared.target.url.clone(),
            arrivals: self.shared.plan.arrivals,
            seconds: measured.as_secs_f64(),
            reads,
            writes,
            late,
            timeline,
            root,
            generator,
        })
    }
}
