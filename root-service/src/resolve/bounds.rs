//! Ranges, with ends as their field's type has them.

use std::cmp::Ordering;

use serde_json::Value as Json;
use shared::mapping::{DateFormats, FieldKind, Kept, Rounding, coded};
use shared::query::Edge;
use shared::wire::clause::{Bound, Clause, Field, Value};

use super::clauses::{refuse, span, unmapped};
use super::values::Number;
use super::{Resolver, Scope, values};
use crate::error::ApiError;

impl Resolver<'_> {
    pub(super) fn range(
        &mut self,
        field: &str,
        lower: &Edge,
        upper: &Edge,
        format: Option<&str>,
        scope: Scope,
    ) -> Result<Clause, ApiError> {
        if field == "_id" {
            return Err(ApiError::query(
                "failed to create query: the field [_id] takes no ranges; use [ids]",
            ));
        }
        let Some(kind) = self.mapping.kind(field) else {
            return unmapped(field);
        };
        if format.is_some() && !matches!(kind, FieldKind::Date { .. }) {
            return Err(refuse(field, kind, "does not support custom formats"));
        }
        if let FieldKind::Text { .. } = kind {
            return Err(refuse(field, kind, &self.instead_of_text(field)));
        }
        self.check_searchable(field)?;
        if *lower == Edge::Open && *upper == Edge::Open {
            return self.exists(field, scope);
        }
        self.count(1)?;
        let (path, boost) = (field.to_owned(), scope.boost);
        match kind {
            FieldKind::Text { .. } | FieldKind::Keyword { .. } => {
                let text = |value: &Json| Ok(Value::Str(kind.normalized(&values::text_of(value))));
                Ok(between(path, bound(lower, text)?, bound(upper, text)?, boost))
            }
            FieldKind::Ip => {
                let code = |value: &Json| Ok(Value::Str(coded::ip(values::ip(field, value)?)));
                Ok(between(path, bound(lower, code)?, bound(upper, code)?, boost))
            }
            FieldKind::HalfFloat | FieldKind::Float | FieldKind::Double => {
                let real = |value: &Json| {
                    let number = values::number(field, kind, value)?.real();
                    Ok(Value::Double(kind.rounded(number)))
                };
                Ok(between(path, bound(lower, real)?, bound(upper, real)?, boost))
            }
            FieldKind::ScaledFloat { scaling_factor } => {
                scaled(field, kind, scaling_factor.get(), [lower, upper], boost)
            }
            FieldKind::Byte
            | FieldKind::Short
            | FieldKind::Integer
            | FieldKind::Long
            | FieldKind::UnsignedLong => {
                let first = lowest(lower, &|value| values::number(field, kind, value))?;
                let last = highest(upper, &|value| values::number(field, kind, value))?;
                if *kind == FieldKind::UnsignedLong {
                    return Ok(unsigned_span(path, first, last, boost));
                }
                Ok(whole_span(field, first, last, boost))
            }
            FieldKind::Date { formats } => {
                let custom = custom_formats(format)?;
                let formats = custom.as_ref().unwrap_or(formats);
                self.date_range(field, formats, custom.is_some(), [lower, upper], boost)
            }
            FieldKind::Boolean => truths(path, lower, upper, boost),
            FieldKind::Completion(_) => Err(refuse(field, kind, "takes no ranges")),
        }
    }

    /// What to search instead of ranges of a text field.
    fn instead_of_text(&self, field: &str) -> String {
        let sub = self.mapping.fields.get(field).and_then(|whole| {
            let mut subs = whole.fields.iter();
            subs.find(|(_, sub)| sub.kind.kept() == Kept::Text)
        });
        match sub {
            Some((name, _)) => format!("takes no ranges; use its keyword sub-field [{field}.{name}]"),
            None => "takes no ranges; map it, or a sub-field of it, as keyword".to_owned(),
        }
    }

    /// A date that is not given whole stands for all its instants: `gt` begins after the last, `lt` ends before the first.
    fn date_range(
        &self,
        field: &str,
        formats: &DateFormats,
        custom: bool,
        [lower, upper]: [&Edge; 2],
        boost: f32,
    ) -> Result<Clause, ApiError> {
        let read = |value: &Json, rounding| {
            // A format that the query brings reads numbers too, such as a year.
            let text = Json::from(values::text_of(value));
            let value = if custom { &text } else { value };
            let ms = values::date(field, formats, value, rounding, self.now_ms)?;
            Ok(Number::Whole(ms.into()))
        };
        let lower_rounding = rounding(lower, Rounding::Down);
        let upper_rounding = rounding(upper, Rounding::Up);
        let first = lowest(lower, &|value| read(value, lower_rounding))?;
        let last = highest(upper, &|value| read(value, upper_rounding))?;
        Ok(whole_span(field, first, last, boost))
    }
}

/// A span whose ends may lie outside of 64 bits.
fn whole_span(field: &str, first: i128, last: i128, boost: f32) -> Clause {
    let (least, most) = (i128::from(i64::MIN), i128::from(i64::MAX));
    if first > last || first > most || last < least {
        return Clause::Nothing;
    }
    let clamp = |end: i128| i64::try_from(end.clamp(least, most)).expect("clamped to 64 bits");
    span(field, clamp(first), clamp(last), boost)
}

/// As [`whole_span`], of numbers without a sign.
fn unsigned_span(path: String, first: i128, last: i128, boost: f32) -> Clause {
    let most = i128::from(u64::MAX);
    if first > last || first > most || last < 0 {
        return Clause::Nothing;
    }
    let code = |end: i128| {
        let end = u64::try_from(end.clamp(0, most)).expect("clamped to 64 bits");
        Bound::Included(Value::Str(coded::unsigned(end)))
    };
    between(path, code(first), code(last), boost)
}

