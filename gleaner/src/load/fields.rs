//! What a query log without bodies is asked in: the fields that were named, or the text fields of an index, from its mapping.

use benches::load::{Aside, LoadPlan};
use serde_json::{Map, Value};

use super::{LoadCommandError, Material, SearchesFrom};

/// More fields than that are no query that people send.
const FIELDS_MAX: usize = 16;

/// What the texts of a query log are searched in: at all services the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields {
    /// Their paths.
    pub(super) names: Vec<String>,
    /// How many there would have been.
    all: usize,
}

impl Fields {
    /// Those that were named, else the text fields of the first service; none if nothing is searched for by its text.
    ///
    /// # Errors
    /// If there are none, or a service says that it has no such field: it would find nothing, and that very fast.
    pub(super) async fn resolve(
        material: &Material,
        services: &[Aside],
        plans: &[LoadPlan],
    ) -> Result<Self, LoadCommandError> {
        let Some(SearchesFrom::Log { fields: named, .. }) =
            material.searches.as_ref().map(|searches| &searches.from)
        else {
            return Ok(Self::default());
        };
        let (Some(first), Some(plan)) = (services.first(), plans.first()) else {
            return Ok(Self::default());
        };
        let fields = if named.is_empty() {
            Self::of_mapping(first, plan).await?
        } else {
            Self {
                names: named.clone(),
                all: named.len(),
            }
        };
        for (service, plan) in services.iter().zip(plans) {
            fields.check(service, plan).await?;
        }
        Ok(fields)
    }

    /// The text fields of a plan's index.
    async fn of_mapping(service: &Aside, plan: &LoadPlan) -> Result<Self, LoadCommandError> {
        let failed = |why: String| LoadCommandError::Fields {
            url: plan.url.clone(),
            index: plan.index.clone(),
            why,
        };
        let mapping = mapping(service, &plan.index).await.map_err(failed)?;
        let mut names = Vec::new();
        for properties in properties(&mapping) {
            collect(properties, "", &mut names);
        }
        names.sort_unstable();
        names.dedup();
        let all = names.len();
        names.truncate(FIELDS_MAX);
        if names.is_empty() {
            return Err(failed("its mapping has no field of type text".to_owned()));
        }
        Ok(Self { names, all })
    }

    /// Refuses fields that an index has not. One whose mapping may not be read is believed.
    async fn check(&self, service: &Aside, plan: &LoadPlan) -> Result<(), LoadCommandError> {
        let Ok(mapping) = mapping(service, &plan.index).await else {
            return Ok(());
        };
        match self.names.iter().find(|name| !has(&mapping, name)) {
            None => Ok(()),
            Some(name) => Err(LoadCommandError::NoSuchField {
                url: plan.url.clone(),
                index: plan.index.clone(),
                field: name.clone(),
            }),
        }
    }

    /// What is searched in, in words; nothing if nothing is searched for by its text.
    pub(super) fn told(&self) -> Option<String> {
        if self.names.is_empty() {
            return None;
        }
        let cut = if self.all > self.names.len() {
            let (names, all) = (self.names.len(), self.all);
            format!(": the first {names} of {all} text fields; --fields names others")
        } else {
            String::new()
        };
        Some(format!("searched in {}{cut}", self.names.join(", ")))
    }
}

/// What an index says of its fields, or why that is not known.
async fn mapping(service: &Aside, index: &str) -> Result<Value, String> {
    let answer = service.get_of_index(index, "_mapping").await;
    let answer = answer.map_err(|error| format!("its mapping: {error}"))?;
    serde_json::from_slice(&answer).map_err(|error| format!("its mapping is no JSON: {error}"))
}

/// Those of each index: an alias may stand for several, whose fields are much the same.
fn properties(mapping: &Value) -> impl Iterator<Item = &Value> {
    let indexes = mapping.as_object().into_iter().flat_map(Map::values);
    indexes.map(|index| &index["mappings"]["properties"])
}

/// Whether a mapping has a field, named as queries name it: perhaps with a weight. Patterns are believed.
fn has(mapping: &Value, name: &str) -> bool {
    let path = name.split('^').next().unwrap_or_default();
    let is_runtime = || {
        let mut indexes = mapping.as_object().into_iter().flat_map(Map::values);
        indexes.any(|index| !index["mappings"]["runtime"][path].is_null())
    };
    path.contains('*') || properties(mapping).any(|properties| is_at(properties, path)) || is_runtime()
}

/// Whether a path leads to a field: through objects by their properties, and at last into a field's further ones.
fn is_at(properties: &Value, path: &str) -> bool {
    if !properties[path].is_null() {
        return true;
    }
    path.match_indices('.').any(|(dot, _)| {
        let (field, rest) = (&properties[&path[..dot]], &path[dot + 1..]);
        is_at(&field["properties"], rest) || is_at(&field["fields"], rest)
    })
}

/// Fields of objects are named by their path. Mappings are not deeper than the service allows.
fn collect(properties: &Value, path: &str, fields: &mut Vec<String>) {
    for (name, field) in properties.as_object().into_iter().flatten() {
        let path = if path.is_empty() {
            name.clone()
        } else {
            format!("{path}.{name}")
        };
        if field["type"] == "text" {
            fields.push(path);
        } else if field["type"].is_null() || field["type"] == "object" {
            collect(&field["properties"], &path, fields);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_are_found_in_objects_too() {
        let properties = json!({
            "title": {"type": "text", "fields": {"raw": {"type": "keyword"}}},
            "year": {"type": "long"},
            "author": {"properties": {"name": {"type": "text"}, "id": {"type": "keyword"}}},
            "comments": {"type": "nested", "properties": {"text": {"type": "text"}}},
        });
        let mut fields = Vec::new();
        collect(&properties, "", &mut fields);
        fields.sort_unstable();
        assert_eq!(
            fields,
            ["author.name", "title"],
            "nested ones need a query of their own"
        );
    }

    #[test]
    fn a_misspelt_field_is_none_and_what_queries_may_say_is_one() {
        let mapping = json!({"docs": {"mappings": {
            "properties": {
                "title": {"type": "text", "fields": {"raw": {"type": "keyword"}}},
                "author": {"properties": {"name": {"type": "text"}}},
            },
            "runtime": {"day": {"type": "keyword"}},
        }}});
        for name in ["title", "title^2", "title.raw", "author.name", "day", "*_text"] {
            assert!(has(&mapping, name), "{name}");
        }
        for name in ["titel", "author.nam", "title.name", "name"] {
            assert!(!has(&mapping, name), "{name}");
        }
    }

    #[test]
    fn a_cut_is_told() {
        let fields = |all| Fields {
            names: vec!["body".to_owned(), "title".to_owned()],
            all,
        };
        assert_eq!(fields(2).told().unwrap(), "searched in body, title");
        assert!(
            fields(23)
                .told()
                .unwrap()
                .contains("the first 2 of 23 text fields")
        );
        assert_eq!(Fields::default().told(), None);
    }
}
