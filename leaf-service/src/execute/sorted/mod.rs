//! The best `k` hits by an order of fields: one collection over all shards and segments of a request.
//!
//! All matches are looked at. Within a segment values are compared as numbers; the few that stay are translated into what
//! compares everywhere, and compete with those of the other segments.

mod collapsed;
pub(super) mod columns;

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::sync::Arc;

use shared::wire::SearchRequest;
use shared::wire::sort::{self, SortBy, SortKey, SortValue};
use tantivy::query::Weight;
use tantivy::{DocId, SegmentReader};

pub(super) use self::collapsed::CollapsedTop;
use self::columns::{Local, SortColumn};
use super::canonical::Canonical;
use super::clock::Clock;
use super::error::ExecuteError;
use super::plan::{Plan, Ranking};
use super::top::{Place, Progress, Ranked};
use super::walk::{Next, walk};
use crate::view::View;

/// A hit with what it is ordered by.
#[derive(Clone, Debug)]
pub(super) struct Sorted {
    pub(super) hit: Ranked,
    pub(super) values: Vec<SortValue>,
    order: Arc<[SortKey]>,
}

/// The best hits so far.
pub(super) struct SortedTop {
    k: usize,
    order: Arc<[SortKey]>,
    after: Vec<SortValue>,
    /// The worst one is on top.
    best: BinaryHeap<Sorted>,
}

/// Whether a request's hits are ordered by more than their score.
pub(super) fn is_sorted(request: &SearchRequest) -> bool {
    !request.sort.is_empty()
}

/// Whether finding a request's hits looks at every match.
pub(super) fn sees_all(request: &SearchRequest) -> bool {
    is_sorted(request) || request.collapse.is_some()
}

/// Whether a request wants to know scores.
pub(super) fn is_scored(request: &SearchRequest) -> bool {
    !is_sorted(request) || request.scores || request.sort.iter().any(|key| key.by == SortBy::Score)
}

impl SortedTop {
    pub(super) fn new(request: &SearchRequest) -> Self {
        Self {
            k: usize::try_from(request.k).unwrap_or(usize::MAX),
            order: request.sort.clone().into(),
            after: request.after.clone(),
            best: BinaryHeap::new(),
        }
    }

    /// Collects a segment of a view.
    pub(super) fn collect(
        &mut self,
        plan: &Plan,
        (number, view): (usize, &View),
        segment: u32,
        clock: &Clock,
    ) -> Result<Progress, ExecuteError> {
        let reader = view.searcher.segment_reader(segment);
        let order = self.order.clone();
        let criteria = Criteria::open(&order, &self.after, view, segment)?;
        let keys = view.keys(segment)?;
        let mut best = SegmentTop {
            k: self.k,
            columns: &criteria.columns,
            best: Vec::new(),
            worst: None,
        };
        let mut matches = 0;
        let mut row = Vec::with_capacity(order.len());
        let stopped_at = each_match(plan, reader, clock, |doc, score| {
            matches += 1;
            criteria.read(doc, score, &mut row);
            if criteria.comes_after(&row) {
                best.offer(&row, keys.first(doc).unwrap_or_default(), doc, score);
            }
        })?;
        for local in best.finish() {
            let values = criteria.global(&local.row)?;
            self.add(Sorted {
                hit: Ranked {
                    score: local.score,
                    key: local.key,
                    place: Place {
                        view: number,
                        segment,
                        doc: local.doc,
                    },
                },
                values,
                order: order.clone(),
            });
        }
        Ok(Progress {
            stopped_at,
            matches: Some(matches),
        })
    }

    fn add(&mut self, hit: Sorted) {
        if self.best.len() < self.k {
            self.best.push(hit);
        } else if let Some(mut worst) = self.best.peek_mut()
            && hit < *worst
        {
            *worst = hit;
        }
    }

    /// The hits, best first.
    pub(super) fn into_hits(self) -> Vec<Sorted> {
        self.best.into_sorted_vec()
    }
}

/// An order over one segment.
struct Criteria<'a> {
    columns: Vec<SortColumn<'a>>,
    after: Vec<Local>,
}

impl<'a> Criteria<'a> {
    fn open(
        order: &'a [SortKey],
        after: &[SortValue],
        view: &'a View,
        segment: u32,
    ) -> Result<Self, ExecuteError> {
        let columns: Vec<SortColumn<'_>> = order
            .iter()
            .map(|key| SortColumn::open(key, view, segment))
            .collect::<Result<_, _>>()?;
        let after = after.iter().zip(&columns);
        let after = after
            .map(|(value, column)| column.local(value))
            .collect::<Result<_, _>>()?;
        Ok(Self { columns, after })
    }

