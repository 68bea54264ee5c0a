//! The order of hits made executable: fields become columns, values of `search_after` become comparable ones.

use serde_json::Value as Json;
use shared::mapping::{FieldKind, Kept, Mapping, Rounding};
use shared::wire::clause::Value;
use shared::wire::sort::{Missing, SortBy, SortKey, SortMode, SortValue};

use super::date_math;
use super::values;
use crate::dsl::{MissingSpec, SortSpec};
use crate::error::{ApiError, brief};

/// An order over one index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Order {
    /// Its criteria; none means by score.
    pub keys: Vec<SortKey>,
    /// Hits come after these values; none if the first page is wanted.
    pub after: Vec<SortValue>,
}

/// Resolves an order against a mapping.
///
/// # Errors
/// A 400 that names the field, or the value that does not fit it.
pub fn order(specs: &[SortSpec], after: &[Json], mapping: &Mapping, now_ms: i64) -> Result<Order, ApiError> {
    if !after.is_empty() && specs.is_empty() {
        return Err(ApiError::illegal(
            "Sort must contain at least one field when search_after is used.",
        ));
    }
    if !after.is_empty() && after.len() != specs.len() {
        return Err(ApiError::illegal(format!(
            "search_after has {} value(s) but sort has {}.",
            after.len(),
            specs.len()
        )));
    }
    let keys: Vec<SortKey> = specs
        .iter()
        .map(|spec| key(spec, mapping, now_ms))
        .collect::<Result<_, _>>()?;
    let after = after
        .iter()
        .zip(specs.iter().zip(&keys))
        .map(|(value, (spec, key))| after_value(value, spec, key, mapping, now_ms))
        .collect::<Result<_, _>>()?;
    // Best score first is the order that needs no criteria, unless something comes before.
    let by_score = |key: &SortKey| key.by == SortBy::Score && key.descending;
    let plain = matches!(keys.as_slice(), [only] if by_score(only));
    let order = Order { keys, after };
    if plain && order.after.is_empty() {
        return Ok(Order::default());
    }
    Ok(order)
}

fn key(spec: &SortSpec, mapping: &Mapping, now_ms: i64) -> Result<SortKey, ApiError> {
    let field = &spec.field;
    let by = match field.as_str() {
        "_score" => SortBy::Score,
        "_doc" | "_shard_doc" => SortBy::Key,
        "_id" => SortBy::Id,
        name => match mapping.kind(name) {
            Some(_) if without_column(mapping, name) => return Err(no_doc_values(name, mapping)),
            Some(kind) => match kind.kept() {
                Kept::Whole => SortBy::Long(name.to_owned()),
                Kept::Real if kind.is_single() => SortBy::Float(name.to_owned()),
                Kept::Real => SortBy::Double(name.to_owned()),
                Kept::Text => SortBy::Text(name.to_owned()),
                Kept::Code(code) => SortBy::Code(name.to_owned(), code),
                Kept::Truth => SortBy::Boolean(name.to_owned()),
                Kept::Words => return Err(is_text(name)),
                Kept::Inputs => {
                    return Err(ApiError::illegal(format!(
                        "Fielddata is not supported on field [{}] of type [completion]",
                        brief(name)
                    )));
                }
            },
            None if spec.unmapped => SortBy::Nothing,
            None => {
                return Err(ApiError::query(format!(
                    "No mapping found for [{}] in order to sort on",
                    brief(name)
                )));
            }
        },
    };
    let usual = if spec.descending {
        SortMode::Max
    } else {
        SortMode::Min
    };
    let mode = spec.mode.unwrap_or(usual);
    let numeric = matches!(
        by,
        SortBy::Long(_) | SortBy::Double(_) | SortBy::Float(_) | SortBy::Nothing
    );
    if !numeric && !matches!(mode, SortMode::Min | SortMode::Max) {
        return Err(ApiError::illegal(format!(
            "[sort] [mode] of [{}] can only be [min] or [max]: its values are no numbers",
            brief(field)
        )));
    }
    let missing = match &spec.missing {
        MissingSpec::Last => Missing::Last,
        MissingSpec::First => Missing::First,
        MissingSpec::Value(value) => match value_of(value, field, &by, mapping, now_ms)? {
            SortValue::Missing => Missing::Last,
            value => Missing::As(value),
        },
    };
    Ok(SortKey {
        by,
        descending: spec.descending,
        mode,
        missing,
    })
}

/// The error for text where a column is needed.
pub(crate) fn without_column(mapping: &Mapping, name: &str) -> bool {
    let found = mapping.lookup(name);
    found.is_some_and(|(_, options)| options.no_doc_values)
}

/// The error for a sort or an aggregation by a field of which no values are kept for that.
pub(super) fn no_doc_values(name: &str, mapping: &Mapping) -> ApiError {
    ApiError::illegal(format!(
        "Can't load fielddata on [{}] because fielddata is unsupported on fields of type [{}]. Use doc values instead.",
        brief(name),
        mapping.kind(name).map_or("keyword", FieldKind::name)
    ))
}

pub(crate) fn is_text(name: &str) -> ApiError {
    ApiError::illegal(format!(
        "Fielddata is disabled on [{name}]. Text fields are not optimised for operations that require per-document \
         field data like aggregations and sorting, so these operations are disabled by default. Please use a keyword \
         field instead, such as [{name}.keyword] if the mapping has it"
    ))
}

