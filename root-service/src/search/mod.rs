//! The life of a query: plan → statistics → fan out → gather → merge → fetch.

mod admission;
pub mod aggregations;
mod as_of;
mod coverage;
mod explained;
mod fan_out;
mod fetch;
mod gather;
mod judge;
pub mod merge;
pub(crate) mod one;
mod page;
mod patience;
mod pinned;
#[cfg(test)]
mod pinned_tests;
mod plan;
mod profile;
mod result;
mod rounds;
pub mod several;
mod stages;
mod statistics;
mod suggesting;
#[cfg(test)]
mod tail_tests;
#[cfg(test)]
mod tests;
mod time;
mod wishes;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use rand::rngs::StdRng;
use shared::catalog::{Catalog, IndexMeta};
use shared::deadline::Deadline;
use shared::mapping::Mapping;
use shared::query::Query;
use tokio::time::Instant;
use tracing::Instrument as _;

use self::admission::Admission;
use self::aggregations::{Aggregated, OfIndex};
use self::gather::Gathered;
use self::plan::{Plan, Window};
use self::rounds::Rounds;
use self::stages::Stages;
use self::wishes::Wishes;
use crate::attempt::{Attempts, BudgetConfig, HedgeConfig, Recorder};
use crate::client::{Endpoint, LeafClient};
use crate::dsl::search_body::SearchCommand;
use crate::error::ApiError;
use crate::members::{EjectionConfig, Members, Phase};
use crate::metrics::{RootMetrics, SearchEnd};
use crate::resolve::{self, Expanded};

