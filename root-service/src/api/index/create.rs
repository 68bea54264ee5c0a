//! `PUT /{index}`: settings, mappings and aliases, checked whole before anything is made.

use std::collections::BTreeMap;

use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};
use shared::catalog::AliasOf;
use shared::deadline::Deadline;
use shared::ids::check_index_name;
use shared::limits;
use shared::mapping::Parsed;
use tokio::time::Instant;

use super::settings::Settings;
use crate::api::alias;
use crate::api::answer::{Answer, Handled};
use crate::api::body::Payload;
use crate::api::json;
use crate::api::params::Params;
use crate::api::path::PathOf;
use crate::api::state::Api;
use crate::app::IndexSpec;
use crate::error::{ApiError, brief};

/// The answer.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "CreatedIndex")]
pub(super) struct Created<'a> {
    acknowledged: bool,
    shards_acknowledged: bool,
    index: &'a str,
}

/// The handler.
pub(in crate::api) async fn put(
    State(api): State<Api>,
    PathOf(index): PathOf<String>,
    mut params: Params,
    payload: Payload,
) -> Handled {
    let timeout = params.duration("timeout")?.unwrap_or(api.config.write_timeout);
    let deadline = Deadline::after(Instant::now(), timeout);
    params.finish()?;
    check_index_name(&index)?;
    let body = payload.read(&api.bodies, limits::SEARCH_BODY_BYTES_MAX).await?;
    let body = json::optional_object("create index", &body.bytes)?.unwrap_or_default();
    let (spec, warnings) = read(&body)?;
    let ready = api.app.create_index(&index, spec, deadline).await?;
    let answer = Created {
        acknowledged: true,
        shards_acknowledged: ready,
        index: &index,
    };
    Ok(Answer::json(&answer).with_warnings(warnings))
}

/// Reads the body of the call.
fn read(body: &Map<String, Value>) -> Result<(IndexSpec, Vec<String>), ApiError> {
    // The fields name analyzers that the settings define.
    let settings = match body.get("settings") {
        Some(Value::Object(object)) => Settings::parse(object)?,
        _ => Settings::default(),
    };
    let analysis = &settings.spec.mapping.analysis;
    let mut mappings = Parsed::default();
    mappings.mapping.analysis = analysis.clone();
    let mut aliases = BTreeMap::new();
    for (key, value) in body {
        match (key.as_str(), value) {
            ("settings", Value::Object(_)) => {}
            ("mappings", Value::Object(object)) => mappings = Parsed::with_analysis(object, analysis)?,
            ("aliases", Value::Object(object)) => aliases = read_aliases(object)?,
            ("settings" | "mappings" | "aliases", Value::Null) => {}
            ("settings" | "mappings" | "aliases", _) => {
                return Err(ApiError::parsing(format!("key [{key}] must be an object")));
            }
            _ => {
                return Err(ApiError::parsing(format!(
                    "unknown key [{}] for create index; offered are [settings], [mappings] and [aliases]",
                    brief(key)
                )));
            }
        }
    }
    let spec = IndexSpec {
        mapping: mappings.mapping,
        aliases,
        ..settings.spec
    };
    let mut warnings = settings.warnings;
    warnings.extend(mappings.warnings);
    Ok((spec, warnings))
}

fn read_aliases(object: &Map<String, Value>) -> Result<BTreeMap<String, AliasOf>, ApiError> {
    object
        .iter()
        .map(|(name, value)| match value {
            Value::Object(fields) => Ok((name.clone(), alias::options(name, fields)?)),
            _ => Err(ApiError::parsing(format!(
                "the alias [{}] must be an object",
                brief(name)
            ))),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_json(body: &Value) -> Result<(IndexSpec, Vec<String>), ApiError> {
        read(body.as_object().unwrap())
    }

    #[test]
    fn settings_and_mappings_make_a_spec() {
        let (spec, warnings) = read_json(&json!({
            "settings": {"number_of_shards": 2, "number_of_replicas": 0},
            "mappings": {"properties": {"t": {"type": "text", "store": true}}},
            "aliases": {"shelf": {"is_write_index": true}}
        }))
        .unwrap();
        assert_eq!(spec.shards, Some(2));
        assert_eq!(spec.aliases["shelf"].is_write_index, Some(true));
        assert!(spec.mapping.kind("t").is_some());
        assert_eq!(warnings.len(), 2);
    }

    #[test]
    fn what_is_not_offered_is_refused_by_name() {
        for (body, name) in [
            (json!({"aliases": {"a": {"filter": {}}}}), "[filter]"),
            (json!({"warmers": {}}), "[warmers]"),
            (json!({"settings": 1}), "[settings]"),
            (
                json!({"mappings": {"properties": {"t": {"type": "geo_point"}}}}),
                "[geo_point]",
            ),
        ] {
            let error = read_json(&body).unwrap_err().to_string();
            assert!(error.contains(name), "{error}");
        }
    }
}
