//! `GET|POST /_field_caps`: which fields the indexes have, of what types, and what can be done with them.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use serde_json::{Map, Value, json};
use shared::catalog::IndexMeta;
use shared::limits;
use shared::mapping::FieldKind;

use crate::api::answer::{Answer, Handled};
use crate::api::body::Payload;
use crate::api::json;
use crate::api::params::Params;
use crate::api::path::Target;
use crate::api::state::Api;
use crate::api::targets;
use crate::app::{Chosen, Leniency};
use crate::dsl::pattern::fits;
use crate::error::{ApiError, brief};

/// Names and patterns of one request.
const FIELDS_MAX: usize = 1_000;

/// What a client wants to know.
struct Asked {
    fields: Vec<String>,
    unmapped: bool,
    types: Option<Vec<String>>,
}

/// A field of one type: the indexes that have it so.
#[derive(Debug, Default, PartialEq, Eq)]
struct Capability<'a> {
    searchable: bool,
    aggregatable: bool,
    indexes: BTreeSet<&'a str>,
}

/// By field, by type.
type Capabilities<'a> = BTreeMap<String, BTreeMap<&'static str, Capability<'a>>>;

/// The handler.
pub(in crate::api) async fn get(
    State(api): State<Api>,
    Target(target): Target,
    mut params: Params,
    payload: Payload,
) -> Handled {
    let (targets, leniency) = targets::take(target.as_deref(), &mut params, Leniency::default())?;
    let mut asked = Asked {
        fields: params.list("fields").unwrap_or_default(),
        unmapped: params.flag("include_unmapped")?.unwrap_or(false),
        types: params.list("types"),
    };
    if params.flag("include_empty_fields")? == Some(false) {
        return Err(ApiError::illegal(
            "the parameter [include_empty_fields] is offered only as [true]",
        ));
    }
    params.finish()?;
    let body = payload.read(&api.bodies, limits::SEARCH_BODY_BYTES_MAX).await?;
    asked.read_body(json::optional_object("field caps", &body.bytes)?.unwrap_or_default())?;
    let catalog = api.app.catalog();
    let chosen = targets.resolve(&catalog, leniency)?;
    let capabilities = asked.capabilities(&chosen);
    Ok(Answer::json(&json!({
        "indices": chosen.keys().collect::<Vec<_>>(),
        "fields": asked.render(capabilities, &chosen),
    })))
}

impl Asked {
    fn read_body(&mut self, body: Map<String, Value>) -> Result<(), ApiError> {
        for (key, value) in body {
            match (key.as_str(), value) {
                ("fields", Value::String(field)) => self.fields.push(field),
                ("fields", Value::Array(fields)) => {
                    for field in fields {
                        let Value::String(field) = field else {
                            return Err(ApiError::parsing("[fields] must be a list of names"));
                        };
                        self.fields.push(field);
                    }
                }
                (other, _) => {
                    return Err(ApiError::parsing(format!(
                        "field caps do not offer [{}]; expected [fields]",
                        brief(other)
                    )));
                }
            }
        }
        match self.fields.len() {
            0 => Err(ApiError::Validation("no fields specified".to_owned())),
            1..=FIELDS_MAX => Ok(()),
            many => Err(ApiError::illegal(format!(
                "[fields] has [{many}] names, the limit is [{FIELDS_MAX}]"
            ))),
        }
    }

    fn wants(&self, name: &str) -> bool {
        self.fields.iter().any(|field| fits(field, name))
    }

