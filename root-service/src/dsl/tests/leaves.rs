//! Queries of words and values.

use serde_json::{Value, json};
use shared::limits;
use shared::query::{Edge, MinimumShouldMatch, MultiMatchKind, Operator, Query, QueryKind, Wording, Words};

use super::{boosted, matching, reads, refuses, words};
use crate::dsl::parse_query;

#[test]
fn match_is_short_or_long() {
    reads(&json!({"match": {"title": "x y"}}), matching("title", "x y"));
    reads(&json!({"match": {"year": 1851}}), matching("year", "1851"));
    reads(&json!({"match": {"open": true}}), matching("open", "true"));
    let long = json!({"match": {"title": {
        "query": "x y", "operator": "AND", "minimum_should_match": "75%", "boost": 2, "zero_terms_query": "all",
        "lenient": false, "auto_generate_synonyms_phrase_query": true
    }}});
    let words = Words {
        text: "x y".to_owned(),
        operator: Operator::And,
        minimum_should_match: Some(MinimumShouldMatch::parse("75%").unwrap()),
        zero_terms_match_all: true,
        ..Words::default()
    };
    let field = "title".to_owned();
    reads(&long, boosted(QueryKind::Match { field, words }, 2.0));
}

#[test]
fn multi_match_takes_fields_with_boosts_and_patterns() {
    let fields = || vec![("title".to_owned(), 3.0), ("body*".to_owned(), 1.0)];
    let with = |kind, tie_breaker| {
        Query::new(QueryKind::MultiMatch {
            fields: fields(),
            words: words("x"),
            kind,
            tie_breaker,
        })
    };
    let json = |more: Value| {
        let mut body = json!({"query": "x", "fields": ["title^3", "body*"]});
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        json!({"multi_match": body})
    };
    reads(&json(json!({})), with(MultiMatchKind::BestFields, 0.0));
    reads(
        &json(json!({"type": "best_fields", "tie_breaker": 0.5})),
        with(MultiMatchKind::BestFields, 0.5),
    );
    reads(
        &json(json!({"type": "most_fields"})),
        with(MultiMatchKind::MostFields, 1.0),
    );
    // With a share of its own, the sum of the fields is their best plus that share of the others.
    reads(
        &json(json!({"type": "most_fields", "tie_breaker": 0.5})),
        with(MultiMatchKind::BestFields, 0.5),
    );
    let phrase = QueryKind::MultiPhrase {
        fields: fields(),
        text: "x".to_owned(),
        wording: Wording::default(),
        slop: 2,
        expansions: None,
        tie_breaker: 0.0,
    };
    reads(&json(json!({"type": "phrase", "slop": 2})), Query::new(phrase));
    refuses(
        &json(json!({"type": "cross_fields", "fuzziness": 1})),
        "Fuzziness not allowed for type [cross_fields]",
    );
    refuses(
        &json(json!({"slop": 2})),
        "goes with [type] [phrase] and [phrase_prefix] only",
    );
    refuses(
        &json!({"multi_match": {"query": "x", "fields": ["^2"]}}),
        "empty or too long",
    );
    refuses(
        &json!({"multi_match": {"fields": ["a"]}}),
        "[multi_match] requires [query]",
    );
}

#[test]
fn exact_queries_are_short_or_long() {
    let field = || "kind".to_owned();
    let term = |value: Value| QueryKind::Term {
        field: field(),
        value,
    };
    reads(&json!({"term": {"kind": "a"}}), Query::new(term(json!("a"))));
    reads(
        &json!({"term": {"kind": {"value": 1, "boost": "1.5"}}}),
        boosted(term(json!(1)), 1.5),
    );
    let values = vec![json!("a"), json!(2), json!(true)];
    reads(
        &json!({"terms": {"kind": ["a", 2, true], "boost": 2}}),
        boosted(
            QueryKind::Terms {
                field: field(),
                values,
            },
            2.0,
        ),
    );
    let ids = |values: &[&str]| QueryKind::Ids {
        values: values.iter().map(|id| (*id).to_owned()).collect(),
    };
    reads(
        &json!({"ids": {"values": ["1", 2]}}),
        Query::new(ids(&["1", "2"])),
    );
    reads(&json!({"ids": {"values": "1"}}), Query::new(ids(&["1"])));
    reads(
        &json!({"exists": {"field": "kind", "boost": 0}}),
        boosted(QueryKind::Exists { field: field() }, 0.0),
    );
    refuses(&json!({"term": {"kind": ["a"]}}), "use [terms]");
    refuses(
        &json!({"term": {"kind": null}}),
        "[term] [kind] expects a string, a number or a boolean",
    );
    refuses(
        &json!({"term": {"kind": {"boost": 2}}}),
        "[term] requires [value]",
    );
    refuses(
        &json!({"terms": {"kind": "a"}}),
        "[terms] [kind] expects an array of values",
    );
    refuses(
        &json!({"terms": {"kind": {"index": "i"}}}),
        "lookup for [kind] is not offered yet",
    );
    refuses(
        &json!({"terms": {"a": [], "b": []}}),
        "does not support multiple fields",
    );
    refuses(&json!({"terms": {"boost": 2}}), "requires a field");
    let many = vec![0; limits::TERMS_MAX + 1];
    refuses(
        &json!({"terms": {"kind": many}}),
        "exceeded the allowed maximum of [65536]",
    );
    refuses(
        &json!({"ids": {"values": many}}),
        "exceeded the allowed maximum of [65536]",
    );
}

