//! One replica as its callers meet it: it admits, lets wait, executes, yields to a twin, and fails by its script.
//!
//! It follows the leaf's rules, and where they are a pure table, it is the leaf's own ([`Pace`](leaf_service::pool::Pace),
//! [`Ties`]). What it does not do is search: an execution is a time drawn from a distribution.

use std::future::pending;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use futures::future::{Either, select};
use parking_lot::Mutex;
use root_service::client::CallError;
use shared::deadline::Deadline;
use shared::wire::{AttemptKind, LeafError, Load};
use tokio::sync::oneshot;
use tokio::time::Instant;
use uuid::Uuid;

use super::clock::Clock;
use super::counts::Counter;
use super::fault::ReplicaFaults;
use super::host::Host;
use super::queue::Queue;
use leaf_service::ties::{Arrival, Notice, Ties};

/// A simulated replica.
pub(super) struct Server {
    name: String,
    began: Instant,
    clock: Clock,
    host: Option<Arc<Host>>,
    overhead: Duration,
    poll: Duration,
    counter: Counter,
    faults: ReplicaFaults,
    queue: Arc<Queue>,
    ties: Mutex<Ties<oneshot::Sender<()>>>,
    in_hand: AtomicU32,
    begun: AtomicU64,
}

/// What a replica is and may do.
pub(super) struct ServerConfig {
    pub(super) name: String,
    pub(super) servers: u32,
    pub(super) queue_max: usize,
    pub(super) faults: ReplicaFaults,
    pub(super) clock: Clock,
    /// The machine that it computes on; without one its servers are all that is scarce.
    pub(super) host: Option<Arc<Host>>,
    /// What a request costs that machine besides its execution.
    pub(super) overhead: Duration,
    /// What a status poll costs it.
    pub(super) poll: Duration,
}

/// A request on its way in.
pub(super) struct Request {
    pub(super) kind: AttemptKind,
    /// How much later than it arrives it is taken in hand: a straggler.
    pub(super) delay: Duration,
    /// How long it takes without faults.
    pub(super) service: Duration,
    /// How long its caller waits.
    pub(super) remaining: Duration,
    pub(super) tie: Option<TwinOf>,
    /// Executions of searches are counted.
    pub(super) is_search: bool,
}

/// What a tied request knows of its twin.
pub(super) struct TwinOf {
    pub(super) id: Uuid,
    /// Where it is.
    pub(super) server: Arc<Server>,
    /// How long it takes to tell it.
    pub(super) network: Duration,
}

/// An execution, after its end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Executed {
    pub(super) queued: Duration,
    pub(super) executed: Duration,
    /// Which part of the work was done: all of it, unless the deadline came first.
    pub(super) done: f64,
}

impl Server {
    pub(super) fn new(config: ServerConfig, counter: Counter, began: Instant) -> Self {
        Self {
            name: config.name,
            began,
            clock: config.clock,
            host: config.host,
            overhead: config.overhead,
            poll: config.poll,
            counter: counter.clone(),
            faults: config.faults,
            queue: Arc::new(Queue::new(config.servers, config.queue_max, counter)),
            ties: Mutex::default(),
            in_hand: AtomicU32::new(0),
            begun: AtomicU64::new(0),
        }
    }

    /// How busy it is.
    pub(super) fn load(&self) -> Load {
        self.queue.load()
    }

    /// Requests that have arrived and are not answered.
    pub(super) fn in_hand(&self) -> u32 {
        self.in_hand.load(Ordering::Relaxed)
    }

    /// Requests that it has begun to execute.
    pub(super) fn begun(&self) -> u64 {
        self.begun.load(Ordering::Relaxed)
    }

    /// How many times its process has been started anew.
    pub(super) fn restarts(&self) -> u64 {
        self.faults.restarts(self.elapsed())
    }

    /// What every call meets, however busy the servers are: an error if the process is dead, silence while it hangs.
    pub(super) async fn reached(&self) -> Result<(), CallError> {
        if self.faults.none() {
            return Ok(());
        }
        self.alive()?;
        self.wake().await
    }

    /// A poll, which is answered at once, by a machine that may be busy.
    pub(super) async fn polled(&self) -> Result<(), CallError> {
        self.reached().await?;
        match &self.host {
            Some(_) => self.compute(self.poll).await,
            None => Ok(()),
        }
    }

    /// Takes a request in hand until it is answered, or its caller has gone.
    pub(super) async fn execute(&self, request: Request) -> Result<Executed, CallError> {
        let _hand = Hand::of(self);
        self.reached().await?;
        self.clock.sleep(request.delay).await;
        self.compute(self.overhead / 2).await?;
        let executed = self.admitted(&request).await?;
        self.compute(self.overhead / 2).await?;
        Ok(executed)
    }

