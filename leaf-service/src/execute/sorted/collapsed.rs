//! The best hit of each group, for the `k` groups whose best hits are the best: one collection over all shards and segments.
//!
//! No more than twice `k` groups are kept. A group that is dropped is worse than `k` others; if a better hit of it turns up,
//! it begins anew with that hit, which is its best so far.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use shared::wire::SearchRequest;
use shared::wire::group::GroupKey;
use shared::wire::sort::{Missing, SortBy, SortKey, SortMode, SortValue};

use super::columns::{Local, SortColumn};
use super::{Criteria, LocalHit, Sorted, compare, each_match};
use crate::execute::clock::Clock;
use crate::execute::error::ExecuteError;
use crate::execute::plan::Plan;
use crate::execute::top::{Place, Progress, Ranked};
use crate::view::View;

/// The best groups so far.
pub(in crate::execute) struct CollapsedTop {
    k: usize,
    order: Arc<[SortKey]>,
    after: Vec<SortValue>,
    /// The field, by its least and by its greatest value.
    ends: [SortKey; 2],
    best: Groups<GroupKey, (Sorted, SortValue)>,
}

impl CollapsedTop {
    /// `None` if the request does not group hits.
    pub(in crate::execute) fn new(request: &SearchRequest) -> Option<Self> {
        let by = request.collapse.as_ref()?;
        let end = |mode| SortKey {
            by: by.clone(),
            descending: false,
            mode,
            missing: Missing::Last,
        };
        let order: Arc<[SortKey]> = if request.sort.is_empty() {
            Arc::new([best_score_first()])
        } else {
            request.sort.clone().into()
        };
        Some(Self {
            k: usize::try_from(request.k).unwrap_or(usize::MAX),
            order,
            after: request.after.clone(),
            ends: [end(SortMode::Min), end(SortMode::Max)],
            best: Groups::default(),
        })
    }

    /// Collects a segment of a view.
    pub(in crate::execute) fn collect(
        &mut self,
        plan: &Plan,
        (number, view): (usize, &View),
        segment: u32,
        clock: &Clock,
    ) -> Result<Progress, ExecuteError> {
        let order = Arc::clone(&self.order);
        let criteria = Criteria::open(&order, &self.after, view, segment)?;
        let [least, greatest] = [
            SortColumn::open(&self.ends[0], view, segment)?,
            SortColumn::open(&self.ends[1], view, segment)?,
        ];
        let keys = view.keys(segment)?;
        let reader = view.searcher.segment_reader(segment);
        let mut groups: Groups<(u8, u64), (LocalHit, Local)> = Groups::default();
        let in_order = |(a, _): &(LocalHit, Local), (b, _): &(LocalHit, Local)| {
            compare(&criteria.columns, &a.row, &b.row)
                .then(a.key.cmp(&b.key))
                .then(a.doc.cmp(&b.doc))
        };
        let mut matches = 0;
        let mut row = Vec::with_capacity(order.len());
        let stopped_at = each_match(plan, reader, clock, |doc, score| {
            matches += 1;
            criteria.read(doc, score, &mut row);
            if !criteria.comes_after(&row) {
                return;
            }
            let group = least.of(doc, 0.0);
            if group != greatest.of(doc, 0.0) {
                clock.refuse(several_values(&self.ends[0].by));
                return;
            }
            let hit = LocalHit {
                row: row.clone(),
                key: keys.first(doc).unwrap_or_default(),
                doc,
                score,
            };
            groups.offer(local_key(group), (hit, group), self.k, in_order);
        })?;
        groups.cut(self.k, in_order);
        for (_, (hit, group)) in groups.members {
            let place = Place {
                view: number,
                segment,
                doc: hit.doc,
            };
            let sorted = Sorted {
                values: criteria.global(&hit.row)?,
                hit: Ranked {
                    score: hit.score,
                    key: hit.key,
                    place,
                },
                order: Arc::clone(&order),
            };
            let group = least.global(group)?;
            let key = GroupKey::from(&group);
            self.best.offer(key, (sorted, group), self.k, best_first);
        }
        Ok(Progress {
            stopped_at,
            matches: Some(matches),
        })
    }

    /// The hits, best first, each with its group's value.
    pub(in crate::execute) fn into_hits(mut self) -> Vec<(Sorted, SortValue)> {
        self.best.cut(self.k, best_first);
        let mut hits: Vec<_> = self.best.members.into_values().collect();
        hits.sort_unstable_by(best_first);
        hits
    }
}

fn best_first((a, _): &(Sorted, SortValue), (b, _): &(Sorted, SortValue)) -> Ordering {
    a.cmp(b)
}

fn best_score_first() -> SortKey {
    SortKey {
        by: SortBy::Score,
        descending: true,
        mode: SortMode::Max,
        missing: Missing::Last,
    }
}

fn several_values(by: &SortBy) -> String {
    let field = match by {
        SortBy::Long(path)
        | SortBy::Double(path)
        | SortBy::Float(path)
        | SortBy::Text(path)
        | SortBy::Code(path, _)
        | SortBy::Boolean(path) => path,
        SortBy::Score | SortBy::Key | SortBy::Id | SortBy::Nothing => "",
    };
    format!(
        "failed to collapse by [{field}]: a document has several values there, the grouping field must be single valued"
    )
}

/// A value as it tells groups of one segment apart.
fn local_key(value: Local) -> (u8, u64) {
    match value {
        Local::Missing => (0, 0),
        Local::Long(number) => (1, number.cast_unsigned()),
        Local::Double(number) => (2, if number == 0.0 { 0 } else { number.to_bits() }),
        Local::Text(place) => (3, place),
        Local::Boolean(truth) => (4, u64::from(truth)),
        Local::Key(key) => (5, key),
        Local::Score(score) => (6, u64::from(score.to_bits())),
    }
}

/// The best member of each group: of the best groups, and of some that may be among them.
struct Groups<K, V> {
    members: HashMap<K, V>,
    /// The worst of the best `k`, once there were so many: nothing that comes after it counts.
    worst: Option<V>,
}

impl<K, V> Default for Groups<K, V> {
    fn default() -> Self {
        Self {
            members: HashMap::new(),
            worst: None,
        }
    }
}

impl<K: Eq + Hash, V: Clone> Groups<K, V> {
    fn offer(&mut self, key: K, value: V, k: usize, order: impl Fn(&V, &V) -> Ordering) {
        if self
            .worst
            .as_ref()
            .is_some_and(|worst| order(&value, worst).is_gt())
        {
            return;
        }
        if let Some(best) = self.members.get_mut(&key) {
            if order(&value, best).is_lt() {
                *best = value;
            }
            return;
        }
        self.members.insert(key, value);
        if self.members.len() >= k.saturating_mul(2).max(64) {
            self.cut(k, order);
        }
    }

    /// Keeps the best `k`.
    fn cut(&mut self, k: usize, order: impl Fn(&V, &V) -> Ordering) {
        if self.members.len() <= k || k == 0 {
            return;
        }
        let mut all: Vec<(K, V)> = self.members.drain().collect();
        let (_, (_, worst), _) = all.select_nth_unstable_by(k - 1, |(_, a), (_, b)| order(a, b));
        self.worst = Some(worst.clone());
        all.truncate(k);
        self.members.extend(all);
    }
}
