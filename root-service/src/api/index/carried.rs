//! Settings that indexes of Elasticsearch carry along: of storage and allocation, which have no meaning here and are passed over with
//! a warning, and of limits, which are passed over where they ask for what is so anyway.

use serde_json::Value;
use shared::limits;

use super::settings::whole;
use crate::api::settings::value_text;
use crate::error::{ApiError, brief};

/// A setting, or a family of them whose name ends with a dot, that changes nothing here whatever it is.
struct Idle {
    name: &'static str,
    /// Whether Elasticsearch lets it change on an index that is open.
    dynamic: bool,
    /// Why it changes nothing.
    because: &'static str,
}

const fn idle(name: &'static str, dynamic: bool, because: &'static str) -> Idle {
    Idle {
        name,
        dynamic,
        because,
    }
}

const STORED: &str = "there is one way in which indexes are stored";
const PLACED: &str = "where shards are is decided by the number of leaves";
const WRITTEN: &str = "writes are acknowledged when they are in the object store";
const LOGGED: &str = "there are no slow logs of single indexes";

/// The first that fits counts.
const IDLE: &[Idle] = &[
    idle("codec", false, STORED),
    idle("translog.", true, WRITTEN),
    idle("merge.", true, "segments are merged in one way"),
    idle("store.", false, STORED),
    idle("routing.allocation.", true, PLACED),
    idle("number_of_routing_shards", false, "indexes cannot be split"),
    idle(
        "auto_expand_replicas",
        true,
        "replicas belong to leaves and serve every index",
    ),
    idle("unassigned.", true, PLACED),
    idle(
        "soft_deletes.enabled",
        false,
        "copies do not follow each other's histories",
    ),
    idle(
        "soft_deletes.",
        true,
        "copies do not follow each other's histories",
    ),
    idle("search.slowlog.", true, LOGGED),
    idle("indexing.slowlog.", true, LOGGED),
    idle("search.idle.", true, "indexes are never idle"),
];

/// Settings that are offered with the value that holds anyway, and whether Elasticsearch lets them change.
const FIXED: &[(&str, bool)] = &[
    ("routing_partition_size", false),
    ("query.default_field", true),
    ("max_result_window", true),
    ("mapping.total_fields.limit", true),
    ("mapping.depth.limit", true),
    ("mapping.coerce", false),
];

/// The warning about a setting without its `index.` that is passed over; `None` for one that is none of these.
///
/// # Errors
/// A 400 for a value that asks for something else than what holds, and for settings that nobody may set.
pub(super) fn warning(short: &str, value: &Value) -> Result<Option<String>, ApiError> {
    if is_private(short) {
        return Err(ApiError::illegal(format!(
            "private index setting [index.{}] can not be set explicitly",
            brief(short)
        )));
    }
    if short.starts_with("lifecycle.") {
        return Err(ApiError::illegal(format!(
            "the setting [index.{}] is not offered: there are no lifecycle policies",
            brief(short)
        )));
    }
    let because = match found(short) {
        Some(idle) => idle.because.to_owned(),
        None => match fixed(short, value)? {
            Some(because) => because,
            None => return Ok(None),
        },
    };
    Ok(Some(format!(
        "setting [index.{}] is ignored: {because}",
        brief(short)
    )))
}

/// Whether Elasticsearch refuses to change it on an index that is open.
pub(super) fn is_final(short: &str) -> bool {
    match found(short) {
        Some(idle) => !idle.dynamic,
        None => FIXED.iter().any(|(name, dynamic)| *name == short && !dynamic),
    }
}

/// Whether only the service itself decides it.
pub(super) fn is_private(short: &str) -> bool {
    matches!(short, "creation_date" | "provided_name" | "uuid") || short.starts_with("version.")
}

fn found(short: &str) -> Option<&'static Idle> {
    IDLE.iter()
        .find(|idle| short == idle.name || (idle.name.ends_with('.') && short.starts_with(idle.name)))
}

/// Why it is passed over, if it asks for what is so anyway; null asks for the default.
fn fixed(short: &str, value: &Value) -> Result<Option<String>, ApiError> {
    if !FIXED.iter().any(|(name, _)| *name == short) {
        return Ok(None);
    }
    let limit = match short {
        "max_result_window" => limits::RESULT_WINDOW_MAX,
        "mapping.total_fields.limit" => limits::MAPPING_FIELDS_MAX as u64,
        "mapping.depth.limit" => limits::MAPPING_DEPTH_MAX as u64,
        _ => return only(short, value).map(Some),
    };
    if !value.is_null() {
        whole(&format!("index.{short}"), value, 1, limit)?;
    }
    Ok(Some(format!("the limit here is always [{limit}]")))
}

/// The same for settings that have one value.
fn only(short: &str, value: &Value) -> Result<String, ApiError> {
    let (wanted, because) = match short {
        "routing_partition_size" => ("1", "documents are placed by their ids alone"),
        "query.default_field" => ("*", "queries that name no field search all of them"),
        _ => (
            "true",
            "values are coerced where their field does not say otherwise",
        ),
    };
    let given = match value {
        Value::Array(values) if values.len() == 1 => &values[0],
        value => value,
    };
    if given.is_null() || value_text(given) == wanted {
        return Ok(because.to_owned());
    }
    Err(ApiError::illegal(format!(
        "the setting [index.{short}] is offered only as [{wanted}], but was [{}]: {because}",
        brief(&value_text(value))
    )))
}
