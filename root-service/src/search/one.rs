//! A query outside of a search: in words, or about one document.

use std::sync::Arc;

use shared::catalog::Catalog;
use shared::deadline::Deadline;
use shared::ids::Shard;
use shared::wire::{
    AttemptKind, ExplainRequest, Explanation, FetchItem, ScoredQuery, ShardTarget, Statistics, Tie,
};
use tokio::time::Instant;

use super::as_of::AsOf;
use super::plan::Plan;
use super::rounds::{Rounds, Wanted};
use super::time::Schedule;
use super::{Searches, statistics};
use crate::attempt::Failure;
use crate::dsl::search_body::SearchCommand;
use crate::error::ApiError;
use crate::members::{Phase, Replica};
use crate::resolve::{Expanded, Glossary};
use crate::search::Cause;

/// Why a document's score is what it is: the numbers, and what their parts are called.
pub type Explained = (Explanation, Arc<Glossary>);

impl Searches {
    /// The query of a command in words, as leaves would execute it.
    ///
    /// # Errors
    /// [`ApiError`] for a query that does not fit the index.
    pub async fn in_words(
        &self,
        catalog: &Catalog,
        name: &str,
        command: &SearchCommand,
        as_of: AsOf,
        deadline: Deadline,
    ) -> Result<String, ApiError> {
        let rounds = self.rounds(deadline);
        let plan = self.expanded(catalog, name, command, as_of, rounds).await?;
        let mapping = &super::index_of(catalog, name)?.mapping;
        Ok(Glossary::new(plan.query, mapping).text())
    }

    /// Whether a document matches the query of a command, and why; `None` if it is not there.
    ///
    /// # Errors
    /// [`ApiError`] for a query that does not fit the index, or if no replica could tell.
    pub async fn explain(
        &self,
        catalog: &Catalog,
        name: &str,
        command: &SearchCommand,
        (id, routing): (&str, Option<&str>),
        as_of: AsOf,
        deadline: Deadline,
    ) -> Result<Option<Explained>, ApiError> {
        let rounds = self.rounds(deadline);
        let plan = self.expanded(catalog, name, command, as_of, rounds).await?;
        let (sum, _) = statistics::statistics(&plan, &self.statistics, rounds).await;
        let meta = super::index_of(catalog, name)?;
        let shard = meta.shard_of(routing.unwrap_or(id));
        let told = ask(&plan, sum, (shard, id), as_of, rounds)
            .await
            .map_err(|failure| unanswered(shard, failure))?;
        let glossary = Arc::new(Glossary::new(plan.query, &meta.mapping));
        Ok(told.map(|explanation| (explanation, glossary)))
    }

    /// What the rounds of one query have in common.
    pub(super) fn rounds(&self, deadline: Deadline) -> Rounds<'_> {
        Rounds {
            members: &self.members,
            client: &self.client,
            attempts: &self.attempts,
            schedule: Schedule::new(Instant::now(), deadline),
            recorder: None,
        }
    }

    async fn expanded(
        &self,
        catalog: &Catalog,
        name: &str,
        command: &SearchCommand,
        as_of: AsOf,
        rounds: Rounds<'_>,
    ) -> Result<Plan, ApiError> {
        let plan = |expanded: &Expanded| self.plan(catalog, name, command, as_of, expanded);
        let unexpanded = plan(&Expanded::new())?;
        let (plan, _) = statistics::expanded(unexpanded, plan, &self.statistics, rounds).await?;
        Ok(plan)
    }
}

async fn ask(
    plan: &Plan,
    statistics: Statistics,
    (shard, id): (Shard, &str),
    as_of: AsOf,
    rounds: Rounds<'_>,
) -> Result<Option<Explanation>, Failure> {
    let planned = plan.shards().find(|(_, target)| target.shard == shard);
    let Some((leaf, target)) = planned else {
        let reason = "the index has no such shard".to_owned();
        return Err(Failure {
            cause: Cause::Failed,
            reason,
        });
    };
    let targets: [ShardTarget; 1] = [target];
    let explained = ScoredQuery {
        query: plan.query.clone(),
        statistics,
    };
    let call = |replica: &Replica, _: AttemptKind, _: Option<Tie>| {
        let item = FetchItem {
            shard,
            id: id.to_owned(),
            address: None,
        };
        let request = ExplainRequest {
            index: plan.index,
            documents: vec![item],
            position_min: as_of.position_min,
            explained: Some(explained.clone()),
            named: Vec::new(),
            pin: None,
            time_remaining_us: rounds.schedule.answer.remaining_us(Instant::now()),
        };
        rounds.client.explain(&replica.endpoint, &request)
    };
    let wanted = Wanted {
        index: plan.index,
        leaf,
        shards: &targets,
        phase: Phase::Fetch,
    };
    let candidates = rounds.at_leaf(wanted);
    let attempted = rounds
        .race(wanted, AttemptKind::Primary, candidates, call)
        .await?;
    let told = attempted.reply.documents.into_iter().next().flatten();
    Ok(told.and_then(|told| told.explanation))
}

/// The error of a call that asks one shard alone.
pub(crate) fn unanswered(shard: Shard, failure: Failure) -> ApiError {
    let reason = format!("shard {shard}: {}", failure.reason);
    match failure.cause {
        Cause::Timeout | Cause::Early => ApiError::Deadline(reason),
        Cause::Shed => ApiError::Rejected {
            reason: failure.reason,
            retry_after_seconds: 1,
        },
        Cause::Failed | Cause::NoPin => match failure.reason.split_once("bad request: ") {
            Some((_, reason)) => ApiError::query(format!("failed to create query: {reason}")),
            None => ApiError::StorageUnavailable(reason),
        },
    }
}
