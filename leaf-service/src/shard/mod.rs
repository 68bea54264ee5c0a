//! The life of one shard on this replica: an actor tails the log and writes the index, everybody else reads what it publishes.
//!
//! - `actor` is the thread: what it does next, and what it waits for; `commits` is its way of making work visible;
//! - `following` is how it reads the log; `engine` is the tantivy index; `apply` turns operations into changes of it, with `lookup` for what is there;
//! - `progress`, `views`, `pins`, `pending`, `outcomes` are what it publishes.

mod actor;
mod apply;
mod backoff;
mod commits;
mod engine;
mod following;
mod lookup;
mod outcomes;
mod payload;
mod pending;
mod pins;
mod progress;
mod tail;
#[cfg(test)]
mod tests;
mod views;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use shared::catalog::IndexMeta;
use shared::deadline::Deadline;
use shared::ids::{IndexUuid, Position, Shard};
use shared::mapping::Mapping;
use shared::wire::{Outcome, ShardState, ShardStatus};
use tokio::sync::watch;

use self::actor::Actor;
pub(crate) use self::engine::{OpenDirectory, mapped_files};
use self::outcomes::Outcomes;
use self::pending::Pending;
use self::pins::Pins;
pub(crate) use self::progress::{Progress, Unreached};
use self::views::Views;
use crate::index_log::IndexLog;
use crate::view::View;

/// An index as one version of the catalog defines it.
#[derive(Clone)]
pub(crate) struct Definition {
    /// The catalog's version.
    pub(crate) catalog_version: u64,
    /// What it says of the index.
    pub(crate) meta: Arc<IndexMeta>,
    /// The same mapping as `meta`'s, to be shared with views.
    pub(crate) mapping: Arc<Mapping>,
}

/// What a shard is made of.
pub(crate) struct ShardConfig {
    /// The index.
    pub(crate) index: IndexUuid,
    /// Which of its shards.
    pub(crate) shard: Shard,
    /// Its folder on this replica: a cache of the log.
    pub(crate) path: PathBuf,
    /// Memory for documents that are being indexed.
    pub(crate) writer_memory_bytes: usize,
    /// How the folder is opened.
    pub(crate) open_directory: OpenDirectory,
    /// The index's log.
    pub(crate) log: Arc<IndexLog>,
    /// The index's definition, newer ones as they come.
    pub(crate) definition: watch::Receiver<Definition>,
    /// Raised to a catalog version that a batch was validated against and that is not known here yet.
    pub(crate) catalog_wanted: watch::Sender<u64>,
}

/// How a shard ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// Commit first, so that the next start need not apply anew.
    Finish,
    /// At once: its folder is not wanted any more.
    Abandon,
}

/// What the actor is asked to do.
#[derive(Clone, Copy, Debug, Default)]
struct Demand {
    /// Commit as soon as everything up to here is applied.
    commit: Position,
    stop: Option<Stop>,
}

/// What the actor tells everybody.
struct Published {
    progress: watch::Sender<Progress>,
    views: Views,
    pins: Pins,
    /// Locked for one operation at a time; never across an await.
    pending: Mutex<Pending>,
    outcomes: Mutex<Outcomes>,
    disk_bytes: AtomicU64,
}

/// One shard that this replica hosts. Dropping it ends its thread without a commit.
pub(crate) struct HostedShard {
    index: IndexUuid,
    shard: Shard,
    published: Arc<Published>,
    demand: watch::Sender<Demand>,
    log: Arc<IndexLog>,
    thread: Mutex<Option<std::thread::JoinHandle<()>>>,
}

impl HostedShard {
    /// Starts the shard's thread; it opens the index on its own. Call it within a tokio runtime.
    ///
    /// # Errors
    /// The system's, if it has no more threads.
    pub(crate) fn start(config: ShardConfig) -> std::io::Result<Self> {
        let published = Arc::new(Published {
            progress: watch::Sender::new(Progress::START),
            views: Views::default(),
            pins: Pins::default(),
            pending: Mutex::default(),
            outcomes: Mutex::default(),
            disk_bytes: AtomicU64::new(0),
        });
        let demand = watch::Sender::new(Demand::default());
        let (index, shard, log) = (config.index, config.shard, Arc::clone(&config.log));
        let runtime = tokio::runtime::Handle::current();
        let actor = Actor::new(config, Arc::clone(&published), demand.subscribe(), runtime);
        let thread = std::thread::Builder::new()
            .name(format!("shard-{shard}"))
            .spawn(move || actor.run())?;
        Ok(Self {
            index,
            shard,
            published,
            demand,
            log,
            thread: Mutex::new(Some(thread)),
        })
    }

    /// Which shard it is.
    pub(crate) fn shard(&self) -> Shard {
        self.shard
    }

    /// How far it has come.
    pub(crate) fn progress(&self) -> Progress {
        self.published.progress.borrow().clone()
    }

    /// What searches see; `None` before the index is open.
    pub(crate) fn view(&self) -> Option<Arc<View>> {
        self.published.views.current()
    }

    /// An earlier view, while it is kept: for documents that a search found in it.
    pub(crate) fn view_of(&self, generation: u64) -> Option<Arc<View>> {
        let kept = self.published.views.of_generation(generation);
        kept.or_else(|| self.published.pins.of_generation(generation))
    }