#[test]
fn ranges_have_one_end_or_two() {
    let range = |lower, upper, format: Option<&str>| QueryKind::Range {
        field: "year".to_owned(),
        lower,
        upper,
        format: format.map(str::to_owned),
    };
    reads(
        &json!({"range": {"year": {"gte": 1840, "lt": "1860", "boost": 2}}}),
        boosted(
            range(Edge::Included(json!(1840)), Edge::Excluded(json!("1860")), None),
            2.0,
        ),
    );
    reads(
        &json!({"range": {"year": {"gt": 1, "lte": null, "format": "yyyy"}}}),
        Query::new(range(Edge::Excluded(json!(1)), Edge::Open, Some("yyyy"))),
    );
    reads(
        &json!({"range": {"year": {}}}),
        Query::new(range(Edge::Open, Edge::Open, None)),
    );
    refuses(
        &json!({"range": {"year": {"gt": 1, "gte": 1}}}),
        "[gt] and [gte], but not both",
    );
    refuses(
        &json!({"range": {"year": {"lt": 1, "lte": 1}}}),
        "[lt] and [lte], but not both",
    );
    refuses(
        &json!({"range": {"year": {"time_zone": "Z"}}}),
        "[range] query does not support [time_zone]",
    );
    for deprecated in ["from", "to", "include_lower", "include_upper"] {
        refuses(
            &json!({"range": {"year": {deprecated: 1}}}),
            "use [gt], [gte], [lt] or [lte]",
        );
    }
}

#[test]
fn phrases_have_a_slop_within_limits() {
    let phrase = |slop| {
        Query::new(QueryKind::MatchPhrase {
            field: "a".to_owned(),
            text: "x y".to_owned(),
            wording: Wording::default(),
            slop,
            expansions: None,
        })
    };
    reads(&json!({"match_phrase": {"a": "x y"}}), phrase(0));
    reads(
        &json!({"match_phrase": {"a": {"query": "x y", "slop": 10}}}),
        phrase(10),
    );
    for slop in [11, -1, i64::MAX] {
        refuses(
            &json!({"match_phrase": {"a": {"query": "x y", "slop": slop}}}),
            "to the limit of [10]",
        );
    }
}

#[test]
fn query_strings_take_their_options() {
    let expected = boosted(
        QueryKind::Bool {
            must: vec![],
            should: vec![],
            filter: vec![],
            must_not: vec![],
            minimum_should_match: None,
        },
        2.0,
    );
    let json = json!({"query_string": {
        "query": "x y", "default_field": "a", "default_operator": "and", "boost": 2, "analyze_wildcard": false
    }});
    let query = parse_query(&json).unwrap();
    let QueryKind::Bool { must, .. } = &query.kind else {
        panic!("{query:?}");
    };
    assert_eq!((must.len(), query.boost), (2, expected.boost));
    refuses(
        &json!({"query_string": {"query": "x", "analyze_wildcard": true}}),
        "does not support [analyze_wildcard]",
    );
    refuses(
        &json!({"query_string": {"query": "x", "default_field": "a", "fields": ["b"]}}),
        "but not both",
    );
    refuses(
        &json!({"query_string": {"query": "(x"}}),
        "Failed to parse query [(x]",
    );
}
