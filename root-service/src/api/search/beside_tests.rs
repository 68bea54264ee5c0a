//! Hits of one answer, each shown along the mapping of its own index.

use std::sync::Arc;

use serde_json::json;
use shared::mapping::Parsed;
use shared::wire::StoredDocument;

use super::*;

fn command(body: &Value) -> SearchCommand {
    SearchCommand::parse(body.to_string().as_bytes(), &[]).unwrap()
}

fn hit(properties: &Value, source: &Value) -> FoundDocument {
    let mappings = json!({ "properties": properties });
    let mapping = Parsed::from_json(mappings.as_object().unwrap()).unwrap().mapping;
    FoundDocument {
        id: "1".to_owned(),
        document: Some(StoredDocument {
            id: "1".to_owned(),
            source: source.to_string(),
            version: 1,
            seq_no: 0,
            routing: None,
        }),
        mapping: Some(Arc::new(mapping)),
        ..FoundDocument::default()
    }
}

fn shown(command: &SearchCommand, hits: &[FoundDocument]) -> Result<Vec<Value>, ApiError> {
    let beside = Beside::of(command);
    let mut shower = Shower::new(beside.as_ref());
    let parts = hits.iter().map(|hit| {
        let Parts { fields, highlight } = shower.show(hit)?;
        Ok(json!({"fields": fields, "highlight": highlight}))
    });
    parts.collect()
}

#[test]
fn nothing_is_read_unless_it_is_asked_for() {
    let broken = FoundDocument {
        document: Some(StoredDocument {
            id: "1".to_owned(),
            source: "[]".to_owned(),
            version: 1,
            seq_no: 0,
            routing: None,
        }),
        ..hit(&json!({}), &json!({}))
    };
    let asked = shown(&command(&json!({"fields": ["a"]})), std::slice::from_ref(&broken));
    assert_eq!(asked, Err(ApiError::Internal));
    let parts = shown(&SearchCommand::default(), &[broken]).unwrap();
    assert_eq!(parts, [json!({"fields": {}, "highlight": {}})]);
}

#[test]
fn each_hit_is_read_by_the_mapping_of_its_index() {
    let command = command(&json!({
        "query": {"match": {"t": "New York"}},
        "fields": ["n"],
        "highlight": {"fields": {"t": {}}},
    }));
    let source = json!({"t": "New York", "n": "7"});
    let hits = [
        hit(&json!({"t": {"type": "text"}, "n": {"type": "long"}}), &source),
        hit(
            &json!({"t": {"type": "keyword"}, "n": {"type": "keyword"}}),
            &source,
        ),
        hit(&json!({}), &source),
    ];
    assert_eq!(
        shown(&command, &hits).unwrap(),
        [
            json!({"fields": {"n": [7]}, "highlight": {"t": ["<em>New</em> <em>York</em>"]}}),
            json!({"fields": {"n": ["7"]}, "highlight": {"t": ["<em>New York</em>"]}}),
            json!({"fields": {}, "highlight": {}}),
        ]
    );
}

#[test]
fn columns_that_text_does_not_have_are_an_error() {
    let hits = [hit(&json!({"t": {"type": "text"}}), &json!({"t": "x"}))];
    let error = shown(&command(&json!({"docvalue_fields": ["t"]})), &hits).unwrap_err();
    assert!(
        error.to_string().contains("Fielddata is disabled on [t]"),
        "{error}"
    );
}
