//! `sort` and `search_after`: the order of hits as a client writes it.

use serde_json::{Map, Value};
use shared::wire::sort::{SORT_KEYS_MAX, SortMode};

use super::read::At;
use crate::error::{ApiError, brief};

/// One criterion as the client means it; which kind of values it compares follows from the mapping.
#[derive(Clone, Debug, PartialEq)]
pub struct SortSpec {
    /// A field, or `_score`, `_doc`, `_shard_doc`, `_id`.
    pub field: String,
    /// Whether the greatest comes first.
    pub descending: bool,
    /// Which value of several counts; `None` follows from the direction.
    pub mode: Option<SortMode>,
    /// Where documents without a value come.
    pub missing: MissingSpec,
    /// Whether an index without the field is no error.
    pub unmapped: bool,
}

/// Where documents without a value come, or what they count as.
#[derive(Clone, Debug, PartialEq)]
pub enum MissingSpec {
    /// After all others.
    Last,
    /// Before all others.
    First,
    /// As if they had this value.
    Value(Value),
}

/// Reads `sort` of a body.
pub(super) fn parse(value: &Value) -> Result<Vec<SortSpec>, ApiError> {
    let specs = match value {
        Value::Array(values) => values
            .iter()
            .map(criterion)
            .collect::<Result<Vec<_>, _>>()?
            .concat(),
        other => criterion(other)?,
    };
    checked(specs)
}

/// Reads `sort` of a URL: `field:desc,other`.
pub(super) fn parse_list(text: &str) -> Result<Vec<SortSpec>, ApiError> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    let specs = parts.map(|part| match part.rsplit_once(':') {
        Some((field, direction)) => {
            let descending = direction_of(At::new("sort", field), &Value::String(direction.to_owned()))?;
            Ok(SortSpec {
                descending,
                ..SortSpec::plain(field)
            })
        }
        None => Ok(SortSpec::plain(part)),
    });
    checked(specs.collect::<Result<_, ApiError>>()?)
}

/// Reads `search_after`.
pub(super) fn parse_after(value: &Value) -> Result<Vec<Value>, ApiError> {
    let at = At::new("search", "search_after");
    let values = value
        .as_array()
        .ok_or_else(|| at.expected("an array of values", value))?;
    if values.is_empty() || values.len() > SORT_KEYS_MAX {
        return Err(ApiError::illegal("Values must contains at least one value"));
    }
    let scalar = |value: &Value| match value {
        Value::Null => Ok(Value::Null),
        other => at.scalar(other),
    };
    values.iter().map(scalar).collect()
}

fn checked(specs: Vec<SortSpec>) -> Result<Vec<SortSpec>, ApiError> {
    if specs.len() > SORT_KEYS_MAX {
        return Err(ApiError::illegal(format!(
            "[sort] has [{}] criteria, the limit is [{SORT_KEYS_MAX}]",
            specs.len()
        )));
    }
    Ok(specs)
}

impl SortSpec {
    /// A field in its usual direction: the best score first, else the least value.
    fn plain(field: &str) -> Self {
        Self {
            field: field.to_owned(),
            descending: field == "_score",
            mode: None,
            missing: MissingSpec::Last,
            unmapped: false,
        }
    }
}

fn criterion(value: &Value) -> Result<Vec<SortSpec>, ApiError> {
    match value {
        Value::String(field) => Ok(vec![SortSpec::plain(field)]),
        Value::Object(fields) => fields
            .iter()
            .map(|(field, options)| of_field(field, options))
            .collect(),
        other => Err(ApiError::parsing(format!(
            "malformed sort format, within the sort array, an object, or an actual string are allowed, but found [{}]",
            brief(&other.to_string())
        ))),
    }
}

fn of_field(field: &str, options: &Value) -> Result<SortSpec, ApiError> {
    let mut spec = SortSpec::plain(field);
    match options {
        Value::String(_) => spec.descending = direction_of(At::new("sort", field), options)?,
        Value::Object(options) => read_options(&mut spec, options)?,
        other => return Err(At::new("sort", field).expected("a direction or an object", other)),
    }
    Ok(spec)
}

