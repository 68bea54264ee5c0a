//! Documents along mappings: values, coercions, refusals, discovery.

use serde_json::{Value, json};

use super::{DocumentError, FieldValue, discover, parse, walk};
use crate::mapping::{Mapping, Parsed};

fn mapping(properties: &Value) -> Mapping {
    Parsed::from_json(json!({ "properties": properties }).as_object().unwrap())
        .unwrap()
        .mapping
}

fn values(document: &Value, mapping: &Mapping) -> Result<Vec<String>, DocumentError> {
    let mut seen = Vec::new();
    walk(document.as_object().unwrap(), mapping, &mut |path, value| {
        let value = match value {
            FieldValue::Text { text, .. } | FieldValue::Keyword(text) => text.into_owned(),
            FieldValue::Long(number) | FieldValue::Date(number) => number.to_string(),
            FieldValue::Double(number) => number.to_string(),
            FieldValue::Boolean(truth) => truth.to_string(),
            FieldValue::Unsigned(number) => number.to_string(),
            FieldValue::Ip(address) => address.to_string(),
        };
        seen.push(format!("{path}={value}"));
    })?;
    Ok(seen)
}

#[test]
fn arrays_and_objects_are_flattened_and_sub_fields_get_the_same_value() {
    let mapping = mapping(&json!({
        "a": {"properties": {"b": {"type": "text", "fields": {"raw": {"type": "keyword"}}}}}, "n": {"type": "long"}
    }));
    let seen = values(
        &json!({"a": [{"b": "x"}, {"b": ["y"]}], "n": [1, "2", 3.9, null]}),
        &mapping,
    )
    .unwrap();
    assert_eq!(
        seen,
        ["a.b=x", "a.b.raw=x", "a.b=y", "a.b.raw=y", "n=1", "n=2", "n=3"]
    );
}

#[test]
fn a_value_that_does_not_fit_is_named_with_its_field() {
    let mapping = mapping(&json!({"year": {"type": "long"}, "d": {"type": "date"}}));
    let error = values(&json!({"year": "unknown"}), &mapping).unwrap_err();
    assert_eq!(
        error.to_string(),
        "failed to parse field [year] of type [long]. Preview of field's value: 'unknown'"
    );
    assert!(values(&json!({"d": "tomorrow"}), &mapping).is_err());
    assert!(matches!(
        values(&json!({"year": {"x": 1}}), &mapping),
        Err(DocumentError::Value { .. })
    ));
    let mapping = self::mapping(&json!({"author": {"properties": {"name": {"type": "keyword"}}}}));
    let document = json!({"author": "x"});
    let error = discover(document.as_object().unwrap(), &mapping).unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("object mapping for [author] tried to parse"),
        "{error}"
    );
}

#[test]
fn immense_keywords_are_refused_unless_ignored() {
    let long = "x".repeat(40_000);
    let strict = mapping(&json!({"k": {"type": "keyword"}}));
    assert!(matches!(
        values(&json!({"k": long}), &strict),
        Err(DocumentError::ImmenseTerm { .. })
    ));
    let lax = mapping(&json!({"k": {"type": "keyword", "ignore_above": 256}}));
    assert!(values(&json!({"k": long}), &lax).unwrap().is_empty());
}

#[test]
fn new_fields_are_discovered_once() {
    let document = json!({"t": "words", "o": [{"n": null}, {"n": 1}, {"n": 2}], "e": []});
    let found = discover(document.as_object().unwrap(), &Mapping::default()).unwrap();
    assert_eq!(
        found.iter().map(|f| f.path.as_str()).collect::<Vec<_>>(),
        ["t", "o.n"]
    );
}

#[test]
fn only_objects_within_the_limits_are_documents() {
    assert!(matches!(
        parse("[1]"),
        Err(DocumentError::NotAnObject("an array"))
    ));
    assert!(matches!(parse("{\"a\":"), Err(DocumentError::Json(_))));
    let deep = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
    assert_eq!(parse(&deep), Err(DocumentError::Depth));
}
