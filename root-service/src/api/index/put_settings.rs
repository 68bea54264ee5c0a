//! `PUT /_settings`, `PUT /{index}/_settings`: what can change of an index that is there.

use axum::extract::State;
use serde_json::{Map, Value};
use shared::limits;

use super::settings::{Settings, dynamic_interval};
use super::{analysis, carried};
use crate::api::answer::{Answer, Handled};
use crate::api::body::Payload;
use crate::api::json;
use crate::api::openapi::shapes::Acknowledged;
use crate::api::params::Params;
use crate::api::path::Target;
use crate::api::settings::flatten;
use crate::api::state::Api;
use crate::api::targets;
use crate::app::Leniency;
use crate::error::{ApiError, brief};

/// Settings that make sense when an index is made, and never again.
const FINAL: [&str; 4] = [
    "number_of_shards",
    "mapping.text_fields.limit",
    "max_ngram_diff",
    "max_shingle_diff",
];

/// The handler.
pub(in crate::api) async fn put(
    State(api): State<Api>,
    Target(target): Target,
    mut params: Params,
    payload: Payload,
) -> Handled {
    params.duration("timeout")?;
    let strict = Leniency {
        allow_no_indices: false,
        ..Leniency::default()
    };
    let (targets, leniency) = targets::take(target.as_deref(), &mut params, strict)?;
    for name in ["preserve_existing", "reopen"] {
        if params.flag(name)?.unwrap_or(false) {
            return Err(ApiError::illegal(format!(
                "the parameter [{name}] is offered only as [false]"
            )));
        }
    }
    params.finish()?;
    let body = payload.read(&api.bodies, limits::SEARCH_BODY_BYTES_MAX).await?;
    let changes = read(&json::object("settings", &body.bytes)?)?;
    // What is not there is an error also where nothing changes.
    targets.resolve(&api.app.catalog(), leniency)?;
    if let Interval::Set(interval_ms) = changes.interval {
        api.app
            .change_refresh_interval(&targets, leniency, interval_ms)
            .await?;
    }
    Ok(Answer::json(&Acknowledged::YES).with_warnings(changes.warnings))
}

/// What a body changes.
#[derive(Debug)]
struct Changes {
    interval: Interval,
    /// One sentence for each setting that was ignored.
    warnings: Vec<String>,
}

/// The refresh interval.
#[derive(Debug, PartialEq, Eq)]
enum Interval {
    /// Stays as it is.
    Stays,
    /// Becomes this, in milliseconds; `None` is only on request.
    Set(Option<u64>),
}

fn read(body: &Map<String, Value>) -> Result<Changes, ApiError> {
    let body = match body.get("settings") {
        Some(Value::Object(settings)) if body.len() == 1 => settings,
        _ => body,
    };
    let (body, definitions) = analysis::take(body)?;
    if let Some(section) = definitions.keys().next() {
        return Err(ApiError::illegal(format!(
            "Can't update non dynamic settings [[index.analysis.{}]] for open indices",
            brief(section)
        )));
    }
    let body = &body;
    let flat = flatten(body)?;
    for (name, _) in &flat {
        let short = name.strip_prefix("index.").unwrap_or(name);
        if carried::is_private(short) {
            return Err(ApiError::illegal(format!(
                "can not update private setting [index.{}]; this setting is managed by the service",
                brief(short)
            )));
        }
        if FINAL.contains(&short) || carried::is_final(short) {
            return Err(ApiError::illegal(format!(
                "Can't update non dynamic settings [[index.{}]] for open indices",
                brief(short)
            )));
        }
    }
    // Everything else is read, and refused, as where an index is made.
    let settings = Settings::parse(body)?;
    let named =
        |(name, _): &(String, &Value)| name.strip_prefix("index.").unwrap_or(name) == "refresh_interval";
    let interval = if flat.iter().any(named) {
        Interval::Set(dynamic_interval(&settings.spec))
    } else {
        Interval::Stays
    };
    Ok(Changes {
        interval,
        warnings: settings.warnings,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_json(body: &Value) -> Result<Changes, ApiError> {
        read(body.as_object().unwrap())
    }

    #[test]
    fn the_refresh_interval_can_change_and_go_back_to_its_default() {
        for (body, expected) in [
            (
                json!({"index": {"refresh_interval": "5s"}}),
                Interval::Set(Some(5_000)),
            ),
            (
                json!({"settings": {"refresh_interval": "-1"}}),
                Interval::Set(None),
            ),
            (
                json!({"index.refresh_interval": null}),
                Interval::Set(Some(1_000)),
            ),
            (json!({"number_of_replicas": 1}), Interval::Stays),
        ] {
            assert_eq!(read_json(&body).unwrap().interval, expected, "{body}");
        }
    }

    #[test]
    fn what_changes_nothing_is_accepted_with_a_warning() {
        for body in [
            json!({"number_of_replicas": 1}),
            json!({"index": {"translog": {"durability": "async"}}}),
            json!({"index.max_result_window": 5_000}),
            json!({"routing.allocation.include._tier_preference": null}),
            json!({"soft_deletes.retention.operations": 0}),
        ] {
            let changes = read_json(&body).unwrap();
            assert_eq!(changes.warnings.len(), 1, "{body}");
            assert_eq!(changes.interval, Interval::Stays, "{body}");
        }
    }

    #[test]
    fn what_was_decided_for_good_is_refused_by_name() {
        for (body, part) in [
            (
                json!({"index": {"number_of_shards": 3}}),
                "[[index.number_of_shards]]",
            ),
            (
                json!({"mapping": {"text_fields": {"limit": 3}}}),
                "[[index.mapping.text_fields.limit]]",
            ),
            (json!({"codec": "x"}), "[[index.codec]] for open indices"),
            (json!({"mapping.coerce": true}), "[[index.mapping.coerce]]"),
            (
                json!({"index": {"uuid": "x"}}),
                "can not update private setting [index.uuid]",
            ),
            (json!({"max_result_window": 20_000}), "from [1] to [10000]"),
            (json!({"lifecycle": {"name": "x"}}), "[index.lifecycle.name]"),
        ] {
            let error = read_json(&body).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
