//! Gather: outcomes become lists of hits, a count, and an account of what is missing. Failures are collected, never
//! raced: one bad leaf costs its own share and nothing else.

use std::sync::Arc;

use shared::ids::{IndexUuid, Leaf, Shard};
use shared::wire::{Hit, SearchResponse, ShardAnswer, ShardFailure, StoredDocument};

use super::coverage::Coverage;
use super::fan_out::LeafOutcome;
use super::result::{Cause, ShardReport, ShardsSummary, Total};
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
}

impl Gathered {
    /// Adds up the outcomes of a query.
    pub(super) fn new(index: IndexUuid, outcomes: Vec<LeafOutcome>, members: &Members) -> Self {
        let mut gathered = Self::default();
        for LeafOutcome { leaf, shards, result } in outcomes {
            gathered.coverage.leaves_total += 1;
            let failures_before = gathered.shards.failures.len();
            match result {
                Ok(attempted) => {
                    for answer in &attempted.reply.shards {
                        attempted
                            .replica
                            .saw(index, answer.shard, answer.position, Some(answer.documents));
                        gathered.answered(leaf, answer);
                    }
                    gathered.missing(index, leaf, &shards_left_out(&shards, &attempted.reply), members);
                    attempted.replica.loaded(attempted.reply.load);
                    gathered.lists.push(LeafHits {
                        leaf,
                        replica: attempted.replica,
                        hits: attempted.reply.hits,
                        documents: attempted.reply.documents,
                    });
                }
                Err(failure) => {
                    for target in &shards {
                        gathered.failed(
                            index,
                            leaf,
                            target.shard,
                            failure.cause,
                            failure.reason.clone(),
                            members,
                        );
                    }
                }
            }
            if gathered.shards.failures.len() == failures_before {
                gathered.coverage.leaves_answered += 1;
            }
        }
        gathered
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
            shard,
            leaf,
            cause,
            reason: reason.to_owned(),
        });
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
        };
        self.report(ShardReport {
            shard: answer.shard,
            leaf,
            cause,
            reason,
        });
    }

    /// Shards that an answer does not speak of.
    fn missing(&mut self, index: IndexUuid, leaf: Leaf, shards: &[Shard], members: &Members) {
        for shard in shards {
            self.failed(
                index,
                leaf,
                *shard,
                Cause::Failed,
                "the answer leaves the shard out".to_owned(),
                members,
            );
        }
    }

    fn failed(
        &mut self,
        index: IndexUuid,
        leaf: Leaf,
        shard: Shard,
        cause: Cause,
        reason: String,
        members: &Members,
    ) {
        self.shards.total += 1;
        self.coverage.documents_total += members
            .newest(leaf, index, shard)
            .map_or(0, |(_, documents)| documents);
        self.report(ShardReport {
            shard,
            leaf,
            cause,
            reason,
        });
    }

    fn report(&mut self, report: ShardReport) {
        match report.cause {
            Cause::Timeout => self.coverage.shards_timeout += 1,
            Cause::Early => self.coverage.shards_early += 1,
            Cause::Shed => self.coverage.shards_shed += 1,
            Cause::Failed => self.coverage.shards_failed += 1,
        }
        self.shards.failures.push(report);
    }
}

fn shards_left_out(asked: &[shared::wire::ShardTarget], reply: &SearchResponse) -> Vec<Shard> {
    let answered = |shard: Shard| reply.shards.iter().any(|answer| answer.shard == shard);
    asked
        .iter()
        .map(|target| target.shard)
        .filter(|shard| !answered(*shard))
        .collect()
}
