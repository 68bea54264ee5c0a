//! Refuses requests that would panic, hang or balloon in tantivy, before anything of it is built.

use shared::limits::{
    CLAUSES_MAX, PHRASE_SLOP_MAX, PHRASE_TERMS_MAX, QUERY_DEPTH_MAX, RESULT_WINDOW_MAX, TERMS_MAX,
};
use shared::pattern::Pattern;
use shared::wire::clause::{Bound, Clause, Field, FunctionValue, LeafQuery, Rescore, Term, Value};
use shared::wire::sort::SORT_KEYS_MAX;
use shared::wire::{LeafError, SearchRequest, Statistics};

/// Keeps every sum of scores finite: 1,024 clauses of 16 terms of the largest idf stay below the largest `f32`.
pub(super) const BOOST_MAX: f32 = 1e30;
/// Positions within a phrase; with a document's own positions added they stay within 32 bits.
const PHRASE_POSITION_MAX: u32 = 1 << 24;

/// Checks everything that does not depend on a shard.
///
/// # Errors
/// [`LeafError::BadRequest`] names the first thing that is wrong.
pub(super) fn request(request: &SearchRequest) -> Result<(), LeafError> {
    if u64::from(request.k) > RESULT_WINDOW_MAX {
        return refuse(format!("k is {}, more than {RESULT_WINDOW_MAX}", request.k));
    }
    let (keys, after) = (request.sort.len(), request.after.len());
    if keys > SORT_KEYS_MAX || after > 0 && after != keys {
        return refuse(format!("{keys} sort criteria, and {after} values to come after"));
    }
    frequencies(&request.query, &request.statistics)?;
    query(&request.query)
}

/// Checks that the statistics are those of the query.
pub(super) fn frequencies(query: &LeafQuery, statistics: &Statistics) -> Result<(), LeafError> {
    let (terms, frequencies) = (query.terms.len(), statistics.frequencies.len());
    if terms != frequencies {
        return refuse(format!("{terms} terms have {frequencies} frequencies"));
    }
    Ok(())
}

/// Checks a query.
pub(super) fn query(query: &LeafQuery) -> Result<(), LeafError> {
    query.terms.iter().try_for_each(term)?;
    let mut counted = Counted {
        terms: &query.terms,
        clauses: 0,
        values: 0,
    };
    counted.clause(&query.clause, 0)
}

/// Checks that a value can be in its field.
pub(super) fn term(term: &Term) -> Result<(), LeafError> {
    value(&term.field, &term.value)
}

fn refuse<T>(text: impl Into<String>) -> Result<T, LeafError> {
    Err(LeafError::BadRequest(text.into()))
}

fn value(field: &Field, value: &Value) -> Result<(), LeafError> {
    match (field, value) {
        (Field::Exact(_), Value::Double(number)) if !number.is_finite() => {
            refuse("a number of a term is not finite")
        }
        (Field::Exact(_), _) | (_, Value::Str(_)) => Ok(()),
        (Field::Id | Field::Names | Field::Text(_), _) => {
            refuse("a term of text, of an id or of a name is not a string")
        }
    }
}

fn boost(boost: f32) -> Result<(), LeafError> {
    if (0.0..=BOOST_MAX).contains(&boost) {
        Ok(())
    } else {
        refuse(format!("a boost is {boost}, not in 0..={BOOST_MAX}"))
    }
}

struct Counted<'a> {
    terms: &'a [Term],
    clauses: usize,
    values: usize,
}

