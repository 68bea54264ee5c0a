//! The life of a query: plan → statistics → fan out → gather → merge → fetch.

mod coverage;
mod fan_out;
mod fetch;
mod gather;
mod merge;
mod patience;
mod plan;
mod profile;
mod result;
mod rounds;
mod stages;
mod statistics;
#[cfg(test)]
mod tests;
mod time;
mod wishes;

use std::sync::Arc;

use rand::rngs::StdRng;
use shared::catalog::Catalog;
use shared::deadline::Deadline;
use shared::ids::Position;
use shared::wire::StoredDocument;
use tokio::time::Instant;
use tracing::Instrument as _;

use self::gather::{Gathered, LeafHits};
use self::merge::Winner;
use self::plan::{Plan, Window};
use self::rounds::Rounds;
use self::stages::Stages;
use self::time::Schedule;
use self::wishes::Wishes;
use crate::attempt::{Attempts, BudgetConfig, HedgeConfig, Recorder};
use crate::client::{Endpoint, LeafClient};
use crate::dsl::search_body::SearchCommand;
use crate::error::{ApiError, FailedShard};
use crate::members::{EjectionConfig, Members, Phase};
use crate::metrics::{RootMetrics, SearchEnd};
use crate::resolve;

pub use coverage::Coverage;
pub use patience::Patience;
pub(crate) use plan::leaves_of;
pub use profile::{Profile, Round};
pub use result::{Cause, FoundDocument, SearchResult, ShardReport, ShardsSummary, Total};
pub use statistics::StatisticsCache;

/// What every search of a root shares.
pub struct Searches {
    /// The replicas to ask.
    pub members: Arc<Members>,
    /// How to ask them.
    pub client: Arc<dyn LeafClient>,
    /// How they are raced.
    pub attempts: Attempts,
    /// What is known of term frequencies.
    pub statistics: StatisticsCache,
    /// What is counted and measured.
    pub metrics: Arc<RootMetrics>,
}

/// How a root deals with slow and sick replicas.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TailConfig {
    /// When it hedges.
    pub hedge: HedgeConfig,
    /// How much extra load hedges and retries may make.
    pub budget: BudgetConfig,
    /// When it ejects.
    pub ejection: EjectionConfig,
}

impl Searches {
    /// Searches over the replicas at these addresses, by leaf number, of which nothing is known yet.
    pub fn new(
        leaves: Vec<Vec<Endpoint>>,
        client: Arc<dyn LeafClient>,
        config: TailConfig,
        mut rng: StdRng,
        now: Instant,
    ) -> Self {
        let metrics = Arc::new(RootMetrics::default());
        let members = Members::new(leaves, config.ejection, &metrics, &mut rng, now);
        let budget = config.budget.for_leaves(members.leaf_count());
        Self {
            members: Arc::new(members),
            client,
            attempts: Attempts::new(budget, config.hedge, metrics.clone(), rng, now),
            statistics: StatisticsCache::default(),
            metrics,
        }
    }

    /// Answers a search of the index `name` by the deadline, whatever the leaves do.
    ///
    /// # Errors
    /// [`ApiError`] for a query that does not fit the index, when no shard could answer, or when the client wants all or
    /// nothing and something is missing.
    pub async fn search(
        &self,
        catalog: &Catalog,
        name: &str,
        command: &SearchCommand,
        position_min: Position,
        deadline: Deadline,
    ) -> Result<SearchResult, ApiError> {
        let began = Instant::now();
        let result = self.answer(catalog, name, command, position_min, deadline).await;
        let end = match &result {
            Ok(result) if result.coverage.degraded() => SearchEnd::Partial,
            Ok(_) => SearchEnd::Complete,
            Err(ApiError::Rejected { .. }) => SearchEnd::Rejected,
            Err(_) => SearchEnd::Failed,
        };
        self.metrics.search(end, began.elapsed());
        if let Ok(result) = &result {
            self.metrics.covered(&result.coverage);
        }
        result
    }

    async fn answer(
        &self,
        catalog: &Catalog,
        name: &str,
        command: &SearchCommand,
        position_min: Position,
        deadline: Deadline,
    ) -> Result<SearchResult, ApiError> {
        let recorder = command.profile.then(Arc::<Recorder>::default);
        let mut stages = Stages::begin(&self.metrics, recorder.is_some());
        let wishes = Wishes::of(command, &catalog.search);
        let plan = self.plan(catalog, name, command, position_min)?;
        stages.ended("plan");
        let rounds = Rounds {
            members: &self.members,
            client: &self.client,
            attempts: &self.attempts,
            schedule: Schedule::new(stages.began, deadline),
            recorder: recorder.as_ref(),
        };
        let (statistics, asked) = statistics::statistics(&plan, &self.statistics, rounds)
            .instrument(stages.span(Phase::Statistics))
            .await;
        if asked {
            stages.round_ended(Phase::Statistics);
        }
        let outcomes = fan_out::fan_out(&plan, &statistics, rounds, wishes.patience)
            .instrument(stages.span(Phase::Query))
            .await;
        stages.round_ended(Phase::Query);
        let mut gathered = Gathered::new(plan.index, outcomes, &self.members);
        let window = window(command);
        let lists: Vec<_> = gathered
            .lists
            .iter_mut()
            .map(|list| std::mem::take(&mut list.hits))
            .collect();
        let best = best_score(&lists);
        let winners = merge::merge(lists, window.from as usize, window.size as usize);
        stages.ended("merge");
        let (hits, fetched) = documents(&plan, &mut gathered, winners, command, rounds)
            .instrument(stages.span(Phase::Fetch))
            .await;
        if fetched {
            stages.round_ended(Phase::Fetch);
        }
        judge(name, wishes.all_or_nothing, &gathered)?;
        Ok(SearchResult {
            took_ms: u64::try_from(stages.began.elapsed().as_millis()).unwrap_or(u64::MAX),
            timed_out: gathered.coverage.shards_timeout > 0,
            total: gathered.total(window.count_to),
            shards: gathered.shards,
            max_score: best,
            hits,
            coverage: gathered.coverage,
            profile: recorder.map(|recorder| stages.profile(&recorder)),
        })
    }

