//! The best documents of each bucket.
//!
//! Only their addresses are sent: a document is read when the root knows which buckets are shown, and so only once, and
//! what a leaf sends stays small however long documents are.

use std::cmp::Ordering;

use shared::aggregation::{Partial, TopHit, TopHits};
use shared::wire::sort::{SortKey, SortValue};
use shared::wire::{Address, Hit};
use tantivy::DocId;
use tantivy::columnar::Column;

use super::budget::Budget;
use super::node::Collector;
use super::part::{Match, Part};
use crate::execute::clock::Clock;
use crate::execute::error::ExecuteError;
use crate::execute::sorted::columns::{Local, SortColumn};
use crate::view::View;

/// The best documents by an order.
pub(super) struct BestOfBuckets<'a> {
    part: Part<'a>,
    max: usize,
    scored: bool,
    columns: Vec<SortColumn<'a>>,
    keys: &'a Column<u64>,
    buckets: Vec<OfBucket>,
    row: Vec<Local>,
}

#[derive(Default)]
struct OfBucket {
    total: u64,
    score_max: Option<f32>,
    /// In order, at most as many as are wanted.
    best: Vec<Candidate>,
}

struct Candidate {
    row: Vec<Local>,
    key: u64,
    doc: DocId,
    score: f32,
}

impl<'a> BestOfBuckets<'a> {
    pub(super) fn open(
        order: &'a [SortKey],
        max: u32,
        scored: bool,
        part: Part<'a>,
    ) -> Result<Self, ExecuteError> {
        let columns = order
            .iter()
            .map(|key| SortColumn::open(key, part.view, part.segment));
        Ok(Self {
            max: usize::try_from(max).unwrap_or(usize::MAX),
            scored,
            columns: columns.collect::<Result<_, _>>()?,
            keys: part.view.keys(part.segment)?,
            part,
            buckets: Vec::new(),
            row: Vec::new(),
        })
    }

    fn hit(&self, candidate: &Candidate) -> Result<TopHit, ExecuteError> {
        let view = self.part.view;
        let values = candidate.row.iter().zip(&self.columns);
        let sort: Vec<SortValue> = values
            .map(|(value, column)| column.global(*value))
            .collect::<Result<_, _>>()?;
        Ok(TopHit {
            origin: 0,
            hit: Hit {
                shard: view.shard,
                score: candidate.score,
                key: candidate.key,
                id: String::new(),
                sort,
                group: None,
                address: Address {
                    generation: view.generation,
                    segment: self.part.segment,
                    document: candidate.doc,
                },
            },
        })
    }
}

impl Collector for BestOfBuckets<'_> {
    fn collect(
        &mut self,
        found: Match,
        parent: usize,
        budget: &mut Budget,
        _: &Clock,
    ) -> Result<(), ExecuteError> {
        if parent >= self.buckets.len() {
            budget.take((parent + 1 - self.buckets.len()) * size_of::<OfBucket>());
            self.buckets.resize_with(parent + 1, OfBucket::default);
        }
        let bucket = &mut self.buckets[parent];
        bucket.total += 1;
        if self.scored {
            let best = bucket.score_max.unwrap_or(f32::NEG_INFINITY);
            bucket.score_max = Some(best.max(found.score));
        }
        self.row.clear();
        self.row.extend(
            self.columns
                .iter()
                .map(|column| column.of(found.doc, found.score)),
        );
        let key = self.keys.first(found.doc).unwrap_or_default();
        let (columns, row) = (&self.columns, &self.row);
        let comes_before = |candidate: &Candidate| {
            let order = compare(columns, &candidate.row, row).then(candidate.key.cmp(&key));
            order.then(candidate.doc.cmp(&found.doc)) == Ordering::Less
        };
        let place = bucket.best.partition_point(comes_before);
        if place >= self.max {
            return Ok(());
        }
        if bucket.best.len() < self.max {
            // With what it takes when it has become a hit.
            budget.take(2 * size_of::<TopHit>() + row.len() * size_of::<SortValue>());
        } else {
            bucket.best.pop();
        }
        bucket.best.insert(
            place,
            Candidate {
                row: row.clone(),
                key,
                doc: found.doc,
                score: found.score,
            },
        );
        Ok(())
    }

    fn finish(
        mut self: Box<Self>,
        parents: usize,
        budget: &mut Budget,
    ) -> Result<Vec<Partial>, ExecuteError> {
        let mut all = Vec::with_capacity(parents);
        for bucket in std::mem::take(&mut self.buckets) {
            let mut top = TopHits {
                total: bucket.total,
                score_max: bucket.score_max,
                hits: Vec::with_capacity(bucket.best.len()),
            };
            if !budget.exceeded() {
                for candidate in &bucket.best {
                    top.hits.push(self.hit(candidate)?);
                }
                budget.take(top.hits.iter().map(text_bytes).sum());
            }
            all.push(Partial::TopHits(top));
        }
        all.resize_with(parents, || Partial::TopHits(TopHits::default()));
        Ok(all)
    }
}

fn text_bytes(top: &TopHit) -> usize {
    let text = |value: &SortValue| {
        if let SortValue::Text(text) = value {
            text.len()
        } else {
            0
        }
    };
    top.hit.sort.iter().map(text).sum()
}

fn compare(columns: &[SortColumn<'_>], a: &[Local], b: &[Local]) -> Ordering {
    columns
        .iter()
        .zip(a.iter().zip(b))
        .map(|(column, (a, b))| column.compare(*a, *b))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// Reads the ids of all hits of a shard's results, once it is known which are sent: segment by segment, each dictionary
/// from its beginning to its end.
pub(super) fn name(partials: &mut [Partial], view: &View, budget: &mut Budget) -> Result<(), ExecuteError> {
    let mut wanted: Vec<Vec<(u64, &mut TopHit)>> = Vec::new();
    wanted.resize_with(view.searcher.segment_readers().len(), Vec::new);
    let mut failed = None;
    let mut each: Vec<&mut TopHit> = Vec::new();
    for partial in partials {
        partial.hits(&mut each);
    }
    for top in each {
        let address = top.hit.address;
        match view.ids(address.segment) {
            Ok(ids) => {
                let ord = ids.ords().first(address.document).unwrap_or_default();
                wanted[address.segment as usize].push((ord, top));
            }
            Err(error) => failed = Some(error),
        }
    }
    if let Some(error) = failed {
        return Err(error.into());
    }
    for (segment, mut hits) in (0..).zip(wanted) {
        if hits.is_empty() {
            continue;
        }
        // A document may be among the best of several buckets.
        hits.sort_by_key(|(ord, _)| *ord);
        let mut ords: Vec<u64> = hits.iter().map(|(ord, _)| *ord).collect();
        ords.dedup();
        let mut ids: Vec<String> = Vec::with_capacity(ords.len());
        view.ids(segment)?
            .dictionary()
            .sorted_ords_to_term_cb(&ords, |bytes| {
                ids.push(String::from_utf8_lossy(bytes).into_owned());
            })?;
        for (ord, top) in hits {
            let at = ords.binary_search(&ord).ok();
            top.hit.id = at.and_then(|at| ids.get(at)).cloned().unwrap_or_default();
            budget.take(top.hit.id.len());
        }
    }
    Ok(())
}
