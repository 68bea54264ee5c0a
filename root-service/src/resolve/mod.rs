//! Queries made executable: fields become places in the index, words become terms, boosts move to the leaves.
//!
//! What comes out depends on the query, the mapping and the time of day alone, never on how an index is split, so that
//! every replica of every leaf executes the same thing, and equal queries share one cache key.

pub mod aggregations;
mod bounds;
mod clauses;
pub mod collapse;
mod cross;
mod date_math;
mod expansions;
mod fields;
mod functions;
mod glossary;
pub(crate) mod graph;
mod loose;
mod normalise;
pub mod sort;
pub mod suggest;
mod terms;
#[cfg(test)]
mod tests;
mod values;
mod words;

use shared::limits;
use shared::mapping::Mapping;
use shared::query::{MinimumShouldMatch, Query, QueryKind};
use shared::wire::clause::{Clause, Expansion, LeafQuery};

pub use expansions::{Blend, Expanded, Resolved, best, blend};
pub(crate) use fields::names;
pub use glossary::Glossary;
pub use terms::scored_slots;
pub(crate) use values::text_of;

use crate::error::ApiError;
use fields::Expansions;
use terms::Terms;

/// The largest factor of a score: no sum of scores over the clauses of a query can leave the range of `f32`.
const BOOST_MAX: f32 = 1e30;

/// Resolves a query against a mapping. `now_ms` is what `now` means in dates.
///
/// The clause is in normal form (flat, and free of what matches nothing), and the terms are numbered in the order in which it names them.
///
/// # Errors
/// A 400 that names the field or the limit, and for a query whose words stand for terms of the index: [`resolve_expanded`] takes those.
pub fn resolve(query: &Query, mapping: &Mapping, now_ms: i64) -> Result<LeafQuery, ApiError> {
    let resolved = resolve_expanded(query, mapping, now_ms, &Expanded::new())?;
    if resolved.unknown.is_empty() && resolved.blends.is_empty() {
        return Ok(resolved.query);
    }
    Err(ApiError::query(
        "failed to create query: fuzziness, phrase prefixes and [cross_fields] are not offered here",
    ))
}

/// As [`resolve`], with what words stand for as far as it is known. What is not known is told, to be asked of the leaves.
///
/// # Errors
/// A 400 that names the field or the limit.
pub fn resolve_expanded(
    query: &Query,
    mapping: &Mapping,
    now_ms: i64,
    expanded: &Expanded,
) -> Result<Resolved, ApiError> {
    let mut resolver = Resolver {
        mapping,
        now_ms,
        terms: Terms::default(),
        expansions: Expansions::default(),
        expanded,
        unknown: Vec::new(),
        clauses: 0,
    };
    let clause = resolver.clause(query, Scope::SCORED)?;
    let clause = normalise::normalise(clause);
    if normalise::depth(&clause) > limits::QUERY_DEPTH_MAX {
        return Err(ApiError::query(format!(
            "failed to create query: it is nested deeper than the limit of [{}]",
            limits::QUERY_DEPTH_MAX
        )));
    }
    let (query, blends) = resolver.terms.into_query(clause);
    Ok(Resolved {
        query,
        blends,
        unknown: resolver.unknown,
    })
}

/// What a part of a query does to the score.
#[derive(Clone, Copy)]
struct Scope {
    /// The product of all boosts down to here; 1 where nothing is scored.
    boost: f32,
    /// Whether it adds to the score at all.
    scored: bool,
}

impl Scope {
    const SCORED: Self = Self {
        boost: 1.0,
        scored: true,
    };
    const UNSCORED: Self = Self {
        boost: 1.0,
        scored: false,
    };

    fn boosted(self, boost: f32) -> Result<Self, ApiError> {
        if !self.scored {
            return Ok(self);
        }
        let boost = self.boost * boost;
        if !(0.0..=BOOST_MAX).contains(&boost) {
            return Err(ApiError::illegal(format!(
                "the boosts of a query multiply to [{boost}], the limit is [{BOOST_MAX:e}]"
            )));
        }
        Ok(Self { boost, ..self })
    }
}

struct Resolver<'a> {
    mapping: &'a Mapping,
    now_ms: i64,
    terms: Terms,
    expansions: Expansions,
    /// What words stand for.
    expanded: &'a Expanded,
    /// Words of which it is not known.
    unknown: Vec<Expansion>,
    clauses: usize,
}

