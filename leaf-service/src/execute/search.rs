//! The query phase on one leaf: rank, then count, then name the hits.

use std::sync::Arc;

use shared::deadline::Deadline;
use shared::ids::{Position, Shard};
use shared::wire::sort::{self, SortValue};
use shared::wire::{Address, Hit, LeafError, SearchRequest, ShardAnswer, ShardFailure, StoredDocument};
use tantivy::{DocAddress, DocId, SegmentReader};
use tokio::time::Instant;

use super::aggregate;
use super::clock::Clock;
use super::count::{Kind, count};
use super::error::{ExecuteError, guarded};
use super::plan::Plan;
use super::sorted::{self, CollapsedTop, Sorted, SortedTop};
use super::top::{self, Progress, Ranked, Top};
use super::validate;
use crate::view::View;

/// A shard to search: its view, or why there is none.
pub type ShardView = (Shard, Result<Arc<View>, ShardFailure>);

/// Searches the views of some shards: one answer for each, in the same order, and the best hits over all of them.
///
/// Hits are in order: by descending score, then ascending key, id and shard. Both hits and counts are a function of the
/// documents and the request alone, however the documents are cut into shards and segments, unless the deadline stops
/// the search. Then the hits are the best of what was seen, and every shard that was not finished says so: its
/// `documents_seen` tells how far the hits came, or, if only the count was stopped, that they saw all.
///
/// # Errors
/// [`LeafError::BadRequest`] if the request makes no sense for any shard.
pub fn search(
    views: &[ShardView],
    request: &SearchRequest,
    deadline: Deadline,
    now: impl Fn() -> Instant + Send + Sync + 'static,
) -> Result<(Vec<ShardAnswer>, Vec<Hit>), LeafError> {
    let (answers, found) = search_with_documents(views, request, deadline, now)?;
    Ok((answers, found.into_iter().map(|(hit, _)| hit).collect()))
}

/// A hit without its id.
#[derive(Clone)]
struct Unnamed {
    ranked: Ranked,
    /// What it is ordered by, if not by its score.
    sort: Vec<SortValue>,
    /// The value of its group, if hits are collapsed.
    group: Option<SortValue>,
}

/// A hit, and its stored document if the request wants documents.
pub type Found = (Hit, Option<StoredDocument>);

/// As [`search`], with the hits' documents.
///
/// # Errors
/// As [`search`].
pub fn search_with_documents(
    views: &[ShardView],
    request: &SearchRequest,
    deadline: Deadline,
    now: impl Fn() -> Instant + Send + Sync + 'static,
) -> Result<(Vec<ShardAnswer>, Vec<Found>), LeafError> {
    validate::request(request)?;
    aggregate::check(request)?;
    let mut run = Run {
        views,
        request,
        clock: Clock::new(deadline, now),
        plan: None,
        answers: views.iter().map(unanswered).collect(),
        counted: 0,
    };
    let found = run.find();
    if request.k == 0 || request.count_max > 0 && !sorted::sees_all(request) {
        run.each_shard(Run::count);
    }
    aggregate::aggregate(views, request, &run.clock, &mut run.answers);
    if let Some(reason) = run.clock.refusal() {
        return Err(LeafError::BadRequest(reason));
    }
    let hits = run.named(found);
    Ok((run.answers, hits))
}

/// What is known of a shard before it is searched.
fn unanswered((shard, view): &ShardView) -> ShardAnswer {
    let view = view.as_ref();
    ShardAnswer {
        shard: *shard,
        position: view.map_or(Position::START, |view| view.position),
        documents: view.map_or(0, |view| view.documents()),
        documents_seen: 0,
        count: 0,
        failure: view.err().cloned(),
        aggregations: None,
    }
}

/// The state of one request.
struct Run<'a> {
    views: &'a [ShardView],
    request: &'a SearchRequest,
    clock: Clock,
    /// The query compiled for the shard before; most often it fits the next one.
    plan: Option<Plan>,
    answers: Vec<ShardAnswer>,
    /// Matches counted over all shards.
    counted: u64,
}

