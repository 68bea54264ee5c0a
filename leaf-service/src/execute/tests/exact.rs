//! Ranges, sets and existence on exact fields.

use serde_json::{Value as Json, json};
use shared::wire::clause::{Bound, Clause, Field, LeafQuery, Value};

use super::fixture::{Doc, Layout, bare, exact, matching_ids, shards};
use crate::execute::ShardView;

/// One document for each value of a field, named by its place.
fn views(path: &str, values: &[Json]) -> Vec<ShardView> {
    let docs: Vec<Doc> = values
        .iter()
        .enumerate()
        .map(|(number, value)| Doc::new(number.to_string(), json!({ path: value })))
        .collect();
    shards(
        &docs,
        Layout {
            shards: 1,
            segments: 1,
        },
    )
}

fn in_range(views: &[ShardView], path: &str, lower: Bound, upper: Bound) -> String {
    let clause = Clause::Range {
        path: path.to_owned(),
        lower,
        upper,
        boost: 1.0,
    };
    matching_ids(views, &bare(clause)).join(" ")
}

fn with_term(views: &[ShardView], path: &str, value: Value) -> String {
    let any_of = Clause::AnyOf {
        field: Field::Exact(path.to_owned()),
        values: vec![value.clone()],
        boost: 1.0,
    };
    let found = matching_ids(views, &bare(any_of));
    let term = LeafQuery {
        terms: vec![exact(path, value)],
        clause: Clause::Term { term: 0, boost: 1.0 },
    };
    assert_eq!(matching_ids(views, &term), found);
    found.join(" ")
}

use Bound::{Excluded, Included, Open};
use Value::{Boolean, Double, Long};

#[test]
fn whole_numbers_range_with_bounds_of_any_kind() {
    let views = views(
        "n",
        &[json!(-5), json!(0), json!(7), json!(i64::MAX), json!(i64::MIN)],
    );
    let range = |lower, upper| in_range(&views, "n", lower, upper);
    assert_eq!(range(Included(Long(0)), Open), "1 2 3");
    assert_eq!(range(Excluded(Long(0)), Open), "2 3");
    assert_eq!(range(Open, Included(Long(0))), "0 1 4");
    assert_eq!(range(Open, Excluded(Long(0))), "0 4");
    assert_eq!(range(Excluded(Double(-5.5)), Excluded(Double(7.0))), "0 1");
    assert_eq!(range(Included(Long(0)), Included(Double(7.9))), "1 2");
    assert_eq!(range(Excluded(Long(i64::MAX)), Open), "");
    assert_eq!(range(Open, Excluded(Long(i64::MIN))), "");
    assert_eq!(range(Included(Double(f64::NEG_INFINITY)), Open), "0 1 2 3 4");
    assert_eq!(range(Included(Double(1e300)), Open), "");
    assert_eq!(range(Open, Included(Double(-1e300))), "");
    assert_eq!(range(Included(Long(9)), Included(Long(1))), "");
}

#[test]
fn real_numbers_range_alike_whether_a_segment_holds_whole_ones_only() {
    for other in [json!(100.0), json!(100.5)] {
        let views = views("x", &[json!(-5.0), json!(0.0), json!(-0.0), json!(7.0), other]);
        let range = |lower, upper| in_range(&views, "x", lower, upper);
        assert_eq!(range(Included(Double(0.0)), Open), "1 2 3 4");
        assert_eq!(range(Included(Double(-0.0)), Open), "1 2 3 4");
        assert_eq!(range(Excluded(Double(0.0)), Open), "3 4");
        assert_eq!(range(Open, Included(Double(-0.0))), "0 1 2");
        assert_eq!(range(Open, Excluded(Double(-0.0))), "0");
        assert_eq!(range(Included(Double(6.5)), Excluded(Double(7.5))), "3");
        assert_eq!(range(Excluded(Double(7.0)), Open), "4");
        assert_eq!(range(Included(Long(7)), Included(Long(7))), "3");
        assert_eq!(range(Open, Included(Double(-1e300))), "");
        assert_eq!(
            range(Included(Double(-1e300)), Included(Double(1e300))),
            "0 1 2 3 4"
        );
        assert_eq!(with_term(&views, "x", Double(7.0)), "3");
        assert_eq!(with_term(&views, "x", Double(0.0)), "1 2");
        assert_eq!(with_term(&views, "x", Double(7.1)), "");
    }
    let views = views("x", &[json!(0.1), json!(1e300)]);
    assert_eq!(with_term(&views, "x", Double(0.1)), "0");
    assert_eq!(with_term(&views, "x", Double(1e300)), "1");
    assert_eq!(in_range(&views, "x", Excluded(Double(0.1)), Open), "1");
    assert_eq!(in_range(&views, "x", Excluded(Long(0)), Excluded(Long(1))), "0");
}

#[test]
fn large_whole_bounds_are_compared_exactly_with_real_numbers() {
    let views = views("x", &[json!(9_007_199_254_740_992.0), json!(0.5)]);
    let just_above = 9_007_199_254_740_993;
    assert_eq!(in_range(&views, "x", Included(Long(just_above)), Open), "");
    assert_eq!(in_range(&views, "x", Excluded(Long(just_above - 1)), Open), "");
    assert_eq!(in_range(&views, "x", Included(Long(just_above - 1)), Open), "0");
    assert_eq!(in_range(&views, "x", Open, Excluded(Long(just_above))), "0 1");
}

