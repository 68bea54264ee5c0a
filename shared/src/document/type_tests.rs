//! Values of every type at their edges, copies, and what becomes of fields that a mapping does not have.

use serde_json::{Map, Value, json};

use super::{DocumentError, FieldValue, discover, walk};
use crate::mapping::{Mapping, Parsed, coded};

fn mapping(json: &Value) -> Mapping {
    Parsed::from_json(json.as_object().unwrap()).unwrap().mapping
}

fn of(properties: &Value) -> Mapping {
    mapping(&json!({ "properties": properties }))
}

fn object(document: &Value) -> &Map<String, Value> {
    document.as_object().unwrap()
}

fn values(document: &Value, mapping: &Mapping) -> Result<Vec<String>, DocumentError> {
    let mut seen = Vec::new();
    walk(object(document), mapping, &mut |path, value| {
        let value = match value {
            FieldValue::Text { text, .. } | FieldValue::Keyword(text) => text.into_owned(),
            FieldValue::Long(number) | FieldValue::Date(number) => number.to_string(),
            FieldValue::Double(number) => number.to_string(),
            FieldValue::Boolean(truth) => truth.to_string(),
            FieldValue::Unsigned(number) => coded::unsigned(number),
            FieldValue::Ip(address) => address.to_string(),
        };
        seen.push(format!("{path}={value}"));
    })?;
    Ok(seen)
}

/// What one field takes a value for, or why not.
fn one(field: &Value, value: &Value) -> Result<String, String> {
    let mapping = of(&json!({ "f": field }));
    let read = values(&json!({ "f": value }), &mapping).map_err(|error| error.to_string())?;
    Ok(read.join(" ").replace("f=", ""))
}

#[test]
fn numbers_are_taken_within_the_range_of_their_type() {
    for (kind, least, most) in [
        ("byte", i64::from(i8::MIN), i64::from(i8::MAX)),
        ("short", i64::from(i16::MIN), i64::from(i16::MAX)),
        ("integer", i64::from(i32::MIN), i64::from(i32::MAX)),
        ("long", i64::MIN, i64::MAX),
    ] {
        let field = json!({ "type": kind });
        for number in [least, most] {
            assert_eq!(one(&field, &json!(number)).unwrap(), number.to_string());
            assert_eq!(
                one(&field, &json!(number.to_string())).unwrap(),
                number.to_string()
            );
        }
        for beyond in [i128::from(least) - 1, i128::from(most) + 1] {
            let error = one(&field, &json!(beyond.to_string())).unwrap_err();
            assert!(
                error.contains(&format!("Value [{beyond}] is out of range for a")),
                "{error}"
            );
        }
    }
    let error = one(&json!({"type": "byte"}), &json!(300)).unwrap_err();
    assert!(
        error.ends_with("Value [300] is out of range for a byte"),
        "{error}"
    );
    let error = one(&json!({"type": "long"}), &json!(u64::MAX)).unwrap_err();
    assert!(error.contains("out of range for a long"), "{error}");
    assert_eq!(one(&json!({"type": "integer"}), &json!(-3.9)).unwrap(), "-3");
    assert_eq!(one(&json!({"type": "integer"}), &json!("3.9")).unwrap(), "3");
    assert_eq!(one(&json!({"type": "integer"}), &json!("")).unwrap(), "");
    assert!(one(&json!({"type": "integer"}), &json!("Infinity")).is_err());
    assert!(one(&json!({"type": "integer"}), &json!(true)).is_err());
    let unsigned = json!({"type": "unsigned_long"});
    assert_eq!(one(&unsigned, &json!(u64::MAX)).unwrap(), u64::MAX.to_string());
    assert!(one(&unsigned, &json!(-1)).is_err());
}

#[test]
fn real_numbers_are_finite_in_their_type() {
    assert_eq!(
        one(&json!({"type": "float"}), &json!(0.1)).unwrap(),
        f64::from(0.1_f32).to_string()
    );
    assert_eq!(
        one(&json!({"type": "half_float"}), &json!("0.1")).unwrap(),
        "0.0999755859375"
    );
    let scaled = json!({"type": "scaled_float", "scaling_factor": 10});
    assert_eq!(one(&scaled, &json!(1.26)).unwrap(), "1.3");
    let error = one(&json!({"type": "float"}), &json!(1e39)).unwrap_err();
    assert!(
        error.contains("[float] supports only finite values, but got [1e+39]"),
        "{error}"
    );
    assert!(one(&json!({"type": "half_float"}), &json!(65_520)).is_err());
    assert!(one(&json!({"type": "double"}), &json!("NaN")).is_err());
}

