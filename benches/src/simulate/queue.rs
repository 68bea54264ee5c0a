//! A replica's servers and the queue before them, by the rules of a leaf's pool.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use shared::deadline::Deadline;
use shared::wire::{AttemptKind, LeafError, Load};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::counts::Counter;
use leaf_service::pool::Pace;

/// The servers and the queue.
pub(super) struct Queue {
    servers: u32,
    queue_max: usize,
    counter: Counter,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    running: u32,
    waiting: BTreeMap<Turn, oneshot::Sender<Slot>>,
    arrivals: u64,
    pace: Pace,
}

/// Who goes first, as at a leaf: what may wait behind the others last, then the earliest deadline, then the first come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Turn {
    deferrable: bool,
    deadline: Deadline,
    arrival: u64,
}

impl Queue {
    /// So many servers, all free.
    pub(super) fn new(servers: u32, queue_max: usize, counter: Counter) -> Self {
        Self {
            servers,
            queue_max,
            counter,
            state: Mutex::default(),
        }
    }

    /// How busy the replica is.
    pub(super) fn load(&self) -> Load {
        let state = self.state.lock();
        Load {
            queued: u32::try_from(state.waiting.len()).unwrap_or(u32::MAX),
            running: state.running,
        }
    }

    /// Waits for a server. Dropping the future takes the request out of the queue.
    ///
    /// # Errors
    /// [`LeafError::Shed`] if the queue is full or too long for the deadline, [`LeafError::Expired`] if that has passed
    /// when its turn comes.
    pub(super) async fn slot(
        self: &Arc<Self>,
        kind: AttemptKind,
        deadline: Deadline,
    ) -> Result<Slot, LeafError> {
        let (turn, given) = match self.enter(kind, deadline)? {
            Entered::Served(slot) => return Ok(slot),
            Entered::Waits(turn, given) => (turn, given),
        };
        let place = Place { queue: self, turn };
        // Whoever has the sender sends: nothing else drops it.
        let slot = given.await.map_err(|_| LeafError::Draining)?;
        drop(place);
        if deadline.expired(Instant::now()) {
            return Err(LeafError::Expired);
        }
        Ok(slot)
    }

    fn enter(self: &Arc<Self>, kind: AttemptKind, deadline: Deadline) -> Result<Entered, LeafError> {
        let now = Instant::now();
        if deadline.expired(now) {
            return Err(LeafError::Expired);
        }
        let mut state = self.state.lock();
        if state.running < self.servers {
            state.running += 1;
            return Ok(Entered::Served(Slot::of(self)));
        }
        state.arrivals += 1;
        let turn = Turn {
            deferrable: kind.is_deferrable(),
            deadline,
            arrival: state.arrivals,
        };
        let ahead = state.waiting.range(..turn).count();
        let servers = usize::try_from(self.servers).unwrap_or(usize::MAX);
        let wait = state.pace.until_done(ahead, servers);
        if state.waiting.len() >= self.queue_max || wait > deadline.remaining(now) {
            return Err(LeafError::Shed);
        }
        let (sender, given) = oneshot::channel();
        state.waiting.insert(turn, sender);
        Ok(Entered::Waits(turn, given))
    }

    /// A server is free: the next in the queue has it.
    fn free(self: &Arc<Self>, worked: Option<Duration>) {
        let next = {
            let mut state = self.state.lock();
            if let Some(worked) = worked {
                state.pace.record(Instant::now(), worked);
            }
            let next = state.waiting.pop_first();
            if next.is_none() {
                state.running -= 1;
            }
            next
        };
        if let Some((_, waiting)) = next {
            // Were its caller gone, the slot would come back, be dropped, and free the server again.
            let _ = waiting.send(Slot::of(self));
        }
    }
}

/// What becomes of a request that is admitted.
enum Entered {
    Served(Slot),
    Waits(Turn, oneshot::Receiver<Slot>),
}

/// A place in the queue: given up, it is free.
struct Place<'a> {
    queue: &'a Queue,
    turn: Turn,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.queue.state.lock().waiting.remove(&self.turn);
    }
}

/// A server. Dropping it, also because the call was cancelled, frees it for the next in the queue.
pub(super) struct Slot {
    queue: Arc<Queue>,
    begun: Option<Instant>,
}

impl Slot {
    fn of(queue: &Arc<Queue>) -> Self {
        Self {
            queue: queue.clone(),
            begun: None,
        }
    }

    /// The server begins to execute its request.
    pub(super) fn begin(&mut self, now: Instant) {
        self.begun = Some(now);
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let worked = self.begun.map(|begun| begun.elapsed());
        if let Some(worked) = worked {
            let busy_us = u64::try_from(worked.as_micros()).unwrap_or(u64::MAX);
            self.queue.counter.busy(busy_us);
        }
        self.queue.free(worked);
    }
}