impl Counted<'_> {
    fn clause(&mut self, clause: &Clause, depth: usize) -> Result<(), LeafError> {
        if depth > QUERY_DEPTH_MAX {
            return refuse(format!("the query is nested deeper than {QUERY_DEPTH_MAX}"));
        }
        match clause {
            Clause::Bool {
                must,
                should,
                filter,
                must_not,
                should_min: _,
            } => {
                let mut inner = [must, should, filter, must_not].into_iter().flatten();
                inner.try_for_each(|clause| self.clause(clause, depth + 1))
            }
            Clause::BestOf { clauses, tie_breaker } => {
                if clauses.is_empty() || !(0.0..=1.0).contains(tie_breaker) {
                    return refuse("the best of clauses needs a clause, and a tie breaker in 0..=1");
                }
                clauses
                    .iter()
                    .try_for_each(|clause| self.clause(clause, depth + 1))
            }
            Clause::Constant { clause, boost: score } => {
                boost(*score)?;
                self.clause(clause, depth + 1)
            }
            Clause::Rescored { clause, rescore } => {
                self.rescore(rescore, depth)?;
                self.clause(clause, depth + 1)
            }
            Clause::All { .. }
            | Clause::Nothing
            | Clause::Term { .. }
            | Clause::Synonyms { .. }
            | Clause::Phrase { .. }
            | Clause::PhraseOfAny { .. }
            | Clause::Fits { .. }
            | Clause::AnyOf { .. }
            | Clause::Range { .. }
            | Clause::Exists { .. } => self.leaf(clause),
        }
    }

    fn leaf(&mut self, clause: &Clause) -> Result<(), LeafError> {
        self.clauses += 1;
        if self.clauses > CLAUSES_MAX {
            return refuse(format!("the query has more than {CLAUSES_MAX} clauses"));
        }
        match clause {
            Clause::All { boost: score } | Clause::Exists { boost: score, .. } => boost(*score),
            Clause::Term { term, boost: factor } => {
                self.term(*term)?;
                boost(*factor)
            }
            Clause::Synonyms { terms, boost: factor } => {
                boost(*factor)?;
                self.synonyms(terms)
            }
            Clause::Phrase {
                terms,
                slop,
                boost: factor,
            } => {
                boost(*factor)?;
                self.phrase(terms, *slop)
            }
            Clause::PhraseOfAny {
                places,
                slop,
                boost: factor,
            } => {
                boost(*factor)?;
                self.phrase_of_any(places, *slop)
            }
            Clause::Fits {
                field,
                pattern,
                boost: score,
            } => {
                boost(*score)?;
                fits(field, pattern)
            }
            Clause::AnyOf {
                field,
                values,
                boost: score,
            } => {
                boost(*score)?;
                self.values += values.len();
                if values.is_empty() || self.values > TERMS_MAX {
                    return refuse(format!("the query lists no value, or more than {TERMS_MAX}"));
                }
                values.iter().try_for_each(|each| value(field, each))
            }
            Clause::Range {
                lower,
                upper,
                boost: score,
                ..
            } => {
                boost(*score)?;
                range(lower, upper)
            }
            Clause::Nothing
            | Clause::Constant { .. }
            | Clause::Bool { .. }
            | Clause::BestOf { .. }
            | Clause::Rescored { .. } => Ok(()),
        }
    }

    fn term(&self, term: u32) -> Result<&Term, LeafError> {
        let found = usize::try_from(term).ok().and_then(|at| self.terms.get(at));
        found.map_or_else(
            || {
                refuse(format!(
                    "term {term} is not among the {} of the query",
                    self.terms.len()
                ))
            },
            Ok,
        )
    }

    fn synonyms(&self, terms: &[u32]) -> Result<(), LeafError> {
        let Some(first) = terms.first() else {
            return refuse("no term is taken for one");
        };
        if terms.len() > CLAUSES_MAX {
            return refuse(format!("more than {CLAUSES_MAX} terms are taken for one"));
        }
        let field = &self.term(*first)?.field;
        if !matches!(field, Field::Text(_)) {
            return refuse("terms that are taken for one are not in text");
        }
        terms.iter().try_for_each(|term| {
            if self.term(*term)?.field == *field {
                Ok(())
            } else {
                refuse("terms that are taken for one are in different fields")
            }
        })
    }

    fn phrase_of_any(&self, places: &[(u32, Vec<u32>)], slop: u32) -> Result<(), LeafError> {
        let firsts = places
            .iter()
            .map(|(position, words)| Some((*position, *words.first()?)));
        let Some(firsts) = firsts.collect::<Option<Vec<_>>>() else {
            return refuse("a place of a phrase has no words");
        };
        self.phrase(&firsts, slop)?;
        let mut words = places.iter().flat_map(|(_, words)| words);
        let first = &self.term(firsts[0].1)?.field;
        if words.clone().count() > CLAUSES_MAX {
            return refuse(format!("a phrase has more than {CLAUSES_MAX} words"));
        }
        words.try_for_each(|word| {
            if self.term(*word)?.field == *first {
                Ok(())
            } else {
                refuse("the words of a phrase are in different fields")
            }
        })
    }

    fn rescore(&mut self, rescore: &Rescore, depth: usize) -> Result<(), LeafError> {
        let least = rescore.score_min.unwrap_or_default();
        if !(0.0..=f32::MAX).contains(&rescore.function_max) || !least.is_finite() {
            return refuse("a limit of a score is no number, or negative");
        }
        for function in &rescore.functions {
            self.clauses += 1;
            boost(function.weight)?;
            let finite = match &function.value {
                FunctionValue::One | FunctionValue::Random { .. } => true,
                FunctionValue::Field { factor, missing, .. } => {
                    factor.is_finite() && missing.is_none_or(f64::is_finite)
                }
                FunctionValue::Decay {
                    origin, offset, rate, ..
                } => origin.is_finite() && *offset >= 0.0 && rate.is_finite(),
            };
            if !finite {
                return refuse("a parameter of a function is no number");
            }
            if let Some(filter) = &function.filter {
                self.clause(filter, depth + 1)?;
            }
        }
        Ok(())
    }

    fn phrase(&self, terms: &[(u32, u32)], slop: u32) -> Result<(), LeafError> {
        if !(2..=PHRASE_TERMS_MAX).contains(&terms.len()) || slop > PHRASE_SLOP_MAX {
            return refuse(format!(
                "a phrase has {} words and slop {slop}, not 2 to {PHRASE_TERMS_MAX} words and slop up to {PHRASE_SLOP_MAX}",
                terms.len()
            ));
        }
        if terms.iter().any(|(position, _)| *position > PHRASE_POSITION_MAX) {
            return refuse("a word of a phrase is too far from its beginning");
        }
        let field = &self.term(terms[0].1)?.field;
        if !matches!(field, Field::Text(_)) {
            return refuse("a phrase is not in text");
        }
        for (_, term) in terms {
            if self.term(*term)?.field != *field {
                return refuse("the words of a phrase are in different fields");
            }
        }
        Ok(())
    }
}

fn fits(field: &Field, pattern: &Pattern) -> Result<(), LeafError> {
    if !matches!(field, Field::Text(_) | Field::Exact(_)) {
        return refuse("a pattern is of a field that has no patterns");
    }
    let compiled = pattern.compile();
    compiled
        .map(|_| ())
        .or_else(|error| refuse(format!("the pattern [{}] {error}", pattern.text)))
}

fn range(lower: &Bound, upper: &Bound) -> Result<(), LeafError> {
    let value = |bound: &Bound| match bound {
        Bound::Open => None,
        Bound::Included(value) | Bound::Excluded(value) => Some(value.clone()),
    };
    let kind = |value: &Value| match value {
        Value::Str(_) => 0,
        Value::Long(_) | Value::Double(_) => 1,
        Value::Boolean(_) => 2,
    };
    match (value(lower), value(upper)) {
        (None, None) => refuse("a range is open on both sides"),
        (Some(Value::Double(number)), _) | (_, Some(Value::Double(number))) if number.is_nan() => {
            refuse("a bound of a range is not a number")
        }
        (Some(lower), Some(upper)) if kind(&lower) != kind(&upper) => {
            refuse("the bounds of a range are of different kinds")
        }
        _ => Ok(()),
    }
}
