//! Definitions that are refused, and how.

use serde_json::{Value, json};

use crate::analysis::{Analysis, Differences};

fn error(settings: &Value) -> String {
    let settings = settings.as_object().unwrap().clone();
    Analysis::new(settings, Differences::default())
        .unwrap_err()
        .to_string()
}

#[test]
fn what_is_not_known_is_named() {
    for (settings, part) in [
        (json!({"analysers": {}}), "unknown key [analysers]"),
        (json!({"analyzer": {"a": {}}}), "an analyzer must have one"),
        (
            json!({"analyzer": {"a": {"type": "magic"}}}),
            "Unknown analyzer type [magic] for [a]; offered are custom",
        ),
        (
            json!({"analyzer": {"a": {"tokenizer": "x"}}}),
            "failed to find tokenizer under name [x]",
        ),
        (
            json!({"analyzer": {"a": {"tokenizer": "standard", "filter": ["lower"]}}}),
            "failed to find filter under name [lower]",
        ),
        (
            json!({"analyzer": {"a": {"tokenizer": "standard", "char_filter": "html"}}}),
            "failed to find char_filter under name [html]",
        ),
        (
            json!({"analyzer": {"a": {"tokenizer": "standard", "tokens": 1}}}),
            "unknown parameter [tokens] of analyzer [a]",
        ),
        (json!({"analyzer": {"a": 1}}), "expected an object"),
        (
            json!({"tokenizer": {"t": {"max_gram": 1}}}),
            "invalid value for [type] of tokenizer [t]: it is missing",
        ),
        (
            json!({"tokenizer": {"t": {"type": "uax_url_email"}}}),
            "Unknown tokenizer type [uax_url_email]",
        ),
        (
            json!({"filter": {"f": {"type": "phonetic"}}}),
            "Unknown filter type [phonetic]",
        ),
        (
            json!({"filter": {"f": {"type": "lowercase", "size": 1}}}),
            "unknown parameter [size] of filter [f]",
        ),
        (
            json!({"filter": {"f": {"type": "stemmer", "language": "klingon"}}}),
            "there is no stemmer [klingon]",
        ),
        (
            json!({"filter": {"f": {"type": "stop", "stopwords": "_thai_"}}}),
            "there is no list [_thai_]",
        ),
        (
            json!({"filter": {"f": {"type": "synonym", "synonyms_path": "x.txt"}}}),
            "[synonyms_path] of filter [f]: it is not offered",
        ),
        (
            json!({"filter": {"f": {"type": "pattern_replace", "pattern": "(?<=a)b"}}}),
            "[pattern] of filter [f]",
        ),
        (
            json!({"normalizer": {"n": {"type": "custom", "filter": ["stop"]}}}),
            "a normalizer may have only filters",
        ),
    ] {
        let error = error(&settings);
        assert!(error.contains(part), "{settings}: {error}");
    }
}

#[test]
fn limits_are_named() {
    let many = |count: usize| -> Vec<String> { (0..count).map(|at| format!("a{at}, b{at}")).collect() };
    for (settings, part) in [
        (
            json!({"tokenizer": {"t": {"type": "ngram", "min_gram": 1, "max_gram": 3}}}),
            "[index.max_ngram_diff]",
        ),
        (
            json!({"filter": {"f": {"type": "edge_ngram", "max_gram": 1_000}}}),
            "a whole number from [1] to [128]",
        ),
        (
            json!({"filter": {"f": {"type": "shingle", "max_shingle_size": 6}}}),
            "[index.max_shingle_diff]",
        ),
        (
            json!({"filter": {"f": {"type": "synonym", "synonyms": many(10_001)}}}),
            "it has [10001] entries, the limit is [10000]",
        ),
        (
            json!({"filter": {"f": {"type": "pattern_replace", "pattern": "a".repeat(1_001)}}}),
            "the limit of [1000] characters",
        ),
        (
            json!({"filter": {"f": {"type": "pattern_replace", "pattern": "(\\w{500}){500}"}}}),
            "takes more than the limit",
        ),
        (
            json!({"analyzer": {"a": {"tokenizer": "standard", "filter": vec!["lowercase"; 21]}}}),
            "filters in one chain",
        ),
        (
            json!({"filter": (0..101).map(|at| (format!("f{at}"), json!({"type": "trim"}))).collect::<serde_json::Map<_, _>>()}),
            "definitions of one kind",
        ),
        (
            json!({"filter": {"f": {"type": "stop", "stopwords": ["x".repeat(1024 * 1024)]}}}),
            "bytes, the limit is [1048576]",
        ),
        (
            json!({"tokenizer": {"t": {"type": "standard", "max_token_length": 256}}}),
            "a whole number from [1] to [255]",
        ),
    ] {
        let error = error(&settings);
        assert!(error.contains(part), "{error}");
    }
}
