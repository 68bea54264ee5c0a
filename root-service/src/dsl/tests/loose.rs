//! Patterns, fuzzy words, prefixes and functions.

use serde_json::json;
use shared::pattern::{Pattern, Syntax};
use shared::query::{Edits, Fuzziness, Query, QueryKind, Wording, Words};

use super::{boosted, reads, refuses};

#[test]
fn patterns_are_short_or_long() {
    let fits = |syntax, case_insensitive| QueryKind::Fits {
        field: "kind".to_owned(),
        pattern: Pattern {
            syntax,
            text: "a".to_owned(),
            case_insensitive,
        },
    };
    reads(
        &json!({"prefix": {"kind": "a"}}),
        Query::new(fits(Syntax::Prefix, false)),
    );
    reads(
        &json!({"wildcard": {"kind": {"wildcard": "a", "case_insensitive": true, "boost": 2, "rewrite": "constant_score"}}}),
        boosted(fits(Syntax::Wildcard, true), 2.0),
    );
    reads(
        &json!({"regexp": {"kind": {"value": "a", "flags": "ALL", "max_determinized_states": 100}}}),
        Query::new(fits(Syntax::Regexp, false)),
    );
    refuses(
        &json!({"prefix": {"kind": {"value": "a", "rewrite": "top_terms_10"}}}),
        "[prefix] [rewrite] expects [constant_score]",
    );
    refuses(
        &json!({"regexp": {"kind": {"value": "a", "flags": "COMPLEMENT"}}}),
        "does not support [flags]",
    );
    refuses(
        &json!({"regexp": {"kind": {"value": "(a|b)*c(a|b)", "max_determinized_states": 2}}}),
        "more than [max_determinized_states] of [2] states",
    );
    refuses(
        &json!({"wildcard": {"kind": {"boost": 1}}}),
        "[wildcard] requires [value]",
    );
    refuses(&json!({"prefix": {"kind": {"value": ["a"]}}}), "expects a string");
}

#[test]
fn fuzzy_words_have_their_options() {
    let fuzziness = Fuzziness {
        edits: Edits::Auto { low: 2, high: 4 },
        prefix_length: 1,
        expansions_max: 10,
        transpositions: false,
    };
    let (field, text) = ("kind".to_owned(), "a".to_owned());
    let kind = QueryKind::Fuzzy {
        field: field.clone(),
        text: text.clone(),
        fuzziness,
    };
    reads(
        &json!({"fuzzy": {"kind": {
            "value": "a", "fuzziness": "auto:2,4", "prefix_length": 1, "max_expansions": 10, "transpositions": false
        }}}),
        Query::new(kind),
    );
    let words = Words {
        text,
        fuzziness: Some(fuzziness),
        ..Words::default()
    };
    reads(
        &json!({"match": {"kind": {
            "query": "a", "fuzziness": "AUTO:2,4", "prefix_length": 1, "max_expansions": 10, "fuzzy_transpositions": false
        }}}),
        Query::new(QueryKind::Match { field, words }),
    );
    refuses(
        &json!({"fuzzy": {"kind": {"value": "a", "fuzziness": 3}}}),
        "cannot read fuzziness [3]",
    );
    refuses(
        &json!({"match": {"kind": {"query": "a", "max_expansions": 1001}}}),
        "[match] [max_expansions] must be from 1 to the limit of [1000], but was [1001]",
    );
    refuses(
        &json!({"match": {"kind": {"query": "a", "fuzzy_rewrite": "constant_score"}}}),
        "does not support [fuzzy_rewrite]",
    );
}

#[test]
fn prefixes_of_phrases_have_their_options() {
    let phrase = |expansions, slop| QueryKind::MatchPhrase {
        field: "a".to_owned(),
        text: "x y".to_owned(),
        wording: Wording::default(),
        slop,
        expansions: Some(expansions),
    };
    reads(
        &json!({"match_phrase_prefix": {"a": "x y"}}),
        Query::new(phrase(50, 0)),
    );
    reads(
        &json!({"match_phrase_prefix": {"a": {"query": "x y", "max_expansions": 7, "slop": 2}}}),
        Query::new(phrase(7, 2)),
    );
    refuses(
        &json!({"match_phrase": {"a": {"query": "x", "max_expansions": 7}}}),
        "[match_phrase] query does not support [max_expansions]",
    );
    refuses(
        &json!({"match_phrase_prefix": {"a": {"query": "x", "max_expansions": 0}}}),
        "must be from 1",
    );
}

#[test]
fn functions_are_one_or_several() {
    let all = json!({"match_all": {}});
    for good in [
        json!({"function_score": {"query": all, "random_score": {"seed": 10, "field": "_seq_no"}, "weight": 2}}),
        json!({"function_score": {"functions": [
            {"filter": all, "weight": 2},
            {"field_value_factor": {"field": "likes", "factor": 1.2, "modifier": "sqrt", "missing": 1}},
            {"gauss": {"date": {"origin": "2013-09-17", "scale": "10d", "offset": "5d", "decay": 0.5}, "multi_value_mode": "avg"}}
        ], "score_mode": "max", "boost_mode": "sum", "max_boost": 42, "min_score": 42}}),
    ] {
        let read = crate::dsl::parse_query(&good).unwrap();
        assert!(matches!(read.kind, QueryKind::FunctionScore(_)), "{good}");
    }
    for (bad, reason) in [
        (
            json!({"script_score": {"script": {}}}),
            "[script_score] is not offered",
        ),
        (json!({"functions": [{"filter": all}]}), "missing a function"),
        (
            json!({"functions": [{"weight": 1}], "weight": 2}),
            "already found functions",
        ),
        (
            json!({"functions": [{"random_score": {}, "exp": {"a": {"scale": 1}}}]}),
            "give each its own",
        ),
        (json!({"gauss": {"a": {"origin": 1}}}), "[gauss] requires [scale]"),
        (
            json!({"gauss": {"a": {"origin": 1, "scale": 1, "decay": 1}}}),
            "must be in the range (0..1)",
        ),
        (
            json!({"score_mode": "most"}),
            "expects multiply, sum, avg, first, max or min",
        ),
        (json!({"foo": 1}), "does not support [foo]"),
        (json!({"weight": -1}), "not negative"),
    ] {
        refuses(&json!({"function_score": bad}), reason);
    }
    refuses(
        &json!({"boosting": {"positive": all, "negative": all}}),
        "[boosting] requires [negative_boost]",
    );
}
