//! Queries that change scores: `function_score` and `boosting`.

use serde_json::Value;
use shared::query::{FunctionScore, Query, QueryDecay, QueryFunction, QueryFunctionValue, QueryKind};
use shared::wire::clause::{BoostMode, DecayShape, Modifier, Pick, ScoreMode};

use super::Parser;
use super::read::{At, missing, single, unsupported};
use crate::error::ApiError;

const NAME: &str = "function_score";

impl Parser {
    /// Reads `{"positive": {…}, "negative": {…}, "negative_boost": 0.5}`.
    pub(super) fn boosting(&mut self, body: &Value, depth: usize) -> Result<Query, ApiError> {
        const NAME: &str = "boosting";
        let (mut positive, mut negative, mut negative_boost, mut boost) = (None, None, None, 1.0);
        for (key, value) in At::new("query", NAME).object(body)? {
            let at = At::new(NAME, key);
            match key.as_str() {
                "positive" => positive = Some(Box::new(self.query(value, depth + 1)?)),
                "negative" => negative = Some(Box::new(self.query(value, depth + 1)?)),
                "negative_boost" => negative_boost = Some(at.boost(value)?),
                "_name" => {}
                "boost" => boost = at.boost(value)?,
                other => return Err(unsupported(NAME, other)),
            }
        }
        let kind = QueryKind::Boosting {
            positive: positive.ok_or_else(|| missing(NAME, "positive"))?,
            negative: negative.ok_or_else(|| missing(NAME, "negative"))?,
            negative_boost: negative_boost.ok_or_else(|| missing(NAME, "negative_boost"))?,
        };
        Ok(Query {
            boost,
            ..Query::new(kind)
        })
    }

    /// Reads `{"query": {…}, "functions": […], …}`, or one function instead of the list.
    pub(super) fn function_score(&mut self, body: &Value, depth: usize) -> Result<Query, ApiError> {
        let body = At::new("query", NAME).object(body)?;
        let (mut boost, mut one) = (1.0, Function::default());
        let mut score = FunctionScore {
            query: Query::new(QueryKind::MatchAll),
            functions: Vec::new(),
            score_mode: ScoreMode::default(),
            boost_mode: BoostMode::default(),
            function_max: f32::MAX,
            score_min: None,
        };
        for (key, value) in body {
            let at = At::new(NAME, key);
            match key.as_str() {
                "query" => score.query = self.query(value, depth + 1)?,
                "functions" => {
                    let functions = value.as_array().ok_or_else(|| at.expected("an array", value))?;
                    for function in functions {
                        score.functions.push(self.function(function, depth)?);
                    }
                }
                "score_mode" => score.score_mode = score_mode(at, value)?,
                "boost_mode" => score.boost_mode = boost_mode(at, value)?,
                "max_boost" => score.function_max = at.boost(value)?,
                "min_score" => score.score_min = Some(finite(at, value)?),
                "_name" => {}
                "boost" => boost = at.boost(value)?,
                _ => one.read(at, value)?,
            }
        }
        if one.is_given() {
            if body.contains_key("functions") {
                return Err(ApiError::parsing(
                    "[function_score] already found functions in [functions] array, now encountering others beside it",
                ));
            }
            score.functions.push(one.finish(None)?);
        }
        let kind = QueryKind::FunctionScore(Box::new(score));
        Ok(Query {
            boost,
            ..Query::new(kind)
        })
    }

    fn function(&mut self, value: &Value, depth: usize) -> Result<QueryFunction, ApiError> {
        let (mut function, mut filter) = (Function::default(), None);
        for (key, value) in At::new(NAME, "functions").object(value)? {
            match key.as_str() {
                "filter" => filter = Some(self.query(value, depth + 1)?),
                _ => function.read(At::new(NAME, key), value)?,
            }
        }
        function.finish(filter)
    }
}

/// A function while it is read.
#[derive(Default)]
struct Function {
    weight: Option<f32>,
    value: Option<QueryFunctionValue>,
}

impl Function {
    fn is_given(&self) -> bool {
        self.weight.is_some() || self.value.is_some()
    }

    fn read(&mut self, at: At<'_>, value: &Value) -> Result<(), ApiError> {
        let read = match at.key {
            "weight" => {
                self.weight = Some(at.boost(value)?);
                return Ok(());
            }
            "random_score" => random(at, value)?,
            "field_value_factor" => field_value(at, value)?,
            "gauss" => decay(at, value, DecayShape::Gauss)?,
            "exp" => decay(at, value, DecayShape::Exponential)?,
            "linear" => decay(at, value, DecayShape::Linear)?,
            "script_score" => {
                return Err(ApiError::parsing(
                    "[function_score] function [script_score] is not offered; offered are weight, random_score, \
                     field_value_factor, gauss, exp, linear",
                ));
            }
            other => return Err(unsupported(NAME, other)),
        };
        if self.value.replace(read).is_some() {
            return Err(ApiError::parsing(format!(
                "[function_score] failed to parse: a function beside [{}] in one entry; give each its own",
                at.key
            )));
        }
        Ok(())
    }

    fn finish(self, filter: Option<Query>) -> Result<QueryFunction, ApiError> {
        if !self.is_given() {
            return Err(ApiError::parsing(
                "[function_score] an entry in functions list is missing a function",
            ));
        }
        Ok(QueryFunction {
            filter,
            weight: self.weight.unwrap_or(1.0),
            value: self.value.unwrap_or(QueryFunctionValue::One),
        })
    }
}

