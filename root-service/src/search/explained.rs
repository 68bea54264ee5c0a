//! What is said of the page's hits besides their documents: which named queries they match, and how their scores came about.
//!
//! Named queries are resolved apart from the query that they are part of, because its clauses lose their identity when they are
//! put in normal form. Only the page's hits are asked about, of the replicas that found them.

use std::collections::BTreeSet;
use std::sync::Arc;

use shared::ids::{Position, Shard};
use shared::limits;
use shared::mapping::Mapping;
use shared::wire::clause::{Clause, Expansion, LeafQuery};
use shared::wire::{
    ExplainRequest, ExplainResponse, Explained, Explanation, FetchItem, ScoredQuery, Statistics,
};
use tokio::time::Instant;

use super::fetch::{self, AboutDocuments};
use super::gather::Gathered;
use super::merge::Winner;
use super::plan::Plan;
use super::rounds::Rounds;
use super::statistics::{self, StatisticsCache};
use crate::attempt::{Answer, Failure};
use crate::dsl::search_body::SearchCommand;
use crate::error::ApiError;
use crate::members::Replica;
use crate::resolve::{self, Blend, Expanded, Glossary};

/// What a plan asks about hits.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Questions {
    /// Queries of which it is wanted whether hits match them.
    pub(super) named: Vec<Named>,
    /// Whether scores are to be explained.
    pub(super) explain: bool,
}

/// A named query.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Named {
    name: Arc<str>,
    query: LeafQuery,
    blends: Vec<Blend>,
}

/// What is said of a hit.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The named queries that it matches, with its scores for them, each name once.
    pub named: Vec<(Arc<str>, f32)>,
    /// How its score came about, if the request wants to know, and where.
    pub explained: Option<ExplainedHit>,
}

/// How a hit's score came about.
#[derive(Clone, Debug, PartialEq)]
pub struct ExplainedHit {
    /// The numbers.
    pub explanation: Explanation,
    /// What its clauses are called.
    pub glossary: Arc<Glossary>,
    /// Where the hit is.
    pub shard: Shard,
    /// The replica that found it.
    pub node: Arc<str>,
}

impl Questions {
    /// What a search asks, and the words of its named queries of which it is not known yet what they stand for.
    pub(super) fn of(
        command: &SearchCommand,
        mapping: &Mapping,
        now_ms: i64,
        expanded: &Expanded,
    ) -> Result<(Self, Vec<Expansion>), ApiError> {
        let mut questions = Self {
            named: Vec::new(),
            explain: command.explain && command.size > 0,
        };
        let mut unknown = Vec::new();
        if command.size == 0 {
            return Ok((questions, unknown));
        }
        let filter = command.post_filter.iter().flat_map(|filter| filter.named());
        for (name, query) in command.query.named().into_iter().chain(filter) {
            let resolved = resolve::resolve_expanded(query, mapping, now_ms, expanded)?;
            unknown.extend(resolved.unknown);
            questions.named.push(Named {
                name: name.into(),
                query: resolved.query,
                blends: resolved.blends,
            });
        }
        Ok((questions, unknown))
    }

    /// Whether it asks anything.
    pub(super) fn any(&self) -> bool {
        self.explain || !self.named.is_empty()
    }
}

/// Adds to a plan what a search asks about hits, and by what they are collapsed.
pub(super) fn with_questions(
    mut plan: Plan,
    command: &SearchCommand,
    mapping: &Mapping,
    now_ms: i64,
    expanded: &Expanded,
) -> Result<Plan, ApiError> {
    if let Some(collapse) = &command.collapse {
        plan.collapse = Some(resolve::collapse::group_by(&collapse.field, mapping)?);
    }
    let (questions, unknown) = Questions::of(command, mapping, now_ms, expanded)?;
    plan.unknown.extend(unknown);
    plan.questions = questions;
    Ok(plan)
}

