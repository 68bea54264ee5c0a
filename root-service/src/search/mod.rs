//! The life of a query: plan → statistics → fan out → gather → merge → fetch.

mod admission;
mod coverage;
mod fan_out;
mod fetch;
mod gather;
mod judge;
mod merge;
mod page;
mod patience;
mod plan;
mod profile;
mod result;
mod rounds;
mod stages;
mod statistics;
#[cfg(test)]
mod tail_tests;
#[cfg(test)]
mod tests;
mod time;
mod wishes;

use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use shared::catalog::Catalog;
use shared::deadline::Deadline;
use shared::ids::Position;
use tokio::time::Instant;
use tracing::Instrument as _;

use self::admission::Admission;
use self::gather::Gathered;
use self::plan::{Plan, Window};
use self::rounds::Rounds;
use self::stages::Stages;
use self::time::Schedule;
use self::wishes::Wishes;
use crate::attempt::{Attempts, BudgetConfig, HedgeConfig, Recorder};
use crate::client::{Endpoint, LeafClient};
use crate::dsl::search_body::SearchCommand;
use crate::error::ApiError;
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
    /// How many there may be.
    pub admission: Admission,
    /// What is counted and measured.
    pub metrics: Arc<RootMetrics>,
}

/// How a root deals with slow and sick replicas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TailConfig {
    /// When it hedges.
    pub hedge: HedgeConfig,
    /// How much extra load hedges and retries may make.
    pub budget: BudgetConfig,
    /// When it ejects.
    pub ejection: EjectionConfig,
    /// Searches that run at a time, at most; as many more wait for their turn, and the others are refused. More keeps more
    /// leaves busy, and holds more pages in memory.
    pub searches_max: u32,
}

impl Default for TailConfig {
    fn default() -> Self {
        Self {
            hedge: HedgeConfig::default(),
            budget: BudgetConfig::default(),
            ejection: EjectionConfig::default(),
            searches_max: 256,
        }
    }
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
            admission: Admission::new(config.searches_max),
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
        let result = match self.admission.admit(began, deadline).await {
            Ok(admitted) => {
                let times = (began, deadline);
                let result = self.answer(catalog, name, command, position_min, times).await;
                admitted.ended(is_overload(&result, deadline.remaining(began)), Instant::now());
                result
            }
            Err(rejected) => Err(rejected),
        };
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
        (began, deadline): (Instant, Deadline),
    ) -> Result<SearchResult, ApiError> {
        let recorder = command.profile.then(Arc::<Recorder>::default);
        let mut stages = Stages::begin(&self.metrics, recorder.is_some(), began);
        stages.ended("admit");
        let wishes = Wishes::of(command, &catalog.search);
        let plan = self.plan(catalog, name, command, position_min)?;
        stages.ended("plan");
        let rounds = Rounds {
            members: &self.members,
            client: &self.client,
            attempts: &self.attempts,
            schedule: Schedule::new(Instant::now(), deadline),
            recorder: recorder.as_ref(),
        };
        let (statistics, asked) = statistics::statistics(&plan, &self.statistics, rounds)
            .instrument(stages::span(Phase::Statistics))
            .await;
        if asked {
            stages.round_ended(Phase::Statistics);
        }
        let outcomes = fan_out::fan_out(&plan, &statistics, rounds, wishes.patience)
            .instrument(stages::span(Phase::Query))
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
        let (hits, fetched) = page::documents(&plan, &mut gathered, winners, command, rounds)
            .instrument(stages::span(Phase::Fetch))
            .await;
        if fetched {
            stages.round_ended(Phase::Fetch);
        }
        judge::judge(name, wishes.all_or_nothing, &gathered)?;
        Ok(SearchResult {
            took_ms: u64::try_from(stages.began.elapsed().as_millis()).unwrap_or(u64::MAX),
            timed_out: gathered.coverage.shards_timeout > 0,
            total: gathered.total(window.count_to),
            shards: gathered.shards,
            max_score: best,
            hits,
            coverage: gathered.coverage,
            queued_max: gathered.queued_max,
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

/// Whether leaves have too much to do: they refused work, or let it wait for a good part of the time there was. Waiting
/// comes first, and a root that heeds it lets the others of a full leaf be refused less.
fn is_overload(result: &Result<SearchResult, ApiError>, time: Duration) -> bool {
    match result {
        Ok(result) => result.coverage.shards_shed > 0 || result.queued_max > time / 4,
        Err(ApiError::Rejected { .. }) => true,
        Err(_) => false,
    }
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
        documents: page::wants_documents(command),
    }
}
