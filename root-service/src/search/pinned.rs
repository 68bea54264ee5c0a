//! What is known of term frequencies at points in time: each has a cache of its own, for the other one follows the newest
//! position of each shard.

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::Mutex;
use uuid::Uuid;

use super::statistics::StatisticsCache;

/// Points in time that are remembered; the one that was searched the longest ago is forgotten first, which costs its next
/// page one round.
const REMEMBERED_MAX: usize = 64;

/// The caches, the one that was used last at the end.
#[derive(Default)]
pub struct PinnedStatistics {
    caches: Mutex<VecDeque<(Uuid, Arc<StatisticsCache>)>>,
}

impl PinnedStatistics {
    /// The cache of a point in time. Who holds it keeps it, forgotten or not.
    pub fn of(&self, pin: Uuid) -> Arc<StatisticsCache> {
        let mut caches = self.caches.lock();
        let known = caches.iter().position(|(id, _)| *id == pin);
        let known = known.and_then(|place| caches.remove(place));
        let (_, cache) = known.unwrap_or_default();
        caches.push_back((pin, Arc::clone(&cache)));
        if caches.len() > REMEMBERED_MAX {
            caches.pop_front();
        }
        cache
    }

    /// Forgets a point in time that is gone.
    pub fn forget(&self, pin: Uuid) {
        self.caches.lock().retain(|(id, _)| *id != pin);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_points_in_time_that_were_searched_last_are_remembered() {
        let pinned = PinnedStatistics::default();
        let first = pinned.of(Uuid::from_u128(0));
        for number in 1..64 {
            pinned.of(Uuid::from_u128(number));
        }
        assert!(Arc::ptr_eq(&first, &pinned.of(Uuid::from_u128(0))));
        let second = pinned.of(Uuid::from_u128(1));
        pinned.of(Uuid::from_u128(64));
        assert!(Arc::ptr_eq(&first, &pinned.of(Uuid::from_u128(0))));
        assert!(Arc::ptr_eq(&second, &pinned.of(Uuid::from_u128(1))));
        pinned.forget(Uuid::from_u128(0));
        assert!(!Arc::ptr_eq(&first, &pinned.of(Uuid::from_u128(0))));
    }
}