/// A range of multiples: its ends are the first and the last one in it.
fn scaled(
    field: &str,
    kind: &FieldKind,
    scaling_factor: f64,
    [lower, upper]: [&Edge; 2],
    boost: f32,
) -> Result<Clause, ApiError> {
    let multiple = |value: &Json| {
        let number = values::number(field, kind, value)?.real();
        Ok(Number::Real(multiple_of(number, scaling_factor)))
    };
    let end = |end: i128| Bound::Included(Value::Double(end as f64 / scaling_factor));
    let first = match lower {
        Edge::Open => Bound::Open,
        lower => end(lowest(lower, &multiple)?),
    };
    let last = match upper {
        Edge::Open => Bound::Open,
        upper => end(highest(upper, &multiple)?),
    };
    Ok(between(field.to_owned(), first, last, boost))
}

/// A number in multiples: a whole one where only rounding of the product keeps it from being one.
fn multiple_of(number: f64, scaling_factor: f64) -> f64 {
    let multiple = number * scaling_factor;
    let whole = multiple.round();
    if (multiple - whole).abs() <= multiple.abs() * f64::EPSILON {
        whole
    } else {
        multiple
    }
}

/// The rounding of an end that is included, or the other one for an end that is excluded.
fn rounding(edge: &Edge, included: Rounding) -> Rounding {
    match (edge, included) {
        (Edge::Excluded(_), Rounding::Down) => Rounding::Up,
        (Edge::Excluded(_), Rounding::Up) => Rounding::Down,
        _ => included,
    }
}

fn custom_formats(format: Option<&str>) -> Result<Option<DateFormats>, ApiError> {
    format
        .map(|text| DateFormats::try_from(text.to_owned()))
        .transpose()
        .map_err(|error| ApiError::query(format!("failed to create query: {error}")))
}

type ReadNumber<'a> = &'a dyn Fn(&Json) -> Result<Number, ApiError>;

/// The first whole number within a lower end.
#[expect(
    clippy::cast_possible_truncation,
    reason = "`as` saturates, and so does the range"
)]
fn lowest(edge: &Edge, read: ReadNumber<'_>) -> Result<i128, ApiError> {
    Ok(match edge {
        Edge::Open => i128::MIN,
        Edge::Included(value) => match read(value)? {
            Number::Whole(number) => number,
            Number::Real(number) => number.ceil() as i128,
        },
        Edge::Excluded(value) => match read(value)? {
            Number::Whole(number) => number.saturating_add(1),
            Number::Real(number) => (number.floor() as i128).saturating_add(1),
        },
    })
}

/// The last whole number within an upper end.
#[expect(
    clippy::cast_possible_truncation,
    reason = "`as` saturates, and so does the range"
)]
fn highest(edge: &Edge, read: ReadNumber<'_>) -> Result<i128, ApiError> {
    Ok(match edge {
        Edge::Open => i128::MAX,
        Edge::Included(value) => match read(value)? {
            Number::Whole(number) => number,
            Number::Real(number) => number.floor() as i128,
        },
        Edge::Excluded(value) => match read(value)? {
            Number::Whole(number) => number.saturating_sub(1),
            Number::Real(number) => (number.ceil() as i128).saturating_sub(1),
        },
    })
}

fn bound(edge: &Edge, read: impl Fn(&Json) -> Result<Value, ApiError>) -> Result<Bound, ApiError> {
    Ok(match edge {
        Edge::Open => Bound::Open,
        Edge::Included(value) => Bound::Included(read(value)?),
        Edge::Excluded(value) => Bound::Excluded(read(value)?),
    })
}

/// A range that is not open on both sides; one that can hold nothing is nothing.
fn between(path: String, lower: Bound, upper: Bound, boost: f32) -> Clause {
    let empty = match (&lower, &upper) {
        (Bound::Open, _) | (_, Bound::Open) => false,
        (Bound::Included(a), Bound::Included(b)) => values::compare(a, b) == Ordering::Greater,
        (Bound::Included(a) | Bound::Excluded(a), Bound::Included(b) | Bound::Excluded(b)) => {
            values::compare(a, b) != Ordering::Less
        }
    };
    if empty {
        return Clause::Nothing;
    }
    Clause::Range {
        path,
        lower,
        upper,
        boost,
    }
}

/// Of the two truth values, those within the ends; false comes before true.
fn truths(path: String, lower: &Edge, upper: &Edge, boost: f32) -> Result<Clause, ApiError> {
    let end = |edge: &Edge| match edge {
        Edge::Open => Ok(None),
        Edge::Included(value) | Edge::Excluded(value) => values::truth(&path, value).map(Some),
    };
    let (first, last) = (end(lower)?, end(upper)?);
    let above = |truth: bool| match lower {
        Edge::Excluded(_) => first.is_none_or(|first| truth && !first),
        Edge::Open | Edge::Included(_) => first.is_none_or(|first| truth >= first),
    };
    let below = |truth: bool| match upper {
        Edge::Excluded(_) => last.is_none_or(|last| !truth && last),
        Edge::Open | Edge::Included(_) => last.is_none_or(|last| truth <= last),
    };
    let values: Vec<Value> = [false, true]
        .into_iter()
        .filter(|truth| above(*truth) && below(*truth))
        .map(Value::Boolean)
        .collect();
    if values.is_empty() {
        return Ok(Clause::Nothing);
    }
    Ok(Clause::AnyOf {
        field: Field::Exact(path),
        values,
        boost,
    })
}
