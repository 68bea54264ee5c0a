//! Mappings written and read back, and the few changes that they admit.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Mapping, MappingError, Parsed};

fn parsed(json: &Value) -> Mapping {
    Parsed::from_json(json.as_object().unwrap()).unwrap().mapping
}

/// Some parameters of those that a type can have.
fn some_of(kind: &'static str, all: Vec<(&'static str, Value)>) -> impl Strategy<Value = Value> {
    let count = all.len();
    proptest::sample::subsequence(all, 0..=count).prop_map(move |chosen| {
        let mut definition = Map::from_iter([("type".to_owned(), json!(kind))]);
        definition.extend(chosen.into_iter().map(|(key, value)| (key.to_owned(), value)));
        Value::Object(definition)
    })
}

fn field() -> impl Strategy<Value = Value> {
    let exact = |null: Value| {
        vec![
            ("index", json!(false)),
            ("doc_values", json!(false)),
            ("null_value", null),
            ("meta", json!({"unit": "m"})),
        ]
    };
    let numeric = |null: Value| {
        let mut all = exact(null);
        all.extend([("coerce", json!(false)), ("ignore_malformed", json!(true))]);
        all
    };
    let keyword = || {
        let mut all = exact(json!("none"));
        all.extend([("ignore_above", json!(7)), ("normalizer", json!("lowercase"))]);
        all
    };
    let text = vec![
        ("analyzer", json!("english")),
        ("search_analyzer", json!("whitespace")),
        ("norms", json!(false)),
        ("index_options", json!("freqs")),
        ("position_increment_gap", json!(3)),
        ("index", json!(false)),
    ];
    let date = vec![
        ("format", json!("yyyy/MM/dd")),
        ("null_value", json!("2020/01/02")),
    ];
    let base = prop_oneof![
        some_of("text", text),
        some_of("keyword", keyword()),
        some_of("byte", numeric(json!(1))),
        some_of("integer", numeric(json!("12"))),
        some_of("unsigned_long", exact(json!(u64::MAX))),
        some_of("half_float", numeric(json!(0.5))),
        some_of("boolean", exact(json!(true))),
        some_of("ip", exact(json!("::1"))),
        some_of("date", date),
        Just(json!({"type": "scaled_float", "scaling_factor": 100.0})),
        Just(json!({"type": "wildcard", "ignore_above": 5})),
    ]
    .prop_filter("the null value is of the format", |field| {
        field["type"] != "date" || field.get("format").is_some() || field.get("null_value").is_none()
    });
    // A search analyzer that is the only one named means that the other is the usual.
    let base = base.prop_map(|mut field| {
        if field.get("search_analyzer").is_some() && field.get("analyzer").is_none() {
            field["analyzer"] = json!("standard");
        }
        field
    });
    (base.boxed(), any::<bool>(), any::<bool>()).prop_map(|(mut field, copies, with_sub)| {
        if copies {
            field["copy_to"] = json!(["all", "other.all"]);
        }
        if with_sub {
            field["fields"] = json!({"sub": {"type": "keyword", "ignore_above": 3}});
        }
        field
    })
}