pub use as_of::AsOf;
pub use coverage::Coverage;
pub use explained::{ExplainedHit, Said};
pub use one::Explained;
pub use patience::Patience;
pub use pinned::PinnedStatistics;
pub(crate) use plan::leaves_of;
pub use profile::{Profile, Round};
pub use result::{Cause, FoundDocument, Group, SearchResult, ShardReport, ShardsSummary, Total};
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
    /// The same of points in time.
    pub pinned: PinnedStatistics,
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
            pinned: PinnedStatistics::default(),
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
        as_of: AsOf,
        deadline: Deadline,
    ) -> Result<SearchResult, ApiError> {
        let began = Instant::now();
        let result = match self.admission.admit(began, deadline).await {
            Ok(admitted) => {
                let times = (began, deadline);
                let result = self.answer(catalog, name, command, as_of, times).await;
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
        as_of: AsOf,
        (began, deadline): (Instant, Deadline),
    ) -> Result<SearchResult, ApiError> {
        check_pit(command, as_of)?;
        let recorder = command.profile.then(Arc::<Recorder>::default);
        let mut stages = Stages::begin(&self.metrics, recorder.is_some(), began);
        stages.ended("admit");
        let wishes = Wishes::of(command, &catalog.search);
        let plan = |expanded: &Expanded| self.plan(catalog, name, command, as_of, expanded);
        let unexpanded = plan(&Expanded::new())?;
        stages.ended("plan");
        let rounds = Rounds {
            recorder: recorder.as_ref(),
            ..self.rounds(deadline)
        };
        let pinned = as_of.pin.map(|pin| self.pinned.of(pin.id));
        let cache = pinned.as_deref().unwrap_or(&self.statistics);
        let (plan, expanded) = statistics::expanded(unexpanded, plan, cache, rounds).await?;
        let (statistics, named, asked) = statistics::of_all(&plan, cache, rounds).await;
        if expanded || asked {
            stages.round_ended(Phase::Statistics);
        }
        let suggesting = suggesting::suggest(&plan, command.source.is_shown(), cache, rounds);
        let querying = fan_out::fan_out(&plan, &statistics, rounds, wishes.patience)
            .instrument(stages::span(Phase::Query));
        let (outcomes, suggestions) = futures::future::join(querying, suggesting).await;
        let suggestions = suggestions.map_err(|error| error.in_index(name))?;
        stages.round_ended(Phase::Query);
        let mut gathered = Gathered::new(plan.index, outcomes, &self.members);
        gathered.unexpanded(&plan.untold);
        suggestions.account(&mut gathered);
        let aggregations = aggregated(name, &plan, &mut gathered);
        let window = window(command);
        let (best, winners) = page::winners(&mut gathered.lists, &plan.order.keys, window);
        stages.ended("merge");
        let meta = index_of(catalog, name)?;
        let of_page = (command, &meta.mapping);
        let (hits, fetched) = page::hits(
            (&plan, &statistics, named),
            of_page,
            &mut gathered,
            winners,
            rounds,
        )
        .instrument(stages::span(Phase::Fetch))
        .await?;
        if fetched {
            stages.round_ended(Phase::Fetch);
        }
        judge::judge(name, plan.pin, wishes.all_or_nothing, &gathered)?;
        Ok(SearchResult {
            took_ms: u64::try_from(stages.began.elapsed().as_millis()).unwrap_or(u64::MAX),
            timed_out: gathered.coverage.shards_timeout > 0,
            total: gathered.total(window.count_to),
            shards: gathered.shards,
            max_score: best,
            order: plan.order.keys,
            hits,
            aggregations,
            suggestions: suggestions.found,
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
        as_of: AsOf,
        expanded: &Expanded,
    ) -> Result<Plan, ApiError> {
        let meta = index_of(catalog, name)?;
        let now_ms = as_of.now_ms.unwrap_or_else(shared::clock::now_ms);
        let of_index = |error: ApiError| error.in_index(name);
        let query = resolve::resolve_expanded(&hits_query(command), &meta.mapping, now_ms, expanded)
            .map_err(of_index)?;
        let order = resolve::sort::order(&command.sort, &command.search_after, &meta.mapping, now_ms)
            .map_err(of_index)?;
        let suggestions = resolve::suggest::resolve(&command.suggest, &meta.mapping).map_err(of_index)?;
        let placement = self.members.placements.of(catalog, meta);
        let window = window(command);
        let plan = Plan {
            order,
            scores: command.track_scores,
            suggestions: suggestions.into(),
            ..Plan::new(meta, &placement, &self.members, query, window, as_of)
        };
        let plan = with_aggregations(plan, command, &meta.mapping, now_ms, expanded).map_err(of_index)?;
        explained::with_questions(plan, command, &meta.mapping, now_ms, expanded).map_err(of_index)
    }
}

/// The index of a name.
fn index_of<'a>(catalog: &'a Catalog, name: &str) -> Result<&'a IndexMeta, ApiError> {
    let not_found = || ApiError::IndexNotFound {
        index: name.to_owned(),
    };
    catalog.indexes.get(name).ok_or_else(not_found)
}

/// What the shards computed of all matches.
fn aggregated(name: &str, plan: &Plan, gathered: &mut Gathered) -> Option<Aggregated> {
    let of = plan.aggregations.clone()?;
    Some(Aggregated::new(OfIndex {
        name: Arc::from(name),
        index: plan.index,
        pin: plan.pin.map(|pin| pin.id),
        plan: of,
        parts: std::mem::take(&mut gathered.aggregations),
    }))
}

/// Adds what is to be computed of all matches. The words of its queries are expanded along with those of the search.
fn with_aggregations(
    mut plan: Plan,
    command: &SearchCommand,
    mapping: &Mapping,
    now_ms: i64,
    expanded: &Expanded,
) -> Result<Plan, ApiError> {
    if command.aggregations.is_empty() {
        return Ok(plan);
    }
    let (of, unknown) = resolve::aggregations::resolve(&command.aggregations, mapping, now_ms, expanded)?;
    plan.unknown.extend(unknown);
    plan.aggregations = Some(Arc::new(of));
    if command.post_filter.is_some() {
        // Its words are among those of the hits' query.
        let aggregated = resolve::resolve_expanded(&command.query, mapping, now_ms, expanded)?;
        plan.aggregated = Some(aggregated.query);
    }
    Ok(plan)
}

/// Calls that pass a search on do not open the points in time that it names.
fn check_pit(command: &SearchCommand, as_of: AsOf) -> Result<(), ApiError> {
    if command.pit.is_some() && as_of.pin.is_none() {
        return Err(ApiError::illegal(
            "[pit] is offered by [_search] and [_msearch] alone",
        ));
    }
    Ok(())
}

/// What hits must match: the query, and the filter that aggregations do not see.
fn hits_query(command: &SearchCommand) -> Cow<'_, Query> {
    let Some(filter) = &command.post_filter else {
        return Cow::Borrowed(&command.query);
    };
    Cow::Owned(Query::filtered(command.query.clone(), filter.clone()))
}

/// What a query meets that leaves itself less time says nothing of the leaves: it is refused for the shortest queue, and one
/// client in a hurry would lower the limit for all.
const HURRY: Duration = Duration::from_millis(20);

/// Whether leaves have too much to do: they refused work, or let it wait for a good part of the time there was. Waiting
/// comes first, and a root that heeds it lets the others of a full leaf be refused less.
fn is_overload(result: &Result<SearchResult, ApiError>, time: Duration) -> bool {
    match result {
        _ if time < HURRY => false,
        Ok(result) => result.coverage.shards_shed > 0 || result.queued_max > time / 4,
        Err(ApiError::Rejected { .. }) => true,
        Err(_) => false,
    }
}

fn window(command: &SearchCommand) -> Window {
    Window {
        from: command.from,
        size: command.size,
        count_to: command.count_max,
        documents: page::wants_documents(command),
    }
}
