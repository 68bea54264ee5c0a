//! The actions of `POST /_aliases`, read.

use serde_json::{Map, Value};
use shared::catalog::AliasOf;

use crate::app::{AliasAction, Targets};
use crate::error::{ApiError, brief};

/// Actions of one request, and names in one action.
const ACTIONS_MAX: usize = 1_000;
const NAMES_MAX: usize = 1_000;
/// What an alias of Elasticsearch can have besides; here an alias is another name and nothing else.
const NOT_OFFERED: [&str; 4] = ["filter", "routing", "index_routing", "search_routing"];

/// Reads the body of the call.
pub(super) fn read(body: &Map<String, Value>) -> Result<Vec<AliasAction>, ApiError> {
    if let Some(key) = body.keys().find(|key| *key != "actions") {
        return Err(ApiError::parsing(format!(
            "unknown key [{}] for aliases; expected [actions]",
            brief(key)
        )));
    }
    let Some(Value::Array(actions)) = body.get("actions") else {
        return Err(ApiError::parsing("[actions] must be a list of actions"));
    };
    if actions.is_empty() {
        return Err(ApiError::Validation(
            "Must specify at least one alias action".to_owned(),
        ));
    }
    if actions.len() > ACTIONS_MAX {
        return Err(ApiError::illegal(format!(
            "[{}] actions are more than the limit of [{ACTIONS_MAX}]",
            actions.len()
        )));
    }
    actions.iter().map(action).collect()
}

fn action(value: &Value) -> Result<AliasAction, ApiError> {
    let entry = value.as_object().filter(|object| object.len() == 1);
    let entry = entry.and_then(|object| object.iter().next());
    let Some((name, Value::Object(fields))) = entry else {
        return Err(ApiError::parsing(format!(
            "an action must be an object such as {{\"add\": {{…}}}}, but is [{}]",
            brief(&value.to_string())
        )));
    };
    let mut fields = fields.clone();
    let indexes = names(name, "index", "indices", &mut fields)?;
    let indexes =
        indexes.ok_or_else(|| ApiError::Validation("One of [index] or [indices] is required".to_owned()))?;
    let indexes = Targets::parse(&indexes.join(","));
    let must_exist = match fields.remove("must_exist") {
        None | Some(Value::Null) => None,
        Some(value) => Some(truth(name, "must_exist", &value)?),
    };
    let action = match name.as_str() {
        "add" | "remove" => {
            let aliases = names(name, "alias", "aliases", &mut fields)?;
            let aliases = aliases
                .ok_or_else(|| ApiError::Validation("One of [alias] or [aliases] is required".to_owned()))?;
            if name == "add" {
                // Adding what must be there already is what Elasticsearch refuses too, in other words.
                if must_exist.is_some() {
                    return Err(ApiError::illegal("[must_exist] is unsupported for [add]"));
                }
                let of = take_options(&mut fields)?;
                AliasAction::Add { indexes, aliases, of }
            } else {
                AliasAction::Remove {
                    indexes,
                    aliases,
                    must_exist,
                }
            }
        }
        "remove_index" => AliasAction::RemoveIndex {
            indexes,
            must_exist: must_exist.unwrap_or(true),
        },
        other => {
            return Err(ApiError::parsing(format!(
                "unknown action [{}]; expected [add], [remove] or [remove_index]",
                brief(other)
            )));
        }
    };
    match fields.keys().next() {
        None => Ok(action),
        Some(key) => Err(unknown(name, key)),
    }
}

/// `index` or `indices`: a name, a list in one text, or a list.
fn names(
    action: &str,
    one: &str,
    many: &str,
    fields: &mut Map<String, Value>,
) -> Result<Option<Vec<String>>, ApiError> {
    let (key, value) = match (fields.remove(one), fields.remove(many)) {
        (None, None) => return Ok(None),
        (Some(value), None) => (one, value),
        (None, Some(value)) => (many, value),
        (Some(_), Some(_)) => {
            return Err(ApiError::parsing(format!(
                "[{action}] must have only one of [{one}] and [{many}]"
            )));
        }
    };
    let expected = || ApiError::parsing(format!("[{key}] of [{action}] must be a name or a list of names"));
    let names: Vec<String> = match &value {
        Value::String(text) => text.split(',').map(|name| name.trim().to_owned()).collect(),
        Value::Array(values) => values
            .iter()
            .map(|value| value.as_str().map(str::to_owned).ok_or_else(expected))
            .collect::<Result<_, _>>()?,
        _ => return Err(expected()),
    };
    if names.is_empty() || names.iter().any(String::is_empty) {
        return Err(ApiError::Validation(format!("[{key}] can't be empty string")));
    }
    if names.len() > NAMES_MAX {
        return Err(ApiError::illegal(format!(
            "[{key}] of [{action}] has [{}] names, the limit is [{NAMES_MAX}]",
            names.len()
        )));
    }
    Ok(Some(names))
}

