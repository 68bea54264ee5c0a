//! What filters make of tokens: texts with positions.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::analysis::{Analysis, Analyzer, Differences, Token};

fn by(filters: &Value) -> Result<Analyzer, String> {
    let differences = Differences {
        max_ngram_diff: Some(3),
        max_shingle_diff: None,
    };
    let analysis = Analysis::new(serde_json::Map::new(), differences).unwrap();
    analysis
        .assembled(&json!({"tokenizer": "whitespace", "filter": filters}))
        .map_err(|error| error.to_string())
}

/// `text@position`, and `+length` where a token spans several positions.
fn show(token: &Token) -> String {
    let Token { text, position, .. } = token;
    match token.position_length {
        1 => format!("{text}@{position}"),
        length => format!("{text}@{position}+{length}"),
    }
}

fn shown(filters: &Value, text: &str) -> String {
    let tokens = by(filters).unwrap().tokens(text);
    tokens.iter().map(show).collect::<Vec<_>>().join(" ")
}

#[test]
fn letters_become_others() {
    for (filters, text, expected) in [
        (json!(["lowercase"]), "AÜ ΣΑΣ", "aü@0 σασ@1"),
        (
            json!([{"type": "lowercase", "language": "turkish"}]),
            "IĞDIR İZMİR",
            "ığdır@0 izmir@1",
        ),
        (
            json!([{"type": "lowercase", "language": "greek"}]),
            "Μάϊος",
            "μαιοσ@0",
        ),
        (json!(["uppercase"]), "aß", "ASS@0"),
        (json!(["asciifolding"]), "café Øre x", "cafe@0 Ore@1 x@2"),
        (
            json!([{"type": "asciifolding", "preserve_original": true}]),
            "café x",
            "cafe@0 café@0 x@1",
        ),
        (json!(["decimal_digit"]), "٣٤ ४", "34@0 4@1"),
    ] {
        assert_eq!(shown(&filters, text), expected, "{filters}");
    }
}

#[test]
fn words_are_dropped_and_stemmed() {
    for (filters, text, expected) in [
        (json!(["stop"]), "the cat of The", "cat@1 The@3"),
        (
            json!([{"type": "stop", "stopwords": ["_french_", "x"], "ignore_case": true}]),
            "LES X chats",
            "chats@2",
        ),
        (json!([{"type": "stop", "stopwords": "_none_"}]), "the", "the@0"),
        (json!([{"type": "keep", "keep_words": ["a"]}]), "b a", "a@1"),
        (json!(["stemmer"]), "running cats", "run@0 cat@1"),
        (
            json!([{"type": "snowball", "language": "German"}]),
            "katzen",
            "katz@0",
        ),
        (
            json!([{"type": "stemmer", "language": "minimal_english"}]),
            "ponies cats glass shoes",
            "pony@0 cat@1 glass@2 shoes@3",
        ),
        (
            json!([{"type": "stemmer", "name": "possessive_english"}]),
            "Bob's",
            "Bob@0",
        ),
        (
            json!([{"type": "keyword_marker", "keywords": "running"}, "stemmer"]),
            "running runs",
            "running@0 run@1",
        ),
        (
            json!([{"type": "stemmer_override", "rules": ["mice, mouses => mouse"]}, "stemmer"]),
            "mice cats",
            "mouse@0 cat@1",
        ),
    ] {
        assert_eq!(shown(&filters, text), expected, "{filters}");
    }
}