fn read_options(spec: &mut SortSpec, options: &Map<String, Value>) -> Result<(), ApiError> {
    if matches!(spec.field.as_str(), "_script" | "_geo_distance") {
        return Err(ApiError::illegal(format!(
            "sorting by [{}] is not offered",
            spec.field
        )));
    }
    for (key, value) in options {
        let at = At::new("sort", key);
        match key.as_str() {
            "order" => spec.descending = direction_of(at, value)?,
            "mode" => spec.mode = Some(mode_of(at, value)?),
            "missing" => spec.missing = missing_of(at, value)?,
            "unmapped_type" => {
                at.text(value)?;
                spec.unmapped = true;
            }
            "format" if matches!(value.as_str(), Some("epoch_millis")) => {}
            other => {
                return Err(ApiError::illegal(format!(
                    "[sort] [{}] is not offered; offered are [order], [mode], [missing], [unmapped_type], and [format] as [epoch_millis]",
                    brief(other)
                )));
            }
        }
    }
    Ok(())
}

fn direction_of(at: At<'_>, value: &Value) -> Result<bool, ApiError> {
    match value.as_str() {
        Some("asc" | "ASC") => Ok(false),
        Some("desc" | "DESC") => Ok(true),
        _ => Err(at.expected("[asc] or [desc]", value)),
    }
}

fn mode_of(at: At<'_>, value: &Value) -> Result<SortMode, ApiError> {
    match value.as_str() {
        Some("min") => Ok(SortMode::Min),
        Some("max") => Ok(SortMode::Max),
        Some("sum") => Ok(SortMode::Sum),
        Some("avg") => Ok(SortMode::Avg),
        Some("median") => Ok(SortMode::Median),
        _ => Err(at.expected("[min], [max], [sum], [avg] or [median]", value)),
    }
}

fn missing_of(at: At<'_>, value: &Value) -> Result<MissingSpec, ApiError> {
    match value.as_str() {
        Some("_last") => Ok(MissingSpec::Last),
        Some("_first") => Ok(MissingSpec::First),
        _ => at.scalar(value).map(MissingSpec::Value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn all_forms_of_a_criterion_mean_the_same() {
        let year = SortSpec {
            descending: true,
            ..SortSpec::plain("year")
        };
        for form in [
            json!({"year": "desc"}),
            json!([{"year": {"order": "desc"}}]),
            json!([{"year": {"order": "desc", "missing": "_last", "format": "epoch_millis"}}]),
        ] {
            assert_eq!(parse(&form).unwrap(), std::slice::from_ref(&year), "{form}");
        }
        assert_eq!(parse_list("year:desc").unwrap(), [year]);
        let both = parse(&json!(["title", {"_score": {}}])).unwrap();
        assert_eq!(both, parse_list("title,_score").unwrap());
        assert!(!both[0].descending && both[1].descending);
    }

    #[test]
    fn what_is_not_offered_is_refused_by_name() {
        let refused = |form: Value| parse(&form).unwrap_err().to_string();
        assert!(refused(json!({"a": {"nested": {}}})).contains("[nested]"));
        assert!(refused(json!({"_script": {"type": "number"}})).contains("[_script]"));
        assert!(refused(json!({"a": "up"})).contains("[asc] or [desc]"));
        assert!(refused(json!({"a": {"mode": "best"}})).contains("[median]"));
        assert!(refused(json!(7)).contains("malformed sort"));
        assert!(refused(json!(vec!["a"; 17])).contains("limit is [16]"));
        assert!(parse_after(&json!([])).is_err());
        assert!(parse_after(&json!([[1]])).is_err());
        assert_eq!(parse_after(&json!([1, null])).unwrap(), [json!(1), Value::Null]);
    }
}
