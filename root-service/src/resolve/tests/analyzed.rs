//! Words that an index's own analyzers make: synonyms, pieces, and analyzers that queries name.

use serde_json::{Value as Json, json};
use shared::analysis::{Analysis, Differences};
use shared::mapping::{Mapping, Parsed};
use shared::wire::clause::{Clause, Field, LeafQuery};

use super::{NOW_MS, boosted};
use crate::dsl::parse_query;
use crate::error::ApiError;
use crate::resolve::{Expanded, resolve_expanded};

fn mapping() -> Mapping {
    let settings = json!({
        "filter": {
            "same": {"type": "synonym_graph", "synonyms": ["fast, quick", "ny, new york", "uk, united kingdom, great britain"]},
            "pieces": {"type": "edge_ngram", "min_gram": 1, "max_gram": 2}
        },
        "analyzer": {
            "same": {"tokenizer": "standard", "filter": ["lowercase", "same"]},
            "pieces": {"tokenizer": "standard", "filter": ["lowercase", "pieces"]},
            "pairs": {"tokenizer": "standard", "filter": ["lowercase", "shingle"]}
        }
    });
    let analysis = Analysis::new(settings.as_object().unwrap().clone(), Differences::default()).unwrap();
    let fields = json!({"properties": {
        "s": {"type": "text", "search_analyzer": "same"},
        "p": {"type": "text", "analyzer": "pieces", "search_analyzer": "standard"},
        "k": {"type": "keyword"}
    }});
    Parsed::with_analysis(fields.as_object().unwrap(), &analysis)
        .unwrap()
        .mapping
}

fn run(query: &Json) -> Result<LeafQuery, ApiError> {
    let resolved = resolve_expanded(&parse_query(query).unwrap(), &mapping(), NOW_MS, &Expanded::new())?;
    Ok(resolved.query)
}

/// As in the other tests, with terms alone: the fields are plain.
fn show(query: &LeafQuery, clause: &Clause) -> String {
    let term = |number: &u32| {
        let term = &query.terms[*number as usize];
        let slot = match term.field {
            Field::Text(slot) => slot,
            _ => u16::MAX,
        };
        format!("{slot}:{}", super::value(&term.value))
    };
    let terms = |numbers: &[u32], joint: &str| numbers.iter().map(term).collect::<Vec<_>>().join(joint);
    let list = |sign: &str, clauses: &[Clause]| {
        let shown = clauses
            .iter()
            .map(|clause| format!("{sign}{}", show(query, clause)));
        shown.collect::<Vec<_>>()
    };
    match clause {
        Clause::Term { term: number, boost } => boosted(&term(number), *boost),
        Clause::Synonyms {
            terms: numbers,
            boost,
        } => boosted(&format!("any{{{}}}", terms(numbers, " ")), *boost),
        Clause::Phrase { terms: words, .. } => {
            let words: Vec<u32> = words.iter().map(|(_, number)| *number).collect();
            format!("\"{}\"", terms(&words, " "))
        }
        Clause::PhraseOfAny { places, .. } => {
            let places: Vec<String> = places.iter().map(|(_, words)| terms(words, "|")).collect();
            format!("\"{}\"", places.join(" "))
        }
        Clause::Bool {
            must,
            should,
            should_min,
            ..
        } => format!(
            "({})/{should_min}",
            [list("+", must), list("?", should)].concat().join(" ")
        ),
        Clause::BestOf { clauses, .. } => format!("best{{{}}}", list("", clauses).join(" ")),
        other => format!("{other:?}"),
    }
}

#[track_caller]
fn becomes(cases: &[(Json, &str)]) {
    for (query, expected) in cases {
        let resolved = run(query).unwrap_or_else(|error| panic!("{query}: {error}"));
        assert_eq!(show(&resolved, &resolved.clause), *expected, "{query}");
    }
}

#[test]
fn synonyms_are_one_word_and_count_once() {
    becomes(&[
        (json!({"match": {"s": "fast"}}), "any{0:quick 0:fast}"),
        (
            json!({"match": {"s": {"query": "fast car", "operator": "and"}}}),
            "(+any{0:quick 0:fast} +0:car)/0",
        ),
        (
            json!({"match": {"s": {"query": "fast red car", "minimum_should_match": 2}}}),
            "(?any{0:quick 0:fast} ?0:red ?0:car)/2",
        ),
        (json!({"match": {"s": "fast quick"}}), "any{0:quick 0:fast}^2"),
        (
            json!({"match_phrase": {"s": "fast car"}}),
            "\"0:quick|0:fast 0:car\"",
        ),
        (json!({"match_phrase": {"s": "fast"}}), "any{0:quick 0:fast}"),
    ]);
}

#[test]
fn synonyms_of_several_words_are_phrases_beside_them() {
    becomes(&[
        (json!({"match": {"s": "ny"}}), "(?\"0:new 0:york\" ?0:ny)/1"),
        (
            json!({"match": {"s": {"query": "ny pizza", "operator": "and"}}}),
            "(+0:pizza ?\"0:new 0:york\" ?0:ny)/1",
        ),
        (
            json!({"match": {"s": {"query": "ny", "auto_generate_synonyms_phrase_query": false}}}),
            "(?(+0:new +0:york)/0 ?0:ny)/1",
        ),
        (
            json!({"match_phrase": {"s": "ny pizza"}}),
            "(?\"0:new 0:york 0:pizza\" ?\"0:ny 0:pizza\")/1",
        ),
        (
            json!({"multi_match": {"query": "ny", "fields": ["s"], "type": "cross_fields"}}),
            "(?\"0:new 0:york\" ?0:ny)/1",
        ),
        (
            json!({"query_string": {"query": "uk", "default_field": "s"}}),
            "(?\"0:united 0:kingdom\" ?\"0:great 0:britain\" ?0:uk)/1",
        ),
    ]);
}

#[test]
fn queries_may_name_an_analyzer() {
    becomes(&[
        (
            json!({"match": {"s": {"query": "FAST", "analyzer": "standard"}}}),
            "0:fast",
        ),
        (json!({"match": {"p": "ab"}}), "1:ab"),
        (
            json!({"match": {"p": {"query": "ab", "analyzer": "pieces"}}}),
            "any{1:a 1:ab}",
        ),
        (
            json!({"match_phrase": {"p": {"query": "a b", "analyzer": "pairs"}}}),
            "\"1:a|1:a b 1:b\"",
        ),
        (
            json!({"multi_match": {"query": "ny", "fields": ["s"], "type": "phrase", "analyzer": "keyword"}}),
            "0:ny",
        ),
        (
            json!({"simple_query_string": {"query": "FAST", "fields": ["s"], "analyzer": "whitespace"}}),
            "0:FAST",
        ),
    ]);
    for (query, part) in [
        (
            json!({"match": {"s": {"query": "a", "analyzer": "nope"}}}),
            "analyzer [nope] not found",
        ),
        (
            json!({"match": {"k": {"query": "a", "analyzer": "standard"}}}),
            "offered on text fields only",
        ),
    ] {
        let error = run(&query).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}
