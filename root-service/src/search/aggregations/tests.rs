//! Shapes, to the letter, and what is computed of merged results.

use std::sync::Arc;

use serde_json::{Value, json};
use shared::aggregation::{Aggregation, Bucket, Buckets, Key, Kind, Partial, Real, ShardAggregations, Stats};
use shared::ids::IndexUuid;
use shared::mapping::{DateFormats, Field, FieldKind, Mapping};

use super::{Aggregated, OfIndex, Part};
use crate::dsl::aggregations::parse;
use crate::error::ApiError;
use crate::resolve::Expanded;
use crate::resolve::aggregations::{Plan, resolve};

const DAY_MS: i64 = 86_400_000;

pub(super) fn mapping() -> Mapping {
    let mut mapping = Mapping::default();
    let date = FieldKind::Date {
        formats: DateFormats::default(),
    };
    for (path, kind) in [
        ("tag", FieldKind::keyword()),
        ("n", FieldKind::Long),
        ("x", FieldKind::Double),
        ("flag", FieldKind::Boolean),
        ("day", date),
    ] {
        mapping.add(path, Field::new(kind), 8).unwrap();
    }
    mapping
}

/// The answer for shards that sent these results.
pub(super) fn answer(aggs: &Value, parts: Vec<Vec<Partial>>) -> Result<Value, ApiError> {
    let (plan, _) = resolve(&parse(aggs).unwrap(), &mapping(), 0, &Expanded::new())?;
    let parts = parts.into_iter().map(ShardAggregations::Results).collect();
    aggregated(plan, parts).render()
}

/// What shards of an index sent.
pub(super) fn aggregated(plan: Plan, parts: Vec<ShardAggregations>) -> Aggregated {
    of_index("index", plan, parts)
}

/// As [`aggregated`], of an index by this name.
pub(super) fn of_index(name: &str, plan: Plan, parts: Vec<ShardAggregations>) -> Aggregated {
    let part = |of| Part { replica: None, of };
    Aggregated::new(OfIndex {
        name: Arc::from(name),
        index: IndexUuid(uuid::Uuid::nil()),
        pin: None,
        plan: Arc::new(plan),
        parts: parts.into_iter().map(part).collect(),
    })
}

pub(super) fn text(text: &str) -> Key {
    Key::Str(text.to_owned())
}

pub(super) fn buckets(all: Vec<(Key, u64, Vec<Partial>)>) -> Partial {
    let bucket = |(key, count, inner)| {
        let sure = 0;
        (key, Bucket { count, sure, inner })
    };
    Partial::Buckets(Buckets {
        kept: all.into_iter().map(bucket).collect(),
        ..Buckets::default()
    })
}

pub(super) fn stats(numbers: &[f64]) -> Partial {
    let mut stats = Stats::default();
    for number in numbers {
        stats.add(*number);
    }
    Partial::Stats(stats)
}

#[test]
fn terms_of_all_shards_are_added_ordered_and_cut() {
    let aggs = json!({"t": {"terms": {"field": "tag", "size": 2}, "meta": {"a": [1]}}});
    let parts = vec![
        vec![buckets(vec![(text("b"), 2, vec![]), (text("a"), 1, vec![])])],
        vec![buckets(vec![
            (text("c"), 3, vec![]),
            (text("a"), 2, vec![]),
            (text("b"), 1, vec![]),
        ])],
    ];
    assert_eq!(
        answer(&aggs, parts).unwrap().to_string(),
        r#"{"t":{"meta":{"a":[1]},"doc_count_error_upper_bound":0,"sum_other_doc_count":3,"buckets":[{"key":"a","doc_count":3},{"key":"b","doc_count":3}]}}"#
    );
}

