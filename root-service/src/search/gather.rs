//! Gather: outcomes become lists of hits, a count, and an account of what is missing. Failures are collected, never
//! raced: one bad leaf costs its own share and nothing else.

use std::sync::Arc;
use std::time::Duration;

use shared::ids::{IndexUuid, Leaf, Shard};
use shared::wire::{Hit, SearchResponse, ShardAnswer, ShardFailure, ShardTarget, StoredDocument};
use tokio::time::Instant;

use super::aggregations::Part;
use super::coverage::Coverage;
use super::fan_out::{LeafOutcome, is_final};
use super::result::{Cause, ShardReport, ShardsSummary, Total};
use crate::attempt::{Attempted, Failure};
use crate::members::{Members, Replica};

/// A leaf's hits, best first, and the replica that can fetch them.
pub(super) struct LeafHits {
    /// The leaf.
    pub(super) leaf: Leaf,
    /// Who found them.
    pub(super) replica: Arc<Replica>,
    /// In order.
    pub(super) hits: Vec<Hit>,
    /// The hits' documents, if they came along; else empty.
    pub(super) documents: Vec<StoredDocument>,
}

/// Everything the leaves said, added up.
#[derive(Default)]
pub(super) struct Gathered {
    /// Each leaf's hits.
    pub(super) lists: Vec<LeafHits>,
    /// Matches counted.
    pub(super) count: u64,
    /// What became of the shards.
    pub(super) shards: ShardsSummary,
    /// Which part of the documents was considered.
    pub(super) coverage: Coverage,
    /// The longest that any of the work waited at its leaf.
    pub(super) queued_max: Duration,
    /// What shards computed of their matches, each shard's once.
    pub(super) aggregations: Vec<Part>,
}

impl Gathered {
    /// Adds up the outcomes of a query.
    pub(super) fn new(index: IndexUuid, outcomes: Vec<LeafOutcome>, members: &Members) -> Self {
        let mut gathered = Self::default();
        for outcome in outcomes {
            gathered.coverage.leaves_total += 1;
            let failures_before = gathered.shards.failures.len();
            gathered.leaf(index, outcome, members);
            if gathered.shards.failures.len() == failures_before {
                gathered.coverage.leaves_answered += 1;
            }
        }
        gathered
    }

    /// Adds one leaf's answers: each shard counts once, from the answer that has it.
    fn leaf(&mut self, index: IndexUuid, outcome: LeafOutcome, members: &Members) {
        let LeafOutcome {
            leaf,
            shards,
            answers,
        } = outcome;
        let mut chosen: Vec<(Shard, usize)> = Vec::with_capacity(shards.len());
        for ShardTarget { shard, .. } in shards {
            if let Some((at, answer)) = best(&answers.given, shard) {
                self.answered(leaf, answer);
                chosen.push((shard, at));
            } else {
                let failure = answers.failure.clone().unwrap_or_else(left_out);
                self.failed(index, leaf, shard, failure, members);
            }
        }
        let many = answers.given.len() > 1;
        for (at, attempted) in answers.given.into_iter().enumerate() {
            let (mut reply, replica) = (attempted.reply, attempted.replica);
            for answer in &mut reply.shards {
                if chosen.contains(&(answer.shard, at)) {
                    let part = answer.aggregations.take().map(|of| Part {
                        replica: Some(replica.clone()),
                        of,
                    });
                    self.aggregations.extend(part);
                }
                replica.saw(index, answer.shard, answer.position, Some(answer.documents));
            }
            self.queued_max = self.queued_max.max(Duration::from_micros(reply.queued_us));
            replica.loaded(reply.load, Instant::now());
            if many {
                // Hits of a shard that another answer has too would be there twice.
                reply.hits.retain(|hit| chosen.contains(&(hit.shard, at)));
                reply.documents.clear();
            }
            self.lists.push(LeafHits {
                leaf: replica.leaf,
                replica,
                hits: reply.hits,
                documents: reply.documents,
            });
        }
    }

