//! What tokenizers make of texts: tokens with offsets and positions.

use serde_json::{Value, json};

use crate::analysis::{Analysis, Analyzer};

fn by(tokenizer: &Value) -> Analyzer {
    Analysis::default()
        .assembled(&json!({ "tokenizer": tokenizer }))
        .unwrap()
}

/// `text@position[start-end]` for each.
fn shown(tokenizer: &Value, text: &str) -> String {
    let tokens = by(tokenizer).tokens(text);
    let shown = tokens
        .iter()
        .map(|token| format!("{}@{}[{}-{}]", token.text, token.position, token.start, token.end));
    shown.collect::<Vec<_>>().join(" ")
}

#[test]
fn words_have_kinds() {
    let tokens = by(&json!("standard")).tokens("It's 3.14 東 ひ カタ 한국 ก");
    let kinds: Vec<&str> = tokens.iter().map(|token| token.kind.name()).collect();
    assert_eq!(
        kinds,
        [
            "<ALPHANUM>",
            "<NUM>",
            "<IDEOGRAPHIC>",
            "<HIRAGANA>",
            "<KATAKANA>",
            "<HANGUL>",
            "<SOUTHEAST_ASIAN>"
        ]
    );
}

#[test]
fn each_type_cuts_as_it_says() {
    for (tokenizer, text, expected) in [
        (json!("whitespace"), "a-B  ç", "a-B@0[0-3] ç@1[5-7]"),
        (json!("letter"), "a1b Ç", "a@0[0-1] b@1[2-3] Ç@2[4-6]"),
        (json!("lowercase"), "A1B", "a@0[0-1] b@1[2-3]"),
        (json!("keyword"), " a b ", " a b @0[0-5]"),
        (json!("keyword"), "", ""),
        (json!("pattern"), "a, b!", "a@0[0-1] b@1[3-4]"),
        (
            json!({"type": "pattern", "pattern": "\"([^\"]*)\"", "group": 1}),
            "x \"a b\" \"c\"",
            "a b@0[3-6] c@1[9-10]",
        ),
        (
            json!({"type": "char_group", "tokenize_on_chars": ["whitespace", "-", "\\n"]}),
            "a-b\nc d",
            "a@0[0-1] b@1[2-3] c@2[4-5] d@3[6-7]",
        ),
        (
            json!({"type": "standard", "max_token_length": 2}),
            "abcde",
            "ab@0[0-2] cd@1[2-4] e@2[4-5]",
        ),
    ] {
        assert_eq!(shown(&tokenizer, text), expected, "{tokenizer}");
    }
}

#[test]
fn grams_are_of_runs_of_the_characters_that_belong() {
    for (tokenizer, text, expected) in [
        (json!("ngram"), "aé", "a@0[0-1] aé@1[0-3] é@2[1-3]"),
        (
            json!({"type": "ngram", "min_gram": 2, "max_gram": 2, "token_chars": ["letter"]}),
            "ab1cde",
            "ab@0[0-2] cd@1[3-5] de@2[4-6]",
        ),
        (json!("edge_ngram"), "abc de", "a@0[0-1] ab@1[0-2]"),
        (
            json!({"type": "edge_ngram", "min_gram": 2, "max_gram": 10, "token_chars": ["letter", "digit"]}),
            "a abc-d2",
            "ab@0[2-4] abc@1[2-5] d2@2[6-8]",
        ),
    ] {
        assert_eq!(shown(&tokenizer, text), expected, "{tokenizer}");
    }
}

#[test]
fn paths_have_those_above_them_in_one_position() {
    for (tokenizer, text, expected) in [
        (
            json!("path_hierarchy"),
            "/a/b/c",
            "/a@0[0-2] /a/b@0[0-4] /a/b/c@0[0-6]",
        ),
        (json!("path_hierarchy"), "a/b", "a@0[0-1] a/b@0[0-3]"),
        (
            json!({"type": "path_hierarchy", "delimiter": "-", "replacement": "/", "skip": 1}),
            "a-b-c",
            "/b@0[1-3] /b/c@0[1-5]",
        ),
        (
            json!({"type": "path_hierarchy", "delimiter": ".", "reverse": true}),
            "a.b.c",
            "a.b.c@0[0-5] b.c@0[2-5] c@0[4-5]",
        ),
        (
            json!({"type": "path_hierarchy", "delimiter": ".", "reverse": true, "skip": 1}),
            "a.b.c",
            "a.b.@0[0-4] b.@0[2-4]",
        ),
    ] {
        assert_eq!(shown(&tokenizer, text), expected, "{tokenizer} {text}");
    }
}

#[test]
fn patterns_cut_long_texts_in_parts() {
    let text = "word ".repeat(20_000);
    let tokens = by(&json!("pattern")).tokens(&text);
    assert_eq!(tokens.len(), 20_000);
    assert!(tokens.iter().all(|token| &text[token.start..token.end] == "word"));
}
