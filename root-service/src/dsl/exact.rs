//! Queries of exact values: `term`, `terms`, `ids`, `exists`.

use serde_json::Value;
use shared::limits;
use shared::query::{Query, QueryKind};

use super::read::{At, missing, single, unsupported};
use crate::error::{ApiError, brief};

/// Reads `{"kind": "x"}` or `{"kind": {"value": "x", "boost": 2}}`.
pub(super) fn term(body: &Value) -> Result<Query, ApiError> {
    const NAME: &str = "term";
    let (field, value) = single(NAME, body)?;
    let mut boost = 1.0;
    let value = if let Value::Object(options) = value {
        let mut term = None;
        for (key, value) in options {
            let at = At::new(NAME, key);
            match key.as_str() {
                "value" | "term" => term = Some(at.scalar(value)?),
                "boost" => boost = at.boost(value)?,
                "case_insensitive" if !at.truth(value)? => {}
                other => return Err(unsupported(NAME, other)),
            }
        }
        term.ok_or_else(|| missing(NAME, "value"))?
    } else if value.is_array() {
        return Err(ApiError::parsing(
            "[term] query does not support an array of values; use [terms]",
        ));
    } else {
        At::new(NAME, field).scalar(value)?
    };
    let field = field.clone();
    let kind = QueryKind::Term { field, value };
    Ok(Query {
        boost,
        ..Query::new(kind)
    })
}

/// Reads `{"kind": ["x", "y"], "boost": 2}`.
pub(super) fn terms(body: &Value) -> Result<Query, ApiError> {
    const NAME: &str = "terms";
    let mut boost = 1.0;
    let mut found: Option<(&str, Vec<Value>)> = None;
    for (key, value) in At::new("query", NAME).object(body)? {
        let at = At::new(NAME, key);
        match (key.as_str(), value) {
            ("boost", _) => boost = at.boost(value)?,
            (field, Value::Array(values)) => {
                if let Some((first, _)) = found {
                    return Err(ApiError::parsing(format!(
                        "[terms] query does not support multiple fields, found [{}] and [{}]",
                        brief(first),
                        brief(field)
                    )));
                }
                limited(NAME, values.len())?;
                let values = values
                    .iter()
                    .map(|value| at.scalar(value))
                    .collect::<Result<_, _>>()?;
                found = Some((field, values));
            }
            (_, Value::Object(_)) => {
                return Err(ApiError::parsing(format!(
                    "[terms] lookup for [{}] is not offered yet; give the values as an array",
                    brief(key)
                )));
            }
            _ => return Err(at.expected("an array of values", value)),
        }
    }
    let Some((field, values)) = found else {
        return Err(ApiError::parsing(
            "[terms] query requires a field and its values; expected {\"terms\": {\"FIELD\": […]}}",
        ));
    };
    let field = field.to_owned();
    let kind = QueryKind::Terms { field, values };
    Ok(Query {
        boost,
        ..Query::new(kind)
    })
}

/// Reads `{"values": ["1", "2"]}`.
pub(super) fn ids(body: &Value) -> Result<Query, ApiError> {
    const NAME: &str = "ids";
    let mut boost = 1.0;
    let mut values = None;
    for (key, value) in At::new("query", NAME).object(body)? {
        let at = At::new(NAME, key);
        match key.as_str() {
            "values" => {
                let ids = match value {
                    Value::Array(ids) => ids.as_slice(),
                    one => std::slice::from_ref(one),
                };
                limited(NAME, ids.len())?;
                values = Some(ids.iter().map(|id| at.words(id)).collect::<Result<_, _>>()?);
            }
            "boost" => boost = at.boost(value)?,
            other => return Err(unsupported(NAME, other)),
        }
    }
    let values = values.ok_or_else(|| missing(NAME, "values"))?;
    let kind = QueryKind::Ids { values };
    Ok(Query {
        boost,
        ..Query::new(kind)
    })
}

/// Reads `{"field": "title"}`.
pub(super) fn exists(body: &Value) -> Result<Query, ApiError> {
    const NAME: &str = "exists";
    let mut boost = 1.0;
    let mut field = None;
    for (key, value) in At::new("query", NAME).object(body)? {
        let at = At::new(NAME, key);
        match key.as_str() {
            "field" => field = Some(at.text(value)?),
            "boost" => boost = at.boost(value)?,
            other => return Err(unsupported(NAME, other)),
        }
    }
    let field = field.ok_or_else(|| missing(NAME, "field"))?;
    let kind = QueryKind::Exists { field };
    Ok(Query {
        boost,
        ..Query::new(kind)
    })
}

fn limited(query: &str, count: usize) -> Result<(), ApiError> {
    if count > limits::TERMS_MAX {
        return Err(ApiError::illegal(format!(
            "The number of terms [{count}] used in the [{query}] query has exceeded the allowed maximum of [{}]",
            limits::TERMS_MAX
        )));
    }
    Ok(())
}