#[test]
fn tokens_are_cut_and_counted() {
    for (filters, text, expected) in [
        (json!([{"type": "unique"}]), "a b a", "a@0 b@1"),
        (
            json!([{"type": "asciifolding", "preserve_original": true}, "lowercase", "remove_duplicates"]),
            "É é a a",
            "e@0 é@0 e@1 é@1 a@2 a@3",
        ),
        (json!([{"type": "truncate", "length": 2}]), "éab", "éa@0"),
        (
            json!([{"type": "length", "min": 2, "max": 3}]),
            "é éa abcd",
            "éa@1",
        ),
        (json!(["reverse"]), "aé", "éa@0"),
        (
            json!([{"type": "elision", "articles": ["l"], "articles_case": true}]),
            "L'eau d'or",
            "eau@0 d'or@1",
        ),
        (json!(["apostrophe"]), "Türkiye'de", "Türkiye@0"),
        (
            json!([{"type": "limit", "max_token_count": 2}]),
            "a b c",
            "a@0 b@1",
        ),
        (
            json!([{"type": "pattern_replace", "pattern": "[aeiou]", "replacement": "*", "all": false}]),
            "aeb",
            "*eb@0",
        ),
        (
            json!([{"type": "ngram", "min_gram": 2, "max_gram": 3}]),
            "abc d",
            "ab@0 abc@0 bc@0",
        ),
        (
            json!([{"type": "edge_ngram", "min_gram": 2, "max_gram": 3, "preserve_original": true}]),
            "abcd e",
            "ab@0 abc@0 abcd@0 e@1",
        ),
        (
            json!([{"type": "edge_ngram", "min_gram": 1, "max_gram": 2, "side": "back"}]),
            "abc",
            "c@0 bc@0",
        ),
    ] {
        assert_eq!(shown(&filters, text), expected, "{filters}");
    }
}

#[test]
fn shingles_join_words_and_fill_gaps() {
    for (filters, text, expected) in [
        (json!(["shingle"]), "a b c", "a@0 a b@0+2 b@1 b c@1+2 c@2"),
        (
            json!([{"type": "shingle", "min_shingle_size": 2, "max_shingle_size": 3, "output_unigrams": false, "token_separator": "-"}]),
            "a b c",
            "a-b@0+2 a-b-c@0+3 b-c@1+2",
        ),
        (
            json!(["stop", {"type": "shingle", "output_unigrams": false}]),
            "cat of dog",
            "cat _@0+2 _ dog@1+2",
        ),
        (
            json!([{"type": "shingle", "output_unigrams": false, "output_unigrams_if_no_shingles": true}]),
            "a",
            "a@0",
        ),
    ] {
        assert_eq!(shown(&filters, text), expected, "{filters}");
    }
}

fn graph(rules: &Value) -> Value {
    json!([{"type": "synonym_graph", "synonyms": rules}])
}

fn flat(rules: &Value) -> Value {
    json!([{"type": "synonym", "synonyms": rules}])
}

#[test]
fn synonyms_of_one_word_share_its_position() {
    for make in [graph, flat] {
        for (rules, text, expected) in [
            (json!(["fast, quick"]), "fast fox", "quick@0 fast@0 fox@1"),
            (
                json!(["fast => quick, rapid"]),
                "fast fox",
                "quick@0 rapid@0 fox@1",
            ),
            (json!(["# a comment", "", "x, x"]), "x", "x@0"),
            (json!(["a, b", "a => c"]), "a", "b@0 c@0 a@0"),
        ] {
            let mut tokens: Vec<String> = shown(&make(&rules), text).split(' ').map(str::to_owned).collect();
            let mut expected: Vec<&str> = expected.split(' ').collect();
            tokens.sort_unstable();
            expected.sort_unstable();
            assert_eq!(tokens, expected, "{rules}");
        }
    }
}

#[test]
fn a_graph_has_ways_side_by_side() {
    for (rules, text, expected) in [
        (
            json!(["ny, new york"]),
            "the ny pizza",
            "the@0 new@1 ny@1+2 york@2 pizza@3",
        ),
        (
            json!(["ny, new york"]),
            "new york pizza",
            "ny@0+2 new@0 york@1 pizza@2",
        ),
        (json!(["new york => ny"]), "in new york now", "in@0 ny@1 now@2"),
        (json!(["ny => new york"]), "ny now", "new@0 york@1 now@2"),
        (json!(["a b, x y z"]), "a b c", "x@0 a@0+3 y@1 z@2+2 b@3 c@4"),
        (json!(["a b, c", "a => d"]), "a a b", "d@0 c@1+2 a@1 b@2"),
    ] {
        assert_eq!(shown(&graph(&rules), text), expected, "{rules} {text}");
    }
}

