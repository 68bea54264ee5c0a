//! Analyzers as a whole.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn words(analyzer: &Analyzer, text: &str) -> Vec<String> {
    analyzer
        .tokens(text)
        .into_iter()
        .map(|token| token.text)
        .collect()
}

fn analysis(settings: &Value) -> Analysis {
    Analysis::new(settings.as_object().unwrap().clone(), Differences::default()).unwrap()
}

/// What tantivy indexes.
fn indexed(analyzer: &Analyzer, text: &str) -> Vec<(u32, usize, usize, String)> {
    let mut tokens = Vec::new();
    analyzer.tokenizer().token_stream(text).process(&mut |token| {
        let position = u32::try_from(token.position).unwrap();
        tokens.push((position, token.offset_from, token.offset_to, token.text.clone()));
    });
    tokens
}

fn searched(analyzer: &Analyzer, text: &str) -> Vec<(u32, usize, usize, String)> {
    let tokens = analyzer.tokens(text).into_iter();
    tokens
        .map(|token| (token.position, token.start, token.end, token.text))
        .collect()
}

#[test]
fn english_drops_stop_words_and_possessives_and_stems() {
    assert_eq!(
        words(&Analyzer::english(), "The runner's shoes were running"),
        ["runner", "shoe", "were", "run"]
    );
}

#[test]
fn stop_words_leave_gaps_for_phrases() {
    let positions: Vec<u32> = Analyzer::english()
        .tokens("state of the art")
        .iter()
        .map(|t| t.position)
        .collect();
    assert_eq!(positions, [0, 3]);
}

#[test]
fn keyword_and_whitespace_keep_the_text_as_it_is() {
    assert_eq!(words(&Analyzer::keyword(), "New York"), ["New York"]);
    assert_eq!(words(&Analyzer::whitespace(), "New-York  x"), ["New-York", "x"]);
}

#[test]
fn every_index_has_the_analyzers_of_the_types() {
    for (name, text, expected) in [
        ("simple", "Don't-2 stop", vec!["don", "t", "stop"]),
        ("stop", "The 2 foxes", vec!["foxes"]),
        ("pattern", "a-b,C", vec!["a", "b", "c"]),
        (
            "french",
            "L'avion vole dans les nuages",
            vec!["avion", "vol", "nuag"],
        ),
        ("german", "Die Katzen und der Hund", vec!["katz", "hund"]),
        ("spanish", "los gatos corriendo", vec!["gat", "corr"]),
    ] {
        assert_eq!(words(&Analyzer::by_name(name).unwrap(), text), expected, "{name}");
    }
}

#[test]
fn an_analyzer_has_char_filters_a_tokenizer_and_filters() {
    let analysis = analysis(&json!({
        "char_filter": {"and": {"type": "mapping", "mappings": ["& => and"]}},
        "tokenizer": {"dots": {"type": "pattern", "pattern": "[.\\s]"}},
        "filter": {"mine": {"type": "stop", "stopwords": ["of"], "ignore_case": true}},
        "analyzer": {
            "own": {
                "type": "custom", "char_filter": ["html_strip", "and"], "tokenizer": "dots",
                "filter": ["mine", "lowercase", "asciifolding"]
            },
            "plain": {"tokenizer": "standard"},
            "short": {"type": "standard", "max_token_length": 3, "stopwords": "_english_"},
            "exclusive": {"type": "english", "stem_exclusion": ["running"], "stopwords": ["cats"]}
        },
        "normalizer": {"folded": {"type": "custom", "filter": ["lowercase", "asciifolding"]}}
    }));
    let own = analysis.analyzer("own").unwrap();
    assert_eq!(words(&own, "<b>Café</b> Of.R&D"), ["cafe", "randd"]);
    assert_eq!(own.tokens("<b>Café</b> Of.R&D")[1].position, 2);
    assert_eq!(words(&analysis.analyzer("plain").unwrap(), "A b"), ["A", "b"]);
    assert_eq!(
        words(&analysis.analyzer("short").unwrap(), "the abcde"),
        ["abc", "de"]
    );
    let exclusive = analysis.analyzer("exclusive").unwrap();
    assert_eq!(
        words(&exclusive, "the cats running, runs"),
        ["the", "running", "run"]
    );
    let folded = analysis.normalizer("folded").unwrap();
    assert_eq!(words(&folded, "Änne Müller"), ["anne muller"]);
    assert!(analysis.normalizer("lowercase").is_some());
    assert!(analysis.normalizer("own").is_none());
}

#[test]
fn patterns_are_compared_as_the_letters_are_made() {
    let analysis = analysis(&json!({"analyzer": {
        "folded": {"tokenizer": "standard", "filter": ["lowercase", "asciifolding", "porter_stem"]},
        "upper": {"tokenizer": "keyword", "filter": ["uppercase", "trim"]}
    }}));
    assert_eq!(
        analysis.analyzer("folded").unwrap().normalized("CAFÉS*"),
        "cafes*"
    );
    assert_eq!(analysis.analyzer("upper").unwrap().normalized(" a?"), " A?");
    assert_eq!(Analyzer::english().normalized("Runn*"), "runn*");
    assert_eq!(Analyzer::by_name("simple").unwrap().normalized("A*"), "a*");
}

#[test]
fn what_the_catalog_keeps_makes_the_same_analyzers_again() {
    let own = analysis(&json!({"analyzer": {"a": {"tokenizer": "letter", "filter": ["lowercase"]}}}));
    let text = serde_json::to_string(&own).unwrap();
    let again: Analysis = serde_json::from_str(&text).unwrap();
    assert_eq!(again, own);
    assert_eq!(again.analyzer("a"), own.analyzer("a"));
    assert!(serde_json::from_str::<Analysis>("{}").unwrap().is_empty());
}

proptest! {
    #[test]
    fn the_quick_ways_agree_with_the_definitions(text in "[a-dsThe'’é. ,0-9ΣσßIİ\\-]{0,60}") {
        for analyzer in [Analyzer::standard(), Analyzer::english()] {
            prop_assert_eq!(indexed(&analyzer, &text), searched(&analyzer, &text));
        }
    }
}