#[expect(clippy::cast_possible_truncation, reason = "checked to be finite afterwards")]
fn finite(at: At<'_>, value: &Value) -> Result<f32, ApiError> {
    let number = at.number(value)? as f32;
    if number.is_finite() {
        Ok(number)
    } else {
        Err(at.expected("a number", value))
    }
}

/// `{"seed": 1, "field": "_seq_no"}`: the numbers are made of document keys, whatever the field.
fn random(at: At<'_>, value: &Value) -> Result<QueryFunctionValue, ApiError> {
    let mut seed = None;
    for (key, value) in at.object(value)? {
        let at = At::new(at.key, key);
        match key.as_str() {
            "seed" => {
                seed = Some(match value {
                    Value::Number(number) if number.is_i64() => {
                        number.as_i64().unwrap_or_default().cast_unsigned()
                    }
                    other => xxh(&at.words(other)?),
                });
            }
            "field" if matches!(value.as_str(), Some("_seq_no" | "_id")) => {}
            "field" => return Err(at.expected("[_seq_no] or [_id]", value)),
            other => return Err(unsupported("random_score", other)),
        }
    }
    Ok(QueryFunctionValue::Random { seed })
}

/// Any text as a seed.
fn xxh(text: &str) -> u64 {
    shared::ids::document_key(text)
}

fn field_value(at: At<'_>, value: &Value) -> Result<QueryFunctionValue, ApiError> {
    let (mut field, mut factor, mut modifier, mut absent) = (None, 1.0, Modifier::None, None);
    for (key, value) in at.object(value)? {
        let at = At::new(at.key, key);
        match key.as_str() {
            "field" => field = Some(at.text(value)?),
            "factor" => factor = at.number(value)?,
            "missing" => absent = Some(at.number(value)?),
            "modifier" => {
                modifier = match at.text(value)?.to_ascii_lowercase().as_str() {
                    "none" => Modifier::None,
                    "log" => Modifier::Log,
                    "log1p" => Modifier::Log1p,
                    "log2p" => Modifier::Log2p,
                    "ln" => Modifier::Ln,
                    "ln1p" => Modifier::Ln1p,
                    "ln2p" => Modifier::Ln2p,
                    "square" => Modifier::Square,
                    "sqrt" => Modifier::Sqrt,
                    "reciprocal" => Modifier::Reciprocal,
                    _ => {
                        return Err(at.expected(
                            "one of none, log, log1p, log2p, ln, ln1p, ln2p, square, sqrt, reciprocal",
                            value,
                        ));
                    }
                }
            }
            other => return Err(unsupported("field_value_factor", other)),
        }
    }
    Ok(QueryFunctionValue::Field {
        field: field.ok_or_else(|| missing("field_value_factor", "field"))?,
        factor,
        modifier,
        missing: absent,
    })
}

/// `{"date": {"origin": "now", "scale": "10d", …}, "multi_value_mode": "min"}`.
fn decay(at: At<'_>, value: &Value, shape: DecayShape) -> Result<QueryFunctionValue, ApiError> {
    let mut rest = at.object(value)?.clone();
    let pick = match rest.shift_remove("multi_value_mode") {
        None => Pick::Min,
        Some(mode) => match mode.as_str().map(str::to_ascii_lowercase).as_deref() {
            Some("min") => Pick::Min,
            Some("max") => Pick::Max,
            Some("avg") => Pick::Mean,
            Some("sum") => Pick::Sum,
            _ => return Err(At::new(at.key, "multi_value_mode").expected("min, max, avg or sum", &mode)),
        },
    };
    let rest = Value::Object(rest);
    let (field, options) = single(at.key, &rest)?;
    let (mut origin, mut scale, mut offset, mut decay) = (None, None, None, 0.5);
    for (key, value) in At::new(at.key, field).object(options)? {
        let at = At::new(at.key, key);
        match key.as_str() {
            "origin" => origin = Some(at.scalar(value)?),
            "scale" => scale = Some(at.scalar(value)?),
            "offset" => offset = Some(at.scalar(value)?),
            "decay" => decay = at.number(value)?,
            other => return Err(unsupported(at.part, other)),
        }
    }
    if !(decay > 0.0 && decay < 1.0) {
        return Err(ApiError::illegal(format!(
            "[{}] [decay] must be in the range (0..1), but was [{decay}]",
            at.key
        )));
    }
    Ok(QueryFunctionValue::Decay(Box::new(QueryDecay {
        field: field.clone(),
        shape,
        origin,
        scale: scale.ok_or_else(|| missing(at.key, "scale"))?,
        offset,
        decay,
        pick,
    })))
}

fn score_mode(at: At<'_>, value: &Value) -> Result<ScoreMode, ApiError> {
    match value.as_str() {
        Some("multiply") => Ok(ScoreMode::Multiply),
        Some("sum") => Ok(ScoreMode::Sum),
        Some("avg") => Ok(ScoreMode::Mean),
        Some("first") => Ok(ScoreMode::First),
        Some("max") => Ok(ScoreMode::Max),
        Some("min") => Ok(ScoreMode::Min),
        _ => Err(at.expected("multiply, sum, avg, first, max or min", value)),
    }
}

fn boost_mode(at: At<'_>, value: &Value) -> Result<BoostMode, ApiError> {
    match value.as_str() {
        Some("multiply") => Ok(BoostMode::Multiply),
        Some("replace") => Ok(BoostMode::Replace),
        Some("sum") => Ok(BoostMode::Sum),
        Some("avg") => Ok(BoostMode::Mean),
        Some("max") => Ok(BoostMode::Max),
        Some("min") => Ok(BoostMode::Min),
        _ => Err(at.expected("multiply, replace, sum, avg, max or min", value)),
    }
}
