//! Which tied searches wait here, which have begun, and which their twins have overtaken. A pure table: whoever calls it
//! knows the time, and wakes whom it names.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;
use uuid::Uuid;

/// How long a notice waits for its search: longer than a root's stagger and a slow connection together.
const NOTICE_FOR: Duration = Duration::from_secs(5);
/// Notices that wait for their searches, at most; beyond, the oldest goes, and its search is executed twice.
const NOTICES_MAX: usize = 16_384;
/// Tied searches known at a time, at most; those beyond are searched as if they had no twin.
const SEARCHES_MAX: usize = 16_384;

/// The tied searches of a replica. `W` wakes whoever waits for one.
#[derive(Debug)]
pub struct Ties<W> {
    searches: HashMap<Uuid, Standing<W>>,
    /// Notices that came before their searches, and when.
    notices: HashMap<Uuid, Instant>,
    /// The same in the order in which they came, and some that are out of date.
    heard: VecDeque<(Instant, Uuid)>,
}

/// How far a search has come.
#[derive(Debug)]
enum Standing<W> {
    /// It waits.
    Queued(W),
    /// It is being executed, and goes on whatever its twin does.
    Begun,
    /// Its twin has begun: it is not to be executed.
    Yielded,
}

/// What becomes of a tied search that arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// It is in the table until [`Ties::leave`].
    Known,
    /// It is not in the table, because that is full or has one of the same name: it is searched as if it had no twin.
    Unknown,
    /// Its twin has begun: it is refused.
    Overtaken,
}

/// What a notice of a twin's beginning does.
#[derive(Debug, PartialEq, Eq)]
pub enum Notice<W> {
    /// The search waited: whoever waits for it is to be woken.
    Yields(W),
    /// The search had begun, or had yielded before.
    TooLate,
    /// The search is not here, or not yet: the notice is kept for a while.
    Kept,
}

impl<W> Default for Ties<W> {
    fn default() -> Self {
        Self {
            searches: HashMap::new(),
            notices: HashMap::new(),
            heard: VecDeque::new(),
        }
    }
}

impl<W> Ties<W> {
    /// A search arrives.
    pub fn arrive(&mut self, tie: Uuid, waker: W, now: Instant) -> Arrival {
        self.expire(now);
        if self.notices.remove(&tie).is_some() {
            return Arrival::Overtaken;
        }
        if self.searches.len() >= SEARCHES_MAX || self.searches.contains_key(&tie) {
            return Arrival::Unknown;
        }
        self.searches.insert(tie, Standing::Queued(waker));
        Arrival::Known
    }

    /// A search that is known is about to be executed: whether it may. It may not if it has yielded, or has left.
    pub fn begin(&mut self, tie: Uuid) -> bool {
        match self.searches.get_mut(&tie) {
            Some(standing @ Standing::Queued(_)) => {
                *standing = Standing::Begun;
                true
            }
            Some(Standing::Begun | Standing::Yielded) | None => false,
        }
    }

    /// The twin of a search has begun.
    pub fn notice(&mut self, tie: Uuid, now: Instant) -> Notice<W> {
        self.expire(now);
        let Some(standing) = self.searches.get_mut(&tie) else {
            self.keep(tie, now);
            return Notice::Kept;
        };
        if !matches!(standing, Standing::Queued(_)) {
            return Notice::TooLate;
        }
        match std::mem::replace(standing, Standing::Yielded) {
            Standing::Queued(waker) => Notice::Yields(waker),
            Standing::Begun | Standing::Yielded => Notice::TooLate,
        }
    }

    /// A search that is known has ended, or its caller has gone.
    pub fn leave(&mut self, tie: Uuid) {
        self.searches.remove(&tie);
    }

    fn keep(&mut self, tie: Uuid, now: Instant) {
        if self.heard.len() >= NOTICES_MAX {
            self.forget_oldest();
        }
        self.notices.insert(tie, now);
        self.heard.push_back((now, tie));
    }

