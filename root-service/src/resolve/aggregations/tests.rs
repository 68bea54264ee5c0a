//! Fields as columns, values as keys, and what does not fit.

use serde_json::{Value, json};
use shared::aggregation::{ColumnKind, Keep, Key};
use shared::analysis::Analyzer;
use shared::mapping::{DateFormats, Field, FieldKind, Mapping, SubField};
use shared::wire::sort::SortBy;

use super::shown::DateShown;
use super::*;
use crate::dsl::aggregations::parse;

/// 2015-03-31T12:34:56.789Z.
const NOW_MS: i64 = 1_427_805_296_789;

fn mapping() -> Mapping {
    let mut mapping = Mapping::default();
    let keyword = FieldKind::keyword();
    let text = FieldKind::text(Analyzer::standard());
    let mut title = Field::new(text.clone());
    title
        .fields
        .insert("raw".to_owned(), SubField::new(keyword.clone()));
    let date = FieldKind::Date {
        formats: DateFormats::default(),
    };
    for (path, field) in [
        ("title", title),
        ("body", Field::new(text)),
        ("tag", Field::new(keyword)),
        ("n", Field::new(FieldKind::Long)),
        ("x", Field::new(FieldKind::Double)),
        ("flag", Field::new(FieldKind::Boolean)),
        ("day", Field::new(date)),
    ] {
        mapping.add(path, field, 8).unwrap();
    }
    mapping
}

fn resolved(aggs: &Value) -> Result<Plan, ApiError> {
    let named = parse(aggs).unwrap();
    resolve(&named, &mapping(), NOW_MS, &Expanded::new()).map(|(plan, _)| plan)
}

#[test]
fn fields_become_columns_of_their_type() {
    for (field, kind) in [
        ("tag", ColumnKind::Str),
        ("title.raw", ColumnKind::Str),
        ("n", ColumnKind::Long),
        ("x", ColumnKind::Double),
        ("flag", ColumnKind::Boolean),
        ("day", ColumnKind::Long),
        ("nowhere", ColumnKind::Nothing),
    ] {
        let plan = resolved(&json!({"a": {"terms": {"field": field}}})).unwrap();
        let Wire::Keyed(keyed) = &plan.wire[0].kind else {
            panic!()
        };
        assert_eq!(keyed.sources[0].column, Resolver::column(field, kind));
    }
}

#[test]
fn values_become_keys_of_the_fields_type() {
    let plan = resolved(&json!({
        "a": {"terms": {"field": "n", "include": ["2", 1, 1], "missing": 5, "order": {"_key": "desc"}}},
        "b": {"terms": {"field": "flag", "exclude": ["true"]}},
        "c": {"composite": {"sources": [{"d": {"terms": {"field": "day"}}}], "after": {"d": "1970-01-02"}}},
    }))
    .unwrap();
    let keyed = |at: usize| match &plan.wire[at].kind {
        Wire::Keyed(keyed) => keyed,
        other => panic!("{other:?}"),
    };
    let source = &keyed(0).sources[0];
    assert_eq!(source.only.as_deref(), Some(&[Key::Long(1), Key::Long(2)][..]));
    assert_eq!(source.missing, Some(Key::Long(5)));
    assert!(matches!(&keyed(0).keep, Keep::ByKey { descending, .. } if descending == &[true]));
    assert_eq!(keyed(1).sources[0].except, [Key::Boolean(true)]);
    assert!(matches!(
        &keyed(2).keep,
        Keep::ByKey {
            after: Some(Key::Long(86_400_000)),
            max: 10,
            ..
        }
    ));
}