    fn plan(
        &self,
        catalog: &Catalog,
        name: &str,
        command: &SearchCommand,
        position_min: Position,
    ) -> Result<Plan, ApiError> {
        let not_found = || ApiError::IndexNotFound {
            index: name.to_owned(),
        };
        let meta = catalog.indexes.get(name).ok_or_else(not_found)?;
        let query = resolve::resolve(&command.query, &meta.mapping, shared::clock::now_ms())
            .map_err(|error| error.in_index(name))?;
        let placement = self.members.placements.of(catalog, meta);
        Ok(Plan::new(
            meta,
            &placement,
            &self.members,
            query,
            window(command),
            position_min,
        ))
    }
}

/// The page's documents, and whether they had to be fetched. A hit whose document is gone by now is left out; a document
/// that cannot be had makes its shard a failed one.
async fn documents(
    plan: &Plan,
    gathered: &mut Gathered,
    winners: Vec<Winner>,
    command: &SearchCommand,
    rounds: Rounds<'_>,
) -> (Vec<FoundDocument>, bool) {
    let found = |winner: Winner, document| FoundDocument {
        id: winner.hit.id,
        score: winner.hit.score,
        document,
    };
    if winners.is_empty() || !wants_documents(command) {
        let hits = winners.into_iter().map(|winner| found(winner, None));
        return (hits.collect(), false);
    }
    if plan.documents
        && let Some(documents) = came_along(&mut gathered.lists, winners.len())
    {
        let both = winners.into_iter().zip(documents);
        let hits = both.map(|(winner, document)| found(winner, Some(document)));
        return (hits.collect(), false);
    }
    let fetched = fetch::fetch(plan.index, &winners, &gathered.lists, rounds).await;
    let mut hits = Vec::with_capacity(winners.len());
    for (winner, fetched) in winners.into_iter().zip(fetched) {
        match fetched {
            Ok(Some(document)) => hits.push(found(winner, Some(document))),
            Ok(None) => {}
            Err(failure) => {
                let leaf = gathered.lists[winner.list].leaf;
                gathered.lost(leaf, winner.hit.shard, failure.cause, &failure.reason);
            }
        }
    }
    (hits, true)
}

/// The documents that the only leaf sent along with its hits, if it sent one for each.
fn came_along(lists: &mut [LeafHits], winners: usize) -> Option<Vec<StoredDocument>> {
    let [only] = lists else { return None };
    (only.documents.len() == winners).then(|| std::mem::take(&mut only.documents))
}

/// Without source, version and the like, a hit is its id and score, and nothing need be fetched.
fn wants_documents(command: &SearchCommand) -> bool {
    command.source.is_shown() || command.version || command.seq_no_primary_term
}

fn best_score(lists: &[Vec<shared::wire::Hit>]) -> Option<f32> {
    lists
        .iter()
        .filter_map(|hits| hits.first())
        .map(|hit| hit.score)
        .max_by(f32::total_cmp)
}

fn window(command: &SearchCommand) -> Window {
    Window {
        from: command.from,
        size: command.size,
        count_to: command.count_max,
        documents: wants_documents(command),
    }
}

/// Whether what is missing makes the whole answer an error.
fn judge(name: &str, all_or_nothing: bool, gathered: &Gathered) -> Result<(), ApiError> {
    let coverage = &gathered.coverage;
    if !coverage.degraded() {
        return Ok(());
    }
    let total = gathered.shards.total;
    if coverage.shards_shed == total {
        let reason = "every leaf is overloaded".to_owned();
        return Err(ApiError::Rejected {
            reason,
            retry_after_seconds: 1,
        });
    }
    if coverage.shards_failed == total {
        let failed = |report: &ShardReport| FailedShard {
            index: name.to_owned(),
            shard: report.shard.0,
            kind: report.cause.kind(),
            reason: report.reason.clone(),
        };
        return Err(ApiError::AllShardsFailed(
            gathered.shards.failures.iter().map(failed).collect(),
        ));
    }
    if !all_or_nothing {
        return Ok(());
    }
    let (covered, all) = (coverage.documents_covered, coverage.documents_total);
    let missing = gathered.shards.failures.len();
    Err(ApiError::Incomplete(format!(
        "{missing} of {total} shards are missing or incomplete; {covered} of {all} documents were covered"
    )))
}