    /// There is a batch at `position`: apply up to it.
    pub(crate) fn hint(&self, position: Position) {
        self.log.hint(position);
    }

    /// Commit as soon as everything up to `position` is applied.
    pub(crate) fn request_commit(&self, position: Position) {
        self.demand.send_if_modified(|demand| {
            let more = position > demand.commit;
            demand.commit = demand.commit.max(position);
            more
        });
    }

    /// Waits until the batch at `position` is applied, and tells its outcomes: `None` if they are no longer known.
    ///
    /// # Errors
    /// [`Unreached`].
    pub(crate) async fn outcomes(
        &self,
        position: Position,
        deadline: Deadline,
    ) -> Result<Option<Arc<[Outcome]>>, Unreached> {
        loop {
            progress::wait(&self.published.progress, deadline, |progress| {
                progress.applied >= position
            })
            .await?;
            let outcomes = self.published.outcomes.lock().of(position);
            // Uncommitted work may have been lost just now; then it is applied anew.
            if outcomes.is_some() || self.published.progress.borrow().applied >= position {
                return Ok(outcomes);
            }
        }
    }

    /// Waits until searches see everything up to `position`, and tells what they see. A shard that recovers is not
    /// waited for: another replica may be ready.
    ///
    /// # Errors
    /// [`Unreached`].
    pub(crate) async fn committed(
        &self,
        position: Position,
        deadline: Deadline,
    ) -> Result<Arc<View>, Unreached> {
        progress::wait(&self.published.progress, deadline, |progress| {
            progress.state == ShardState::Recovering || progress.committed >= position
        })
        .await
        .and_then(|progress| match progress.state {
            ShardState::Ready => self.view().ok_or(Unreached::Recovering),
            ShardState::Recovering => Err(Unreached::Recovering),
            ShardState::Failed(reason) => Err(Unreached::Failed(reason)),
        })
    }

    /// Waits until a commit holds everything up to `position`, recovering or not, and tells what it holds.
    ///
    /// # Errors
    /// [`Unreached`].
    pub(crate) async fn refreshed(
        &self,
        position: Position,
        deadline: Deadline,
    ) -> Result<Position, Unreached> {
        progress::wait(&self.published.progress, deadline, |progress| {
            progress.committed >= position
        })
        .await
        .map(|progress| progress.committed)
    }

    /// A view in which the document of that id is as of `position` or later. Commits if the id was written since the last
    /// commit. A shard that recovers is not waited for: it may lack what was acknowledged long ago.
    ///
    /// # Errors
    /// [`Unreached`].
    pub(crate) async fn up_to_date(
        &self,
        id: &str,
        position: Position,
        deadline: Deadline,
    ) -> Result<Arc<View>, Unreached> {
        loop {
            let progress = progress::wait(&self.published.progress, deadline, |progress| {
                progress.state == ShardState::Recovering || progress.applied >= position
            })
            .await?;
            if progress.state == ShardState::Recovering {
                return Err(Unreached::Recovering);
            }
            let (applied, touched) = {
                let pending = self.published.pending.lock();
                (pending.applied, pending.get(id).is_some())
            };
            // Uncommitted work may have been lost just now; then it is applied anew.
            if applied < position {
                continue;
            }
            if touched {
                self.request_commit(applied);
                self.refreshed(applied, deadline).await?;
            }
            return self.view().ok_or(Unreached::Recovering);
        }
    }

    /// How many batches it has yet to apply, of those known to be there.
    pub(crate) fn positions_behind(&self) -> u64 {
        let known = *self.log.known().borrow();
        known.0.saturating_sub(self.progress().applied.0)
    }

    /// What a replica tells of it.
    pub(crate) fn status(&self) -> ShardStatus {
        let progress = self.progress();
        let mut status = ShardStatus {
            index: self.index,
            shard: self.shard,
            state: progress.state,
            applied: progress.applied,
            committed: progress.committed,
            documents: 0,
            deleted: 0,
            bytes: self.published.disk_bytes.load(Ordering::Relaxed),
            segments: 0,
        };
        if let Some(view) = self.view() {
            let segments = view.searcher.segment_readers();
            status.documents = view.documents();
            status.deleted = segments
                .iter()
                .map(|segment| u64::from(segment.num_deleted_docs()))
                .sum();
            status.segments = u32::try_from(segments.len()).unwrap_or(u32::MAX);
        }
        status
    }

    /// Ends the shard's thread and waits for it.
    pub(crate) async fn stop(&self, stop: Stop) {
        self.demand
            .send_modify(|demand| demand.stop = Some(demand.stop.unwrap_or(stop)));
        let Some(thread) = self.thread.lock().take() else {
            return;
        };
        let joined = tokio::task::spawn_blocking(move || thread.join()).await;
        if !matches!(joined, Ok(Ok(()))) {
            tracing::error!(index = %self.index, shard = %self.shard, "the shard's thread did not end in order");
        }
    }
}

impl Drop for HostedShard {
    fn drop(&mut self) {
        self.demand
            .send_modify(|demand| demand.stop = Some(demand.stop.unwrap_or(Stop::Abandon)));
    }
}