fn mapping() -> impl Strategy<Value = Value> {
    let name = proptest::sample::select(vec!["a", "b", "o.c", "o.d", "o.p.e"]);
    let fields = proptest::collection::btree_map(name, field(), 1..5);
    let rules = proptest::sample::subsequence(
        vec![
            ("dynamic", json!("strict")),
            ("date_detection", json!(false)),
            ("numeric_detection", json!(true)),
            ("dynamic_date_formats", json!(["yyyy/MM/dd"])),
            ("_meta", json!({"by": {"us": [1, "x"]}})),
        ],
        0..=5,
    );
    (fields, rules, any::<bool>()).prop_map(|(fields, rules, objects)| {
        let mut properties = Map::new();
        for (path, field) in fields {
            let mut at = &mut properties;
            let mut parts: Vec<&str> = path.split('.').collect();
            let last = parts.pop().unwrap();
            for part in parts {
                let object = at.entry(part).or_insert_with(|| json!({"properties": {}}));
                at = object["properties"].as_object_mut().unwrap();
            }
            at.insert(last.to_owned(), field);
        }
        if objects {
            properties.insert("kept".to_owned(), json!({"type": "object", "enabled": false}));
            properties.insert("open".to_owned(), json!({"type": "object", "dynamic": "true"}));
        }
        let mut json = Map::from_iter([("properties".to_owned(), Value::Object(properties))]);
        json.extend(rules.into_iter().map(|(key, value)| (key.to_owned(), value)));
        Value::Object(json)
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back_the_same(written in mapping()) {
        let mapping = parsed(&written);
        prop_assert_eq!(mapping.to_json(), written.clone());
        let stored = serde_json::to_string(&mapping).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Mapping>(&stored).unwrap(), &mapping);
        // Given again, it changes nothing.
        let mut again = mapping.clone();
        again.merge(&parsed(&written), 64).unwrap();
        prop_assert_eq!(again, mapping);
    }
}

fn merged(there: &Value, asked: &Value) -> Result<Mapping, MappingError> {
    let mut mapping = parsed(&json!({ "properties": there }));
    mapping.merge(&parsed(&json!({ "properties": asked })), 8)?;
    Ok(mapping)
}

#[test]
fn parameters_about_reading_may_change() {
    for (there, asked) in [
        (
            json!({"type": "keyword"}),
            json!({"type": "keyword", "ignore_above": 3}),
        ),
        (
            json!({"type": "keyword", "ignore_above": 3}),
            json!({"type": "keyword"}),
        ),
        (
            json!({"type": "long"}),
            json!({"type": "long", "coerce": false, "ignore_malformed": true}),
        ),
        (
            json!({"type": "long"}),
            json!({"type": "long", "copy_to": ["b"], "meta": {"unit": "s"}}),
        ),
        (
            json!({"type": "text"}),
            json!({"type": "text", "analyzer": "standard", "search_analyzer": "english"}),
        ),
        (
            json!({"type": "text"}),
            json!({"type": "text", "fields": {"k": {"type": "keyword"}}}),
        ),
    ] {
        let mapping = merged(&json!({ "a": there }), &json!({ "a": asked })).unwrap();
        assert_eq!(mapping.to_json()["properties"]["a"], asked);
    }
}

#[test]
fn other_changes_are_refused_with_what_was_and_what_is_asked_for() {
    let conflict = |there: Value, asked: Value| {
        let refused = merged(&json!({ "a": there }), &json!({ "a": asked })).unwrap_err();
        refused.to_string()
    };
    let parameter = |text: &str| {
        format!("Mapper for [a] conflicts with existing mapper:\n\tCannot update parameter {text}")
    };
    let text = |more: Value| {
        let mut field = json!({"type": "text"});
        field
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        field
    };
    assert_eq!(
        conflict(text(json!({})), text(json!({"analyzer": "english"}))),
        parameter("[analyzer] from [default] to [english]")
    );
    assert_eq!(
        conflict(text(json!({"norms": false})), text(json!({}))),
        parameter("[norms] from [false] to [true]")
    );
    assert_eq!(
        conflict(
            json!({"type": "keyword"}),
            json!({"type": "keyword", "null_value": "x"})
        ),
        parameter("[null_value] from [null] to [x]")
    );
    assert_eq!(
        conflict(json!({"type": "long"}), json!({"type": "integer"})),
        "mapper [a] cannot be changed from type [long] to [integer]"
    );
    let late = merged(&json!({}), &json!({ "a": text(json!({"norms": false})) })).unwrap_err();
    assert!(late.to_string().contains("when the index is created"), "{late}");
    // Text that is not indexed takes no slot, of whatever layout.
    merged(
        &json!({}),
        &json!({ "a": text(json!({"norms": false, "index": false})) }),
    )
    .unwrap();
}

#[test]
fn objects_change_what_they_take_and_not_whether_they_are_looked_at() {
    let strict = json!({"o": {"dynamic": "strict", "properties": {"x": {"type": "long"}}}});
    let mapping = merged(&strict, &json!({"o": {"dynamic": false}})).unwrap();
    assert_eq!(mapping.to_json()["properties"]["o"]["dynamic"], "false");
    assert!(merged(&strict, &json!({"o": {"enabled": false}})).is_err());
    assert!(
        merged(
            &json!({"o": {"enabled": false}}),
            &json!({"o": {"type": "object"}})
        )
        .is_err()
    );
    assert!(merged(&strict, &json!({"o": {"type": "keyword"}})).is_err());
}

#[test]
fn a_mapping_of_an_older_catalog_reads_as_it_was() {
    let stored = r#"{"fields": {
        "t": {"type": "text", "analyzer": "english", "slot": 0, "fields": {"k": {"type": "keyword", "ignore_above": 256}}},
        "n": {"type": "long"}, "d": {"type": "date", "formats": "epoch_millis"}
    }, "slots_used": 1}"#;
    let mapping: Mapping = serde_json::from_str(stored).unwrap();
    let shown = json!({"properties": {
        "t": {"type": "text", "analyzer": "english", "fields": {"k": {"type": "keyword", "ignore_above": 256}}},
        "n": {"type": "long"}, "d": {"type": "date", "format": "epoch_millis"}
    }});
    assert_eq!(mapping.to_json(), shown);
    assert_eq!(mapping.kind("t").and_then(super::FieldKind::slot), Some(0));
}
