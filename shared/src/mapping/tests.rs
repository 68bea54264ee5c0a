//! Mappings: what is understood, what is refused by name, how they grow.

use serde_json::{Value, json};

use super::{FieldKind, Mapping, MappingError, Parsed};

fn parse(json: &Value) -> Result<Parsed, MappingError> {
    Parsed::from_json(json.as_object().unwrap())
}

#[test]
fn a_mapping_reads_back_as_it_was_written() {
    let written = json!({"properties": {
        "title": {"type": "text", "analyzer": "english", "fields": {"raw": {"type": "keyword"}}},
        "author": {"properties": {"name": {"type": "keyword", "ignore_above": 10}}},
        "when": {"type": "date", "format": "yyyy/MM/dd||epoch_millis"}
    }});
    let parsed = parse(&written).unwrap();
    assert_eq!(parsed.mapping.to_json(), written);
    assert_eq!(parsed.mapping.kind("title.raw").unwrap().name(), "keyword");
    assert_eq!(parsed.mapping.slots_used, 1);
}

#[test]
fn unknown_parameters_are_named_and_harmless_ones_are_warned_about() {
    let error = parse(&json!({"properties": {"a": {"type": "keyword", "boost": 2}}})).unwrap_err();
    assert_eq!(
        error.to_string(),
        "unknown parameter [boost] on mapper [a] of type [keyword]"
    );
    let parsed = parse(&json!({"properties": {"a": {"type": "long", "store": true}}})).unwrap();
    assert_eq!(
        parsed.warnings,
        ["mapping parameter [store] of field [a] is ignored"]
    );
    assert!(parse(&json!({"properties": {"a": {"type": "geo_point"}}})).is_err());
    assert!(parse(&json!({"properties": {"a": {}}})).is_err());
}

#[test]
fn what_a_type_does_not_have_or_is_not_offered_is_refused() {
    let refused = [
        json!({"dynamic": "runtime"}),
        json!({"_source": {"enabled": false}}),
        json!({"_source": {"excludes": ["a"]}}),
        json!({"_routing": {"required": true}}),
        json!({"runtime": {}}),
        json!({"dynamic_date_formats": ["nonsense"]}),
        json!({"properties": {"a": {"type": "text", "doc_values": true}}}),
        json!({"properties": {"a": {"type": "text", "fielddata": true}}}),
        json!({"properties": {"a": {"type": "text", "null_value": "x"}}}),
        json!({"properties": {"a": {"type": "text", "similarity": "boolean"}}}),
        json!({"properties": {"a": {"type": "text", "index_options": "all"}}}),
        json!({"properties": {"a": {"type": "text", "position_increment_gap": -1}}}),
        json!({"properties": {"a": {"type": "keyword", "analyzer": "standard"}}}),
        json!({"properties": {"a": {"type": "keyword", "norms": true}}}),
        json!({"properties": {"a": {"type": "keyword", "normalizer": "missing"}}}),
        json!({"properties": {"a": {"type": "keyword", "coerce": true, "ignore_malformed": true}}}),
        json!({"properties": {"a": {"type": "integer", "null_value": "many"}}}),
        json!({"properties": {"a": {"type": "byte", "null_value": 300}}}),
        json!({"properties": {"a": {"type": "ip", "null_value": [1]}}}),
        json!({"properties": {"a": {"type": "scaled_float"}}}),
        json!({"properties": {"a": {"type": "scaled_float", "scaling_factor": 0}}}),
        json!({"properties": {"a": {"type": "float", "scaling_factor": 1}}}),
        json!({"properties": {"a": {"type": "long", "copy_to": 1}}}),
        json!({"properties": {"a": {"type": "long", "copy_to": "o"}, "o": {"properties": {"x": {"type": "long"}}}}}),
        json!({"properties": {"a": {"type": "keyword", "fields": {"b": {"type": "keyword", "copy_to": "c"}}}}}),
        json!({"properties": {"a": {"type": "nested", "properties": {}}}}),
        json!({"properties": {"a": {"type": "date_nanos"}}}),
        json!({"properties": {"a": {"enabled": "maybe"}}}),
        json!({"properties": {"a": {"type": "object", "subobjects": false}}}),
    ];
    for mapping in refused {
        assert!(parse(&mapping).is_err(), "{mapping}");
    }
}