#[test]
fn numbers_can_be_read_strictly_or_leniently() {
    let strict = json!({"type": "integer", "coerce": false});
    assert_eq!(one(&strict, &json!(3.0)).unwrap(), "3");
    let error = one(&strict, &json!(3.5)).unwrap_err();
    assert!(error.ends_with("Value [3.5] has a decimal part"), "{error}");
    let error = one(&strict, &json!("3")).unwrap_err();
    assert!(error.ends_with("Integer value passed as String"), "{error}");
    for (kind, malformed) in [
        ("integer", json!("many")),
        ("byte", json!(300)),
        ("float", json!(1e39)),
        ("date", json!("someday")),
        ("ip", json!("10.0.0.256")),
        ("boolean", json!("yes")),
        ("integer", json!({"x": 1})),
    ] {
        let lenient = json!({"type": kind, "ignore_malformed": true});
        assert_eq!(one(&lenient, &malformed).unwrap(), "", "{kind}");
        assert!(one(&json!({ "type": kind }), &malformed).is_err(), "{kind}");
    }
}

#[test]
fn null_stands_for_what_the_mapping_says() {
    assert_eq!(
        one(
            &json!({"type": "keyword", "null_value": "none"}),
            &json!([null, "x"])
        )
        .unwrap(),
        "none x"
    );
    assert_eq!(
        one(&json!({"type": "integer", "null_value": 7}), &json!([null, ""])).unwrap(),
        "7 7"
    );
    assert_eq!(
        one(&json!({"type": "boolean", "null_value": true}), &json!(null)).unwrap(),
        "true"
    );
    assert_eq!(
        one(&json!({"type": "ip", "null_value": "::"}), &json!(null)).unwrap(),
        "::"
    );
    assert_eq!(one(&json!({"type": "keyword"}), &json!(null)).unwrap(), "");
}

#[test]
fn addresses_of_both_versions_are_taken() {
    let ip = json!({"type": "ip"});
    assert_eq!(
        one(&ip, &json!(["10.0.0.1", "2001:DB8::1"])).unwrap(),
        "10.0.0.1 2001:db8::1"
    );
    let error = one(&ip, &json!("10.0.0.0/8")).unwrap_err();
    assert!(
        error.ends_with("'10.0.0.0/8' is not an IP string literal."),
        "{error}"
    );
}

#[test]
fn keywords_are_made_alike_by_their_normalizer() {
    let field = json!({"type": "keyword", "normalizer": "lowercase", "ignore_above": 5});
    assert_eq!(one(&field, &json!(["Foo", "TOO LONG"])).unwrap(), "foo");
}

#[test]
fn values_are_copied_once_and_not_on() {
    let mapping = of(&json!({
        "first": {"type": "keyword", "copy_to": ["name.full", "all"]},
        "last": {"type": "keyword", "copy_to": "name.full"},
        "name": {"properties": {"full": {"type": "text", "copy_to": "all", "fields": {"raw": {"type": "keyword"}}}}},
        "all": {"type": "text"}
    }));
    let seen = values(
        &json!({"first": "Ann", "last": ["Lee"], "name": {"full": "x"}}),
        &mapping,
    )
    .unwrap();
    let mut expected = [
        "first=Ann",
        "name.full=Ann",
        "name.full.raw=Ann",
        "all=Ann",
        "last=Lee",
        "name.full=Lee",
        "name.full.raw=Lee",
        "name.full=x",
        "name.full.raw=x",
        "all=x",
    ];
    let mut sorted = seen.clone();
    sorted.sort();
    expected.sort_unstable();
    assert_eq!(sorted, expected);
}

#[test]
fn a_copy_makes_the_field_that_it_needs() {
    let found = |mapping: &Mapping| {
        let found = discover(object(&json!({"a": "words"})), mapping)?;
        Ok::<_, DocumentError>(found.into_iter().map(|new| new.path).collect::<Vec<_>>())
    };
    let properties = json!({"a": {"type": "keyword", "copy_to": "o.b"}});
    assert_eq!(found(&of(&properties)).unwrap(), ["o.b"]);
    let closed = mapping(&json!({"dynamic": false, "properties": properties}));
    assert!(found(&closed).unwrap().is_empty());
    let strict = mapping(&json!({"dynamic": "strict", "properties": properties}));
    assert!(found(&strict).is_err());
}

