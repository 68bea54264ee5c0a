//! The query language: JSON, query strings and the URL, read into [`shared::query::Query`].
//!
//! Nothing here knows a mapping; that comes in [`crate::resolve`]. Whatever is not understood is refused by name, because
//! a parameter that is silently ignored answers another question than the one that was asked.

pub mod aggregations;
mod collapse;
mod compound;
pub(crate) mod coverage;
mod duration;
mod exact;
pub mod fields;
mod functions;
mod fuzziness;
pub mod highlight;
mod multi;
mod names;
mod naming;
pub(crate) mod offered;
pub(crate) mod pattern;
mod patterns;
mod phrases;
mod pit;
mod query_strings;
mod query_text;
mod range;
mod read;
pub(crate) mod schemas;
pub mod search_body;
mod search_parameters;
mod simple;
mod sort;
mod source_filter;
pub mod suggest;
#[cfg(test)]
mod tests;
mod words;

use serde_json::Value;
use shared::limits;
use shared::pattern::Syntax;
use shared::query::{Operator, Query, QueryKind};

pub use collapse::{Collapse, InnerHits};
pub use duration::parse_span;
pub use pit::{PitSpec, parse_keep_alive};
pub use query_text::{Defaults, parse as parse_query_text};
pub use search_body::SearchCommand;
pub use sort::{MissingSpec, SortSpec};
pub use source_filter::SourceFilter;

use crate::error::{ApiError, brief};
use read::At;

/// Reads a query such as `{"match": {"title": "x"}}`.
///
/// # Errors
/// A 400 that names the query and the parameter, or the limit that is exceeded.
pub fn parse_query(value: &Value) -> Result<Query, ApiError> {
    let mut parser = Parser { clauses: 0, names: 0 };
    parser.query(value, 1)
}

/// What is counted while queries nest.
struct Parser {
    clauses: usize,
    names: usize,
}

impl Parser {
    /// Reads a query at a depth, from 1: the limit is checked before going deeper.
    fn query(&mut self, value: &Value, depth: usize) -> Result<Query, ApiError> {
        if depth > limits::QUERY_DEPTH_MAX {
            return Err(ApiError::illegal(format!(
                "the query is nested deeper than the limit of [{}]",
                limits::QUERY_DEPTH_MAX
            )));
        }
        self.clauses += 1;
        // Inner nodes count too here, hence twice the limit; the leaves are counted when the query is resolved.
        if self.clauses > 2 * limits::CLAUSES_MAX {
            return Err(ApiError::illegal(format!(
                "the query has more clauses than the limit of [{}]",
                limits::CLAUSES_MAX
            )));
        }
        let (kind, body) = entry(value)?;
        let name = naming::name_of(body)?;
        let read = match name {
            None => self.kind(kind, body, depth),
            Some(_) if naming::READ_BY_ITSELF.contains(&kind.as_str()) => self.kind(kind, body, depth),
            Some(_) => self.kind(kind, &naming::without_name(body), depth),
        };
        self.named(read?, name)
    }

    /// Reads the body of a query.
    fn kind(&mut self, name: &str, body: &Value, depth: usize) -> Result<Query, ApiError> {
        if !offered::has(offered::QUERIES, name) {
            return Err(names::unknown_query(name));
        }
        match name {
            "match_all" => constant(name, body, QueryKind::MatchAll),
            "match_none" => constant(name, body, QueryKind::MatchNone),
            "match" => words::match_words(body),
            "match_bool_prefix" => phrases::match_bool_prefix(body),
            "multi_match" => multi::multi_match(body),
            "match_phrase" => phrases::match_phrase(body),
            "match_phrase_prefix" => phrases::match_phrase_prefix(body),
            "query_string" => query_strings::query_string(body),
            "simple_query_string" => query_strings::simple_query_string(body),
            "prefix" => patterns::pattern(Syntax::Prefix, body),
            "wildcard" => patterns::pattern(Syntax::Wildcard, body),
            "regexp" => patterns::pattern(Syntax::Regexp, body),
            "fuzzy" => patterns::fuzzy(body),
            "term" => exact::term(body),
            "terms" => exact::terms(body),
            "ids" => exact::ids(body),
            "exists" => exact::exists(body),
            "range" => range::range(body),
            "bool" => self.bool(body, depth),
            "constant_score" => self.constant_score(body, depth),
            "dis_max" => self.dis_max(body, depth),
            "boosting" => self.boosting(body, depth),
            "function_score" => self.function_score(body, depth),
            other => Err(names::unknown_query(other)),
        }
    }
}

/// The name and the body of a query.
fn entry(value: &Value) -> Result<(&String, &Value), ApiError> {
    let Value::Object(object) = value else {
        return Err(ApiError::parsing(format!(
            "a query must be an object such as {{\"match\": {{\"title\": \"x\"}}}}, but found [{}]",
            brief(&value.to_string())
        )));
    };
    let mut entries = object.iter();
    match (entries.next(), entries.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => Err(ApiError::parsing(
            "query malformed, empty clause found; use [match_all] to match everything",
        )),
        (Some((first, _)), Some((second, _))) => Err(ApiError::parsing(format!(
            "[{}] malformed query, expected its end but found [{}]; combine queries with [bool]",
            brief(first),
            brief(second)
        ))),
    }
}

/// A query that has nothing but a boost.
fn constant(name: &str, body: &Value, kind: QueryKind) -> Result<Query, ApiError> {
    let mut query = Query::new(kind);
    for (key, value) in At::new("query", name).object(body)? {
        match key.as_str() {
            "boost" => query.boost = At::new(name, key).boost(value)?,
            other => return Err(read::unsupported(name, other)),
        }
    }
    Ok(query)
}

/// `and` or `or`, in any case.
fn read_operator(at: At<'_>, value: &Value) -> Result<Operator, ApiError> {
    match value.as_str() {
        Some(text) if text.eq_ignore_ascii_case("and") => Ok(Operator::And),
        Some(text) if text.eq_ignore_ascii_case("or") => Ok(Operator::Or),
        _ => Err(at.expected("[and] or [or]", value)),
    }
}
