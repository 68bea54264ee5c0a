//! The body of `_mget`: `{"docs": [{"_index", "_id", …}]}`, or `{"ids": […]}` for one index.

use serde_json::{Map, Value};
use shared::ids::check_document_id;
use shared::limits;

use super::get::GetParams;
use crate::api::params::Params;
use crate::api::targets;
use crate::dsl::SourceFilter;
use crate::error::{ApiError, brief};

/// One document to look up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// Its index or an alias of one.
    pub(super) index: String,
    /// Its id.
    pub(super) id: String,
    /// Its routing value.
    pub(super) routing: Option<String>,
    /// Which parts of it to show.
    pub(super) filter: SourceFilter,
}

/// What the URL says for documents that do not say it themselves.
pub(super) struct Defaults {
    index: Option<String>,
    params: GetParams,
}

impl Defaults {
    /// Takes all parameters of the call.
    pub(super) fn take(index: Option<String>, params: Params) -> Result<Self, ApiError> {
        if let Some(index) = &index {
            targets::one(index, "a document")?;
        }
        let params = GetParams::take(params)?;
        Ok(Self { index, params })
    }
}

/// Reads the body.
pub(super) fn read(body: &Map<String, Value>, defaults: &Defaults) -> Result<Vec<Asked>, ApiError> {
    let mut asked = Vec::new();
    for (key, value) in body {
        let Value::Array(values) = value else {
            return Err(ApiError::parsing(format!(
                "[{}] of mget must be a list",
                brief(key)
            )));
        };
        if asked.len() + values.len() > limits::MGET_DOCUMENTS_MAX {
            return Err(ApiError::illegal(format!(
                "more documents than the limit of [{}] in one request",
                limits::MGET_DOCUMENTS_MAX
            )));
        }
        for value in values {
            asked.push(match key.as_str() {
                "docs" => document(value, defaults)?,
                "ids" => defaults.asked(id(value)?)?,
                other => {
                    return Err(ApiError::parsing(format!(
                        "unknown key [{}] for mget, expected [docs] or [ids]",
                        brief(other)
                    )));
                }
            });
        }
    }
    if asked.is_empty() {
        return Err(ApiError::Validation("no documents to get".to_owned()));
    }
    Ok(asked)
}

impl Defaults {
    fn asked(&self, id: String) -> Result<Asked, ApiError> {
        check_document_id(&id)?;
        Ok(Asked {
            index: self.index.clone().unwrap_or_default(),
            id,
            routing: self.params.routing().map(str::to_owned),
            filter: self.params.filter().clone(),
        })
        .and_then(has_index)
    }
}

fn has_index(asked: Asked) -> Result<Asked, ApiError> {
    if asked.index.is_empty() {
        return Err(ApiError::Validation("index is missing".to_owned()));
    }
    Ok(asked)
}

fn document(value: &Value, defaults: &Defaults) -> Result<Asked, ApiError> {
    let Value::Object(fields) = value else {
        return defaults.asked(id(value)?);
    };
    let mut asked = Asked {
        index: defaults.index.clone().unwrap_or_default(),
        id: String::new(),
        routing: defaults.params.routing().map(str::to_owned),
        filter: defaults.params.filter().clone(),
    };
    for (key, value) in fields {
        match key.as_str() {
            "_index" => targets::one(&text(key, value)?, "a document")?.clone_into(&mut asked.index),
            "_id" => asked.id = id(value)?,
            "routing" | "_routing" => asked.routing = Some(text(key, value)?),
            "_source" => asked.filter = SourceFilter::parse(value)?,
            "stored_fields" | "version" | "version_type" => {
                return Err(ApiError::illegal(format!("[{key}] of mget is not offered")));
            }
            other => {
                return Err(ApiError::parsing(format!(
                    "unknown key [{}] of a document of mget",
                    brief(other)
                )));
            }
        }
    }
    check_document_id(&asked.id)?;
    has_index(asked)
}

/// An id: a text, or a number as it is written.
fn id(value: &Value) -> Result<String, ApiError> {
    text("_id", value)
}

fn text(key: &str, value: &Value) -> Result<String, ApiError> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(ApiError::parsing(format!(
            "[{key}] of mget must be a text, but is [{}]",
            brief(&value.to_string())
        ))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_json(index: Option<&str>, query: &str, body: &Value) -> Result<Vec<Asked>, ApiError> {
        let params = Params::parse("/_mget", query).unwrap();
        let defaults = Defaults::take(index.map(str::to_owned), params)?;
        read(body.as_object().unwrap(), &defaults)
    }

    #[test]
    fn documents_come_by_id_or_with_their_own_index_and_filter() {
        let ids = read_json(Some("a"), "_source=false", &json!({"ids": ["1", 2]})).unwrap();
        assert_eq!(ids[1].id, "2");
        assert!(!ids[0].filter.is_shown());
        let body =
            json!({"docs": [{"_index": "b", "_id": "1", "_source": ["t"], "routing": "r"}, {"_id": "2"}]});
        let docs = read_json(Some("a"), "", &body).unwrap();
        assert_eq!(
            (docs[0].index.as_str(), docs[0].routing.as_deref()),
            ("b", Some("r"))
        );
        assert!(!docs[0].filter.is_whole() && docs[1].filter.is_whole());
        assert_eq!(docs[1].index, "a");
    }

    #[test]
    fn what_cannot_be_read_is_refused_by_name() {
        for (body, part) in [
            (json!({}), "no documents"),
            (json!({"ids": ["1"]}), "index is missing"),
            (json!({"docs": [{"_index": "a"}]}), "_id"),
            (json!({"docs": [{"_index": "a*", "_id": "1"}]}), "one index"),
            (
                json!({"docs": [{"_index": "a", "_id": "1", "stored_fields": "x"}]}),
                "[stored_fields]",
            ),
            (json!({"docs": [{"_index": "a", "_id": "1", "x": 1}]}), "[x]"),
            (json!({"id": ["1"]}), "[id]"),
            (json!({"ids": "1"}), "[ids]"),
        ] {
            let error = read_json(None, "", &body).unwrap_err().to_string();
            assert!(error.contains(part), "{body}: {error}");
        }
    }
}
