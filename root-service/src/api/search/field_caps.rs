//! `GET|POST /_field_caps`: which fields the indexes have, of what types, and what can be done with them.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use serde_json::{Map, Value, json};
use shared::catalog::IndexMeta;
use shared::limits;
use shared::mapping::Kept;

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

/// Fields that every document has, and whether they are searchable here.
const METADATA: [(&str, bool); 6] = [
    ("_id", true),
    ("_index", false),
    ("_routing", false),
    ("_seq_no", false),
    ("_source", false),
    ("_version", false),
];

/// A field of one type: the indexes that have it so.
#[derive(Debug, Default, PartialEq, Eq)]
struct Capability<'a> {
    indexes: BTreeSet<&'a str>,
    /// Those in which it is not searchable.
    not_searchable: BTreeSet<&'a str>,
    /// Those in which it is not aggregatable.
    not_aggregatable: BTreeSet<&'a str>,
    /// The notes of all mappings.
    meta: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl Capability<'_> {
    fn render(&self, kind: &str) -> Map<String, Value> {
        let mut json = Map::new();
        json.insert("type".to_owned(), kind.into());
        json.insert("metadata_field".to_owned(), kind.starts_with('_').into());
        let abilities = [
            ("searchable", &self.not_searchable),
            ("aggregatable", &self.not_aggregatable),
        ];
        for (ability, lacking) in abilities {
            json.insert(ability.to_owned(), lacking.is_empty().into());
            if !lacking.is_empty() && lacking.len() < self.indexes.len() {
                json.insert(format!("non_{ability}_indices"), json!(lacking));
            }
        }
        if !self.meta.is_empty() {
            json.insert("meta".to_owned(), json!(self.meta));
        }
        json
    }
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
            for field in fields(meta) {
                let typed = self
                    .types
                    .as_ref()
                    .is_none_or(|types| types.iter().any(|wanted| wanted == field.kind));
                if typed && self.wants(&field.name) {
                    let of_field = capabilities.entry(field.name).or_default();
                    let of_type = of_field.entry(field.kind).or_default();
                    of_type.indexes.insert(index);
                    if !field.searchable {
                        of_type.not_searchable.insert(index);
                    }
                    if !field.aggregatable {
                        of_type.not_aggregatable.insert(index);
                    }
                    for (name, note) in field.meta.into_iter().flatten() {
                        of_type.meta.entry(name).or_default().insert(note);
                    }
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
                    let unmapped = Capability {
                        not_searchable: missing.clone(),
                        not_aggregatable: missing.clone(),
                        indexes: missing,
                        meta: BTreeMap::new(),
                    };
                    of_field.insert("unmapped", unmapped);
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
                let mut json = capability.render(kind);
                if several || (self.unmapped && capability.indexes.len() < chosen.len()) {
                    json.insert("indices".to_owned(), json!(capability.indexes));
                }
                types.insert(kind.to_owned(), json.into());
            }
            shown.insert(field, Value::Object(types));
        }
        Value::Object(shown)
    }
}

/// A field of one index.
struct OfIndex<'a> {
    name: String,
    kind: &'static str,
    searchable: bool,
    aggregatable: bool,
    meta: Option<&'a BTreeMap<String, String>>,
}

/// Every field and every object of an index.
fn fields(meta: &IndexMeta) -> Vec<OfIndex<'_>> {
    let mapping = &meta.mapping;
    let bare = |name: &str, kind, searchable| OfIndex {
        name: name.to_owned(),
        kind,
        searchable,
        aggregatable: false,
        meta: None,
    };
    let mut objects: BTreeSet<&str> = mapping.objects.keys().map(String::as_str).collect();
    for path in mapping.fields.keys().chain(mapping.objects.keys()) {
        objects.extend(path.match_indices('.').map(|(at, _)| &path[..at]));
    }
    let mut all: Vec<OfIndex<'_>> = METADATA
        .map(|(name, searchable)| bare(name, name, searchable))
        .into();
    all.extend(objects.into_iter().map(|path| bare(path, "object", false)));
    all.extend(mapping.entries().map(|(name, kind, options)| OfIndex {
        name,
        // Elasticsearch tells families of types here.
        kind: if kind.kept() == Kept::Text {
            "keyword"
        } else {
            kind.name()
        },
        searchable: match kind.kept() {
            Kept::Words => kind.slot().is_some(),
            Kept::Inputs => true,
            _ => !options.is_unsearchable(),
        },
        aggregatable: !options.no_doc_values && !matches!(kind.kept(), Kept::Words | Kept::Inputs),
        meta: Some(&options.meta),
    }));
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