impl Run<'_> {
    /// Does something with each shard that has not failed. A failure, a panic too, stays with its shard.
    fn each_shard(&mut self, mut work: impl FnMut(&mut Self, usize, &View) -> Result<(), ExecuteError>) {
        let views = self.views;
        for (number, (shard, view)) in views.iter().enumerate() {
            let Ok(view) = view else { continue };
            if self.answers[number].failure.is_some() {
                continue;
            }
            // After a panic: the plan is compiled anew, answers and hits only ever hold finished segments.
            let done = guarded(|| {
                self.prepare(view)?;
                work(self, number, view)
            });
            if let Err(error) = done {
                if !matches!(error, ExecuteError::Deadline) {
                    tracing::error!(%shard, %error, "searching a shard failed");
                    self.plan = None;
                }
                self.answers[number].failure = Some(error.to_failure());
            }
        }
    }

    /// Compiles the query, unless the last shard's plan fits.
    fn prepare(&mut self, view: &View) -> Result<(), ExecuteError> {
        let fits = |plan: &Plan| plan.slots == view.schema.text.len();
        if !self.plan.as_ref().is_some_and(fits) {
            self.plan = None;
            self.plan = Some(Plan::new(view, self.request, &self.clock)?);
        }
        Ok(())
    }

    /// Finds the hits over all shards, in their order.
    fn find(&mut self) -> Vec<Unnamed> {
        let request = self.request;
        if request.k == 0 {
            return Vec::new();
        }
        if let Some(top) = CollapsedTop::new(request) {
            return self.find_groups(top);
        }
        if sorted::is_sorted(request) {
            let mut top = SortedTop::new(request);
            self.each_shard(|run, number, view| {
                run.collect(number, view, |run, segment| {
                    let plan = run.plan.as_ref().expect("it was prepared for this shard");
                    top.collect(plan, (number, view), segment, &run.clock)
                })
            });
            let unnamed = |found: Sorted| Unnamed {
                ranked: found.hit,
                sort: found.values,
                group: None,
            };
            return top.into_hits().into_iter().map(unnamed).collect();
        }
        let mut top = Top::new(usize::try_from(request.k).unwrap_or(usize::MAX));
        self.each_shard(|run, number, view| {
            run.collect(number, view, |run, segment| {
                let plan = run.plan.as_ref().expect("it was prepared for this shard");
                let ranking = plan.ranking.as_ref().expect("hits by score are ranked");
                top::collect(
                    &mut top,
                    ranking,
                    &request.statistics,
                    (number, view),
                    segment,
                    &run.clock,
                )
            })
        });
        let unnamed = |ranked| Unnamed {
            ranked,
            sort: Vec::new(),
            group: None,
        };
        top.into_hits().into_iter().map(unnamed).collect()
    }

    /// Finds the best hit of each group over all shards, in their order.
    fn find_groups(&mut self, mut top: CollapsedTop) -> Vec<Unnamed> {
        self.each_shard(|run, number, view| {
            run.collect(number, view, |run, segment| {
                let plan = run.plan.as_ref().expect("it was prepared for this shard");
                top.collect(plan, (number, view), segment, &run.clock)
            })
        });
        let by_score = !sorted::is_sorted(self.request);
        let unnamed = |(found, group): (Sorted, SortValue)| Unnamed {
            ranked: found.hit,
            sort: if by_score { Vec::new() } else { found.values },
            group: Some(group),
        };
        top.into_hits().into_iter().map(unnamed).collect()
    }

    /// Collects a shard's hits segment by segment, and counts along where every match is looked at anyway.
    fn collect(
        &mut self,
        number: usize,
        view: &View,
        mut segment_hits: impl FnMut(&Self, u32) -> Result<Progress, ExecuteError>,
    ) -> Result<(), ExecuteError> {
        for (segment, reader) in (0..).zip(view.searcher.segment_readers()) {
            if self.clock.expired() {
                return Err(ExecuteError::Deadline);
            }
            let progress = segment_hits(self, segment)?;
            let answer = &mut self.answers[number];
            let matches = progress.matches.unwrap_or(0);
            let counted = matches.min(self.request.count_max.saturating_sub(self.counted));
            answer.count += counted;
            self.counted += counted;
            if let Some(doc) = progress.stopped_at {
                answer.documents_seen += live_before(reader, doc);
                return Err(ExecuteError::Deadline);
            }
            answer.documents_seen += u64::from(reader.num_docs());
        }
        Ok(())
    }

    /// Counts a shard's matches, unless its hits were counted along.
    fn count(&mut self, number: usize, view: &View) -> Result<(), ExecuteError> {
        let Some(matching) = self.plan.as_ref().and_then(|plan| plan.matching.as_ref()) else {
            return Ok(());
        };
        let answer = &mut self.answers[number];
        let counts_only = self.request.k == 0;
        let kind = Kind::of(&self.request.query.clause);
        for reader in view.searcher.segment_readers() {
            let limit = self.request.count_max - self.counted;
            let mut stopped_at = None;
            if limit > 0 {
                if self.clock.expired() {
                    return Err(ExecuteError::Deadline);
                }
                let counted = count(matching.as_ref(), kind, reader, limit, &self.clock)?;
                answer.count += counted.matches;
                self.counted += counted.matches;
                stopped_at = counted.stopped_at;
            }
            if counts_only {
                answer.documents_seen +=
                    stopped_at.map_or_else(|| u64::from(reader.num_docs()), |doc| live_before(reader, doc));
            }
            if stopped_at.is_some() {
                return Err(ExecuteError::Deadline);
            }
        }
        Ok(())
    }

    /// The hits with their ids, in their final order.
    fn named(&mut self, unnamed: Vec<Unnamed>) -> Vec<Found> {
        let mut found: Vec<Vec<Unnamed>> = vec![Vec::new(); self.views.len()];
        for hit in unnamed {
            found[hit.ranked.place.view].push(hit);
        }
        let mut hits = Vec::new();
        for (number, found) in found.into_iter().enumerate() {
            let (shard, Ok(view)) = &self.views[number] else {
                continue;
            };
            let named = guarded(|| {
                if self.request.documents {
                    read(*shard, view, found)
                } else {
                    name(*shard, view, found)
                }
            });
            match named {
                Ok(named) => hits.extend(named),
                Err(error) => {
                    tracing::error!(%shard, %error, "reading the ids of hits failed");
                    self.answers[number].documents_seen = 0;
                    self.answers[number].failure = Some(error.to_failure());
                }
            }
        }
        let order = &self.request.sort;
        hits.sort_by(|(a, _): &Found, (b, _): &Found| {
            let decided = if order.is_empty() {
                b.score.total_cmp(&a.score)
            } else {
                sort::compare(order, &a.sort, &b.sort)
            };
            decided
                .then(a.key.cmp(&b.key))
                .then_with(|| a.id.cmp(&b.id))
                .then(a.shard.cmp(&b.shard))
        });
        hits
    }
}

