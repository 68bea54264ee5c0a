//! What is read, and what is refused by name.

use serde_json::{Value, json};

use super::*;

fn reason(aggs: &Value) -> String {
    parse(aggs).unwrap_err().to_string()
}

#[test]
fn a_tree_is_read_with_names_meta_and_what_is_inside() {
    let all = parse(&json!({
        "by_tag": {
            "terms": {"field": "tag", "size": 3, "order": [{"mean": "desc"}, {"_key": "asc"}], "include": ["a", "b"]},
            "meta": {"color": "blue"},
            "aggs": {"mean": {"avg": {"field": "n", "missing": 0}}},
        },
        "by_month": {"date_histogram": {"field": "day", "calendar_interval": "1M", "time_zone": "-02:30", "offset": "+6h"}},
    }))
    .unwrap();
    let Kind::Terms(terms) = &all[0].kind else {
        panic!()
    };
    assert_eq!((terms.size, terms.min_doc_count), (3, 1));
    assert_eq!(terms.orders[0].by, OrderBy::Path("mean".to_owned()));
    assert_eq!(terms.include.as_deref(), Some(&[json!("a"), json!("b")][..]));
    assert_eq!(all[0].meta.as_ref().unwrap()["color"], "blue");
    assert_eq!(all[0].inner[0].name, "mean");
    let Kind::DateHistogram(by_month) = &all[1].kind else {
        panic!()
    };
    assert_eq!(by_month.interval, Interval::Months(1));
    assert_eq!((by_month.zone_ms, by_month.offset_ms), (-9_000_000, 21_600_000));
}

#[test]
fn every_bucket_sort_and_composite_of_the_documentation_is_read() {
    for (name, body) in [
        (
            "bucket_sort",
            json!({"sort": ["a", {"b": "desc"}, {"_count": {"order": "asc"}}], "from": 1, "size": 2}),
        ),
        ("bucket_sort", json!({"size": 2})),
        (
            "derivative",
            json!({"buckets_path": "_count", "gap_policy": "insert_zeros"}),
        ),
        (
            "multi_terms",
            json!({"terms": [{"field": "a"}, {"field": "b", "missing": "x"}]}),
        ),
        (
            "percentiles",
            json!({"field": "n", "percents": [99, 50.5], "keyed": false, "tdigest": {"compression": 200}}),
        ),
        (
            "filters",
            json!({"filters": {"a": {"match_all": {}}}, "other_bucket_key": "rest"}),
        ),
        (
            "filters",
            json!({"filters": [{"match_all": {}}], "other_bucket": true}),
        ),
        (
            "date_range",
            json!({"field": "day", "format": "MM-yyyy", "ranges": [{"to": "now-10M/M"}, {"from": "now"}]}),
        ),
        (
            "cardinality",
            json!({"field": "tag", "precision_threshold": 100_000}),
        ),
        ("global", json!({})),
        (
            "composite",
            json!({"size": 2, "after": {"d": 1, "t": null}, "sources": [
                {"d": {"date_histogram": {"field": "day", "fixed_interval": "90m", "order": "desc"}}},
                {"t": {"terms": {"field": "tag", "missing_bucket": true}}},
            ]}),
        ),
    ] {
        let read = parse(&json!({"x": {name: body}}));
        assert!(read.is_ok(), "{name}: {read:?}");
    }
}

