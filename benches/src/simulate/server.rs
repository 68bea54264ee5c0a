//! One replica: a queue before some servers, and faults by its script.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use root_service::client::CallError;
use shared::wire::{AttemptKind, LeafError, Load};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep_until};

use super::fault::ReplicaFaults;

/// A simulated replica.
pub(super) struct Server {
    name: String,
    began: Instant,
    faults: ReplicaFaults,
    queue_max: usize,
    state: Mutex<State>,
}

struct State {
    free: u32,
    running: u32,
    /// Hedges wait behind primaries, as at a real leaf.
    first: VecDeque<oneshot::Sender<Slot>>,
    last: VecDeque<oneshot::Sender<Slot>>,
}

/// A server at work. Dropping it, also because the call was cancelled, frees it for the next in the queue.
struct Slot(Arc<Server>);

impl Drop for Slot {
    fn drop(&mut self) {
        let next = self.0.state.lock().release();
        if let Some(waiting) = next {
            // Were it cancelled meanwhile, the slot would come back, be dropped, and free the server again.
            let _ = waiting.send(Slot(self.0.clone()));
        }
    }
}

impl State {
    /// Hands the server on to the first that still waits, or keeps it free.
    fn release(&mut self) -> Option<oneshot::Sender<Slot>> {
        while let Some(waiting) = self.first.pop_front().or_else(|| self.last.pop_front()) {
            if !waiting.is_closed() {
                return Some(waiting);
            }
        }
        self.running -= 1;
        self.free += 1;
        None
    }

    /// Requests that wait and were not cancelled.
    fn queued(&mut self) -> usize {
        let waits = |waiting: &oneshot::Sender<Slot>| !waiting.is_closed();
        self.first.retain(waits);
        self.last.retain(waits);
        self.first.len() + self.last.len()
    }
}

impl Server {
    pub(super) fn new(
        name: String,
        servers: u32,
        queue_max: usize,
        faults: ReplicaFaults,
        began: Instant,
    ) -> Self {
        let state = State {
            free: servers,
            running: 0,
            first: VecDeque::new(),
            last: VecDeque::new(),
        };
        Self {
            name,
            began,
            faults,
            queue_max,
            state: Mutex::new(state),
        }
    }

    /// How busy it is.
    pub(super) fn load(&self) -> Load {
        let mut state = self.state.lock();
        let queued = u32::try_from(state.queued()).unwrap_or(u32::MAX);
        Load {
            queued,
            running: state.running,
        }
    }

    /// Requests in its queue and at its servers.
    pub(super) fn in_hand(&self) -> u32 {
        let load = self.load();
        load.queued + load.running
    }

    /// How many times its process has been started anew.
    pub(super) fn restarts(&self) -> u64 {
        self.faults.restarts(self.elapsed())
    }

    /// What a status poll meets: an error if it is dead, silence while it hangs.
    pub(super) async fn reached(&self) -> Result<(), CallError> {
        if self.faults.none() {
            return Ok(());
        }
        self.alive()?;
        self.wake().await
    }

    /// Executes a request that takes `service` without faults; expired ones are not begun.
    pub(super) async fn execute(
        self: Arc<Self>,
        kind: AttemptKind,
        service: Duration,
        remaining: Duration,
    ) -> Result<(), CallError> {
        self.alive()?;
        let arrived = Instant::now();
        let _slot = self.clone().slot(kind).await?;
        if arrived.elapsed() > remaining {
            return Err(CallError::Refused(LeafError::Expired));
        }
        self.wake().await?;
        let service = service.mul_f64(self.faults.factor(self.elapsed()));
        self.sleep_to(self.elapsed() + service).await
    }

    /// Waits for a server.
    async fn slot(self: Arc<Self>, kind: AttemptKind) -> Result<Slot, CallError> {
        let waiting = {
            let mut state = self.state.lock();
            if state.free > 0 {
                state.free -= 1;
                state.running += 1;
                None
            } else if state.queued() >= self.queue_max {
                return Err(CallError::Refused(LeafError::Shed));
            } else {
                let (sender, receiver) = oneshot::channel();
                if kind.is_deferrable() {
                    state.last.push_back(sender);
                } else {
                    state.first.push_back(sender);
                }
                Some(receiver)
            }
        };
        match waiting {
            None => Ok(Slot(self)),
            Some(receiver) => receiver.await.map_err(|_| self.broken()),
        }
    }

    /// Returns when it does not hang (any more).
    async fn wake(&self) -> Result<(), CallError> {
        while let Some(end) = self.faults.hung(self.elapsed()) {
            self.sleep_to(end).await?;
        }
        Ok(())
    }

    /// Lets time pass, unless it dies before.
    async fn sleep_to(&self, end: Duration) -> Result<(), CallError> {
        let death = self.faults.death(self.elapsed());
        let until = death.map_or(end, |death| death.min(end));
        match self.began.checked_add(until) {
            Some(instant) => sleep_until(instant).await,
            None => std::future::pending().await,
        }
        self.alive()
    }

    fn alive(&self) -> Result<(), CallError> {
        if self.faults.dead(self.elapsed()) {
            Err(self.broken())
        } else {
            Ok(())
        }
    }

    fn broken(&self) -> CallError {
        CallError::Connection {
            endpoint: self.name.clone(),
            reason: "connection refused".to_owned(),
        }
    }

    fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
