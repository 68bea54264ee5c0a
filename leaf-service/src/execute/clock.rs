//! The deadline as CPU work sees it: asked often, read rarely.

use shared::deadline::Deadline;
use tokio::time::Instant;

/// Documents between two looks at the clock: at most 4 % of a query of a millisecond.
const DOCUMENTS_PER_LOOK: u32 = 1_024;

/// A deadline with its clock. Once it has passed, it stays passed.
pub(super) struct Clock<'a> {
    deadline: Deadline,
    now: &'a dyn Fn() -> Instant,
    expired: bool,
    countdown: u32,
}

impl<'a> Clock<'a> {
    pub(super) fn new(deadline: Deadline, now: &'a dyn Fn() -> Instant) -> Self {
        Self {
            deadline,
            now,
            expired: false,
            countdown: DOCUMENTS_PER_LOOK,
        }
    }

    /// Looks at the clock.
    pub(super) fn expired(&mut self) -> bool {
        self.expired = self.expired || self.deadline.expired((self.now)());
        self.countdown = DOCUMENTS_PER_LOOK;
        self.expired
    }

    /// Counts `documents` of work, and looks at the clock when enough have come together.
    pub(super) fn expired_after(&mut self, documents: u32) -> bool {
        match self.countdown.checked_sub(documents) {
            Some(left) if left > 0 => {
                self.countdown = left;
                self.expired
            }
            _ => self.expired(),
        }
    }
}