#[test]
fn what_is_not_understood_is_refused_by_name() {
    for (aggs, wanted) in [
        (json!([]), "[aggs]"),
        (json!({"x": {}}), "Missing definition for aggregation [x]"),
        (json!({"x>y": {"global": {}}}), "Invalid aggregation name [x>y]"),
        (json!({"x": {"top_metrics": {}}}), "[top_metrics] is not offered"),
        (
            json!({"x": {"variable_width_histogram": {}}}),
            "[variable_width_histogram] is not offered",
        ),
        (json!({"x": {"rate": {}}}), "[rate] is not offered"),
        (
            json!({"x": {"top_hits": {}, "aggs": {"y": {"global": {}}}}}),
            "[global] cannot be used",
        ),
        (
            json!({"x": {"top_hits": {}, "aggs": {"y": {"max": {"field": "a"}}}}}),
            "cannot accept sub-agg",
        ),
        (
            json!({"x": {"bucket_script": {}}}),
            "[bucket_script] is not offered",
        ),
        (
            json!({"x": {"term": {}}}),
            "Unknown aggregation type [term] did you mean [terms]?",
        ),
        (
            json!({"x": {"global": {}, "min": {"field": "a"}}}),
            "two aggregation type definitions",
        ),
        (
            json!({"x": {"global": {}, "aggs": {}, "aggregations": {}}}),
            "two sub aggregation definitions",
        ),
        (
            json!({"x": {"min": {"field": "a"}, "aggs": {"y": {"global": {}}}}}),
            "[global] cannot be used",
        ),
        (
            json!({"x": {"min": {"field": "a"}, "aggs": {"y": {"max": {"field": "a"}}}}}),
            "cannot accept sub-agg",
        ),
        (json!({"x": {"min": {}}}), "[min] requires [field]"),
        (json!({"x": {"avg": {"script": "1"}}}), "[script]"),
    ] {
        let reason = reason(&aggs);
        assert!(reason.contains(wanted), "{aggs}: {reason}");
    }
}

fn assert_refused<const N: usize>(cases: [(Value, &str); N]) {
    for (aggs, wanted) in cases {
        let reason = reason(&aggs);
        assert!(reason.contains(wanted), "{aggs}: {reason}");
    }
}

#[test]
fn parameters_of_terms_that_are_not_understood_are_refused_by_name() {
    let terms = |key: &str, value: Value| json!({"x": {"terms": {"field": "a", key: value}}});
    assert_refused([
        (terms("order", json!({"_count": "up"})), "[asc] or [desc]"),
        (terms("sizes", json!(1)), "[sizes]"),
        (terms("size", json!(0)), "[size]"),
        (terms("size", json!(65_537)), "[65536]"),
        (terms("include", json!("a(")), "regular expression [a(]"),
        (terms("exclude", json!("a".repeat(1_001))), "1000"),
        (terms("include", json!(1)), "a list of exact values"),
        (
            terms("exclude", json!({"partition": 0})),
            "a list of exact values",
        ),
        (
            terms("include", json!({"partition": 0})),
            "requires [num_partitions]",
        ),
        (
            terms("include", json!({"partition": 2, "num_partitions": 2})),
            "less than [num_partitions]",
        ),
        (
            terms("include", json!({"partition": 0, "num_partitions": 10_000_000})),
            "1000000",
        ),
        (
            json!({"x": {"multi_terms": {"terms": [{"field": "a"}, {"field": "b"}], "min_doc_count": 0}}}),
            "[min_doc_count] of [0]",
        ),
        (
            json!({"x": {"terms": {"field": "a", "exclude": ["b"], "include": {"partition": 0, "num_partitions": 2}}}}),
            "partition-based include",
        ),
        (
            json!({"x": {"composite": {"sources": [{"a": {"terms": {"field": "a", "missing_order": "last"}}}]}}}),
            "requires [missing_bucket]",
        ),
    ]);
}

