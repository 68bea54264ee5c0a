//! The text fields of an index, from its mapping: what a query log without bodies is asked in.

use benches::load::{Aside, LoadPlan};
use serde_json::Value;

use super::LoadCommandError;

/// More fields than that are no query that people send.
const FIELDS_MAX: usize = 16;

/// The text fields of a plan's index, by their paths.
pub(super) async fn text_fields(service: &Aside, plan: &LoadPlan) -> Result<Vec<String>, LoadCommandError> {
    let failed = |why: String| LoadCommandError::Fields {
        url: plan.url.clone(),
        index: plan.index.clone(),
        why,
    };
    let answer = service.get(&format!("/{}/_mapping", plan.index)).await;
    let answer = answer.map_err(|error| failed(format!("its mapping: {error}")))?;
    let mapping: Value = serde_json::from_slice(&answer)
        .map_err(|error| failed(format!("its mapping is no JSON: {error}")))?;
    let mut fields = Vec::new();
    // An alias may stand for several indexes: their fields are much the same.
    for index in mapping
        .as_object()
        .into_iter()
        .flat_map(|indexes| indexes.values())
    {
        collect(&index["mappings"]["properties"], "", &mut fields);
    }
    fields.sort_unstable();
    fields.dedup();
    fields.truncate(FIELDS_MAX);
    if fields.is_empty() {
        return Err(failed("its mapping has no field of type text".to_owned()));
    }
    Ok(fields)
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
}