    /// The pool: a tied request may have to yield to its twin.
    async fn admitted(&self, request: &Request) -> Result<Executed, CallError> {
        let Some(twin) = &request.tie else {
            return self.work(request).await;
        };
        let (waker, yields) = oneshot::channel();
        let arrival = self.ties.lock().arrive(twin.id, waker, Instant::now());
        match arrival {
            Arrival::Overtaken => Err(CallError::Refused(LeafError::Yielded)),
            Arrival::Unknown => self.work(request).await,
            Arrival::Known => {
                let _known = Known {
                    server: self,
                    tie: twin.id,
                };
                match select(pin!(self.work(request)), yields).await {
                    Either::Left((done, _)) => done,
                    Either::Right((Ok(()), _)) => Err(CallError::Refused(LeafError::Yielded)),
                    // It has begun, and nobody will wake it any more.
                    Either::Right((Err(_), work)) => work.await,
                }
            }
        }
    }

    /// The twin of a request has begun elsewhere. Whoever is dead or hangs does not hear it.
    fn notice(&self, tie: Uuid) {
        let now = self.elapsed();
        if self.faults.dead(now) || self.faults.hung(now).is_some() {
            return;
        }
        match self.ties.lock().notice(tie, Instant::now()) {
            Notice::Yields(waker) => {
                // Its caller may have gone.
                let _ = waker.send(());
            }
            Notice::TooLate | Notice::Kept => {}
        }
    }

    async fn work(&self, request: &Request) -> Result<Executed, CallError> {
        let arrived = Instant::now();
        let deadline = Deadline::after(arrived, request.remaining);
        let slot = self.queue.slot(request.kind, deadline).await;
        let mut slot = slot.map_err(CallError::Refused)?;
        self.alive()?;
        if let Some(twin) = &request.tie {
            self.begin_before(twin)?;
        }
        let begun = Instant::now();
        slot.begin(begun);
        if request.is_search {
            self.counter.begun();
        }
        self.begun.fetch_add(1, Ordering::Relaxed);
        self.wake().await?;
        let whole = request.service.mul_f64(self.faults.factor(self.elapsed()));
        let executed = whole.min(deadline.remaining(Instant::now()));
        self.compute(executed).await?;
        // Stopped in the middle, it ends when it goes on.
        self.wake().await?;
        let done = if executed < whole {
            executed.div_duration_f64(whole)
        } else {
            1.0
        };
        Ok(Executed {
            queued: begun.saturating_duration_since(arrived),
            executed: begun.elapsed(),
            done,
        })
    }

    /// Tells the twin that this one begins, unless it was first.
    fn begin_before(&self, twin: &TwinOf) -> Result<(), CallError> {
        if !self.ties.lock().begin(twin.id) {
            return Err(CallError::Refused(LeafError::Yielded));
        }
        let (server, tie, network) = (twin.server.clone(), twin.id, twin.network);
        if network.is_zero() {
            server.notice(tie);
        } else {
            let clock = self.clock.clone();
            tokio::spawn(async move {
                clock.sleep(network).await;
                server.notice(tie);
            });
        }
        Ok(())
    }

    /// Returns when it does not hang (any more).
    async fn wake(&self) -> Result<(), CallError> {
        while let Some(end) = self.faults.hung(self.elapsed()) {
            self.sleep_to(end).await?;
        }
        Ok(())
    }

    /// Computes for so long on its machine, unless it dies before. Without a machine it just takes so long.
    async fn compute(&self, time: Duration) -> Result<(), CallError> {
        if time.is_zero() {
            return Ok(());
        }
        let Some(host) = &self.host else {
            return self.sleep_to(self.elapsed() + time).await;
        };
        let computed = host.compute(time);
        if self.faults.none() {
            computed.await;
            return Ok(());
        }
        match select(pin!(computed), pin!(self.sleep_to(Duration::MAX))).await {
            Either::Left(((), _)) => Ok(()),
            Either::Right((died, _)) => died,
        }
    }

    /// Lets time pass, unless it dies before.
    async fn sleep_to(&self, end: Duration) -> Result<(), CallError> {
        let death = self.faults.death(self.elapsed());
        let until = death.map_or(end, |death| death.min(end));
        match self.began.checked_add(until) {
            Some(instant) => self.clock.sleep_until(instant).await,
            None => pending().await,
        }
        self.alive()
    }

    fn alive(&self) -> Result<(), CallError> {
        if self.faults.dead(self.elapsed()) {
            Err(CallError::Connection {
                endpoint: self.name.clone(),
                reason: "connection refused".to_owned(),
            })
        } else {
            Ok(())
        }
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}

/// A request in hand.
struct Hand<'a>(&'a Server);

impl<'a> Hand<'a> {
    fn of(server: &'a Server) -> Self {
        server.in_hand.fetch_add(1, Ordering::Relaxed);
        Self(server)
    }
}

impl Drop for Hand<'_> {
    fn drop(&mut self) {
        self.0.in_hand.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A tied request in the table.
struct Known<'a> {
    server: &'a Server,
    tie: Uuid,
}

impl Drop for Known<'_> {
    fn drop(&mut self) {
        self.server.ties.lock().leave(self.tie);
    }
}

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