fn found(mapping: &Mapping, document: &Value) -> Result<Vec<String>, String> {
    let found = discover(object(document), mapping).map_err(|error| error.to_string())?;
    Ok(found.into_iter().map(|new| new.path).collect())
}

#[test]
fn a_strict_mapping_names_what_it_does_not_take() {
    let strict = mapping(&json!({"dynamic": "strict", "properties": {
        "a": {"type": "long"},
        "open": {"type": "object", "dynamic": true},
        "o": {"properties": {"x": {"type": "long"}}}
    }}));
    let refused = |name: &str, within: &str| {
        Err(format!(
            "mapping set to strict, dynamic introduction of [{name}] within [{within}] is not allowed"
        ))
    };
    assert_eq!(found(&strict, &json!({"b": 1})), refused("b", "_doc"));
    assert_eq!(found(&strict, &json!({"b": null})), refused("b", "_doc"));
    assert_eq!(found(&strict, &json!({"b": []})), refused("b", "_doc"));
    assert_eq!(found(&strict, &json!({"b": {}})), refused("b", "_doc"));
    assert_eq!(found(&strict, &json!({"o": {"x": 1, "y": 2}})), refused("y", "o"));
    assert_eq!(found(&strict, &json!({"o.y": 2})), refused("y", "o"));
    assert_eq!(found(&strict, &json!({"n": {"y": 2}})), refused("n", "_doc"));
    assert_eq!(
        found(&strict, &json!({"a": 1, "o": {"x": []}, "open": {}})),
        Ok(vec![])
    );
    assert_eq!(
        found(&strict, &json!({"open": {"z": 1, "deep": {"er": 2}}})),
        Ok(vec!["open.z".to_owned(), "open.deep.er".to_owned()])
    );
}

#[test]
fn a_closed_mapping_keeps_what_it_does_not_have_in_the_source_alone() {
    let closed = mapping(&json!({"dynamic": "false", "properties": {
        "o": {"dynamic": "true", "properties": {"inner": {"type": "object", "dynamic": "strict"}}}
    }}));
    assert_eq!(
        found(&closed, &json!({"b": 1, "n": {"deep": [{"x": 1}]}})),
        Ok(vec![])
    );
    assert_eq!(
        found(&closed, &json!({"o": {"y": 1}})),
        Ok(vec!["o.y".to_owned()])
    );
    assert!(found(&closed, &json!({"o": {"inner": {"z": 1}}})).is_err());
    assert!(values(&json!({"b": {"c": "x"}}), &closed).unwrap().is_empty());
}

#[test]
fn an_object_that_is_not_enabled_is_not_looked_at() {
    let kept = mapping(&json!({"dynamic": "strict", "properties": {"o": {"enabled": false}}}));
    for document in [
        json!({"o": {"x": [1, "a", {}]}}),
        json!({"o": "not an object"}),
        json!({"o.x": 1}),
    ] {
        assert_eq!(found(&kept, &document), Ok(vec![]));
        assert!(values(&document, &kept).unwrap().is_empty());
    }
}

#[test]
fn strings_are_detected_as_the_mapping_says() {
    let kinds = |rules: Value, text: &str| {
        let mapping = mapping(&rules);
        mapping.infer(&json!(text)).unwrap().kind.name()
    };
    assert_eq!(kinds(json!({"date_detection": false}), "2020-01-02"), "text");
    assert_eq!(kinds(json!({"numeric_detection": true}), "12"), "long");
    assert_eq!(kinds(json!({"numeric_detection": true}), "1.5"), "double");
    assert_eq!(kinds(json!({"numeric_detection": true}), "NaN"), "text");
    assert_eq!(
        kinds(json!({"dynamic_date_formats": ["dd.MM.yyyy"]}), "02.01.2020"),
        "date"
    );
    assert_eq!(
        kinds(json!({"dynamic_date_formats": ["dd.MM.yyyy"]}), "2020-01-02"),
        "text"
    );
}
