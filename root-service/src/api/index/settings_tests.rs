//! Settings in all their forms.

use serde_json::json;
use shared::ids::IndexUuid;
use shared::mapping::Mapping;

use super::*;

fn parse(settings: &Value) -> Result<Settings, ApiError> {
    Settings::parse(settings.as_object().unwrap())
}

#[test]
fn every_form_of_a_setting_means_the_same() {
    for form in [
        json!({"number_of_shards": 3}),
        json!({"number_of_shards": "3"}),
        json!({"index.number_of_shards": 3}),
        json!({"index": {"number_of_shards": 3}}),
    ] {
        assert_eq!(parse(&form).unwrap().spec.shards, Some(3), "{form}");
    }
}

#[test]
fn refresh_intervals_are_times_or_minus_one() {
    for (value, expected) in [
        (json!("1s"), Some(Some(1_000))),
        (json!("500ms"), Some(Some(500))),
        (json!("-1"), Some(None)),
        (json!(-1), Some(None)),
        (json!(null), None),
    ] {
        let settings = parse(&json!({"refresh_interval": value})).unwrap();
        assert_eq!(settings.spec.refresh_interval_ms, expected, "{value}");
    }
    for value in [json!("1"), json!("soon"), json!("0s"), json!("1000h"), json!([1])] {
        assert!(parse(&json!({"refresh_interval": value})).is_err(), "{value}");
    }
}

#[test]
fn replicas_are_accepted_with_a_warning() {
    let settings = parse(&json!({"index": {"number_of_replicas": 1}})).unwrap();
    assert_eq!(settings.warnings.len(), 1);
    assert!(settings.warnings[0].contains("[index.number_of_replicas] is ignored"));
}

#[test]
fn unknown_settings_and_senseless_values_are_refused_by_name() {
    for (settings, name) in [
        (
            json!({"analysis": {"analyzer": {"x": {"type": "custom"}}}}),
            "[tokenizer] of analyzer [x]",
        ),
        (json!({"index.codecs": "best"}), "index.codecs"),
        (json!({"lifecycle": {"name": "x"}}), "[index.lifecycle.name]"),
        (json!({"routing_partition_size": 2}), "only as [1], but was [2]"),
        (
            json!({"query": {"default_field": ["a", "b"]}}),
            "[index.query.default_field] is offered only as [*]",
        ),
        (json!({"mapping": {"coerce": false}}), "only as [true]"),
        (json!({"max_result_window": 10_001}), "from [1] to [10000]"),
        (
            json!({"mapping.total_fields.limit": "2000"}),
            "from [1] to [1000]",
        ),
        (json!({"mapping.depth.limit": 21}), "from [1] to [20]"),
        (
            json!({"index": {"version": {"created": "8500003"}}}),
            "private index setting [index.version.created] can not be set explicitly",
        ),
        (json!({"uuid": "x"}), "private index setting [index.uuid]"),
        (json!({"creation_date": 1}), "[index.creation_date]"),
        (json!({"provided_name": "x"}), "[index.provided_name]"),
        (json!({"number_of_shards": 0}), "number_of_shards"),
        (json!({"number_of_shards": 1e10}), "number_of_shards"),
        (json!({"number_of_replicas": -1}), "number_of_replicas"),
    ] {
        let error = parse(&settings).unwrap_err();
        assert_eq!(error.status(), 400);
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn settings_are_shown_as_text() {
    let meta = IndexMeta {
        uuid: IndexUuid(uuid::Uuid::nil()),
        shards: 4,
        text_slots: 30,
        refresh_interval_ms: Some(1_500),
        created_ms: 7,
        mapping: Mapping::default(),
    };
    let shown = show("a", &meta, 1, false);
    assert_eq!(shown["index"]["number_of_shards"], "4");
    assert_eq!(shown["index"]["refresh_interval"], "1500ms");
    assert_eq!(shown["index"]["mapping"]["text_fields"]["limit"], "30");
    assert_eq!(show("a", &meta, 1, true)["index.number_of_replicas"], "1");
}

#[test]
fn what_elasticsearch_has_and_means_nothing_here_is_accepted_with_a_warning_each() {
    let settings = json!({
        "codec": "best_compression", "translog": {"durability": "async"}, "merge.policy.max_merged_segment": "5gb",
        "store.type": "fs", "routing": {"allocation": {"include": {"_tier_preference": "data_content"}}},
        "routing_partition_size": "1", "number_of_routing_shards": 30, "auto_expand_replicas": "0-1",
        "unassigned": {"node_left": {"delayed_timeout": "5m"}}, "soft_deletes": {"enabled": true},
        "search": {"slowlog": {"threshold": {"query": {"warn": "10s"}}}, "idle": {"after": "30s"}},
        "indexing.slowlog.level": "info", "query.default_field": ["*"], "max_result_window": "10000",
        "mapping": {"total_fields": {"limit": 1_000}, "depth": {"limit": 20}, "coerce": true},
    });
    let flat = flatten(settings.as_object().unwrap()).unwrap();
    for (name, value) in &flat {
        let parsed = parse(&json!({"index": {(name.as_str()): value}})).unwrap();
        let warning = format!("setting [index.{name}] is ignored: ");
        assert_eq!(parsed.warnings.len(), 1, "{name}");
        assert!(parsed.warnings[0].starts_with(&warning), "{:?}", parsed.warnings);
    }
    assert_eq!(parse(&settings).unwrap().warnings.len(), flat.len());
}