impl Resolver<'_> {
    /// Counts leaf clauses as they are made, so that no expansion grows past the limit.
    fn count(&mut self, clauses: usize) -> Result<(), ApiError> {
        self.clauses += clauses;
        if self.clauses > limits::CLAUSES_MAX {
            return Err(ApiError::query(format!(
                "failed to create query: maxClauseCount is set to {}; use fewer words, fields or clauses",
                limits::CLAUSES_MAX
            )));
        }
        Ok(())
    }

    fn clause(&mut self, query: &Query, scope: Scope) -> Result<Clause, ApiError> {
        self.clause_of(&query.kind, scope.boosted(query.boost)?)
    }

    fn clause_of(&mut self, kind: &QueryKind, scope: Scope) -> Result<Clause, ApiError> {
        match kind {
            QueryKind::MatchAll => self.all(scope),
            QueryKind::MatchNone => Ok(Clause::Nothing),
            QueryKind::Match { field, words } => self.match_words(field, words, scope),
            QueryKind::MultiMatch {
                fields,
                words,
                kind,
                tie_breaker,
            } => self.multi_match(fields, words, *kind, *tie_breaker, scope),
            QueryKind::MatchPhrase {
                field,
                text,
                wording,
                slop,
                expansions,
            } => self.match_phrase(field, (text, wording), (*slop, *expansions), scope),
            QueryKind::MultiPhrase {
                fields,
                text,
                wording,
                slop,
                expansions,
                tie_breaker,
            } => self.multi_phrase(fields, (text, wording), (*slop, *expansions), *tie_breaker, scope),
            QueryKind::Fuzzy {
                field,
                text,
                fuzziness,
            } => self.fuzzy(field, text, *fuzziness, scope),
            QueryKind::MultiFuzzy {
                fields,
                text,
                fuzziness,
                ways,
            } => self.multi_fuzzy(fields, (text, *fuzziness), *ways, scope),
            QueryKind::Fits { field, pattern } => self.fits(field, pattern, scope),
            QueryKind::MultiFits {
                fields,
                pattern,
                ways,
            } => self.multi_fits(fields, pattern, *ways, scope),
            QueryKind::Term { field, value } => self.term(field, value, scope),
            QueryKind::Terms { field, values } => self.values(field, values, scope),
            QueryKind::Range {
                field,
                lower,
                upper,
                format,
            } => self.range(field, lower, upper, format.as_deref(), scope),
            QueryKind::Exists { field } => self.exists(field, scope),
            QueryKind::Ids { values } => self.ids(values.clone(), scope),
            QueryKind::Bool {
                must,
                should,
                filter,
                must_not,
                minimum_should_match: least,
            } => self.bool([must, should, filter, must_not], least.as_ref(), scope),
            QueryKind::ConstantScore { filter } => self.constant(filter, scope),
            QueryKind::DisMax { queries, tie_breaker } => self.best_of(queries, *tie_breaker, scope),
            QueryKind::Boosting {
                positive,
                negative,
                negative_boost,
            } => self.boosting(positive, negative, *negative_boost, scope),
            QueryKind::FunctionScore(query) => self.function_score(query, scope),
        }
    }

    fn constant(&mut self, filter: &Query, scope: Scope) -> Result<Clause, ApiError> {
        Ok(Clause::Constant {
            clause: Box::new(self.clause(filter, Scope::UNSCORED)?),
            boost: scope.boost,
        })
    }

    fn best_of(&mut self, queries: &[Query], tie_breaker: f32, scope: Scope) -> Result<Clause, ApiError> {
        Ok(Clause::BestOf {
            clauses: self.each(queries, scope)?,
            tie_breaker,
        })
    }

    fn each(&mut self, queries: &[Query], scope: Scope) -> Result<Vec<Clause>, ApiError> {
        queries.iter().map(|query| self.clause(query, scope)).collect()
    }

    fn all(&mut self, scope: Scope) -> Result<Clause, ApiError> {
        self.count(1)?;
        Ok(Clause::All { boost: scope.boost })
    }

    fn bool(
        &mut self,
        [must, should, filter, must_not]: [&[Query]; 4],
        minimum: Option<&MinimumShouldMatch>,
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        if must.is_empty() && should.is_empty() && filter.is_empty() && must_not.is_empty() {
            return self.all(scope);
        }
        let optional = u32::try_from(should.len()).unwrap_or(u32::MAX);
        // Without anything that must match, one of what may match has to.
        let least = u32::from(must.is_empty() && filter.is_empty() && !should.is_empty());
        let should_min = minimum.map_or(least, |minimum| minimum.of(optional).max(least));
        Ok(Clause::Bool {
            must: self.each(must, scope)?,
            should: self.each(should, scope)?,
            filter: self.each(filter, Scope::UNSCORED)?,
            must_not: self.each(must_not, Scope::UNSCORED)?,
            should_min,
        })
    }
}