    fn capabilities<'a>(&self, chosen: &Chosen<'a>) -> Capabilities<'a> {
        let mut capabilities = Capabilities::new();
        for (index, meta) in chosen {
            for (name, kind, searchable, aggregatable) in fields(meta) {
                let typed = self
                    .types
                    .as_ref()
                    .is_none_or(|types| types.iter().any(|wanted| wanted == kind));
                if typed && self.wants(&name) {
                    let of_type = capabilities.entry(name).or_default().entry(kind).or_default();
                    of_type.searchable = searchable;
                    of_type.aggregatable = aggregatable;
                    of_type.indexes.insert(index);
                }
            }
        }
        if self.unmapped {
            for of_field in capabilities.values_mut() {
                let mut missing: BTreeSet<&'a str> = chosen.keys().copied().collect();
                for there in of_field.values() {
                    missing.retain(|index| !there.indexes.contains(index));
                }
                if !missing.is_empty() {
                    of_field.entry("unmapped").or_default().indexes = missing;
                }
            }
        }
        capabilities
    }

    /// Indexes are named only where a field is not the same in all of them.
    fn render(&self, capabilities: Capabilities<'_>, chosen: &Chosen<'_>) -> Value {
        let mut shown = Map::new();
        for (field, of_field) in capabilities {
            let mut types = Map::new();
            let several = of_field.len() > 1;
            for (kind, capability) in of_field {
                let mut json = json!({
                    "type": kind,
                    "metadata_field": false,
                    "searchable": capability.searchable,
                    "aggregatable": capability.aggregatable,
                });
                if several || (self.unmapped && capability.indexes.len() < chosen.len()) {
                    json["indices"] = capability.indexes.into_iter().collect();
                }
                types.insert(kind.to_owned(), json);
            }
            shown.insert(field, Value::Object(types));
        }
        Value::Object(shown)
    }
}

/// Every field and every object that holds some: name, type, whether it is searchable and aggregatable.
fn fields(meta: &IndexMeta) -> Vec<(String, &'static str, bool, bool)> {
    let mut all = Vec::new();
    let mut objects = BTreeSet::new();
    for path in meta.mapping.fields.keys() {
        objects.extend(path.match_indices('.').map(|(at, _)| path[..at].to_owned()));
    }
    all.extend(objects.into_iter().map(|path| (path, "object", false, false)));
    for (name, kind) in meta.mapping.all() {
        // Analyzed text has no columns.
        let aggregatable = !matches!(kind, FieldKind::Text { .. });
        all.push((name, kind.name(), true, aggregatable));
    }
    all
}

#[cfg(test)]
mod tests {
    use shared::ids::IndexUuid;
    use shared::mapping::Parsed;

    use super::*;

    fn meta(properties: &Value) -> IndexMeta {
        let mapping = json!({ "properties": properties });
        IndexMeta {
            uuid: IndexUuid(uuid::Uuid::nil()),
            shards: 1,
            text_slots: 8,
            refresh_interval_ms: None,
            created_ms: 0,
            mapping: Parsed::from_json(mapping.as_object().unwrap()).unwrap().mapping,
        }
    }

    fn shown(fields: &str, unmapped: bool) -> Value {
        let a = meta(&json!({
            "t": {"type": "text", "fields": {"keyword": {"type": "keyword"}}},
            "n": {"type": "long"}, "o": {"properties": {"d": {"type": "date"}}},
        }));
        let b = meta(&json!({"t": {"type": "keyword"}, "n": {"type": "long"}}));
        let chosen: Chosen<'_> = [("a", &a), ("b", &b)].into();
        let asked = Asked {
            fields: fields.split(',').map(str::to_owned).collect(),
            unmapped,
            types: None,
        };
        asked.render(asked.capabilities(&chosen), &chosen)
    }

    #[test]
    fn a_field_that_differs_says_where_it_is_what() {
        let text = json!({
            "type": "text", "metadata_field": false, "searchable": true, "aggregatable": false, "indices": ["a"]
        });
        let caps = shown("t", false);
        assert_eq!(caps["t"]["text"], text);
        assert_eq!(caps["t"]["keyword"]["indices"], json!(["b"]));
        let long = json!({"type": "long", "metadata_field": false, "searchable": true, "aggregatable": true});
        assert_eq!(shown("n", false), json!({"n": {"long": long}}));
    }

    #[test]
    fn patterns_find_sub_fields_and_objects() {
        let caps = shown("t.*,o*", true);
        let names: Vec<&String> = caps.as_object().unwrap().keys().collect();
        assert_eq!(names, ["o", "o.d", "t.keyword"]);
        assert_eq!(caps["o.d"]["unmapped"]["indices"], json!(["b"]));
        assert_eq!(caps["o"]["object"]["searchable"], false);
        assert_eq!(shown("x", false), json!({}));
    }
}
