//! The query log, and the forms in which it is asked.

use std::collections::HashSet;

use datasets::{locate, queries};
use serde_json::{Value, json};

use super::corpus::Paper;

/// Words of titles, sampled: every query has answers in the whole corpus.
const TITLE_WORDS: &str = "queries/arxiv-title-words.tsv";
/// What people asked a web search, with operators.
const WEB: &str = "queries/sbg-queries.tsv";
/// Queries of each form.
const QUERIES: usize = 200;

/// Every form of query with its name.
pub(super) fn all(corpus: &[Paper]) -> Vec<(&'static str, Vec<Value>)> {
    let known: HashSet<String> = corpus.iter().flat_map(|paper| long_words(&paper.title)).collect();
    let mut words = log(TITLE_WORDS, |words| {
        words.len() > 1 && words.iter().any(|word| known.contains(word))
    });
    // The corpus is a part of what the log was made for: words that it has come first.
    for words in &mut words {
        words.sort_by_key(|word| !known.contains(word));
    }
    words.truncate(QUERIES);
    vec![
        (
            "term",
            words
                .iter()
                .map(|words| json!({"term": {"title": words[0]}}))
                .collect(),
        ),
        (
            "or",
            words
                .iter()
                .map(|words| json!({"match": {"body": words.join(" ")}}))
                .collect(),
        ),
        (
            "and",
            words
                .iter()
                .zip(spread(corpus))
                .flat_map(|(words, paper)| both(words, paper))
                .collect(),
        ),
        ("phrase", phrases(corpus)),
        (
            "nested",
            words
                .iter()
                .enumerate()
                .map(|(nth, words)| nested(nth, words))
                .collect(),
        ),
        (
            "fields",
            words
                .iter()
                .enumerate()
                .map(|(nth, words)| fields(nth, words))
                .collect(),
        ),
        ("web", web()),
    ]
}

/// The words of a text that are no small change.
fn long_words(text: &str) -> Vec<String> {
    let words = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() > 4);
    words.map(str::to_lowercase).collect()
}

/// As many papers as there are queries, from all over the corpus.
fn spread(corpus: &[Paper]) -> impl Iterator<Item = &Paper> {
    corpus
        .iter()
        .step_by((corpus.len() / QUERIES).max(1))
        .take(QUERIES)
}

/// Words that must all be there: of the log, and of a title, which are there.
fn both(words: &[String], paper: &Paper) -> [Value; 2] {
    let all_of = |field: &str, words: &[String]| json!({"match": {field: {"query": words.join(" "), "operator": "and"}}});
    let title = long_words(&paper.title);
    [
        all_of("body", &words[..2]),
        all_of("title", &title[..title.len().min(3)]),
    ]
}

/// The words of each query of a log that has such words; an empty list if the log is missing, said loudly.
fn log(name: &str, wanted: impl Fn(&[String]) -> bool) -> Vec<Vec<String>> {
    let Some(path) = locate::require(name) else {
        return Vec::new();
    };
    let queries = queries::read(&path).expect("the query log can be read");
    let words = queries
        .iter()
        .map(|query| query.text.split_whitespace().map(str::to_owned).collect());
    words.filter(|words: &Vec<String>| wanted(words)).collect()
}

/// Neighbouring words of titles, every fourth with some slop.
fn phrases(corpus: &[Paper]) -> Vec<Value> {
    spread(corpus)
        .enumerate()
        .map(|(nth, paper)| {
            let words: Vec<&str> = paper.title.split_whitespace().collect();
            let begin = nth % words.len().saturating_sub(2).max(1);
            let phrase = words[begin..words.len().min(begin + 2 + nth % 2)].join(" ");
            let field = if nth % 2 == 0 { "title" } else { "body" };
            let slop = if nth % 4 == 0 { 2 } else { 0 };
            json!({"bool": {"should": [
                {"match_phrase": {"title": phrase}},
                {"match_phrase": {field: {"query": phrase, "slop": slop}}},
            ]}})
        })
        .collect()
}

/// Bools in bools, with every kind of clause, boosts and minimums.
fn nested(nth: usize, words: &[String]) -> Value {
    let (first, rest) = words.split_first().expect("queries have words");
    let any = rest.join(" ");
    let term =
        |field: &str, boost: f64| json!({"term": {field: {"value": first.to_lowercase(), "boost": boost}}});
    match nth % 4 {
        0 => json!({"bool": {
            "should": [
                {"bool": {"should": [term("title", 2.0), term("body", 1.0)]}},
                {"bool": {"should": [{"match": {"title": any}}, {"match": {"body": any}}]}},
            ],
        }}),
        1 => json!({"bool": {
            "must": [{"bool": {"should": [term("title", 1.0), {"match": {"body": any}}]}}],
            "must_not": [{"term": {"categories": "math.AG"}}],
            "filter": [{"range": {"year": {"gte": 1995}}}],
        }}),
        2 => json!({"bool": {
            "must": [{"match": {"body": format!("{first} {any}")}}],
            "should": [{"match_phrase": {"body": format!("{first} {any}")}}, {"term": {"year": 2005}}],
            "boost": 1.7,
        }}),
        _ => json!({"bool": {
            "should": [term("body", 1.5), {"match": {"body": any}}, {"match": {"title": "the of and in"}}],
            "minimum_should_match": 2,
        }}),
    }
}

/// Several fields at once.
fn fields(nth: usize, words: &[String]) -> Value {
    let text = words.join(" ");
    match nth % 3 {
        0 => json!({"multi_match": {"query": text, "fields": ["title^3", "body"], "tie_breaker": 0.3}}),
        1 => json!({"multi_match": {"query": text, "fields": ["title", "body"], "type": "most_fields"}}),
        _ => json!({"dis_max": {"queries": [
            {"match": {"title": {"query": text, "operator": "and"}}},
            {"match": {"body": {"query": text, "minimum_should_match": "50%"}}},
        ], "tie_breaker": 0.1}}),
    }
}

/// A web log asked as it was typed. Phrases of it are rare in papers, unions are not.
fn web() -> Vec<Value> {
    let queries = log(WEB, |words| words.len() > 1);
    let step = (queries.len() / QUERIES).max(1);
    let typed = queries.iter().step_by(step).take(QUERIES);
    typed
        .map(|words| json!({"query_string": {"query": words.join(" "), "fields": ["title", "body"]}}))
        .collect()
}
