//! The thread that owns a shard's index: reads the log on, applies, commits, and starts over from the last commit when
//! anything about the index goes wrong.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use shared::ids::Position;
use shared::log::{Batch, Operation};
use shared::wire::ShardState;
use tantivy::Index;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::Instant;

use super::apply;
use super::backoff::Backoff;
use super::commits::{Changes, MergeWatch};
use super::engine::{Engine, EngineConfig, EngineError};
use super::payload::Payload;
use super::pins::Pinning;
use super::tail::{self, Tail};
use super::{Definition, Demand, Published, ShardConfig, Stop};
use crate::schema::ShardSchema;

/// The longest sleep when nothing is due.
const IDLE_WAIT: Duration = Duration::from_mins(1);
/// After so many failures in a row every checksum is checked again: the files may be at fault.
const FAILURES_BEFORE_CHECK: u32 = 4;

/// The state of the thread.
pub(super) struct Actor {
    pub(super) config: ShardConfig,
    pub(super) published: Arc<Published>,
    pub(super) engine_config: EngineConfig,
    /// `None` before the index is open, and after a failure.
    pub(super) engine: Option<Engine>,
    /// The number of the segments that searches see; see `View::generation`.
    pub(super) generation: u64,
    /// The points in time that the next view is to be kept for: the batch just applied ends where they do.
    pub(super) pinning: Vec<Pinning>,
    /// Everything applied so far, committed or not.
    pub(super) tally: Payload,
    /// What was applied since the last commit.
    pub(super) changes: Changes,
    pub(super) merges: MergeWatch,
    pub(super) tail: Tail,
    demand: watch::Receiver<Demand>,
    known: watch::Receiver<Position>,
    runtime: Handle,
    /// To open the engine anew without checking its files anew.
    index: Option<Index>,
    backoff: Backoff,
    retry_at: Option<Instant>,
}

/// What the thread does after a step.
enum Next {
    Step,
    Wait(Option<Instant>),
}

impl Actor {
    pub(super) fn new(
        config: ShardConfig,
        published: Arc<Published>,
        demand: watch::Receiver<Demand>,
        runtime: Handle,
    ) -> Self {
        let meta = config.definition.borrow().meta.clone();
        let engine_config = EngineConfig {
            path: config.path.clone(),
            schema: Arc::new(ShardSchema::new(meta.text_slots, &meta.mapping)),
            writer_memory_bytes: config.writer_memory_bytes,
            open_directory: Arc::clone(&config.open_directory),
        };
        Self {
            known: config.log.known(),
            config,
            published,
            engine_config,
            engine: None,
            generation: 0,
            pinning: Vec::new(),
            tally: Payload::default(),
            changes: Changes::default(),
            merges: MergeWatch::default(),
            tail: Tail::default(),
            demand,
            runtime,
            index: None,
            backoff: Backoff::default(),
            retry_at: None,
        }
    }

    pub(super) fn run(mut self) {
        loop {
            let stop = self.demand.borrow_and_update().stop;
            match stop {
                Some(Stop::Finish) => {
                    self.finish();
                    break;
                }
                Some(Stop::Abandon) => break,
                None => {}
            }
            let now = Instant::now();
            // tantivy panics on some damage that no checksum covers; the engine is dropped then, so nothing half-done stays.
            let stepped = catch_unwind(AssertUnwindSafe(|| self.step(now)));
            let until = match stepped {
                Ok(Ok(Next::Step)) => continue,
                Ok(Ok(Next::Wait(until))) => until,
                Ok(Err(error)) => Some(self.give_up_engine(&error, now)),
                Err(_) => {
                    self.index = None;
                    let error =
                        tantivy::TantivyError::InternalError("the shard's thread panicked".to_owned());
                    self.engine = None;
                    Some(self.give_up_engine(&EngineError::Unavailable(error), now))
                }
            };
            // A runtime that was shut down before its shards were panics here.
            if catch_unwind(AssertUnwindSafe(|| self.wait(until))).is_err() {
                break;
            }
        }
        self.engine = None;
        self.published
            .progress
            .send_modify(|progress| progress.stopped = true);
    }

