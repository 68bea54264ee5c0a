//! `function_score` and `boosting`: scores changed by functions of the document.

use serde_json::Value as Json;
use shared::mapping::{FieldKind, Kept, Rounding};
use shared::query::{FunctionScore, Query, QueryDecay, QueryFunction, QueryFunctionValue};
use shared::wire::clause::{BoostMode, Clause, DecayShape, Function, FunctionValue, Rescore, ScoreMode};

use super::clauses::refuse;
use super::{Resolver, Scope, values};
use crate::dsl::parse_span;
use crate::error::{ApiError, brief};

impl Resolver<'_> {
    pub(super) fn function_score(&mut self, query: &FunctionScore, scope: Scope) -> Result<Clause, ApiError> {
        // What a least score lets through depends on scores even where nothing else does.
        let scope = if query.score_min.is_some() && !scope.scored {
            Scope::SCORED
        } else {
            scope
        };
        let clause = Box::new(self.clause(&query.query, scope)?);
        let functions = query.functions.iter().map(|function| self.function(function));
        let rescore = Box::new(Rescore {
            functions: functions.collect::<Result<_, _>>()?,
            score_mode: query.score_mode,
            boost_mode: query.boost_mode,
            function_max: query.function_max,
            score_min: query.score_min,
        });
        Ok(Clause::Rescored { clause, rescore })
    }

    pub(super) fn boosting(
        &mut self,
        positive: &Query,
        negative: &Query,
        negative_boost: f32,
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        let clause = Box::new(self.clause(positive, scope)?);
        let function = Function {
            filter: Some(self.clause(negative, Scope::UNSCORED)?),
            weight: negative_boost,
            value: FunctionValue::One,
        };
        let rescore = Box::new(Rescore {
            functions: vec![function],
            score_mode: ScoreMode::Multiply,
            boost_mode: BoostMode::Multiply,
            function_max: f32::MAX,
            score_min: None,
        });
        Ok(Clause::Rescored { clause, rescore })
    }

    fn function(&mut self, function: &QueryFunction) -> Result<Function, ApiError> {
        self.count(1)?;
        let filter = function.filter.as_ref();
        Ok(Function {
            filter: filter
                .map(|filter| self.clause(filter, Scope::UNSCORED))
                .transpose()?,
            weight: function.weight,
            value: self.function_value(&function.value)?,
        })
    }

    fn function_value(&self, value: &QueryFunctionValue) -> Result<FunctionValue, ApiError> {
        match value {
            QueryFunctionValue::One => Ok(FunctionValue::One),
            QueryFunctionValue::Random { seed } => Ok(FunctionValue::Random {
                seed: seed.unwrap_or(self.now_ms.unsigned_abs()),
            }),
            QueryFunctionValue::Field {
                field,
                factor,
                modifier,
                missing,
            } => {
                match self.mapping.kind(field) {
                    Some(kind) if matches!(kind.kept(), Kept::Whole | Kept::Real) => {}
                    Some(kind) => return Err(refuse(field, kind, "has no numbers for [field_value_factor]")),
                    None if missing.is_some() => {}
                    None => {
                        return Err(ApiError::query(format!(
                            "failed to create query: Unable to find a field mapper for field [{}]. No [missing] value defined.",
                            brief(field)
                        )));
                    }
                }
                Ok(FunctionValue::Field {
                    path: field.clone(),
                    factor: *factor,
                    modifier: *modifier,
                    missing: *missing,
                })
            }
            QueryFunctionValue::Decay(decay) => self.decay(decay),
        }
    }

    fn decay(&self, query: &QueryDecay) -> Result<FunctionValue, ApiError> {
        let field = &query.field;
        let (origin, scale, offset) = match self.mapping.kind(field) {
            Some(FieldKind::Date { formats }) => {
                let now = Json::from("now");
                let origin = query.origin.as_ref().unwrap_or(&now);
                let origin = values::date(field, formats, origin, Rounding::Down, self.now_ms)?;
                let offset = query.offset.as_ref().map(|offset| span_ms(field, offset));
                (origin as f64, span_ms(field, &query.scale)?, offset.transpose()?)
            }
            Some(kind) if kind.is_number() => {
                let number = |value: &Json| values::number(field, kind, value).map(values::Number::real);
                let Some(origin) = &query.origin else {
                    return Err(refuse(field, kind, "needs an [origin] in a decay function"));
                };
                let offset = query.offset.as_ref().map(number);
                (number(origin)?, number(&query.scale)?, offset.transpose()?)
            }
            Some(kind) => {
                return Err(refuse(
                    field,
                    kind,
                    "has no numbers or dates for a decay function",
                ));
            }
            None => {
                return Err(ApiError::query(format!(
                    "failed to create query: unknown field [{}]",
                    brief(field)
                )));
            }
        };
        let offset = offset.unwrap_or(0.0);
        if scale <= 0.0 || offset < 0.0 {
            return Err(ApiError::query(format!(
                "failed to create query: the decay function of the field [{}] needs a [scale] above 0 and an [offset] of at least 0",
                brief(field)
            )));
        }
        let rate = match query.shape {
            DecayShape::Gauss => query.decay.ln() / (scale * scale),
            DecayShape::Exponential => query.decay.ln() / scale,
            DecayShape::Linear => scale / (1.0 - query.decay),
        };
        if !rate.is_finite() {
            return Err(ApiError::query(format!(
                "failed to create query: the [scale] of the decay function of the field [{}] is too small or too large",
                brief(field)
            )));
        }
        Ok(FunctionValue::Decay {
            path: field.clone(),
            origin,
            offset,
            rate,
            shape: query.shape,
            pick: query.pick,
        })
    }
}

/// A span of time in milliseconds.
fn span_ms(field: &str, value: &Json) -> Result<f64, ApiError> {
    let text = values::text_of(value);
    let span = if text == "0" {
        Some(std::time::Duration::ZERO)
    } else {
        parse_span(&text)
    };
    span.map(|span| span.as_secs_f64() * 1e3).ok_or_else(|| {
        ApiError::query(format!(
            "failed to create query: failed to parse [{}] as a span of time such as [10d], for the field [{}]",
            brief(&text),
            brief(field)
        ))
    })
}