#[test]
fn keywords_range_by_their_bytes() {
    let text = |text: &str| Value::Str(text.to_owned());
    let views = views(
        "tag",
        &[
            json!("apple"),
            json!("banana"),
            json!(["cherry", "apricot"]),
            json!("ä"),
        ],
    );
    let range = |lower, upper| in_range(&views, "tag", lower, upper);
    assert_eq!(range(Included(text("apple")), Excluded(text("b"))), "0 2");
    assert_eq!(range(Excluded(text("apple")), Included(text("banana"))), "1 2");
    assert_eq!(range(Excluded(text("cherry")), Open), "3");
    assert_eq!(range(Open, Excluded(text("apple"))), "");
    assert_eq!(range(Included(text("zz")), Included(text("zzz"))), "");
    assert_eq!(range(Included(text("b")), Included(text("a"))), "");
}

#[test]
fn booleans_have_an_order_too() {
    let views = views("flag", &[json!(true), json!(false), json!(null)]);
    let range = |lower, upper| in_range(&views, "flag", lower, upper);
    assert_eq!(range(Included(Boolean(true)), Open), "0");
    assert_eq!(range(Excluded(Boolean(false)), Open), "0");
    assert_eq!(range(Open, Included(Boolean(true))), "0 1");
    assert_eq!(range(Excluded(Boolean(true)), Open), "");
    assert_eq!(with_term(&views, "flag", Boolean(false)), "1");
}

#[test]
fn dates_are_milliseconds() {
    let views = views("day", &[json!("1970-01-02"), json!("1969-12-31")]);
    let day_ms = 24 * 3_600 * 1_000;
    assert_eq!(in_range(&views, "day", Included(Long(day_ms)), Open), "0");
    assert_eq!(in_range(&views, "day", Open, Excluded(Long(0))), "1");
    assert_eq!(with_term(&views, "day", Long(-day_ms)), "1");
}

#[test]
fn paths_with_dots_and_backslashes_are_found() {
    let text = |text: &str| Value::Str(text.to_owned());
    let docs = [
        Doc::new("dotted", json!({ "meta": { "kind": "a" } })),
        Doc::new("odd", json!({ r"odd\name": "b" })),
        Doc::new("neither", json!({ "title": "c" })),
    ];
    let views = shards(
        &docs,
        Layout {
            shards: 1,
            segments: 1,
        },
    );
    for (path, value, id) in [("meta.kind", "a", "dotted"), (r"odd\name", "b", "odd")] {
        let exists = Clause::Exists {
            path: path.to_owned(),
            boost: 2.0,
        };
        assert_eq!(matching_ids(&views, &bare(exists)), [id]);
        assert_eq!(with_term(&views, path, text(value)), id);
        assert_eq!(in_range(&views, path, Included(text(value)), Open), id);
    }
    let object = Clause::Exists {
        path: "meta".to_owned(),
        boost: 1.0,
    };
    assert!(matching_ids(&views, &bare(object)).is_empty());
}

#[test]
fn names_and_ids_are_found() {
    let docs = [
        Doc::new("both", json!({ "title": "a", "body": "b" })),
        Doc::new("one", json!({ "title": "a" })),
    ];
    let views = shards(
        &docs,
        Layout {
            shards: 1,
            segments: 1,
        },
    );
    let any_of = |field, value: &str| Clause::AnyOf {
        field,
        values: vec![Value::Str(value.to_owned()), Value::Str("missing".to_owned())],
        boost: 1.0,
    };
    assert_eq!(
        matching_ids(&views, &bare(any_of(Field::Names, "body"))),
        ["both"]
    );
    assert_eq!(matching_ids(&views, &bare(any_of(Field::Id, "one"))), ["one"]);
}

#[test]
fn constants_score_their_boost_exactly() {
    let docs = [Doc::new(
        "only",
        json!({ "title": "a", "flag": true, "n": 1, "tag": "t" }),
    )];
    let views = shards(
        &docs,
        Layout {
            shards: 1,
            segments: 1,
        },
    );
    let boost = 1.0;
    let clauses = [
        Clause::All { boost },
        Clause::Exists {
            path: "n".to_owned(),
            boost,
        },
        Clause::Range {
            path: "n".to_owned(),
            lower: Included(Long(0)),
            upper: Open,
            boost,
        },
        Clause::AnyOf {
            field: Field::Id,
            values: vec![Value::Str("only".to_owned())],
            boost,
        },
        Clause::Constant {
            clause: Box::new(Clause::All { boost: 9.0 }),
            boost,
        },
    ];
    for clause in &clauses {
        let (_, hits) = super::fixture::found(&views, &bare(clause.clone()), 1, 0);
        assert_eq!(hits[0].score, 1.0, "{clause:?}");
    }
    // Within a sum, too, where tantivy would drop clauses that match every document.
    let (must, should) = (clauses[..3].to_vec(), clauses[3..].to_vec());
    let sum = bare(Clause::bool_of(must, should, 0));
    let (_, hits) = super::fixture::found(&views, &sum, 1, 0);
    assert_eq!(hits[0].score, 5.0);
}
