//! Words that stand for others, patterns, fields taken for one, and functions.

use serde_json::{Value as Json, json};
use shared::limits;

use super::{NOW_MS, becomes, mapping, refuses, show};
use crate::dsl::parse_query;
use crate::resolve::{Blend, Expanded, Resolved, best, resolve_expanded};

/// What every field of the index holds.
const DICTIONARY: [&str; 8] = [
    "sea", "seal", "seals", "shale", "whale", "whales", "while", "white",
];

/// Resolves as a root does: what words stand for is asked, and the query resolved again.
fn expanded(query: &Json) -> Resolved {
    let query = parse_query(query).unwrap();
    let first = resolve_expanded(&query, &mapping(), NOW_MS, &Expanded::new()).unwrap();
    let stands_for = |words: &shared::wire::clause::Expansion| {
        let begins = |term: &&str| match words.kind {
            shared::wire::clause::ExpansionKind::Prefix => term.starts_with(&words.text),
            shared::wire::clause::ExpansionKind::Fuzzy { .. } => true,
        };
        best(words, DICTIONARY.into_iter().filter(begins).map(str::to_owned))
    };
    let known: Expanded = first
        .unknown
        .iter()
        .map(|words| (words.clone(), stands_for(words)))
        .collect();
    let second = resolve_expanded(&query, &mapping(), NOW_MS, &known).unwrap();
    assert_eq!(second.unknown, []);
    second
}

#[track_caller]
fn expands(cases: &[(Json, &str)]) {
    for (query, expected) in cases {
        let resolved = expanded(query);
        assert_eq!(
            show(&resolved.query, &resolved.query.clause),
            *expected,
            "{query}"
        );
    }
}

#[test]
fn patterns_are_for_fields_of_words() {
    becomes(&[
        (json!({"prefix": {"kind": "wha"}}), "kind~prefix(wha)"),
        (
            json!({"wildcard": {"title": {"value": "Wh?le*", "boost": 2}}}),
            "title~wildcard(Wh?le*)^2",
        ),
        (json!({"regexp": {"title.raw": "a.*"}}), "title.raw~regexp(a.*)"),
        (json!({"prefix": {"nowhere": "a"}}), "nothing"),
        (
            json!({"bool": {"filter": {"prefix": {"kind": {"value": "a", "boost": 3}}}}}),
            "kind~prefix(a)^0",
        ),
        (
            json!({"query_string": {"query": "Wha*", "fields": ["body", "kind^2"]}}),
            "best{body~prefix(wha) kind~prefix(Wha)^2}/0",
        ),
        (
            json!({"query_string": {"query": "year:18*", "lenient": true}}),
            "nothing",
        ),
    ]);
    refuses(&[
        (
            json!({"prefix": {"year": "18"}}),
            "Can only use prefix queries on keyword and text fields - not on [year] which is of type [long]",
        ),
        (
            json!({"query_string": {"query": "year:18*"}}),
            "Can only use prefix queries",
        ),
        (
            json!({"regexp": {"kind": "("}}),
            "the pattern [(] of a [regexp] query cannot be read",
        ),
        (
            json!({"wildcard": {"kind": "x".repeat(limits::PATTERN_CHARS_MAX + 1)}}),
            "has [1001] characters, the limit is [1000]",
        ),
        (
            json!({"regexp": {"kind": "(a|b)*a(a|b){40}"}}),
            "is too complex: its automaton exceeds the limit of [10000] states",
        ),
        (json!({"prefix": {"_id": "1"}}), "does not support prefix queries"),
    ]);
}

#[test]
fn fuzzy_words_stand_for_similar_ones_that_are_scored_alike() {
    expands(&[
        (
            json!({"fuzzy": {"kind": "whale"}}),
            "(?kind:whale ?kind:shale^0.8 ?kind:whales^0.8 ?kind:while^0.8)/1",
        ),
        (
            json!({"fuzzy": {"kind": {"value": "whale", "max_expansions": 2, "prefix_length": 2}}}),
            "(?kind:whale ?kind:whales^0.8)/1",
        ),
        (
            json!({"fuzzy": {"kind": {"value": "whale", "fuzziness": 0}}}),
            "kind:whale",
        ),
        (json!({"fuzzy": {"kind": "zzzzz"}}), "nothing"),
        (
            json!({"match": {"body": {"query": "SEA wahle", "fuzziness": "AUTO", "operator": "and", "prefix_length": 3}}}),
            "nothing",
        ),
        (
            json!({"constant_score": {"filter": {"fuzzy": {"kind": "seals"}}}}),
            "constant{(?kind:seals ?kind:seal)/1}",
        ),
    ]);
    let resolved =
        expanded(&json!({"bool": {"should": [{"fuzzy": {"kind": "seals"}}, {"term": {"kind": "seal"}}]}}));
    assert_eq!(
        show(&resolved.query, &resolved.query.clause),
        "(?kind:seals ?kind:seal^0.75 ?kind:seal)/1"
    );
    assert_eq!(resolved.blends, [Blend::Same(vec![0, 1])]);
    refuses(&[
        (json!({"fuzzy": {"year": "1851"}}), "Can only use fuzzy queries"),
        (
            json!({"fuzzy": {"kind": {"value": "x".repeat(300), "fuzziness": 1}}}),
            "has [300] characters, the limit",
        ),
    ]);
}