/// Reads the ids of a view's hits, segment by segment.
fn name(shard: Shard, view: &View, mut found: Vec<Unnamed>) -> Result<Vec<Found>, ExecuteError> {
    found.sort_by_key(|hit| hit.ranked.place);
    let mut hits = Vec::with_capacity(found.len());
    for hit in found {
        let place = hit.ranked.place;
        let id = super::fetch::id_of(view.ids(place.segment)?, place.doc)?;
        hits.push((hit_of(shard, view, hit, id), None));
    }
    Ok(hits)
}

/// Reads the documents of a view's hits, and their ids along.
fn read(shard: Shard, view: &View, found: Vec<Unnamed>) -> Result<Vec<Found>, ExecuteError> {
    let mut hits = Vec::with_capacity(found.len());
    for hit in found {
        let at = DocAddress::new(hit.ranked.place.segment, hit.ranked.place.doc);
        if let Some(document) = super::fetch::read(view, at)? {
            hits.push((hit_of(shard, view, hit, document.id.clone()), Some(document)));
        }
    }
    Ok(hits)
}

fn hit_of(shard: Shard, view: &View, hit: Unnamed, id: String) -> Hit {
    let Unnamed {
        ranked: hit,
        sort,
        group,
    } = hit;
    let address = Address {
        generation: view.generation,
        segment: hit.place.segment,
        document: hit.place.doc,
    };
    Hit {
        shard,
        score: hit.score,
        key: hit.key,
        id,
        sort,
        group,
        address,
    }
}

/// About how many live documents come before one: deleted ones are taken to be spread evenly.
pub(super) fn live_before(reader: &SegmentReader, doc: DocId) -> u64 {
    let (live, all) = (u64::from(reader.num_docs()), u64::from(reader.max_doc()).max(1));
    live * u64::from(doc) / all
}