/// A value of `search_after`: what an answer showed for a missing value means that there was none.
fn after_value(
    value: &Json,
    spec: &SortSpec,
    key: &SortKey,
    mapping: &Mapping,
    now_ms: i64,
) -> Result<SortValue, ApiError> {
    if *value == shown_missing(key) {
        return Ok(SortValue::Missing);
    }
    value_of(value, &spec.field, &key.by, mapping, now_ms)
}

fn value_of(
    value: &Json,
    field: &str,
    by: &SortBy,
    mapping: &Mapping,
    now_ms: i64,
) -> Result<SortValue, ApiError> {
    let unfit = || {
        ApiError::illegal(format!(
            "Failed to parse the value [{}] for the sort by [{}]",
            brief(&value.to_string()),
            brief(field)
        ))
    };
    let number = || match value {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => text.parse::<f64>().ok(),
        _ => None,
    };
    if value.is_null() {
        return Ok(SortValue::Missing);
    }
    Ok(match by {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "scores are shown as what they are, and read back so"
        )]
        SortBy::Score => SortValue::Score(number().ok_or_else(unfit)? as f32),
        SortBy::Key => {
            let key = value.as_u64().or_else(|| value.as_str()?.parse().ok());
            SortValue::Key(key.ok_or_else(unfit)?)
        }
        SortBy::Id => SortValue::Text(values::text_of(value)),
        // As the index holds it: a normalizer finds nothing to do in what was shown.
        SortBy::Text(_) | SortBy::Code(..) => {
            match mapping.kind(field).map(|kind| values::exact(field, kind, value)) {
                Some(Ok(Some(Value::Str(text)))) => SortValue::Text(text),
                _ => return Err(unfit()),
            }
        }
        SortBy::Long(_) => SortValue::Long(whole(value, field, mapping, now_ms)?.ok_or_else(unfit)?),
        SortBy::Double(_) | SortBy::Float(_) => {
            let rounded = |number| mapping.kind(field).map_or(number, |kind| kind.rounded(number));
            let number = number().map(rounded).filter(|number| number.is_finite());
            SortValue::Double(number.ok_or_else(unfit)?)
        }
        SortBy::Boolean(_) => match value {
            Json::Number(number) => SortValue::Boolean(number.as_i64() == Some(1)),
            _ => match values::exact(field, &FieldKind::Boolean, value)? {
                Some(Value::Boolean(truth)) => SortValue::Boolean(truth),
                _ => return Err(unfit()),
            },
        },
        SortBy::Nothing => SortValue::Missing,
    })
}

/// A whole number; for a date also a date as text.
fn whole(value: &Json, field: &str, mapping: &Mapping, now_ms: i64) -> Result<Option<i64>, ApiError> {
    if let Some(number) = value.as_i64() {
        return Ok(Some(number));
    }
    match (mapping.kind(field), value) {
        (Some(FieldKind::Date { formats }), Json::String(text)) => {
            let parsed = date_math::parse(text, formats, Rounding::Down, now_ms);
            parsed.map(Some).map_err(ApiError::illegal)
        }
        (Some(kind), _) => match values::exact(field, kind, value)? {
            Some(Value::Long(number)) => Ok(Some(number)),
            _ => Ok(None),
        },
        _ => Ok(None),
    }
}

/// What an answer shows for a document without a value, as Elasticsearch does.
pub fn shown_missing(key: &SortKey) -> Json {
    // The value that sorts where missing ones come.
    let greatest = (key.missing == Missing::First) == key.descending;
    match key.by {
        SortBy::Long(_) | SortBy::Boolean(_) => (if greatest { i64::MAX } else { i64::MIN }).into(),
        SortBy::Double(_) | SortBy::Float(_) => (if greatest { "Infinity" } else { "-Infinity" }).into(),
        SortBy::Text(_) | SortBy::Code(..) | SortBy::Score | SortBy::Key | SortBy::Id | SortBy::Nothing => {
            Json::Null
        }
    }
}

/// A number with no more digits than 32 bits have.
#[expect(clippy::cast_possible_truncation, reason = "it has no more")]
fn shortest(number: f64) -> f64 {
    (number as f32).to_string().parse().unwrap_or(number)
}

/// A value as an answer shows it.
pub fn shown(key: &SortKey, value: &SortValue) -> Json {
    match value {
        SortValue::Missing => shown_missing(key),
        // With as many digits as a score has, not as many as a double would need.
        SortValue::Score(score) => score.to_string().parse::<f64>().unwrap_or_default().into(),
        // As text: many clients read numbers into 53 bits, and would send back another one.
        SortValue::Key(key) => key.to_string().into(),
        SortValue::Long(number) => (*number).into(),
        SortValue::Double(number) => match key.by {
            SortBy::Float(_) => shortest(*number).into(),
            _ => (*number).into(),
        },
        SortValue::Text(text) => match key.by {
            SortBy::Code(_, code) => code.decoded(text),
            _ => text.as_str().into(),
        },
        // As Elasticsearch shows them.
        SortValue::Boolean(truth) => i64::from(*truth).into(),
    }
}