    /// What a document has for each criterion.
    fn read(&self, doc: DocId, score: f32, row: &mut Vec<Local>) {
        row.clear();
        row.extend(self.columns.iter().map(|column| column.of(doc, score)));
    }

    /// Whether it comes after what the request says.
    fn comes_after(&self, row: &[Local]) -> bool {
        self.after.is_empty() || compare(&self.columns, row, &self.after).is_gt()
    }

    /// The same, as it compares everywhere.
    fn global(&self, row: &[Local]) -> Result<Vec<SortValue>, ExecuteError> {
        let values = row.iter().zip(&self.columns);
        values.map(|(value, column)| column.global(*value)).collect()
    }
}

/// Visits the matches of a segment with their canonical scores, or with 0 where nobody wants to know.
fn each_match(
    plan: &Plan,
    reader: &SegmentReader,
    clock: &Clock,
    mut visit: impl FnMut(DocId, f32),
) -> Result<Option<DocId>, ExecuteError> {
    if let Some(ranking) = &plan.ranking {
        return each_scored(ranking, reader, clock, |doc, score| {
            visit(doc, score);
            Ok(Next::On)
        });
    }
    let Some(matching) = &plan.matching else {
        return Ok(None);
    };
    let weight: &dyn Weight = matching.as_ref();
    walk(weight, plan.stepwise, reader, clock, |doc, _| {
        visit(doc, 0.0);
        Ok(Next::On)
    })
}

/// Visits the matches of a segment with their canonical scores.
pub(super) fn each_scored(
    ranking: &Ranking,
    reader: &SegmentReader,
    clock: &Clock,
    mut visit: impl FnMut(DocId, f32) -> Result<Next, ExecuteError>,
) -> Result<Option<DocId>, ExecuteError> {
    let mut canonical = Canonical::new(&ranking.tree);
    walk(
        ranking.scoring.as_ref(),
        ranking.phrase,
        reader,
        clock,
        |doc, scorer| {
            let score = scorer.score();
            let score = if ranking.exact {
                score
            } else {
                clock.unheeded(|| canonical.score(reader, doc))?.unwrap_or(score)
            };
            visit(doc, score)
        },
    )
}

/// A match within its segment.
#[derive(Clone)]
struct LocalHit {
    row: Vec<Local>,
    key: u64,
    doc: DocId,
    score: f32,
}

/// The best of one segment: unordered, twice `k` at most, and cut to `k` when full.
struct SegmentTop<'a> {
    k: usize,
    columns: &'a [SortColumn<'a>],
    best: Vec<LocalHit>,
    /// The worst of the best `k`, once there were so many.
    worst: Option<(Vec<Local>, u64)>,
}

impl SegmentTop<'_> {
    fn offer(&mut self, row: &[Local], key: u64, doc: DocId, score: f32) {
        if let Some((worst, worst_key)) = &self.worst {
            let order = compare(self.columns, row, worst).then(key.cmp(worst_key));
            if order.is_gt() {
                return;
            }
        }
        self.best.push(LocalHit {
            row: row.to_vec(),
            key,
            doc,
            score,
        });
        if self.best.len() >= self.k.saturating_mul(2).max(64) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        let columns = self.columns;
        let order = |a: &LocalHit, b: &LocalHit| {
            compare(columns, &a.row, &b.row)
                .then(a.key.cmp(&b.key))
                .then(a.doc.cmp(&b.doc))
        };
        if self.best.len() > self.k && self.k > 0 {
            let (_, worst, _) = self.best.select_nth_unstable_by(self.k - 1, order);
            self.worst = Some((worst.row.clone(), worst.key));
            self.best.truncate(self.k);
        }
    }

    fn finish(mut self) -> Vec<LocalHit> {
        self.cut();
        self.best
    }
}

fn compare(columns: &[SortColumn<'_>], a: &[Local], b: &[Local]) -> Ordering {
    columns
        .iter()
        .zip(a.iter().zip(b))
        .map(|(column, (a, b))| column.compare(*a, *b))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

impl Ord for Sorted {
    fn cmp(&self, other: &Self) -> Ordering {
        sort::compare(&self.order, &self.values, &other.values)
            .then(self.hit.key.cmp(&other.hit.key))
            .then(self.hit.place.cmp(&other.hit.place))
    }
}

impl PartialOrd for Sorted {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Sorted {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Sorted {}