#[test]
fn flat_synonyms_lie_over_what_follows() {
    for (rules, text, expected) in [
        (json!(["ny, new york"]), "ny pizza", "new@0 ny@0 pizza@1 york@1"),
        (
            json!(["ny, new york"]),
            "new york pizza",
            "ny@0+2 new@0 york@1 pizza@2",
        ),
        (json!(["new york => ny"]), "in new york now", "in@0 ny@1 now@2"),
        (json!(["ny => new york"]), "ny", "new@0 york@1"),
    ] {
        assert_eq!(shown(&flat(&rules), text), expected, "{rules} {text}");
    }
}

#[test]
fn the_words_of_rules_are_made_by_the_filters_before() {
    let filters = json!(["lowercase", "stemmer", {"type": "synonym", "synonyms": ["Running => JOGGING"]}]);
    assert_eq!(shown(&filters, "Runs"), "jog@0");
    let contract = json!([{"type": "synonym", "synonyms": ["a, b"], "expand": false}]);
    assert_eq!(shown(&contract, "a b"), "a@0 a@1");
}

#[test]
fn rules_without_words_are_refused_or_passed_over() {
    let rules = json!(["the, a", "x, y"]);
    let strict = json!(["stop", {"type": "synonym", "synonyms": rules}]);
    assert!(by(&strict).unwrap_err().contains("completely eliminated"));
    let lenient = json!(["stop", {"type": "synonym", "synonyms": rules, "lenient": true}]);
    assert_eq!(
        shown(&lenient, "x"),
        "x@0 y@0".split(' ').rev().collect::<Vec<_>>().join(" ")
    );
    let grams = json!(["edge_ngram", {"type": "synonym", "synonyms": ["a, b"]}]);
    assert!(by(&grams).unwrap_err().contains("may come before synonyms"));
}

fn chains() -> impl Strategy<Value = Value> {
    let filter = prop::sample::select(vec![
        json!("lowercase"),
        json!({"type": "asciifolding", "preserve_original": true}),
        json!({"type": "stop", "stopwords": ["a"]}),
        json!({"type": "synonym", "synonyms": ["b, c d", "c d => e", "d => b c e"], "lenient": true}),
        json!({"type": "synonym_graph", "synonyms": ["b, c d", "c d, e b c", "d => b c"], "lenient": true}),
        json!("shingle"),
        json!({"type": "edge_ngram", "max_gram": 3}),
        json!({"type": "length", "min": 1}),
        json!("unique"),
    ]);
    let tokenizer = prop::sample::select(vec![
        json!("standard"),
        json!("whitespace"),
        json!("keyword"),
        json!("ngram"),
        json!("pattern"),
        json!("path_hierarchy"),
    ]);
    let char_filter = prop::sample::select(vec![
        json!("html_strip"),
        json!({"type": "mapping", "mappings": ["b => éé", "ü => "]}),
        json!({"type": "pattern_replace", "pattern": "c(.)", "replacement": "$1$1"}),
    ]);
    let filters = prop::collection::vec(filter, 0..4);
    let char_filters = prop::collection::vec(char_filter, 0..3);
    (char_filters, tokenizer, filters).prop_map(|(char_filter, tokenizer, filter)| {
        json!({"char_filter": char_filter, "tokenizer": tokenizer, "filter": filter})
    })
}

proptest! {
    #[test]
    fn offsets_are_in_the_text_and_positions_ascend(
        chain in chains(),
        text in "[a-eéüB /<>b&;\\-]{0,30}",
    ) {
        let made = Analysis::default().assembled(&chain);
        // Some filters do not go before synonyms.
        if let Ok(analyzer) = made {
            let mut before = 0;
            let tokens = analyzer.tokens(&text);
            for token in &tokens {
                prop_assert!(token.start <= token.end && token.end <= text.len(), "{token:?}");
                prop_assert!(text.is_char_boundary(token.start) && text.is_char_boundary(token.end), "{token:?}");
                prop_assert!(token.position >= before, "{tokens:?}");
                prop_assert!(token.position_length >= 1, "{tokens:?}");
                before = token.position;
            }
            let mut indexed = Vec::new();
            analyzer.tokenizer().token_stream(&text).process(&mut |token| {
                indexed.push((token.position, token.text.clone()));
            });
            let searched: Vec<_> = tokens.into_iter().map(|token| (token.position as usize, token.text)).collect();
            prop_assert_eq!(indexed, searched);
        }
    }
}
