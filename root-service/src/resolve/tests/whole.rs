//! What concerns a query as a whole: bools, boosts, the table of terms, limits.

use serde_json::json;

use super::{becomes, mapping, refuses, run, value};
use crate::resolve::scored_slots;

#[test]
fn boosts_multiply_into_the_leaves_that_score() {
    becomes(&[
        (
            json!({"bool": {
                "must": {"bool": {"should": [{"match": {"body": {"query": "a", "boost": 2}}}, {"term": {"year": 1}}], "boost": 3}},
                "filter": {"match": {"body": {"query": "b", "boost": 5}}},
                "must_not": {"term": {"kind": {"value": "c", "boost": 5}}},
                "boost": 10
            }}),
            "(?body:a^60 ?year=1^30 #body:b -kind=c)/1",
        ),
        (
            json!({"constant_score": {"filter": {"match": {"body": {"query": "a b", "boost": 7}}}, "boost": 2}}),
            "constant{(?body:a ?body:b)/1}^2",
        ),
        (
            json!({"dis_max": {"queries": [{"match": {"body": "a"}}, {"match_all": {}}], "tie_breaker": 0.5, "boost": 2}}),
            "best{body:a^2 all^2}/0.5",
        ),
    ]);
    let huge = json!({"bool": {"must": {"match_all": {"boost": 1e20}}, "boost": 1e20}});
    refuses(&[(huge, "the boosts of a query multiply to [inf]")]);
}

#[test]
fn bools_ask_for_what_elasticsearch_asks_for() {
    let a = || json!({"match": {"body": "a"}});
    let b = || json!({"match": {"body": "b"}});
    becomes(&[
        (json!({"bool": {"boost": 2}}), "all^2"),
        (json!({"bool": {"should": [a(), b()]}}), "(?body:a ?body:b)/1"),
        (
            json!({"bool": {"should": [a(), b()], "filter": {"exists": {"field": "year"}}}}),
            "(?body:a ?body:b #exists(year))/0",
        ),
        (
            json!({"bool": {"must": a(), "should": b()}}),
            "(+body:a ?body:b)/0",
        ),
        (
            json!({"bool": {"must": a(), "should": b(), "minimum_should_match": 1}}),
            "(+body:a +body:b)/0",
        ),
        (
            json!({"bool": {"should": [a(), b()], "minimum_should_match": 0}}),
            "(?body:a ?body:b)/1",
        ),
        (
            json!({"bool": {"should": [a(), b()], "minimum_should_match": "100%"}}),
            "(+body:a +body:b)/0",
        ),
        (json!({"bool": {"must_not": a()}}), "(#all -body:a)/0"),
        (
            json!({"bool": {"must_not": a(), "should": b()}}),
            "(+body:b -body:a)/0",
        ),
        (json!({"bool": {"filter": {"term": {"kind": "a"}}}}), "kind=a^0"),
        (
            json!({"bool": {"must": [{"match": {"nowhere": "x"}}, a()]}}),
            "nothing",
        ),
        (
            json!({"bool": {"should": [{"match": {"nowhere": "x"}}, a()]}}),
            "body:a",
        ),
    ]);
}

#[test]
fn the_table_holds_the_terms_that_are_named_and_slots_those_that_score() {
    let query = run(&json!({"bool": {
        "must": [{"match": {"title": "whale"}}, {"match": {"kind": "k"}}],
        "should": [{"constant_score": {"filter": {"match": {"author.bio": "c"}}}}, {"match": {"nowhere": "x"}}],
        "filter": {"match": {"body": "b"}},
        "must_not": {"bool": {"must": [{"match": {"body": "gone"}}, {"match_none": {}}]}}
    }}))
    .unwrap();
    let terms: Vec<String> = query.terms.iter().map(|term| value(&term.value)).collect();
    assert_eq!(terms, ["whale", "k", "c", "b"]);
    let mapping = mapping();
    assert_eq!(
        scored_slots(&query),
        [mapping.kind("title").unwrap().slot().unwrap()]
    );
    let both = run(&json!({"multi_match": {"query": "a b", "fields": ["title", "body"]}})).unwrap();
    assert_eq!(scored_slots(&both).len(), 2);
}

#[test]
fn equal_queries_become_equal() {
    let nested = json!({"bool": {"must": [{"bool": {"should": [
        {"match": {"body": "a"}}, {"bool": {"should": [{"match": {"body": "b"}}]}}]}}]}});
    assert_eq!(
        run(&nested).unwrap(),
        run(&json!({"match": {"body": "a b"}})).unwrap()
    );
}

#[test]
fn clauses_are_limited_as_they_are_made() {
    let words = |count: usize| (0..count).map(|n| format!("w{n}")).collect::<Vec<_>>().join(" ");
    assert!(run(&json!({"match": {"body": words(1_024)}})).is_ok());
    let many = "maxClauseCount is set to 1024";
    refuses(&[
        (json!({"match": {"body": words(1_025)}}), many),
        (
            json!({"multi_match": {"query": words(600), "fields": ["title", "body"]}}),
            many,
        ),
        (json!({"terms": {"body": (0..1_025).collect::<Vec<_>>()}}), many),
    ]);
    // Repeated words are one clause.
    assert!(run(&json!({"match": {"body": "w ".repeat(100_000)}})).is_ok());
}
