//! What char filters make of texts, and where the tokens stood.

use serde_json::{Value, json};

use crate::analysis::Analysis;

/// Each token of words between white space, with the part of the text that it stands for.
fn shown(filters: &Value, text: &str) -> Vec<(String, String)> {
    let analyzer = Analysis::default()
        .assembled(&json!({"tokenizer": "whitespace", "char_filter": filters}))
        .unwrap();
    let tokens = analyzer.tokens(text).into_iter();
    tokens
        .map(|token| (token.text, text[token.start..token.end].to_owned()))
        .collect()
}

#[track_caller]
fn becomes(filters: &Value, text: &str, expected: &[(&str, &str)]) {
    let shown = shown(filters, text);
    let shown: Vec<(&str, &str)> = shown.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(shown, expected, "{filters} {text}");
}

#[test]
fn html_is_stripped_and_tokens_stand_for_their_words_alone() {
    let strip = json!(["html_strip"]);
    becomes(
        &strip,
        "<p>I&apos;m <b>so</b> happy!</p>",
        &[("I'm", "I&apos;m"), ("so", "so"), ("happy!", "happy!")],
    );
    becomes(
        &strip,
        "a<br/>b c<i>d</i>e",
        &[("a", "a"), ("b", "b"), ("cde", "c<i>d</i>e")],
    );
    becomes(
        &strip,
        "x<!-- y --> <script>var a = '<b>';</script>z",
        &[("x", "x"), ("z", "z")],
    );
    becomes(
        &strip,
        "&eacute;t&#233; &#x41;&amp;&unknown; 1 < 2",
        &[
            ("été", "&eacute;t&#233;"),
            ("A&&unknown;", "&#x41;&amp;&unknown;"),
            ("1", "1"),
            ("<", "<"),
            ("2", "2"),
        ],
    );
    becomes(
        &strip,
        "<a title=\"x > y\" href='u'>link</a>",
        &[("link", "link")],
    );
    becomes(
        &json!([{"type": "html_strip", "escaped_tags": ["b"]}]),
        "<b>x</b><i>y</i>",
        &[("<b>x</b>y", "<b>x</b><i>y")],
    );
}

#[test]
fn mappings_take_the_longest_of_what_is_found() {
    let smile = json!([{"type": "mapping", "mappings": [":) => happy", ":)) => very\\u0020happy", "ü => ue", "- => "]}]);
    becomes(
        &smile,
        "ü :)) :) a-b",
        &[
            ("ue", "ü"),
            ("very", ":))"),
            ("happy", ":))"),
            ("happy", ":)"),
            ("ab", "a-b"),
        ],
    );
}

#[test]
fn patterns_are_replaced_with_their_groups() {
    let dashes = json!([{"type": "pattern_replace", "pattern": "(\\d+)-(?=\\d)"}]);
    assert!(
        Analysis::default()
            .assembled(&json!({"tokenizer": "keyword", "char_filter": dashes}))
            .is_err()
    );
    let swap =
        json!([{"type": "pattern_replace", "pattern": "(\\d+)-(?<b>\\d+)", "replacement": "${b}_$1\\$"}]);
    becomes(&swap, "é 12-3", &[("é", "é"), ("3_12$", "12-3")]);
    let flags = json!([{"type": "pattern_replace", "pattern": "x+", "replacement": "y", "flags": "CASE_INSENSITIVE"}]);
    becomes(&flags, "aXxb", &[("ayb", "aXxb")]);
}

#[test]
fn offsets_go_back_through_all_filters() {
    let both = json!(["html_strip", {"type": "mapping", "mappings": ["& => and"]}]);
    becomes(
        &both,
        "<p>a &amp; b</p>",
        &[("a", "a"), ("and", "&amp;"), ("b", "b")],
    );
}
