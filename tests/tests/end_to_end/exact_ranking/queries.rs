//! The query log, and the forms in which it is asked.

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
    let words: Vec<Vec<String>> = log(TITLE_WORDS, |words| words.len() > 1);
    let all_words = || words.iter().take(QUERIES);
    vec![
        ("term", all_words().map(|words| json!({"term": {"body": words[0]}})).collect()),
        ("or", all_words().map(|words| json!({"match": {"body": words.join(" ")}})).collect()),
        ("and", all_words().map(|words| all_of(&words[..2])).collect()),
        ("phrase", phrases(corpus)),
        ("nested", all_words().enumerate().map(|(nth, words)| nested(nth, words)).collect()),
        ("fields", all_words().enumerate().map(|(nth, words)| fields(nth, words)).collect()),
        ("web", web()),
    ]
}

/// The words of each query of a log that has such words; an empty list if the log is missing, said loudly.
fn log(name: &str, wanted: impl Fn(&[String]) -> bool) -> Vec<Vec<String>> {
    let Some(path) = locate::require(name) else {
        return Vec::new();
    };
    let queries = queries::read(&path).expect("the query log can be read");
    let words = queries.iter().map(|query| query.text.split_whitespace().map(str::to_owned).collect());
    words.filter(|words: &Vec<String>| wanted(words)).collect()
}

fn all_of(words: &[String]) -> Value {
    json!({"match": {"body": {"query": words.join(" "), "operator": "and"}}})
}

/// Neighbouring words of titles, every fourth with some slop.
fn phrases(corpus: &[Paper]) -> Vec<Value> {
    let step = (corpus.len() / QUERIES).max(1);
    let titles = corpus.iter().step_by(step).take(QUERIES).enumerate();
    titles
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
    let term = |field: &str, boost: f64| json!({"term": {field: {"value": first.to_lowercase(), "boost": boost}}});
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
