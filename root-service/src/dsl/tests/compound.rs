//! Queries of queries, what is unknown, and the limits.

use serde_json::json;
use shared::limits;
use shared::query::{MinimumShouldMatch, Query, QueryKind};

use super::{boosted, matching, reads, refuses};
use crate::dsl::parse_query;

#[test]
fn bools_take_one_query_or_several() {
    let expected = boosted(
        QueryKind::Bool {
            must: vec![matching("a", "x")],
            should: vec![matching("a", "y"), matching("a", "z")],
            filter: vec![],
            must_not: vec![Query::new(QueryKind::MatchAll)],
            minimum_should_match: Some(MinimumShouldMatch::count(1)),
        },
        2.0,
    );
    let json = json!({"bool": {
        "must": {"match": {"a": "x"}},
        "should": [{"match": {"a": "y"}}, {"match": {"a": "z"}}],
        "filter": [],
        "must_not": [{"match_all": {}}],
        "minimum_should_match": 1,
        "adjust_pure_negative": true,
        "boost": 2
    }});
    reads(&json, expected);
    refuses(&json!({"bool": {"must": [1]}}), "a query must be an object");
    refuses(&json!({"bool": {"must": [{}]}}), "empty clause");
    refuses(
        &json!({"bool": {"muts": []}}),
        "[bool] query does not support [muts]",
    );
    refuses(
        &json!({"bool": {"minimum_should_match": "most"}}),
        "cannot read minimum_should_match [most]",
    );
    refuses(&json!({"bool": []}), "[bool] expects an object");
}

#[test]
fn wrapping_queries_wrap() {
    let filter = Box::new(matching("a", "x"));
    reads(
        &json!({"constant_score": {"filter": {"match": {"a": "x"}}, "boost": 3}}),
        boosted(QueryKind::ConstantScore { filter }, 3.0),
    );
    let kind = QueryKind::DisMax {
        queries: vec![matching("a", "x")],
        tie_breaker: 0.25,
    };
    reads(
        &json!({"dis_max": {"queries": [{"match": {"a": "x"}}], "tie_breaker": 0.25}}),
        Query::new(kind),
    );
    reads(
        &json!({"match_all": {"boost": 2}}),
        boosted(QueryKind::MatchAll, 2.0),
    );
    reads(&json!({"match_none": {}}), Query::new(QueryKind::MatchNone));
    refuses(
        &json!({"constant_score": {}}),
        "[constant_score] requires [filter]",
    );
    refuses(&json!({"dis_max": {"queries": []}}), "at least one clause");
    refuses(
        &json!({"dis_max": {"queries": [], "tie_breaker": 2}}),
        "expects a number from 0 to 1",
    );
}

#[test]
fn what_is_unknown_is_named() {
    refuses(
        &json!({"mach": {"a": "x"}}),
        "unknown query [mach] did you mean [match]?",
    );
    refuses(
        &json!({"intervals": {"a": "x"}}),
        "[intervals] query is not offered yet",
    );
    refuses(
        &json!({"match": {"a": {"query": "x", "foo": 1}}}),
        "[match] query does not support [foo]",
    );
    refuses(&json!({"match": {"a": "x", "b": "y"}}), "found [a] and [b]");
    refuses(
        &json!({"match": {"a": "x"}, "term": {"b": "y"}}),
        "[match] malformed query, expected its end but found [term]",
    );
    refuses(&json!({"match": "x"}), "[match] query malformed");
    refuses(
        &json!({"match": {"a": ["x"]}}),
        "[match] [a] expects a string, a number or a boolean",
    );
    refuses(
        &json!({"match": {"a": {"query": "x", "boost": -1}}}),
        "not negative",
    );
    refuses(&json!({"match": {"a": {"query": "x", "boost": 1e300}}}), "finite");
    refuses(
        &json!({"match": {"a": {"query": "x", "boost": "NaN"}}}),
        "[match] [boost] expects a number",
    );
    refuses(&json!([]), "a query must be an object");
}

#[test]
fn nesting_and_number_of_clauses_are_limited() {
    let mut query = json!({"match_all": {}});
    for _ in 1..limits::QUERY_DEPTH_MAX {
        query = json!({"bool": {"must": query}});
    }
    assert!(parse_query(&query).is_ok());
    refuses(
        &json!({"bool": {"must": query}}),
        "nested deeper than the limit of [20]",
    );
    let many = vec![json!({"match_all": {}}); 2 * limits::CLAUSES_MAX];
    refuses(
        &json!({"bool": {"should": many}}),
        "more clauses than the limit of [1024]",
    );
}

#[test]
fn every_kind_of_query_may_have_a_name() {
    for query in [
        json!({"match": {"a": {"query": "x", "_name": "n"}}}),
        json!({"match_phrase": {"a": {"query": "x", "_name": "n"}}}),
        json!({"match_bool_prefix": {"a": {"query": "x", "_name": "n"}}}),
        json!({"term": {"a": {"value": "x", "_name": "n"}}}),
        json!({"range": {"a": {"gte": 1, "_name": "n"}}}),
        json!({"prefix": {"a": {"value": "x", "_name": "n"}}}),
        json!({"fuzzy": {"a": {"value": "x", "_name": "n"}}}),
        json!({"terms": {"a": ["x"], "_name": "n"}}),
        json!({"ids": {"values": ["1"], "_name": "n"}}),
        json!({"exists": {"field": "a", "_name": "n"}}),
        json!({"multi_match": {"query": "x", "_name": "n"}}),
        json!({"query_string": {"query": "x", "_name": "n"}}),
        json!({"match_all": {"_name": "n"}}),
        json!({"bool": {"_name": "n"}}),
        json!({"constant_score": {"filter": {"match_all": {}}, "_name": "n"}}),
        json!({"dis_max": {"queries": [{"match_all": {}}], "_name": "n"}}),
        json!({"function_score": {"_name": "n"}}),
        json!({"boosting": {
            "positive": {"match_all": {}}, "negative": {"match_none": {}}, "negative_boost": 0.5, "_name": "n",
        }}),
    ] {
        let read = parse_query(&query).unwrap();
        assert_eq!(read.name.as_deref(), Some("n"), "{query}");
    }
    refuses(
        &json!({"match_all": {"_name": 1}}),
        "[query] [_name] expects a string",
    );
    let long = "n".repeat(limits::QUERY_NAME_BYTES_MAX + 1);
    refuses(&json!({"match_all": {"_name": long}}), "the limit is [512]");
    let many = vec![json!({"match_all": {"_name": "n"}}); limits::QUERY_NAMES_MAX + 1];
    refuses(
        &json!({"bool": {"should": many}}),
        "more names than the limit of [256]",
    );
}

#[test]
fn names_are_listed_in_the_order_of_their_queries() {
    let named = |name: &str| json!({"match_all": {"_name": name}});
    let query = json!({"bool": {
        "_name": "a",
        "must": {"dis_max": {"queries": [named("b"), named("c")], "_name": "x"}},
        "should": [{"function_score": {"query": named("d"), "functions": [{"filter": named("e"), "weight": 1}]}}],
        "filter": {"constant_score": {"filter": named("f")}},
        "must_not": {"boosting": {"positive": named("g"), "negative": named("h"), "negative_boost": 1}},
    }});
    let read = parse_query(&query).unwrap();
    let names: Vec<&str> = read.named().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["a", "x", "b", "c", "d", "e", "f", "g", "h"]);
}
