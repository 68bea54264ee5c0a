//! What is read of `suggest`, and what is refused by name.

use std::borrow::Borrow;

use serde_json::json;

use super::*;
use crate::suggest::spelling::{By, Mode};

fn refusal(suggest: impl Borrow<Value>) -> String {
    parse(suggest.borrow()).unwrap_err().to_string()
}

#[test]
fn the_text_of_all_is_that_of_those_without() {
    let suggestions = parse(&json!({
        "text": "wahle",
        "a": {"term": {"field": "title", "sort": "frequency", "suggest_mode": "popular", "size": "3"}},
        "b": {"text": "shale", "phrase": {"field": "title"}},
        "text2": {"prefix": "wh", "completion": {"field": "input", "fuzzy": {"fuzziness": 1}}},
    }))
    .unwrap();
    let texts: Vec<&str> = suggestions.iter().map(|named| named.text.as_str()).collect();
    assert_eq!(texts, ["wahle", "shale", "wh"]);
    let What::Term(term) = &suggestions[0].what else {
        panic!("{suggestions:?}");
    };
    assert_eq!((term.common.size, term.common.ranked), (3, 5));
    assert_eq!(
        (term.spelling.by, term.spelling.mode),
        (By::Frequency, Mode::Popular)
    );
    let What::Completion(completion) = &suggestions[2].what else {
        panic!("{suggestions:?}");
    };
    assert!(matches!(completion.how, How::Fuzzily { prefix_length: 1, .. }));
}

#[test]
fn a_suggestion_may_be_named_text() {
    let suggestions = parse(&json!({"text": {"text": "x", "term": {"field": "f"}}})).unwrap();
    assert_eq!(suggestions[0].name, "text");
}

#[test]
fn what_is_not_understood_is_refused_by_name() {
    let term = |options: Value| json!({"s": {"text": "x", "term": options}});
    for (suggest, part) in [
        (json!([]), "[suggest] expects an object"),
        (json!({"x": 1}), "[suggest] does not support [x]"),
        (json!({"s": {"text": "x"}}), "missing suggestion object"),
        (
            json!({"s": {"term": {"field": "f"}}}),
            "The required text option is missing",
        ),
        (
            json!({"s": {"text": "x", "terms": {}}}),
            "unknown suggestion type [terms]",
        ),
        (
            json!({"s": {"text": "x", "y": 1, "term": {"field": "f"}}}),
            "does not support [y]",
        ),
        (term(json!({})), "[field] is missing"),
        (term(json!({"field": "f", "size": 0})), "[size] must be positive"),
        (term(json!({"field": "f", "size": 1_001})), "the limit is [1000]"),
        (
            term(json!({"field": "f", "lowercase_terms": true})),
            "[lowercase_terms]",
        ),
        (term(json!({"field": "f", "max_edits": 3})), "max_edits value 3"),
        (
            term(json!({"field": "f", "string_distance": "x"})),
            "[string_distance]",
        ),
        (term(json!({"field": "f", "suggest_mode": "x"})), "suggest mode x"),
        (term(json!({"field": "f", "min_doc_freq": 1.5})), "fractional"),
    ] {
        let message = refusal(suggest.clone());
        assert!(message.contains(part), "{suggest}: {message}");
    }
}

#[test]
fn what_is_no_phrase_or_completion_is_refused_by_name() {
    let phrase = |options: Value| json!({"s": {"text": "x", "phrase": options}});
    let completion = |options: Value| json!({"s": {"prefix": "x", "completion": options}});
    for (suggest, part) in [
        (phrase(json!({"field": "f", "collate": {}})), "[collate]"),
        (
            phrase(json!({"field": "f", "max_errors": 0})),
            "max_errors must be > 0.0",
        ),
        (
            phrase(json!({"field": "f", "highlight": {"pre_tag": "x"}})),
            "Pre and post tag",
        ),
        (
            phrase(json!({"field": "f", "smoothing": {"x": {}}})),
            "smoothing model [x]",
        ),
        (
            phrase(json!({"field": "f", "smoothing": {"linear_interpolation": {"trigram_lambda": 1}}})),
            "must sum to 1",
        ),
        (
            phrase(json!({"field": "f", "direct_generator": [{}]})),
            "field parameter",
        ),
        (
            phrase(json!({"field": "f", "direct_generator": [{"field": "f", "pre_filter": "x"}]})),
            "[pre_filter]",
        ),
        (completion(json!({"field": "f", "contexts": {}})), "[contexts]"),
        (
            completion(json!({"field": "f", "fuzzy": {"fuzziness": 3}})),
            "fuzziness",
        ),
        (completion(json!({"field": "f", "fuzzy": {"x": 3}})), "[x]"),
        (
            completion(json!({"field": "f", "regex": {"flags": "NONE"}})),
            "[flags]",
        ),
        (
            json!({"s": {"completion": {"field": "f"}}}),
            "'prefix/text' or 'regex'",
        ),
        (json!({"text": "x".repeat(9_000)}), "the limit is [8192]"),
        (
            json!({
                "a": {"prefix": "x", "completion": {"field": "f", "size": 6_000}},
                "b": {"prefix": "x", "completion": {"field": "f", "size": 6_000}},
            }),
            "the limit is [10000]",
        ),
    ] {
        let message = refusal(suggest.clone());
        assert!(message.contains(part), "{suggest}: {message}");
    }
}

#[test]
fn the_url_asks_for_similar_words() {
    let named = of_url("title", Some("wahle"), Some("always"), Some("2")).unwrap();
    assert_eq!((named.name.as_str(), named.text.as_str()), ("title", "wahle"));
    assert!(of_url("title", None, None, None).is_err());
}
