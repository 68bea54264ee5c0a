//! Merge: the leaves' ranked lists become one, by a total order, so that the page is the same however the index is cut.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashSet};

use shared::wire::Hit;
use shared::wire::group::GroupKey;
use shared::wire::sort::{self, SortKey};

use super::explained::Said;
use super::result::Group;

/// Where a winner came from: the list's number, and the hit.
#[derive(Clone, Debug, PartialEq)]
pub struct Winner {
    /// The number of the list it was in.
    pub list: usize,
    /// The hit.
    pub hit: Hit,
    /// What is said of it.
    pub said: Option<Box<Said>>,
    /// Its group, if hits are collapsed.
    pub group: Option<Box<Group>>,
}

impl Winner {
    /// A hit of a list of which nothing else is known yet.
    pub(super) fn new(list: usize, hit: Hit) -> Self {
        Self {
            list,
            hit,
            said: None,
            group: None,
        }
    }
}

/// The order of hits: by the criteria, or higher scores first if there are none; then lower document keys, then ids (two
/// ids share a key once in 2^64).
pub(super) fn order(keys: &[SortKey], a: &Hit, b: &Hit) -> Ordering {
    let decided = if keys.is_empty() {
        b.score.total_cmp(&a.score)
    } else {
        sort::compare(keys, &a.sort, &b.sort)
    };
    decided.then(a.key.cmp(&b.key)).then_with(|| a.id.cmp(&b.id))
}

/// The page `from..from + size` of the merged lists, each of which is in the order of the criteria. Of several hits of one group
/// the first counts.
pub fn merge(lists: Vec<Vec<Hit>>, keys: &[SortKey], from: usize, size: usize) -> Vec<Winner> {
    let mut rests: Vec<_> = lists.into_iter().map(Vec::into_iter).collect();
    let mut heads: BinaryHeap<Head<'_>> = BinaryHeap::with_capacity(rests.len());
    for (list, rest) in rests.iter_mut().enumerate() {
        heads.extend(rest.next().map(|hit| Head(Winner::new(list, hit), keys)));
    }
    let mut groups = HashSet::new();
    let mut page = Vec::with_capacity(size.min(1_024));
    let mut skipped = 0;
    while page.len() < size
        && let Some(Head(winner, _)) = heads.pop()
    {
        let list = winner.list;
        heads.extend(rests[list].next().map(|hit| Head(Winner::new(list, hit), keys)));
        let group = winner.hit.group.as_ref();
        if group.is_some_and(|group| !groups.insert(GroupKey::from(group))) {
            continue;
        }
        if skipped < from {
            skipped += 1;
        } else {
            page.push(winner);
        }
    }
    page
}

/// The best hit left in a list. The heap's greatest is the hit that comes first.
struct Head<'a>(Winner, &'a [SortKey]);

impl Ord for Head<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        order(self.1, &other.0.hit, &self.0.hit)
    }
}

impl PartialOrd for Head<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Head<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Head<'_> {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use shared::ids::Shard;
    use shared::wire::Address;

    use super::*;

    fn hit(score: f32, key: u64) -> Hit {
        let address = Address {
            generation: 0,
            segment: 0,
            document: 0,
        };
        Hit {
            shard: Shard(0),
            score,
            key,
            id: key.to_string(),
            sort: Vec::new(),
            group: None,
            address,
        }
    }

    #[test]
    fn equal_scores_go_by_document_key() {
        let page = merge(
            vec![vec![hit(2.0, 9), hit(1.0, 1)], vec![hit(2.0, 3), hit(1.0, 0)]],
            &[],
            0,
            4,
        );
        assert_eq!(page.iter().map(|w| w.hit.key).collect::<Vec<_>>(), [3, 9, 0, 1]);
    }

    proptest! {
        #[test]
        fn the_page_does_not_depend_on_how_hits_are_spread(
            scores in prop::collection::vec(0_u8..5, 0..60), lists in 1_usize..8, from in 0_usize..20, size in 0_usize..20
        ) {
            let mut all: Vec<Hit> = scores.iter().zip(0..).map(|(score, key)| hit(f32::from(*score), key)).collect();
            let mut spread = vec![Vec::new(); lists];
            for (at, hit) in all.iter().enumerate() {
                spread[(at * 7) % lists].push(hit.clone());
            }
            for list in &mut spread {
                list.sort_by(|a, b| order(&[], a, b));
            }
            all.sort_by(|a, b| order(&[], a, b));
            let expected: Vec<Hit> = all.into_iter().skip(from).take(size).collect();
            let page: Vec<Hit> = merge(spread, &[], from, size).into_iter().map(|winner| winner.hit).collect();
            prop_assert_eq!(page, expected);
        }
    }
}
