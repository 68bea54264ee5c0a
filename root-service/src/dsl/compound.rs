//! Queries of queries: `bool`, `constant_score`, `dis_max`.

use serde_json::Value;
use shared::query::{Query, QueryKind};

use super::Parser;
use super::read::{At, missing, unsupported};
use super::words::minimum;
use crate::error::ApiError;

impl Parser {
    /// Reads `{"must": […], "should": {…}, …}`.
    pub(super) fn bool(&mut self, body: &Value, depth: usize) -> Result<Query, ApiError> {
        const NAME: &str = "bool";
        let mut boost = 1.0;
        let mut minimum_should_match = None;
        let (mut must, mut should) = (Vec::new(), Vec::new());
        let (mut filter, mut must_not) = (Vec::new(), Vec::new());
        for (key, value) in At::new("query", NAME).object(body)? {
            let at = At::new(NAME, key);
            match key.as_str() {
                "must" => self.queries(value, depth, &mut must)?,
                "should" => self.queries(value, depth, &mut should)?,
                "filter" => self.queries(value, depth, &mut filter)?,
                "must_not" | "mustNot" => self.queries(value, depth, &mut must_not)?,
                "minimum_should_match" => minimum_should_match = Some(minimum(at, value)?),
                "adjust_pure_negative" if at.truth(value)? => {}
                "_name" => {}
                "boost" => boost = at.boost(value)?,
                other => return Err(unsupported(NAME, other)),
            }
        }
        let kind = QueryKind::Bool {
            must,
            should,
            filter,
            must_not,
            minimum_should_match,
        };
        Ok(Query {
            boost,
            ..Query::new(kind)
        })
    }

    /// Reads one query or an array of them.
    fn queries(&mut self, value: &Value, depth: usize, into: &mut Vec<Query>) -> Result<(), ApiError> {
        match value {
            Value::Array(values) => {
                for value in values {
                    into.push(self.query(value, depth + 1)?);
                }
            }
            one => into.push(self.query(one, depth + 1)?),
        }
        Ok(())
    }

    /// Reads `{"filter": {…}, "boost": 2}`.
    pub(super) fn constant_score(&mut self, body: &Value, depth: usize) -> Result<Query, ApiError> {
        const NAME: &str = "constant_score";
        let mut boost = 1.0;
        let mut filter = None;
        for (key, value) in At::new("query", NAME).object(body)? {
            match key.as_str() {
                "filter" => filter = Some(Box::new(self.query(value, depth + 1)?)),
                "_name" => {}
                "boost" => boost = At::new(NAME, key).boost(value)?,
                other => return Err(unsupported(NAME, other)),
            }
        }
        let filter = filter.ok_or_else(|| missing(NAME, "filter"))?;
        let kind = QueryKind::ConstantScore { filter };
        Ok(Query {
            boost,
            ..Query::new(kind)
        })
    }

    /// Reads `{"queries": […], "tie_breaker": 0.3}`.
    pub(super) fn dis_max(&mut self, body: &Value, depth: usize) -> Result<Query, ApiError> {
        const NAME: &str = "dis_max";
        let (mut boost, mut tie_breaker) = (1.0, 0.0);
        let mut queries = Vec::new();
        for (key, value) in At::new("query", NAME).object(body)? {
            let at = At::new(NAME, key);
            match key.as_str() {
                "queries" => self.queries(value, depth, &mut queries)?,
                "tie_breaker" => tie_breaker = at.share(value)?,
                "_name" => {}
                "boost" => boost = at.boost(value)?,
                other => return Err(unsupported(NAME, other)),
            }
        }
        if queries.is_empty() {
            return Err(ApiError::parsing(
                "[dis_max] requires [queries] with at least one clause",
            ));
        }
        let kind = QueryKind::DisMax { queries, tie_breaker };
        Ok(Query {
            boost,
            ..Query::new(kind)
        })
    }
}