#[test]
fn keys_are_shown_by_the_type_of_their_field() {
    for (field, key, wanted) in [
        ("n", Key::Long(7), json!({"key": 7, "doc_count": 1})),
        (
            "x",
            Key::Double(Real::new(7.0)),
            json!({"key": 7.0, "doc_count": 1}),
        ),
        (
            "flag",
            Key::Boolean(true),
            json!({"key": 1, "key_as_string": "true", "doc_count": 1}),
        ),
        (
            "day",
            Key::Long(DAY_MS),
            json!({"key": 86_400_000, "key_as_string": "1970-01-02T00:00:00.000Z", "doc_count": 1}),
        ),
    ] {
        let aggs = json!({"t": {"terms": {"field": field}}});
        let answer = answer(&aggs, vec![vec![buckets(vec![(key, 1, vec![])])]]).unwrap();
        assert_eq!(answer["t"]["buckets"][0], wanted);
    }
}

#[test]
fn terms_can_be_ordered_by_what_is_inside_with_gaps_last() {
    let aggs = |direction: &str| {
        json!({"t": {"terms": {"field": "tag", "order": {"s.avg": direction}, "min_doc_count": 2},
            "aggs": {"s": {"stats": {"field": "n"}}}}})
    };
    let part = vec![buckets(vec![
        (text("a"), 2, vec![stats(&[1.0, 2.0])]),
        (text("b"), 9, vec![stats(&[])]),
        (text("c"), 2, vec![stats(&[5.0])]),
        (text("d"), 1, vec![stats(&[9.0])]),
    ])];
    let keys = |direction: &str| {
        let answer = answer(&aggs(direction), vec![part.clone()]).unwrap();
        let buckets = answer["t"]["buckets"].as_array().unwrap().clone();
        buckets
            .iter()
            .map(|bucket| bucket["key"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(keys("desc"), ["c", "a", "b"]);
    assert_eq!(keys("asc"), ["a", "c", "b"]);
}

#[test]
fn counts_that_may_be_off_say_so() {
    let aggs = |order: Value| json!({"t": {"terms": {"field": "tag", "order": order}}});
    let part = Partial::Buckets(Buckets {
        kept: std::iter::once((
            text("a"),
            Bucket {
                count: 5,
                sure: 0,
                inner: vec![],
            },
        ))
        .collect(),
        others: 7,
        error: 2,
    });
    for (order, error) in [(json!({"_count": "desc"}), 2), (json!({"_count": "asc"}), -1)] {
        let answer = answer(&aggs(order), vec![vec![part.clone()]]).unwrap();
        assert_eq!(answer["t"]["doc_count_error_upper_bound"], error);
        assert_eq!(answer["t"]["sum_other_doc_count"], 7);
    }
}

#[test]
fn histograms_show_gaps_and_bounds() {
    let part = || {
        vec![vec![buckets(vec![
            (Key::Long(0), 1, vec![]),
            (Key::Long(2), 2, vec![]),
        ])]]
    };
    let aggs = |more: Value| {
        let mut body = json!({"field": "n", "interval": 5, "offset": 1});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({"h": {"histogram": body}})
    };
    let keys = |more: Value| {
        let answer = answer(&aggs(more), part()).unwrap();
        let buckets = answer["h"]["buckets"].as_array().unwrap().clone();
        let pair = |bucket: &Value| {
            (
                bucket["key"].as_f64().unwrap(),
                bucket["doc_count"].as_u64().unwrap(),
            )
        };
        buckets.iter().map(pair).collect::<Vec<_>>()
    };
    assert_eq!(keys(json!({})), [(1.0, 1), (6.0, 0), (11.0, 2)]);
    assert_eq!(keys(json!({"min_doc_count": 1})), [(1.0, 1), (11.0, 2)]);
    assert_eq!(
        keys(json!({"extended_bounds": {"min": -4, "max": 17}})),
        [(-4.0, 0), (1.0, 1), (6.0, 0), (11.0, 2), (16.0, 0)]
    );
    assert_eq!(
        keys(json!({"order": {"_count": "desc"}})),
        [(11.0, 2), (1.0, 1), (6.0, 0)]
    );
    let keyed = answer(&aggs(json!({"keyed": true, "min_doc_count": 2})), part()).unwrap();
    assert_eq!(
        keyed["h"],
        json!({"buckets": {"11.0": {"key": 11.0, "doc_count": 2}}})
    );
}

#[test]
fn date_histograms_show_keys_as_text_in_their_zone() {
    let aggs = json!({"h": {"date_histogram": {"field": "day", "calendar_interval": "month", "time_zone": "+01:00"}}});
    let month = |days: i64| Key::Long(days * DAY_MS - 3_600_000);
    let part = vec![buckets(vec![(month(0), 1, vec![]), (month(59), 1, vec![])])];
    assert_eq!(
        answer(&aggs, vec![part]).unwrap()["h"]["buckets"],
        json!([
            {"key_as_string": "1970-01-01T00:00:00.000+01:00", "key": -3_600_000, "doc_count": 1},
            {"key_as_string": "1970-02-01T00:00:00.000+01:00", "key": 31 * DAY_MS - 3_600_000, "doc_count": 0},
            {"key_as_string": "1970-03-01T00:00:00.000+01:00", "key": 59 * DAY_MS - 3_600_000, "doc_count": 1},
        ])
    );
}

#[test]
fn ranges_and_filters_show_empty_buckets_too() {
    let aggs = json!({
        "r": {"range": {"field": "n", "ranges": [{"from": 5}, {"to": 5}]}},
        "d": {"date_range": {"field": "day", "format": "yyyy", "keyed": true, "ranges": [{"key": "k", "from": "1971"}]}},
        "f": {"filters": {"filters": {"a": {"match_all": {}}}, "other_bucket": true}},
        "g": {"filters": {"filters": [{"match_all": {}}]}},
        "o": {"filter": {"match_all": {}}, "aggs": {"m": {"max": {"field": "n"}}}},
    });
    let part = vec![
        buckets(vec![(Key::Nth(1), 3, vec![])]),
        buckets(vec![]),
        buckets(vec![(Key::Nth(0), 3, vec![])]),
        buckets(vec![]),
        buckets(vec![(Key::Nth(0), 2, vec![stats(&[4.0])])]),
    ];
    assert_eq!(
        answer(&aggs, vec![part]).unwrap(),
        json!({
            "r": {"buckets": [
                {"key": "*-5.0", "to": 5.0, "doc_count": 3},
                {"key": "5.0-*", "from": 5.0, "doc_count": 0},
            ]},
            "d": {"buckets": {"k": {"from": 31_536_000_000.0, "from_as_string": "1971", "doc_count": 0}}},
            "f": {"buckets": {"a": {"doc_count": 3}, "_other_": {"doc_count": 0}}},
            "g": {"buckets": [{"doc_count": 0}]},
            "o": {"doc_count": 2, "m": {"value": 4.0}},
        })
    );
}

#[test]
fn combinations_have_parts_and_pages() {
    let tuple = |tag: &str, n: i64| Key::Tuple(vec![text(tag), Key::Long(n)]);
    let part = || {
        buckets(vec![
            (tuple("a", 1), 1, vec![]),
            (tuple("a", 2), 2, vec![]),
            (tuple("b", 1), 3, vec![]),
        ])
    };
    let aggs = json!({
        "m": {"multi_terms": {"terms": [{"field": "tag"}, {"field": "n"}], "size": 1}},
        "c": {"composite": {"size": 2, "sources": [
            {"t": {"terms": {"field": "tag", "order": "desc"}}}, {"h": {"histogram": {"field": "n", "interval": 10}}},
        ]}},
    });
    let answer = answer(&aggs, vec![vec![part(), part()]]).unwrap();
    assert_eq!(
        answer["m"]["buckets"],
        json!([{"key": ["b", 1], "key_as_string": "b|1", "doc_count": 3}])
    );
    assert_eq!(
        answer["c"].to_string(),
        r#"{"after_key":{"t":"a","h":10.0},"buckets":[{"key":{"t":"b","h":10.0},"doc_count":3},{"key":{"t":"a","h":10.0},"doc_count":1}]}"#
    );
}

#[test]
fn pipelines_are_computed_of_what_is_shown() {
    let aggs = json!({
        "h": {"histogram": {"field": "n", "interval": 1}, "aggs": {
            "s": {"sum": {"field": "x"}},
            "second": {"derivative": {"buckets_path": "first"}},
            "first": {"derivative": {"buckets_path": "s"}},
            "all": {"cumulative_sum": {"buckets_path": "_count"}},
        }},
        "avg": {"avg_bucket": {"buckets_path": "h>s"}},
        "max": {"max_bucket": {"buckets_path": "h>s"}},
        "stats": {"stats_bucket": {"buckets_path": "h._count"}},
    });
    // A path to the counts of buckets is written with an arrow.
    let mut aggs = aggs;
    aggs["stats"]["stats_bucket"]["buckets_path"] = json!("h>_count");
    let part = vec![buckets(vec![
        (Key::Long(0), 1, vec![stats(&[1.0])]),
        (Key::Long(1), 2, vec![stats(&[4.0])]),
        (Key::Long(3), 3, vec![stats(&[5.0, 4.0])]),
    ])];
    let answer = answer(&aggs, vec![part]).unwrap();
    let buckets = &answer["h"]["buckets"];
    assert_eq!(
        buckets[0],
        json!({"key": 0.0, "doc_count": 1, "s": {"value": 1.0}, "all": {"value": 1.0}})
    );
    assert_eq!(buckets[1]["first"], json!({"value": 3.0}));
    assert_eq!(buckets[2]["first"], json!({"value": null}));
    assert_eq!(buckets[3]["all"], json!({"value": 6.0}));
    assert_eq!(answer["avg"], json!({"value": 14.0 / 3.0}));
    assert_eq!(answer["max"], json!({"value": 9.0, "keys": ["3.0"]}));
    assert_eq!(
        answer["stats"],
        json!({"count": 4, "min": 0.0, "max": 3.0, "avg": 1.5, "sum": 6.0})
    );
}

#[test]
fn bucket_sort_orders_and_cuts() {
    let aggs = json!({"t": {"terms": {"field": "tag"}, "aggs": {
        "s": {"max": {"field": "n"}}, "cut": {"bucket_sort": {"sort": [{"s": {"order": "desc"}}], "from": 1, "size": 1}},
    }}});
    let part = vec![buckets(vec![
        (text("a"), 9, vec![stats(&[1.0])]),
        (text("b"), 8, vec![stats(&[7.0])]),
        (text("c"), 7, vec![stats(&[3.0])]),
        (text("d"), 6, vec![stats(&[])]),
    ])];
    let answer = answer(&aggs, vec![part]).unwrap();
    assert_eq!(
        answer["t"]["buckets"],
        json!([{"key": "c", "doc_count": 7, "s": {"value": 3.0}}])
    );
}

#[test]
fn too_many_buckets_are_an_error() {
    let aggs = json!({"h": {"histogram": {"field": "n", "interval": 1}}});
    let part = vec![buckets(vec![
        (Key::Long(0), 1, vec![]),
        (Key::Long(i64::MAX), 1, vec![]),
    ])];
    let error = answer(&aggs, vec![part]).unwrap_err();
    assert_eq!(error.body()["error"]["type"], "too_many_buckets_exception");
    let (plan, _) = resolve(&parse(&aggs).unwrap(), &mapping(), 0, &Expanded::new()).unwrap();
    let too_large = aggregated(plan, vec![ShardAggregations::TooLarge]);
    assert_eq!(too_large.render().unwrap_err().status(), 429);
}

#[test]
fn what_was_not_asked_for_is_no_answer() {
    let aggs = json!({"t": {"terms": {"field": "tag"}}});
    assert_eq!(
        answer(&aggs, vec![vec![Partial::Count(1)]]),
        Err(ApiError::Internal)
    );
    assert_eq!(answer(&aggs, vec![vec![]]), Err(ApiError::Internal));
    let empty = Aggregation {
        kind: Kind::Global,
        inner: vec![],
    };
    assert_eq!(Partial::empty(&empty), buckets(vec![]));
}