#[test]
fn the_last_word_may_be_a_prefix() {
    expands(&[
        (
            json!({"match_phrase_prefix": {"body": "the white s"}}),
            "\"0=body:the 1=body:white 2=body:sea|body:seal|body:seals|body:shale\"~0",
        ),
        (
            json!({"match_phrase_prefix": {"body": {"query": "white s", "max_expansions": 2, "slop": 1, "boost": 2}}}),
            "\"0=body:white 1=body:sea|body:seal\"~1^2",
        ),
        (
            json!({"match_phrase_prefix": {"body": {"query": "wh", "max_expansions": 2}}}),
            "(?body:whale ?body:whales)/1",
        ),
        (json!({"match_phrase_prefix": {"body": "white x"}}), "nothing"),
        (
            json!({"match_bool_prefix": {"body": "White wha"}}),
            "(?body:white ?body~prefix(wha))/1",
        ),
        (
            json!({"match_bool_prefix": {"body": {"query": "white wha", "operator": "and"}}}),
            "(+body:white +body~prefix(wha))/0",
        ),
        (
            json!({"match_bool_prefix": {"kind": "White wha"}}),
            "kind~prefix(White wha)",
        ),
        (
            json!({"multi_match": {"query": "white wh", "type": "bool_prefix", "fields": ["body", "kind^2"]}}),
            "(?body:white ?body~prefix(wh) ?kind~prefix(white wh)^2)/1",
        ),
        (
            json!({"multi_match": {"query": "white sha", "type": "phrase_prefix", "fields": ["body^3", "title"], "tie_breaker": 0.5}}),
            "best{\"0=body:white 1=body:shale\"~0^3 \"0=title:white 1=title:shale\"~0}/0.5",
        ),
    ]);
    refuses(&[(
        json!({"match_phrase_prefix": {"kind": "a"}}),
        "does not support phrase prefix queries",
    )]);
}

#[test]
fn cross_fields_take_fields_with_one_analyzer_for_one() {
    let resolved = expanded(&json!({"multi_match": {
        "query": "white whale", "type": "cross_fields", "fields": ["body", "author.bio^2"], "operator": "and"
    }}));
    assert_eq!(
        show(&resolved.query, &resolved.query.clause),
        "(+best{body:white author.bio:white^2}/0 +best{body:whale author.bio:whale^2}/0)/0"
    );
    assert_eq!(
        resolved.blends,
        [Blend::Fields(vec![0, 1]), Blend::Fields(vec![2, 3])]
    );
    expands(&[(
        json!({"multi_match": {"query": "whales", "type": "cross_fields", "fields": ["body", "title"], "tie_breaker": 0.3}}),
        "best{body:whales title:whale}/0.3",
    )]);
}

#[test]
fn functions_change_scores() {
    expands(&[
        (
            json!({"boosting": {
                "positive": {"term": {"kind": "a"}}, "negative": {"term": {"kind": "b"}}, "negative_boost": 0.5, "boost": 2
            }}),
            "rescored{kind:a^2 by kind=b*0.5*One}",
        ),
        (
            json!({"function_score": {
                "query": {"term": {"kind": "a"}},
                "functions": [{"filter": {"match_all": {}}, "weight": 2}, {"filter": {"match_none": {}}, "weight": 3}],
                "min_score": 1.5
            }}),
            "rescored{kind:a by *2*One}>=1.5",
        ),
        (
            json!({"function_score": {"gauss": {"year": {"origin": 1851, "scale": 10, "offset": 1}}}}),
            "rescored{all by *1*Decay { path: \"year\", origin: 1851.0, offset: 1.0, \
             rate: -0.006931471805599453, shape: Gauss, pick: Min }}",
        ),
        (
            json!({"function_score": {"linear": {"date": {"scale": "1s", "decay": 0.75}}}}),
            "rescored{all by *1*Decay { path: \"date\", origin: 1427805296789.0, offset: 0.0, \
             rate: 4000.0, shape: Linear, pick: Min }}",
        ),
        // What a least score lets through depends on scores even in a filter.
        (
            json!({"constant_score": {"filter": {"function_score": {"query": {"term": {"kind": "a"}}, "min_score": 1}}}}),
            "constant{rescored{kind:a by }>=1}",
        ),
    ]);
    refuses(&[
        (
            json!({"function_score": {"field_value_factor": {"field": "kind"}}}),
            "has no numbers for [field_value_factor]",
        ),
        (
            json!({"function_score": {"field_value_factor": {"field": "nowhere"}}}),
            "Unable to find a field mapper for field [nowhere]",
        ),
        (
            json!({"function_score": {"gauss": {"year": {"scale": 10}}}}),
            "needs an [origin]",
        ),
        (
            json!({"function_score": {"exp": {"date": {"scale": "soon"}}}}),
            "failed to parse [soon] as a span of time",
        ),
        (
            json!({"function_score": {"exp": {"year": {"origin": 1, "scale": 0}}}}),
            "needs a [scale] above 0",
        ),
    ]);
}