/// What a body says of an alias, where it says nothing else.
pub(in crate::api) fn options(alias: &str, fields: &Map<String, Value>) -> Result<AliasOf, ApiError> {
    let mut fields = fields.clone();
    let of = take_options(&mut fields)?;
    match fields.keys().next() {
        None => Ok(of),
        Some(key) => Err(unknown(alias, key)),
    }
}

fn take_options(fields: &mut Map<String, Value>) -> Result<AliasOf, ApiError> {
    for name in NOT_OFFERED {
        if fields.remove(name).is_some_and(|value| !value.is_null()) {
            return Err(ApiError::illegal(format!(
                "[{name}] of an alias is not offered; put it into the requests"
            )));
        }
    }
    if let Some(value) = fields.remove("is_hidden")
        && truth("add", "is_hidden", &value)?
    {
        return Err(ApiError::illegal(
            "[is_hidden] of an alias is offered only as [false]",
        ));
    }
    let is_write_index = match fields.remove("is_write_index") {
        None | Some(Value::Null) => None,
        Some(value) => Some(truth("add", "is_write_index", &value)?),
    };
    Ok(AliasOf { is_write_index })
}

fn truth(action: &str, key: &str, value: &Value) -> Result<bool, ApiError> {
    match value {
        Value::Bool(truth) => Ok(*truth),
        Value::String(text) if text == "true" => Ok(true),
        Value::String(text) if text == "false" => Ok(false),
        _ => Err(ApiError::parsing(format!(
            "[{key}] of [{action}] must be [true] or [false], but is [{}]",
            brief(&value.to_string())
        ))),
    }
}

fn unknown(action: &str, key: &str) -> ApiError {
    ApiError::parsing(format!("[{}] unknown field [{}]", brief(action), brief(key)))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_one(action: &Value) -> Result<AliasAction, ApiError> {
        let body = json!({ "actions": [action] });
        read(body.as_object().unwrap()).map(|mut actions| actions.remove(0))
    }

    #[test]
    fn actions_name_one_or_several_indexes_and_aliases() {
        let add = read_one(&json!({"add": {"indices": ["a", "b*"], "alias": "x", "is_write_index": true}}));
        let expected = AliasAction::Add {
            indexes: Targets::parse("a,b*"),
            aliases: vec!["x".to_owned()],
            of: AliasOf {
                is_write_index: Some(true),
            },
        };
        assert_eq!(add.unwrap(), expected);
        let remove = read_one(&json!({"remove": {"index": "a", "aliases": ["x", "y"], "must_exist": false}}));
        assert!(
            matches!(remove.unwrap(), AliasAction::Remove { must_exist: Some(false), aliases, .. } if aliases.len() == 2)
        );
        let drop = read_one(&json!({"remove_index": {"index": "a"}}));
        assert!(matches!(
            drop.unwrap(),
            AliasAction::RemoveIndex { must_exist: true, .. }
        ));
    }

    #[test]
    fn what_is_not_offered_is_refused_by_name() {
        for (action, part) in [
            (
                json!({"add": {"index": "a", "alias": "x", "filter": {"term": {"t": 1}}}}),
                "[filter]",
            ),
            (
                json!({"add": {"index": "a", "alias": "x", "routing": "1"}}),
                "[routing]",
            ),
            (
                json!({"add": {"index": "a", "alias": "x", "boost": 1}}),
                "[boost]",
            ),
            (
                json!({"add": {"index": "a", "alias": "x", "is_hidden": true}}),
                "[is_hidden]",
            ),
            (json!({"add": {"alias": "x"}}), "[index]"),
            (json!({"add": {"index": "a"}}), "[alias]"),
            (json!({"rename": {"index": "a", "alias": "x"}}), "[rename]"),
            (
                json!({"add": {"index": "a", "indices": ["b"], "alias": "x"}}),
                "only one of",
            ),
            (json!({"remove_index": {"index": "a", "alias": "x"}}), "[alias]"),
            (json!("add"), "must be an object"),
        ] {
            let error = read_one(&action).unwrap_err().to_string();
            assert!(error.contains(part), "{action}: {error}");
        }
        assert!(read(json!({"actions": []}).as_object().unwrap()).is_err());
    }
}
