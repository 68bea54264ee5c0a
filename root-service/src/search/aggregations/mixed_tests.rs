//! Several indexes whose fields differ.

use serde_json::{Value, json};
use shared::aggregation::{Distinct, Key, Partial, Real, ShardAggregations};
use shared::mapping::{DateFormats, Field, FieldKind, Mapping};

use super::tests::{buckets, of_index, stats, text};
use crate::dsl::aggregations::parse;
use crate::error::ApiError;
use crate::resolve::Expanded;
use crate::resolve::aggregations::resolve;

/// A field, or none, and what a shard of its index sent.
type Index = (Option<FieldKind>, Vec<Partial>);

fn date(format: &str) -> FieldKind {
    FieldKind::Date {
        formats: DateFormats::try_from(format.to_owned()).unwrap(),
    }
}

/// The answer over indexes by the names `0`, `1`, …, in whatever order they answered.
fn over(aggs: &Value, indexes: &[Index]) -> Result<Value, ApiError> {
    let named = parse(aggs).unwrap();
    let mut answers = Vec::new();
    let count = indexes.len();
    for first in 0..count {
        let mut all = None;
        for at in 0..count {
            let nth = (first + at) % count;
            let (kind, partials) = &indexes[nth];
            let mut mapping = Mapping::default();
            if let Some(kind) = kind {
                mapping.add("f", Field::new(kind.clone()), 8).unwrap();
            }
            let (plan, _) = resolve(&named, &mapping, 0, &Expanded::new())?;
            let parts = vec![ShardAggregations::Results(partials.clone())];
            let of = of_index(&nth.to_string(), plan, parts);
            match &mut all {
                None => all = Some(of),
                Some(all) => all.merge(of),
            }
        }
        answers.push(all.unwrap().render());
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    answers.remove(0)
}

#[test]
fn a_field_that_an_index_lacks_is_what_it_is_in_the_others() {
    let aggs = json!({
        "t": {"terms": {"field": "f", "missing": "1970-01-02"}},
        "h": {"date_histogram": {"field": "f", "calendar_interval": "day"}},
        "m": {"max": {"field": "f"}},
        "c": {"cardinality": {"field": "f", "missing": "1970-01-02"}},
    });
    let day = Key::Long(86_400_000);
    let distinct = |key: &Key| {
        let mut distinct = Distinct::default();
        distinct.add(Distinct::hash(key), 100);
        Partial::Distinct(distinct)
    };
    let without = vec![
        buckets(vec![(text("1970-01-02"), 2, vec![])]),
        buckets(vec![]),
        stats(&[]),
        distinct(&text("1970-01-02")),
    ];
    let with = vec![
        buckets(vec![(day.clone(), 3, vec![])]),
        buckets(vec![(day.clone(), 1, vec![])]),
        stats(&[86_400_000.0]),
        distinct(&day),
    ];
    let answer = over(
        &aggs,
        &[
            (None, without.clone()),
            (Some(date("yyyy||yyyy-MM-dd")), with),
            (None, without),
        ],
    )
    .unwrap();
    assert_eq!(
        answer["t"]["buckets"],
        json!([{"key": 86_400_000, "key_as_string": "1970", "doc_count": 7}])
    );
    assert_eq!(answer["h"]["buckets"][0]["key_as_string"], "1970");
    assert_eq!(
        answer["m"],
        json!({"value": 86_400_000.0, "value_as_string": "1970"})
    );
    assert_eq!(answer["c"], json!({"value": 1}));
}

#[test]
fn dates_are_shown_by_the_format_of_the_first_index() {
    let aggs = json!({"m": {"min": {"field": "f"}}});
    let of = |format: &str| (Some(date(format)), vec![stats(&[0.0])]);
    let answer = over(&aggs, &[of("yyyy"), of("yyyy-MM")]).unwrap();
    assert_eq!(answer["m"]["value_as_string"], "1970");
}

#[test]
fn whole_numbers_beside_real_ones_are_real() {
    let aggs = json!({
        "t": {"terms": {"field": "f"}, "aggs": {"i": {"terms": {"field": "f"}}}},
        "c": {"cardinality": {"field": "f"}},
        "s": {"stats": {"field": "f"}},
        "p": {"composite": {"sources": [{"a": {"terms": {"field": "f"}}}, {"b": {"terms": {"field": "nowhere", "missing_bucket": true}}}]}},
    });
    let of = |keys: Vec<Key>| {
        let mut distinct = Distinct::default();
        for key in &keys {
            distinct.add(Distinct::hash(key), 100);
        }
        let inner = |key: &Key| vec![buckets(vec![(key.clone(), 1, vec![])])];
        let pair = |key: &Key| (Key::Tuple(vec![key.clone(), Key::Null]), 1, vec![]);
        vec![
            buckets(keys.iter().map(|key| (key.clone(), 1, inner(key))).collect()),
            Partial::Distinct(distinct),
            stats(&[1.0, 2.0]),
            buckets(keys.iter().map(pair).collect()),
        ]
    };
    let real = |number: f64| Key::Double(Real::new(number));
    let answer = over(
        &aggs,
        &[
            (Some(FieldKind::Long), of(vec![Key::Long(1), Key::Long(2)])),
            (Some(FieldKind::Double), of(vec![real(2.0), real(2.5)])),
        ],
    )
    .unwrap();
    let inner = |key: f64, count: u64| json!({"doc_count_error_upper_bound": 0, "sum_other_doc_count": 0, "buckets": [{"key": key, "doc_count": count}]});
    assert_eq!(
        answer["t"]["buckets"],
        json!([
            {"key": 2.0, "doc_count": 2, "i": inner(2.0, 2)},
            {"key": 1.0, "doc_count": 1, "i": inner(1.0, 1)},
            {"key": 2.5, "doc_count": 1, "i": inner(2.5, 1)},
        ])
    );
    assert_eq!(answer["c"], json!({"value": 3}));
    assert_eq!(answer["s"]["count"], 4);
    let pairs = answer["p"]["buckets"].as_array().unwrap();
    assert_eq!(pairs.len(), 3);
    assert_eq!(pairs[1], json!({"key": {"a": 2.0, "b": null}, "doc_count": 2}));
}

#[test]
fn values_of_types_that_do_not_go_together_are_an_error_that_names_both() {
    let terms = json!({"a": {"filter": {"match_all": {}}, "aggs": {"b": {"terms": {"field": "f"}}}}});
    let stats_of = json!({"b": {"stats": {"field": "f"}}});
    let hits = json!({"b": {"top_hits": {"sort": [{"f": "asc"}]}}});
    let keyword = FieldKind::keyword;
    for (aggs, one, other, names) in [
        (&terms, keyword(), FieldKind::Long, ["keyword", "long"]),
        (&terms, date("yyyy"), FieldKind::Long, ["date", "long"]),
        (
            &terms,
            FieldKind::Boolean,
            FieldKind::Double,
            ["boolean", "double"],
        ),
        (&stats_of, date("yyyy"), FieldKind::Double, ["date", "double"]),
        (&hits, keyword(), FieldKind::Double, ["keyword", "double"]),
    ] {
        // The error names them in the order of the indexes.
        let of = |kind: FieldKind| (Some(kind), Vec::new());
        let error = over(aggs, &[of(one), of(other)]).unwrap_err();
        let reason = error.to_string();
        assert_eq!(error.status(), 400);
        for name in ["b", names[0], names[1]] {
            assert!(reason.contains(&format!("[{name}]")), "{reason}");
        }
    }
    // How many there are can be said of any.
    let count = json!({"n": {"value_count": {"field": "f"}}, "m": {"missing": {"field": "f"}}});
    let sent = || vec![Partial::Count(2), buckets(vec![(Key::Nth(0), 1, vec![])])];
    let of = |kind: FieldKind| (Some(kind), sent());
    assert_eq!(
        over(&count, &[of(keyword()), of(FieldKind::Long)]).unwrap(),
        json!({"n": {"value": 4}, "m": {"doc_count": 2}})
    );
}