    fn step(&mut self, now: Instant) -> Result<Next, EngineError> {
        if self.engine.is_none() {
            if let Some(retry_at) = self.retry_at.filter(|at| now < *at) {
                return Ok(Next::Wait(Some(retry_at)));
            }
            self.open()?;
        }
        let demanded = self.demand.borrow().commit;
        if self.commit_due(demanded, now) {
            self.commit(now)?;
            return Ok(Next::Step);
        }
        self.published.views.expire(now);
        self.published.pins.expire(now);
        if let Some(batch) = self.next_batch(now) {
            self.apply(&batch, now)?;
            return Ok(Next::Step);
        }
        self.adopt_merges(now)?;
        let due = [
            self.commit_at(),
            self.tail.paused_until,
            self.published.views.next_expiry(),
            self.published.pins.next_expiry(),
            self.merges.due_at(),
        ];
        Ok(Next::Wait(due.into_iter().flatten().min()))
    }

    fn open(&mut self) -> Result<(), EngineError> {
        self.pinning.clear();
        let mapping = Arc::clone(&self.config.definition.borrow().mapping);
        let engine = match self.index.clone() {
            Some(index) => Engine::reopen(index, &self.engine_config, &mapping)?,
            None => Engine::open(&self.engine_config, &mapping)?,
        };
        self.index = Some(engine.index());
        let committed = engine.committed();
        tracing::info!(
            index = %self.config.index, shard = %self.config.shard,
            position = %committed.position, documents = committed.documents, "shard opened"
        );
        self.engine = Some(engine);
        self.tally = committed;
        self.changes = Changes::default();
        self.tail.rewind();
        self.published.outcomes.lock().forget_after(committed.position);
        self.publish_segments();
        self.published.pending.lock().clear(committed.position);
        self.publish_progress();
        Ok(())
    }

    /// Drops the engine: whatever it had not committed is applied anew from the log. Returns when.
    fn give_up_engine(&mut self, error: &EngineError, now: Instant) -> Instant {
        let wait = self.backoff.failed();
        tracing::error!(
            index = %self.config.index, shard = %self.config.shard, %error, retry_in_ms = wait.as_millis(),
            "the index is opened anew from its last commit, and the log applied from there"
        );
        self.engine = None;
        if self.backoff.failures().is_multiple_of(FAILURES_BEFORE_CHECK) {
            self.index = None;
        }
        if matches!(error, EngineError::Damaged(_)) {
            self.index = None;
            self.tail.goal = None;
            self.published
                .progress
                .send_modify(|progress| progress.state = ShardState::Recovering);
            if let Err(error) = std::fs::remove_dir_all(&self.config.path)
                && error.kind() != std::io::ErrorKind::NotFound
            {
                tracing::error!(path = %self.config.path.display(), %error, "a damaged index cannot be removed");
            }
        }
        let retry_at = now + wait;
        self.retry_at = Some(retry_at);
        retry_at
    }

    /// The batch after the last one applied, if it can be applied now.
    fn next_batch(&mut self, now: Instant) -> Option<Batch> {
        if let Some(held) = self.tail.held.take() {
            return self.unless_catalog_is_old(held);
        }
        if !self.tail.may_read(now) || !self.find_goal(now) {
            return None;
        }
        let position = self.tally.position.next();
        let known = *self.known.borrow();
        if position > known {
            return None;
        }
        let log = Arc::clone(&self.config.log);
        match self.block_on(async move { log.read(position).await })? {
            Ok(Some(bytes)) => {
                self.tail.backoff.succeeded();
                if position < known {
                    let log = Arc::clone(&self.config.log);
                    self.runtime.spawn(async move { log.read(position.next()).await });
                }
                match tail::decode(&bytes, self.config.shard) {
                    Ok(batch) => {
                        if self.tail.damaged.take().is_some() {
                            self.publish_progress();
                        }
                        self.unless_catalog_is_old(batch)
                    }
                    Err(error) => {
                        self.stop_at_damage(position, &error, now);
                        None
                    }
                }
            }
            Ok(None) => {
                self.tail.pause(now, tail::ABSENT_RETRY);
                None
            }
            Err(error) => {
                self.log_unreadable(&error, now);
                None
            }
        }
    }

