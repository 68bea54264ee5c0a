//! How far a shard has come, and waiting for it to come further.

use shared::deadline::Deadline;
use shared::ids::Position;
use shared::wire::ShardState;
use tokio::sync::watch;

/// How far a shard has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Whether it can be searched.
    pub(crate) state: ShardState,
    /// The last batch applied. Goes back to `committed` when uncommitted work is lost and applied anew.
    pub(crate) applied: Position,
    /// The last batch that searches see.
    pub(crate) committed: Position,
    /// The shard is no longer served by this replica.
    pub(crate) stopped: bool,
}

/// Why a shard did not get as far as was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unreached {
    /// The deadline came first.
    #[error("the shard did not get there before the deadline")]
    Deadline,
    /// The shard is still replaying the log that it found at its start.
    #[error("the shard is recovering")]
    Recovering,
    /// The shard stopped with an error that a person must see.
    #[error("the shard failed: {0}")]
    Failed(String),
    /// The shard is no longer served by this replica.
    #[error("the shard is no longer served here")]
    Stopped,
}

impl Progress {
    pub(crate) const START: Self = Self {
        state: ShardState::Recovering,
        applied: Position::START,
        committed: Position::START,
        stopped: false,
    };

    /// Why there is no point in waiting, if there is none.
    fn hopeless(&self) -> Option<Unreached> {
        if self.stopped {
            return Some(Unreached::Stopped);
        }
        match &self.state {
            ShardState::Failed(reason) => Some(Unreached::Failed(reason.clone())),
            ShardState::Recovering | ShardState::Ready => None,
        }
    }
}

/// Waits until `reached`, the deadline, or until there is no hope.
pub(crate) async fn wait(
    progress: &watch::Sender<Progress>,
    deadline: Deadline,
    reached: impl Fn(&Progress) -> bool,
) -> Result<Progress, Unreached> {
    let mut changes = progress.subscribe();
    let wanted = changes.wait_for(|progress| progress.hopeless().is_some() || reached(progress));
    match tokio::time::timeout_at(deadline.instant(), wanted).await {
        Ok(Ok(progress)) => match progress.hopeless() {
            Some(reason) => Err(reason),
            None => Ok(progress.clone()),
        },
        Ok(Err(_)) => Err(Unreached::Stopped),
        Err(_) => Err(Unreached::Deadline),
    }
}