    fn expire(&mut self, now: Instant) {
        let is_old = |heard: Instant| now.saturating_duration_since(heard) >= NOTICE_FOR;
        while self.heard.front().is_some_and(|(heard, _)| is_old(*heard)) {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        let Some((heard, tie)) = self.heard.pop_front() else {
            return;
        };
        // One that was heard again later stays.
        if self.notices.get(&tie) == Some(&heard) {
            self.notices.remove(&tie);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);
    const A: Uuid = Uuid::from_u128(1);
    const B: Uuid = Uuid::from_u128(2);

    fn is_empty(ties: &Ties<u32>) -> bool {
        ties.searches.is_empty() && ties.notices.is_empty()
    }

    #[test]
    fn a_search_that_waits_yields_to_its_twin_and_is_not_begun() {
        let (mut ties, now) = (Ties::default(), Instant::now());
        assert_eq!(ties.arrive(A, 7, now), Arrival::Known);
        assert_eq!(ties.arrive(B, 8, now), Arrival::Known);
        assert_eq!(ties.notice(A, now), Notice::Yields(7));
        assert_eq!(ties.notice(A, now), Notice::TooLate, "it is woken once");
        assert!(!ties.begin(A));
        assert!(ties.begin(B), "the other one is another's");
        ties.leave(A);
        ties.leave(B);
        assert!(is_empty(&ties));
    }

    #[test]
    fn a_search_that_has_begun_goes_on() {
        let (mut ties, now) = (Ties::default(), Instant::now());
        ties.arrive(A, 7, now);
        assert!(ties.begin(A));
        assert_eq!(ties.notice(A, now), Notice::TooLate);
        ties.leave(A);
        assert!(is_empty(&ties));
    }

    #[test]
    fn a_search_whose_caller_has_gone_is_not_begun() {
        let (mut ties, now) = (Ties::default(), Instant::now());
        ties.arrive(A, 7, now);
        ties.leave(A);
        assert!(!ties.begin(A));
    }

    #[test]
    fn a_notice_before_its_search_refuses_it_once_and_only_for_a_while() {
        let (mut ties, now) = (Ties::default(), Instant::now());
        assert_eq!(ties.notice(A, now), Notice::Kept);
        assert_eq!(ties.notice(B, now), Notice::Kept);
        assert_eq!(ties.arrive(A, 7, now + NOTICE_FOR - MS), Arrival::Overtaken);
        assert_eq!(ties.arrive(A, 7, now + NOTICE_FOR - MS), Arrival::Known);
        assert_eq!(ties.arrive(B, 8, now + NOTICE_FOR), Arrival::Known);
        assert!(ties.notices.is_empty() && ties.heard.is_empty());
    }

    #[test]
    fn a_notice_that_is_repeated_counts_from_the_last_time() {
        let (mut ties, now) = (Ties::default(), Instant::now());
        ties.notice(A, now);
        ties.notice(A, now + NOTICE_FOR - MS);
        assert_eq!(ties.arrive(A, 7, now + NOTICE_FOR), Arrival::Overtaken);
    }

    #[test]
    fn a_second_search_of_the_same_name_is_no_concern_of_the_table() {
        let (mut ties, now) = (Ties::default(), Instant::now());
        assert_eq!(ties.arrive(A, 7, now), Arrival::Known);
        assert_eq!(ties.arrive(A, 8, now), Arrival::Unknown);
        assert_eq!(ties.notice(A, now), Notice::Yields(7));
    }

    #[test]
    fn the_table_has_an_end() {
        let (mut ties, now) = (Ties::default(), Instant::now());
        let ids = |from: u128, count: usize| (from..).take(count).map(Uuid::from_u128);
        for id in ids(100, NOTICES_MAX + 10) {
            ties.notice(id, now);
        }
        assert_eq!((ties.notices.len(), ties.heard.len()), (NOTICES_MAX, NOTICES_MAX));
        let arrivals = ids(100, 20).map(|id| ties.arrive(id, 0, now));
        let overtaken = arrivals.filter(|arrival| *arrival == Arrival::Overtaken);
        assert_eq!(overtaken.count(), 10, "the oldest notices had to go");
        for id in ids(1 << 64, SEARCHES_MAX) {
            ties.arrive(id, 0, now);
        }
        assert_eq!(ties.searches.len(), SEARCHES_MAX);
        assert_eq!(ties.arrive(A, 0, now), Arrival::Unknown);
    }
}