    /// A batch may only be applied under the mapping that its documents were validated against, or a later one.
    fn unless_catalog_is_old(&mut self, batch: Batch) -> Option<Batch> {
        if self.config.definition.borrow().catalog_version >= batch.catalog_version {
            return Some(batch);
        }
        self.config.catalog_wanted.send_if_modified(|wanted| {
            let more = batch.catalog_version > *wanted;
            *wanted = batch.catalog_version.max(*wanted);
            more
        });
        self.tail.held = Some(batch);
        None
    }

    fn apply(&mut self, batch: &Batch, now: Instant) -> Result<(), EngineError> {
        let Definition { mapping, .. } = self.config.definition.borrow().clone();
        if self.engine().lacks_analyzers_of(&mapping) {
            if !self.changes.is_empty() {
                self.commit(now)?;
            }
            self.engine_mut().register_analyzers(&mapping);
        }
        let operations: &[Operation] = batch.sections.get(&self.config.shard).map_or(&[], Vec::as_slice);
        let mut tally = self.tally;
        let applied = apply::apply(
            self.engine(),
            &self.published.pending,
            &mapping.as_of(batch.catalog_version),
            operations,
            &mut tally,
        )?;
        tally.position = self.tally.position.next();
        self.tally = tally;
        self.changes.add(&applied, now);
        self.published
            .outcomes
            .lock()
            .push(tally.position, applied.outcomes);
        self.published.pending.lock().applied = tally.position;
        self.pinning = self.pinnings(operations, now);
        if !self.pinning.is_empty() && !self.changes.is_empty() {
            // Exactly here, so that every replica keeps the same documents.
            return self.commit(now);
        }
        if self.changes.is_empty() {
            self.publish_position();
        }
        self.publish_progress();
        Ok(())
    }

    pub(super) fn engine(&self) -> &Engine {
        self.engine
            .as_ref()
            .expect("a step opens the engine before anything else")
    }

    pub(super) fn engine_mut(&mut self) -> &mut Engine {
        self.engine
            .as_mut()
            .expect("a step opens the engine before anything else")
    }

    /// The engine works again.
    pub(super) fn engine_succeeded(&mut self) {
        self.backoff.succeeded();
        self.retry_at = None;
    }

    /// Runs a future on the runtime, from this thread; `None` if the shard is to stop meanwhile.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the shard's own thread, no runtime's: nothing else waits for it"
    )]
    pub(super) fn block_on<T>(&self, future: impl Future<Output = T>) -> Option<T> {
        let mut demand = self.demand.clone();
        self.runtime.block_on(async move {
            tokio::select! {
                biased;
                _ = demand.wait_for(|demand| demand.stop.is_some()) => None,
                done = future => Some(done),
            }
        })
    }

    /// Waits until something is asked, the log grows, the catalog changes, or `until`.
    fn wait(&mut self, until: Option<Instant>) {
        let until = until.unwrap_or_else(|| Instant::now() + IDLE_WAIT);
        let (mut known, mut definition, mut demand) = (
            self.known.clone(),
            self.config.definition.clone(),
            self.demand.clone(),
        );
        self.block_on(async {
            tokio::select! {
                Ok(()) = known.changed() => {}
                Ok(()) = definition.changed() => {}
                Ok(()) = demand.changed() => {}
                () = tokio::time::sleep_until(until) => {}
            }
        });
        (self.known, self.config.definition, self.demand) = (known, definition, demand);
    }
}