#[test]
fn ranges_are_ordered_and_have_elasticsearchs_keys() {
    let plan = resolved(&json!({
        "a": {"range": {"field": "x", "ranges": [{"from": 50}, {"to": 50.5}, {"from": 1e7, "to": "2e7", "key": "k"}]}},
        "b": {"date_range": {"field": "day", "format": "MM-yyyy", "ranges": [{"from": "now-1M/M", "to": "04-2015"}]}},
    }))
    .unwrap();
    let keys = |at: usize| match &plan.nodes[at].what {
        What::Ranges { ranges, .. } => ranges.iter().map(|range| range.key.clone()).collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(keys(0), ["*-50.5", "50.0-*", "k"]);
    assert_eq!(keys(1), ["02-2015-04-2015"]);
    assert_eq!(java_text(2e7), "2.0E7");
    assert_eq!(java_text(1.25e-5), "1.25E-5");
}

#[test]
fn what_does_not_fit_is_refused() {
    for (aggs, wanted) in [
        (
            json!({"a": {"terms": {"field": "title"}}}),
            "Fielddata is disabled on [title]",
        ),
        (
            json!({"a": {"terms": {"field": "title"}}}),
            "sub-field [title.raw]",
        ),
        (
            json!({"a": {"cardinality": {"field": "body"}}}),
            "Please use a keyword field",
        ),
        (
            json!({"a": {"avg": {"field": "tag"}}}),
            "Field [tag] of type [keyword] is not supported for aggregation [avg]",
        ),
        (
            json!({"a": {"date_histogram": {"field": "n", "fixed_interval": "1d"}}}),
            "of type [long]",
        ),
        (json!({"a": {"terms": {"field": "_id"}}}), "[_id]"),
        (json!({"a": {"terms": {"field": "n", "missing": "x"}}}), "[n]"),
        (
            json!({"a": {"terms": {"field": "n", "format": "0.0"}}}),
            "[format]",
        ),
        (
            json!({"a": {"date_histogram": {"field": "day", "fixed_interval": "1d", "format": "week_date"}}}),
            "week_date",
        ),
        (
            json!({"a": {"terms": {"field": "tag", "order": {"b": "asc"}}}}),
            "Invalid aggregation order path [b]",
        ),
        (
            json!({"a": {"terms": {"field": "tag", "order": {"b": "asc"}}, "aggs": {"b": {"stats": {"field": "n"}}}}}),
            "such as [name.avg]",
        ),
        (
            json!({"a": {"avg_bucket": {"buckets_path": "b>c"}}}),
            "[b] has no buckets beside it",
        ),
        (
            json!({"a": {"terms": {"field": "tag"}, "aggs": {"d": {"derivative": {"buckets_path": "_count"}}}}}),
            "inside of a [histogram]",
        ),
        (
            json!({"a": {"bucket_sort": {"size": 1}}}),
            "inside of an aggregation with buckets",
        ),
        (
            json!({"a": {"composite": {"sources": [{"t": {"terms": {"field": "tag"}}}], "after": {"u": 1}}}}),
            "[after.t]",
        ),
    ] {
        let reason = resolved(&aggs).unwrap_err().to_string();
        assert!(reason.contains(wanted), "{aggs}: {reason}");
    }
    assert!(resolved(&json!({"a": {"missing": {"field": "title"}}})).is_ok());
}

#[test]
fn dates_are_shown_in_the_format_and_zone_asked_for() {
    for (format, zone_hours, wanted) in [
        (
            "strict_date_optional_time||epoch_millis",
            0,
            "2015-03-31T12:34:56.789Z",
        ),
        ("date_optional_time", 2, "2015-03-31T14:34:56.789+02:00"),
        ("yyyy-MM-dd", 12, "2015-04-01"),
        ("dd.MM.yy HH:mm:ss.S X", -3, "31.03.15 09:34:56.7 -0300"),
        ("yyyy'y''s'", 0, "2015y's"),
        ("epoch_second", 5, "1427805296"),
        ("year_month", 0, "2015-03"),
    ] {
        let shown = DateShown::new(
            None,
            &format.to_owned().try_into().unwrap(),
            zone_hours * 3_600_000,
        );
        let text = Shown::Date(shown.unwrap()).text_of_whole(NOW_MS);
        assert_eq!(text.as_deref(), Some(wanted), "{format}");
    }
}

#[test]
fn combinations_without_a_value_come_where_the_client_wants_them() {
    let key = |order: &str, missing_order: Value| {
        let source = json!({"terms": {"field": "tag", "missing_bucket": true, "order": order, "missing_order": missing_order}});
        let aggs = json!({"c": {"composite": {"sources": [{"t": source}], "after": {"t": null}}}});
        let plan = resolved(&aggs).unwrap();
        let Wire::Keyed(keyed) = &plan.wire[0].kind else {
            panic!()
        };
        let missing = keyed.sources[0].missing.clone().unwrap();
        assert!(matches!(&keyed.keep, Keep::ByKey { after: Some(after), .. } if *after == missing));
        let descending = [order == "desc"];
        let first = missing.compare(&Key::Str("a".to_owned()), &descending);
        (missing, first.is_lt())
    };
    for (order, missing_order, first) in [
        ("asc", "default", true),
        ("asc", "first", true),
        ("asc", "last", false),
        ("desc", "default", false),
        ("desc", "first", true),
        ("desc", "last", false),
    ] {
        let (key, is_first) = key(order, json!(missing_order));
        assert_eq!(is_first, first, "{order} {missing_order} {key:?}");
    }
}

#[test]
fn patterns_are_of_keywords_and_best_documents_have_an_order() {
    let error = resolved(&json!({"a": {"terms": {"field": "n", "include": "1.*"}}})).unwrap_err();
    assert!(error.to_string().contains("regular expression style"), "{error}");
    let plan =
        resolved(&json!({"a": {"terms": {"field": "n", "include": {"partition": 1, "num_partitions": 4}}}}));
    let Wire::Keyed(keyed) = &plan.unwrap().wire[0].kind else {
        panic!()
    };
    assert_eq!(keyed.sources[0].like.part, Some((1, 4)));
    let order = |sort: Value| {
        let plan = resolved(&json!({"a": {"top_hits": {"from": 2, "size": 5, "sort": sort}}}))?;
        let Wire::TopHits { order, max, .. } = plan.wire[0].kind.clone() else {
            panic!()
        };
        assert_eq!(max, 7);
        Ok::<_, ApiError>(order.into_iter().map(|key| key.by).collect::<Vec<_>>())
    };

    assert_eq!(order(json!(["_score"])).unwrap(), [SortBy::Score]);
    assert_eq!(
        order(json!([{"day": "desc"}, "_doc"])).unwrap(),
        [SortBy::Long("day".to_owned()), SortBy::Key]
    );
    assert!(
        order(json!(["title"]))
            .unwrap_err()
            .to_string()
            .contains("Fielddata")
    );
    assert!(
        order(json!(["nowhere"]))
            .unwrap_err()
            .to_string()
            .contains("No mapping found")
    );
}