    /// The count as the client reads it: `count_to` is how far it wanted to count.
    pub(super) fn total(&self, count_to: u64) -> Option<Total> {
        if count_to == 0 {
            return None;
        }
        // A count over part of the documents is a lower bound.
        let exact = self.count <= count_to && self.shards.failures.is_empty();
        Some(Total {
            value: self.count.min(count_to),
            exact,
        })
    }

    /// A shard that was counted as complete turns out not to be: its documents could not be fetched.
    pub(super) fn lost(&mut self, leaf: Leaf, shard: Shard, cause: Cause, reason: &str) {
        if self.shards.failures.iter().any(|report| report.shard == shard) {
            return;
        }
        self.shards.successful = self.shards.successful.saturating_sub(1);
        self.report(ShardReport {
            index: None,
            shard,
            leaf,
            cause,
            reason: reason.to_owned(),
        });
    }

    /// These shards did not tell what words of the query stand for: documents may be missing that match other words than those
    /// that were looked for.
    pub(super) fn unexpanded(&mut self, untold: &[(Leaf, Shard)]) {
        for (leaf, shard) in untold {
            let reason = "the shard did not tell in time what words of the query stand for";
            self.lost(*leaf, *shard, Cause::Timeout, reason);
        }
    }

    fn answered(&mut self, leaf: Leaf, answer: &ShardAnswer) {
        self.shards.total += 1;
        self.count += answer.count;
        self.coverage.documents_total += answer.documents;
        self.coverage.documents_covered += answer.documents_seen.min(answer.documents);
        let (cause, reason) = match &answer.failure {
            None => {
                self.shards.successful += 1;
                return;
            }
            Some(ShardFailure::Deadline) => {
                let (seen, all) = (answer.documents_seen, answer.documents);
                (
                    Cause::Timeout,
                    format!("the deadline stopped the search after {seen} of {all} documents"),
                )
            }
            Some(ShardFailure::NotReady) => {
                (Cause::Failed, "the shard is not ready on this replica".to_owned())
            }
            Some(ShardFailure::Failed(reason)) => (Cause::Failed, reason.clone()),
            Some(ShardFailure::NoSuchPin) => (
                Cause::NoPin,
                "the shard does not hold the point in time any more".to_owned(),
            ),
        };
        self.report(ShardReport {
            index: None,
            shard: answer.shard,
            leaf,
            cause,
            reason,
        });
    }

    fn failed(&mut self, index: IndexUuid, leaf: Leaf, shard: Shard, failure: Failure, members: &Members) {
        self.shards.total += 1;
        self.coverage.documents_total += members
            .newest(leaf, index, shard)
            .map_or(0, |(_, documents)| documents);
        self.report(ShardReport {
            index: None,
            shard,
            leaf,
            cause: failure.cause,
            reason: failure.reason,
        });
    }

    fn report(&mut self, report: ShardReport) {
        match report.cause {
            Cause::Timeout => self.coverage.shards_timeout += 1,
            Cause::Early => self.coverage.shards_early += 1,
            Cause::Shed => self.coverage.shards_shed += 1,
            Cause::Failed | Cause::NoPin => self.coverage.shards_failed += 1,
        }
        self.shards.failures.push(report);
    }
}

/// The answer to take for a shard, and its place: one that has it, else the last that speaks of it.
fn best(given: &[Attempted<SearchResponse>], shard: Shard) -> Option<(usize, &ShardAnswer)> {
    let mut last = None;
    for (at, attempted) in given.iter().enumerate() {
        let mut answers = attempted.reply.shards.iter();
        let Some(answer) = answers.find(|answer| answer.shard == shard) else {
            continue;
        };
        if is_final(answer) {
            return Some((at, answer));
        }
        last = Some((at, answer));
    }
    last
}

fn left_out() -> Failure {
    Failure {
        cause: Cause::Failed,
        reason: "the answer leaves the shard out".to_owned(),
    }
}