/// The named queries with their statistics. They are gathered for all at once: most of their terms are those of the query that
/// they are part of, and known already.
pub(super) async fn with_statistics(
    plan: &Plan,
    cache: &StatisticsCache,
    rounds: Rounds<'_>,
) -> (Vec<ScoredQuery>, bool) {
    let named = &plan.questions.named;
    if named.is_empty() {
        return (Vec::new(), false);
    }
    let (mut terms, mut blends, mut slots) = (Vec::new(), Vec::new(), BTreeSet::new());
    for Named {
        query, blends: of, ..
    } in named
    {
        let before = u32::try_from(terms.len()).unwrap_or(u32::MAX);
        blends.extend(of.iter().map(|blend| blend.shifted(before)));
        terms.extend(query.terms.iter().cloned());
        slots.extend(resolve::scored_slots(query));
    }
    let all = Plan {
        query: LeafQuery {
            terms,
            clause: Clause::Nothing,
        },
        slots: slots.into_iter().collect(),
        blends,
        ..plan.clone()
    };
    let (sum, asked) = statistics::statistics(&all, cache, rounds).await;
    let mut frequencies = sum.frequencies.into_iter();
    let of_one = |Named { query, .. }: &Named| ScoredQuery {
        query: query.clone(),
        statistics: Statistics {
            documents: sum.documents,
            tokens: sum.tokens.clone(),
            frequencies: frequencies.by_ref().take(query.terms.len()).collect(),
        },
    };
    (named.iter().map(of_one).collect(), asked)
}

/// Asks about the winners. One that is gone by now is left out; one that cannot be asked about makes its shard a failed one.
pub(super) async fn ask(
    plan: &Plan,
    (statistics, named): (&Statistics, Vec<ScoredQuery>),
    mapping: &Mapping,
    winners: Vec<Winner>,
    gathered: &mut Gathered,
    rounds: Rounds<'_>,
) -> Result<Vec<Winner>, ApiError> {
    let questions = &plan.questions;
    if winners.is_empty() || !questions.any() {
        return Ok(winners);
    }
    let explained = questions.explain.then(|| ScoredQuery {
        query: plan.query.clone(),
        statistics: statistics.clone(),
    });
    let call = |replica: &Replica, documents: Vec<FetchItem>| {
        let request = ExplainRequest {
            index: plan.index,
            documents,
            position_min: Position::START,
            explained: explained.clone(),
            named: named.clone(),
            pin: plan.pin.map(|pin| pin.id),
            time_remaining_us: rounds.schedule.answer.remaining_us(Instant::now()),
        };
        rounds.client.explain(&replica.endpoint, &request)
    };
    let told = fetch::from_finders(plan.index, &winners, &gathered.lists, rounds, call).await;
    check_parts(&told)?;
    let glossary = Arc::new(Glossary::new(plan.query.clone(), mapping));
    let mut kept = Vec::with_capacity(winners.len());
    for (mut winner, told) in winners.into_iter().zip(told) {
        match told {
            Ok(Some(told)) => {
                let found_by = &gathered.lists[winner.list].replica;
                winner.said = Some(Box::new(Said {
                    named: matching(&questions.named, &told.named),
                    explained: told.explanation.map(|explanation| ExplainedHit {
                        explanation,
                        glossary: Arc::clone(&glossary),
                        shard: winner.hit.shard,
                        node: found_by.node_name().into(),
                    }),
                }));
                kept.push(winner);
            }
            Ok(None) => {}
            Err(failure) => {
                let leaf = gathered.lists[winner.list].leaf;
                gathered.lost(leaf, winner.hit.shard, failure.cause, &failure.reason);
            }
        }
    }
    Ok(kept)
}

/// Leaves limit their share, and the whole has the same limit, so that it does not depend on how many they are.
fn check_parts(told: &[Result<Option<Explained>, Failure>]) -> Result<(), ApiError> {
    let told = told.iter().flatten().flatten();
    let parts: usize = told
        .filter_map(|told| told.explanation.as_ref())
        .map(Explanation::parts)
        .sum();
    if parts > limits::EXPLANATION_PARTS_MAX {
        return Err(ApiError::query(format!(
            "failed to create query: the explanations of the hits have more than [{}] numbers; ask for fewer hits",
            limits::EXPLANATION_PARTS_MAX
        )));
    }
    Ok(())
}

/// The names that match, each once: of several queries of one name, the first that matches counts.
fn matching(named: &[Named], scores: &[Option<f32>]) -> Vec<(Arc<str>, f32)> {
    let mut matching: Vec<(Arc<str>, f32)> = Vec::new();
    for (Named { name, .. }, score) in named.iter().zip(scores) {
        if let Some(score) = score
            && !matching.iter().any(|(known, _)| known == name)
        {
            matching.push((Arc::clone(name), *score));
        }
    }
    matching
}

impl Answer for ExplainResponse {}

impl AboutDocuments for ExplainResponse {
    type Of = Explained;

    fn documents(self) -> Vec<Option<Explained>> {
        self.documents
    }
}