#[test]
fn what_is_the_case_anyway_may_be_said() {
    let said = json!({
        "_source": {"enabled": true}, "_routing": {"required": false}, "date_detection": "true",
        "properties": {
            "t": {"type": "text", "norms": true, "index_options": "positions", "similarity": "BM25", "fielddata": false,
                  "search_analyzer": "standard", "analyzer": "standard", "position_increment_gap": 100},
            "k": {"type": "keyword", "norms": false, "index_options": "docs", "doc_values": "true", "null_value": null},
            "n": {"type": "long", "coerce": true, "ignore_malformed": false, "index": true},
            "d": {"type": "date", "locale": "ROOT"}
        }
    });
    let parsed = parse(&said).unwrap();
    let plain = json!({"date_detection": true, "properties": {
        "t": {"type": "text"}, "k": {"type": "keyword"}, "n": {"type": "long"}, "d": {"type": "date"}
    }});
    assert_eq!(parsed.mapping.to_json(), plain);
    assert!(parsed.warnings.is_empty(), "{:?}", parsed.warnings);
}

#[test]
fn fields_are_added_and_never_changed() {
    let mut mapping = parse(&json!({"properties": {"a": {"type": "text"}}}))
        .unwrap()
        .mapping;
    let more = parse(&json!({"properties": {"b": {"type": "text"}, "a": {"type": "text"}}}))
        .unwrap()
        .mapping;
    mapping.merge(&more, 8).unwrap();
    assert_eq!(mapping.kind("b").and_then(FieldKind::slot), Some(1));
    let other = parse(&json!({"properties": {"c": {"type": "long"}, "a": {"type": "long"}}}))
        .unwrap()
        .mapping;
    assert!(matches!(
        mapping.merge(&other, 8),
        Err(MappingError::Conflict { .. })
    ));
    assert!(
        mapping.kind("c").is_none(),
        "a refused mapping is not half-applied"
    );
}

#[test]
fn a_path_is_an_object_or_a_field_but_not_both() {
    let long = || super::Field::new(FieldKind::Long);
    let mut mapping = Mapping::default();
    mapping.add("a.b", long(), 8).unwrap();
    assert!(matches!(
        mapping.add("a", long(), 8),
        Err(MappingError::ObjectConflict { .. })
    ));
    assert!(matches!(
        mapping.add("a.b.c", long(), 8),
        Err(MappingError::ObjectConflict { .. })
    ));
}

#[test]
fn text_fields_run_out_with_an_error_that_says_what_to_do() {
    let mut mapping = Mapping::default();
    for name in ["a", "b"] {
        mapping
            .add(name, Mapping::default().infer(&json!("some words")).unwrap(), 2)
            .unwrap();
    }
    let error = mapping
        .add("c", Mapping::default().infer(&json!("more words")).unwrap(), 2)
        .unwrap_err();
    assert!(
        error.to_string().contains("index.mapping.text_fields.limit"),
        "{error}"
    );
}

#[test]
fn unmapped_values_become_what_elasticsearch_makes_of_them() {
    let kind = |value: Value| Mapping::default().infer(&value).map(|field| field.kind.name());
    assert_eq!(kind(json!(1)), Some("long"));
    assert_eq!(kind(json!(1.5)), Some("double"));
    assert_eq!(kind(json!("2020-01-02")), Some("date"));
    assert_eq!(kind(json!("2020")), Some("text"));
    assert_eq!(kind(json!("12:30 at the station")), Some("text"));
    assert_eq!(kind(json!([null, true])), Some("boolean"));
    assert_eq!(kind(json!([])), None);
}

#[test]
fn a_mapping_survives_the_catalog() {
    let mapping = parse(&json!({"properties": {
        "t": {"type": "text", "fields": {"k": {"type": "keyword"}}}, "d": {"type": "date"}
    }}))
    .unwrap()
    .mapping;
    let text = serde_json::to_string(&mapping).unwrap();
    assert_eq!(serde_json::from_str::<Mapping>(&text).unwrap(), mapping);
}
