//! What the rounds of one query have in common, and how a leaf is asked in one of them.

use std::sync::Arc;

use shared::ids::{IndexUuid, Leaf, Shard};
use shared::wire::{AttemptKind, ShardTarget, Tie};

use super::time::Schedule;
use crate::attempt::{Answer, Ask, Attempted, Attempts, Call, Failure, Recorder};
use crate::client::{LeafClient, Reply};
use crate::members::{Candidate, Fitness, Members, Phase, Replica};
use crate::search::Cause;

/// One query's context.
#[derive(Clone, Copy)]
pub(super) struct Rounds<'a> {
    pub(super) members: &'a Members,
    pub(super) client: &'a Arc<dyn LeafClient>,
    pub(super) attempts: &'a Attempts,
    pub(super) schedule: Schedule,
    pub(super) recorder: Option<&'a Arc<Recorder>>,
}

/// What a leaf is asked for in a round: some of an index's shards.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'a> {
    pub(super) index: IndexUuid,
    pub(super) leaf: Leaf,
    pub(super) shards: &'a [ShardTarget],
    pub(super) phase: Phase,
}

/// What came of it: usually one answer. Where an answer leaves shards out, these were asked for once more elsewhere, and
/// both answers are kept; nothing that was given is thrown away.
#[derive(Debug)]
pub(super) struct Answers<T> {
    /// In the order in which they were given.
    pub(super) given: Vec<Attempted<T>>,
    /// Why there is none, or no second one.
    pub(super) failure: Option<Failure>,
}

/// An answer about shards, of which it may leave out some.
pub(super) trait AboutShards {
    /// Whether the shard is there, so that asking another replica for it would give nothing better.
    fn has(&self, shard: Shard) -> bool;
}

impl Rounds<'_> {
    /// Asks a leaf for shards, and other replicas for those that its answer leaves out. By the deadline of the round.
    pub(super) async fn ask<T, C>(&self, wanted: Wanted<'_>, call: C) -> Answers<T>
    where
        T: Answer + AboutShards,
        C: Fn(&Replica, AttemptKind, Option<Tie>, &[ShardTarget]) -> Reply<T> + Send + Sync,
    {
        let shards = wanted.shards;
        let first = self
            .race(
                wanted,
                AttemptKind::Primary,
                self.at_leaf(wanted),
                |replica: &Replica, kind, tie| call(replica, kind, tie, shards),
            )
            .await;
        let left_out: Vec<ShardTarget> = match &first {
            Ok(first) => shards
                .iter()
                .filter(|target| !first.reply.has(target.shard))
                .copied()
                .collect(),
            Err(failure) if failure.cause == Cause::Failed => shards.to_vec(),
            Err(_) => Vec::new(),
        };
        let mut answers = Answers::from(first);
        if left_out.is_empty() {
            return answers;
        }
        let rest = Wanted {
            shards: &left_out,
            ..wanted
        };
        let elsewhere = self.elsewhere(rest, &answers);
        if !elsewhere.is_empty() {
            let call = |replica: &Replica, kind, tie| call(replica, kind, tie, &left_out);
            match self.race(rest, AttemptKind::Retry, elsewhere, call).await {
                Ok(second) => answers.given.push(second),
                Err(failure) => answers.failure = answers.failure.or(Some(failure)),
            }
        }
        answers
    }

    /// One race.
    pub(super) async fn race<T: Answer>(
        &self,
        wanted: Wanted<'_>,
        kind: AttemptKind,
        candidates: Vec<Candidate>,
        call: impl Call<T>,
    ) -> Result<Attempted<T>, Failure> {
        // A catalog may name more leaves than this root was told of.
        let leaf = self.members.leaf(wanted.leaf).ok_or_else(|| Failure {
            cause: Cause::Failed,
            reason: format!("this root was told of no replica of leaf {}", wanted.leaf),
        })?;
        let ask = Ask {
            leaf,
            candidates,
            first: None,
            kind,
            phase: wanted.phase,
            deadline: self.schedule.of(wanted.phase),
            recorder: self.recorder.cloned(),
        };
        self.attempts.run(ask, call).await
    }

    /// The replicas of the leaf that may be asked.
    pub(super) fn at_leaf(&self, wanted: Wanted<'_>) -> Vec<Candidate> {
        self.members
            .leaf(wanted.leaf)
            .map(|leaf| leaf.candidates(wanted.index, wanted.shards))
            .unwrap_or_default()
    }

    /// Replicas of any leaf that report some of the shards ready and have not answered yet: while shards move, the planned
    /// leaf may not have them any more.
    fn elsewhere<T>(&self, wanted: Wanted<'_>, answers: &Answers<T>) -> Vec<Candidate> {
        let answered = |replica: &Arc<Replica>| {
            let mut given = answers.given.iter();
            given.any(|answer| Arc::ptr_eq(&answer.replica, replica))
        };
        let failed = |replica: &Arc<Replica>| answers.given.is_empty() && replica.leaf == wanted.leaf;
        self.members
            .replicas()
            .filter(|replica| !answered(replica) && !failed(replica))
            .map(|replica| Candidate::of(replica, wanted.index, wanted.shards))
            .filter(|candidate| candidate.fitness < Fitness::Unfit)
            .collect()
    }
}

impl<T> From<Result<Attempted<T>, Failure>> for Answers<T> {
    fn from(result: Result<Attempted<T>, Failure>) -> Self {
        match result {
            Ok(given) => Self {
                given: vec![given],
                failure: None,
            },
            Err(failure) => Self {
                given: Vec::new(),
                failure: Some(failure),
            },
        }
    }
}
