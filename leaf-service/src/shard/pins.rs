//! Points in time of a shard: views that are kept until somebody lets go of them, or their time is up.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use shared::deadline::Deadline;
use shared::ids::Position;
use shared::limits;
use shared::log::Operation;
use shared::wire::{PinSelection, ShardState};
use tokio::time::Instant;
use uuid::Uuid;

use super::{HostedShard, Unreached, progress};
use crate::view::View;

const KEEP_MAX: Duration = Duration::from_secs(limits::KEEP_ALIVE_SECONDS_MAX);

/// A point in time that the log wants to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pinning {
    id: Uuid,
    scroll: bool,
    until: Instant,
}

impl Pinning {
    /// What an operation wants, unless its time is up already: then the log is being replayed, and nobody asks for it any
    /// more. Roots say the time of day; how much is left of it is measured by a clock that nobody sets.
    pub(crate) fn of(operation: &Operation, now_ms: i64, now: Instant) -> Option<Self> {
        let Operation::Pin { id, scroll, until_ms } = operation else {
            return None;
        };
        let left_ms = u64::try_from(until_ms.saturating_sub(now_ms)).unwrap_or(0);
        let left = Duration::from_millis(left_ms).min(KEEP_MAX);
        (!left.is_zero()).then(|| Self {
            id: *id,
            scroll: *scroll,
            until: now + left,
        })
    }
}

/// What is kept. Searches read it from their threads, so it is locked for one look at a time.
#[derive(Default)]
pub(crate) struct Pins {
    held: Mutex<BTreeMap<Uuid, Held>>,
}

struct Held {
    scroll: bool,
    until: Instant,
    view: Arc<View>,
}

impl Pins {
    /// Whether a point in time is held already: a replay meets it again.
    pub(crate) fn has(&self, pinning: &Pinning) -> bool {
        self.held.lock().contains_key(&pinning.id)
    }

    /// Keeps a view. Beyond [`limits::PINS_MAX`] it is not kept: a root that asks hears so.
    pub(crate) fn keep_view(&self, pinning: Pinning, view: Arc<View>, now: Instant) {
        self.expire(now);
        let mut held = self.held.lock();
        if held.len() < limits::PINS_MAX || held.contains_key(&pinning.id) {
            let Pinning { id, scroll, until } = pinning;
            held.insert(id, Held { scroll, until, view });
        }
    }

    /// The view of a point in time, if it is held still.
    pub(crate) fn of(&self, id: Uuid, now: Instant) -> Option<Arc<View>> {
        let held = self.held.lock();
        let held = held.get(&id).filter(|held| now < held.until)?;
        Some(Arc::clone(&held.view))
    }

    /// A view by its generation: for documents that a search found in it.
    pub(crate) fn of_generation(&self, generation: u64) -> Option<Arc<View>> {
        let held = self.held.lock();
        let view = held.values().find(|held| held.view.generation == generation);
        view.map(|held| Arc::clone(&held.view))
    }

    /// Keeps points in time for so long from now on at least, or lets them go at once, if that is no time at all. Tells
    /// which there are, or were.
    pub(crate) fn keep(&self, which: PinSelection, keep: Duration, now: Instant) -> Vec<(Uuid, Position)> {
        self.expire(now);
        let mut held = self.held.lock();
        let is_meant = |id: &Uuid, held: &Held| match which {
            PinSelection::One(one) => *id == one,
            PinSelection::All { scrolls } => held.scroll == scrolls,
        };
        let mut meant = Vec::new();
        held.retain(|id, held| {
            if !is_meant(id, held) {
                return true;
            }
            meant.push((*id, held.view.position));
            held.until = held.until.max(now + keep.min(KEEP_MAX));
            !keep.is_zero()
        });
        meant
    }

    /// Lets go of what nobody asked for in its time.
    pub(crate) fn expire(&self, now: Instant) {
        self.held.lock().retain(|_, held| now < held.until);
    }

    /// When the next one is due to be let go.
    pub(crate) fn next_expiry(&self) -> Option<Instant> {
        self.held.lock().values().map(|held| held.until).min()
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.held.lock().len()
    }
}

impl HostedShard {
    /// What a point in time holds, once the log is applied up to its position; `None` if it is not there. A shard that
    /// recovers is not waited for: another replica may have it.
    ///
    /// # Errors
    /// [`Unreached`].
    pub(crate) async fn pinned(
        &self,
        id: Uuid,
        position: Position,
        deadline: Deadline,
    ) -> Result<Option<Arc<View>>, Unreached> {
        if let Some(view) = self.pinned_now(id) {
            return Ok(Some(view));
        }
        self.caught_up(position, deadline).await?;
        Ok(self.pinned_now(id))
    }

    /// What a point in time holds, if it is there by now.
    pub(crate) fn pinned_now(&self, id: Uuid) -> Option<Arc<View>> {
        self.published.pins.of(id, Instant::now())
    }

    /// The points in time.
    pub(crate) fn pins(&self) -> &Pins {
        &self.published.pins
    }

    /// Waits until the log is applied up to a position, unless the shard recovers.
    ///
    /// # Errors
    /// [`Unreached`].
    pub(crate) async fn caught_up(&self, position: Position, deadline: Deadline) -> Result<(), Unreached> {
        let progress = progress::wait(&self.published.progress, deadline, |progress| {
            progress.state == ShardState::Recovering || progress.applied >= position
        })
        .await?;
        if progress.applied < position {
            return Err(Unreached::Recovering);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_time_that_is_left_is_bounded_and_what_is_over_is_not_kept() {
        let now = Instant::now();
        let pin = |until_ms| Operation::Pin {
            id: Uuid::nil(),
            scroll: false,
            until_ms,
        };
        let left = |until_ms| Pinning::of(&pin(until_ms), 1_000, now).map(|pinning| pinning.until - now);
        assert_eq!(left(1_000), None);
        assert_eq!(left(i64::MIN), None);
        assert_eq!(left(1_500), Some(Duration::from_millis(500)));
        assert_eq!(left(i64::MAX), Some(KEEP_MAX));
        let other = Operation::Delete { id: "a".to_owned() };
        assert_eq!(Pinning::of(&other, 0, now), None);
    }
}