#[test]
fn parameters_of_metrics_that_are_not_understood_are_refused_by_name() {
    assert_refused([
        (json!({"x": {"top_hits": {"size": 101}}}), "[100] but was [101]"),
        (
            json!({"x": {"top_hits": {"from": 50, "size": 51}}}),
            "[100] but was [101]",
        ),
        (json!({"x": {"top_hits": {"size": -1}}}), "not negative"),
        (json!({"x": {"top_hits": {"highlight": {}}}}), "[highlight]"),
        (json!({"x": {"top_hits": {"explain": true}}}), "[explain]"),
        (json!({"x": {"percentiles": {"field": "a", "hdr": {}}}}), "[hdr]"),
        (
            json!({"x": {"percentiles": {"field": "a", "tdigest": {"digits": 3}}}}),
            "[digits]",
        ),
        (
            json!({"x": {"percentile_ranks": {"field": "a"}}}),
            "requires [values]",
        ),
        (
            json!({"x": {"percentile_ranks": {"field": "a", "percents": [1]}}}),
            "[percents]",
        ),
        (
            json!({"x": {"weighted_avg": {"value": {"field": "a"}}}}),
            "requires [weight]",
        ),
        (
            json!({"x": {"weighted_avg": {"value": {"field": "a"}, "weight": {"script": "1"}}}}),
            "[script]",
        ),
        (
            json!({"x": {"normalize": {"buckets_path": "a", "method": "half"}}}),
            "one of [rescale_0_1]",
        ),
        (
            json!({"x": {"normalize": {"buckets_path": "a"}}}),
            "requires [method]",
        ),
        (
            json!({"x": {"serial_diff": {"buckets_path": "a", "lag": 0}}}),
            "[lag]",
        ),
        (
            json!({"x": {"derivative": {"buckets_path": "a", "unit": "fortnight"}}}),
            "[unit]",
        ),
        (
            json!({"x": {"sum_bucket": {"buckets_path": "a", "format": "0"}}}),
            "[format]",
        ),
    ]);
}

#[test]
fn parameters_of_other_buckets_that_are_not_understood_are_refused_by_name() {
    assert_refused([
        (
            json!({"x": {"histogram": {"field": "a", "interval": 0}}}),
            "greater than 0",
        ),
        (
            json!({"x": {"date_histogram": {"field": "a"}}}),
            "[fixed_interval] or [calendar_interval]",
        ),
        (
            json!({"x": {"date_histogram": {"field": "a", "interval": "day"}}}),
            "[interval] is gone",
        ),
        (
            json!({"x": {"date_histogram": {"field": "a", "calendar_interval": "2d"}}}),
            "one of [minute]",
        ),
        (
            json!({"x": {"date_histogram": {"field": "a", "fixed_interval": "1M"}}}),
            "[90m]",
        ),
        (
            json!({"x": {"date_histogram": {"field": "a", "fixed_interval": "1d", "time_zone": "Europe/Berlin"}}}),
            "fixed offset",
        ),
        (json!({"x": {"range": {"field": "a"}}}), "No [ranges]"),
        (
            json!({"x": {"filters": {"filters": []}}}),
            "[filters] cannot be empty",
        ),
        (json!({"x": {"filter": {"mach": {}}}}), "unknown query [mach]"),
        (
            json!({"x": {"percentiles": {"field": "a", "percents": [101]}}}),
            "[percents]",
        ),
        (json!({"x": {"bucket_sort": {}}}), "configured to perform nothing"),
        (json!({"x": {"avg_bucket": {}}}), "requires [buckets_path]"),
    ]);
}

#[test]
fn depth_and_number_are_limited() {
    let deep = |depth: usize| {
        (1..depth).fold(
            json!({"x": {"terms": {"field": "a"}}}),
            |inner, _| json!({"x": {"terms": {"field": "a"}, "aggs": inner}}),
        )
    };
    assert!(parse(&deep(limits::AGGREGATION_DEPTH_MAX)).is_ok());
    assert!(reason(&deep(limits::AGGREGATION_DEPTH_MAX + 1)).contains("nested deeper"));
    let many = |count: usize| {
        let all = (0..count).map(|nth| (nth.to_string(), json!({"min": {"field": "a"}})));
        Value::Object(all.collect())
    };
    assert!(parse(&many(limits::AGGREGATIONS_MAX)).is_ok());
    assert!(reason(&many(limits::AGGREGATIONS_MAX + 1)).contains("more aggregations"));
}
