//! Queries in words.

use serde_json::{Value as Json, json};
use shared::mapping::{Mapping, Parsed};

use super::Glossary;
use crate::dsl::parse_query;
use crate::resolve::resolve;

fn mapping() -> Mapping {
    let json = json!({"properties": {
        "title": {"type": "text"},
        "body": {"type": "text"},
        "kind": {"type": "keyword"},
        "year": {"type": "long"},
        "date": {"type": "date"},
        "address": {"type": "ip"},
    }});
    Parsed::from_json(json.as_object().unwrap()).unwrap().mapping
}

fn text(query: &Json) -> String {
    let resolved = resolve(&parse_query(query).unwrap(), &mapping(), 0).unwrap();
    Glossary::new(resolved, &mapping()).text()
}

#[test]
fn queries_read_as_lucene_writes_them() {
    for (query, expected) in [
        (json!({"match_all": {}}), "*:*"),
        (json!({"match": {"title": "Star Wars"}}), "title:star title:wars"),
        (
            json!({"match": {"title": {"query": "star wars", "operator": "and", "boost": 2}}}),
            "+title:star^2.0 +title:wars^2.0",
        ),
        (
            json!({"match_phrase": {"title": {"query": "star wars", "slop": 2}}}),
            "title:\"star wars\"~2",
        ),
        (json!({"term": {"kind": "x y"}}), "kind:x y"),
        (json!({"terms": {"year": [1, 2]}}), "year:(1 2)"),
        (json!({"term": {"address": "10.0.0.1"}}), "address:10.0.0.1"),
        (json!({"prefix": {"kind": "ab"}}), "kind:ab*"),
        (
            json!({"range": {"year": {"gt": 1990, "lte": 1999}}}),
            "year:[1991 TO 1999]",
        ),
        (
            json!({"range": {"date": {"gte": "2020-01-01"}}}),
            "date:[2020-01-01T00:00:00.000Z TO *]",
        ),
        (
            json!({"bool": {
                "must": {"match": {"title": "star"}},
                "filter": {"range": {"year": {"gte": 1990, "lte": 1999}}},
                "must_not": {"term": {"kind": "b"}},
            }}),
            "+title:star #year:[1990 TO 1999] -kind:b",
        ),
        (
            json!({"dis_max": {"queries": [{"match": {"title": "a"}}, {"match": {"body": "b"}}], "tie_breaker": 0.3}}),
            "(title:a | body:b)~0.3",
        ),
        (
            json!({"constant_score": {"filter": {"term": {"kind": "a"}}, "boost": 3}}),
            "kind:a^3.0",
        ),
    ] {
        assert_eq!(text(&query), expected, "{query}");
    }
}

#[test]
fn functions_are_named_and_long_lists_are_cut() {
    let query = json!({"function_score": {
        "query": {"match": {"title": "a"}},
        "functions": [{"filter": {"term": {"kind": "x"}}, "field_value_factor": {"field": "year", "missing": 1}}],
        "min_score": 2,
    }});
    let shown = text(&query);
    assert!(
        shown.starts_with("function score (title:a, functions: [{filter("),
        "{shown}"
    );
    assert!(shown.contains("doc['year'].value?:1.0 * factor=1.0"), "{shown}");
    assert!(shown.ends_with("min_score: 2)"), "{shown}");
    let years: Vec<u32> = (0..50).collect();
    assert!(text(&json!({"terms": {"year": years}})).ends_with("15 … 34 more)"));
    let long = "x".repeat(5_000);
    assert!(text(&json!({"term": {"kind": long}})).chars().count() < 300);
}
