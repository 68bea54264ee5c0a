//! Queries of words: `match`, `multi_match`, `match_phrase`.

use serde_json::json;

use super::{BOOKS, books, each_finds, each_ranks};

#[tokio::test]
async fn match_finds_any_word_or_all_or_enough() {
    each_finds(&[
        (json!({"match": {"title": "whale"}}), &["moby"]),
        (
            json!({"match": {"title": "WHALE, sea!"}}),
            &["moby", "sea", "leagues"],
        ),
        (
            json!({"match": {"title": {"query": "old sea", "operator": "and"}}}),
            &["sea"],
        ),
        (
            json!({"match": {"title": {"query": "old whale", "operator": "AND"}}}),
            &[],
        ),
        (
            json!({"match": {"body": {"query": "old man white whale", "minimum_should_match": 2}}}),
            &["moby", "sea"],
        ),
        (
            json!({"match": {"body": {"query": "old great white whale", "minimum_should_match": "75%"}}}),
            &[],
        ),
        (
            json!({"match": {"body": {"query": "old great man whale", "minimum_should_match": "75%"}}}),
            &["sea"],
        ),
        (
            json!({"match": {"body": {"query": "sea whale fish", "minimum_should_match": -1}}}),
            &["moby", "sea"],
        ),
        (json!({"match": {"title": "nowhere"}}), &[]),
        (json!({"match": {"title": ""}}), &[]),
        (json!({"match": {"title": "東京"}}), &["tokyo"]),
        (json!({"match": {"title": "café"}}), &["tokyo"]),
        (json!({"match": {"no_such_field": "whale"}}), &[]),
    ])
    .await;
}

#[tokio::test]
async fn analyzers_decide_what_a_word_is() {
    each_finds(&[
        // `body` is English: endings and possessives do not matter, stop words match nothing.
        (json!({"match": {"body": "whales"}}), &["moby", "whales"]),
        (json!({"match": {"body": "ran running runs"}}), &["running"]),
        (json!({"match": {"body": "the of and"}}), &[]),
        (
            json!({"match": {"body": {"query": "the of", "zero_terms_query": "all"}}}),
            &[
                "moby", "sea", "leagues", "whales", "dune", "cook", "running", "tokyo", "empty", "nothing",
            ],
        ),
        // `title` is not.
        (json!({"match": {"title": "whales"}}), &["whales"]),
        (json!({"match": {"title": "of"}}), &["whales"]),
        // Keywords are one word each, in the case that they were written in.
        (json!({"match": {"kind": "short stories"}}), &["tokyo"]),
        (json!({"match": {"kind": "stories"}}), &[]),
        (json!({"match": {"kind": "Guide"}}), &["cook"]),
        (json!({"match": {"title.raw": "Dune"}}), &["dune"]),
        (json!({"match": {"title.raw": "dune"}}), &[]),
        // Other types are parsed as their values are.
        (json!({"match": {"pages": "635"}}), &["moby"]),
        (
            json!({"match": {"classic": "true"}}),
            &["moby", "sea", "leagues", "dune"],
        ),
        (json!({"match": {"author.name": "jules"}}), &["leagues"]),
    ])
    .await;
}

#[tokio::test]
async fn more_and_rarer_words_rank_higher() {
    each_ranks(&[
        // One of three words, in fields of very different length.
        (json!({"match": {"body": "fish"}}), &["cook", "sea"]),
        (json!({"match": {"body": "whale"}}), &["whales", "moby"]),
        // A word that is said twice counts twice.
        (
            json!({"match": {"title": "dune dune dune leagues sea"}}),
            &["dune", "leagues", "sea"],
        ),
        (
            json!({"bool": {"should": [
                {"match": {"title": {"query": "whales", "boost": 0.001}}},
                {"match": {"title": {"query": "dick", "boost": 10}}},
            ]}}),
            &["moby", "whales"],
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_repeated_word_keeps_its_weight() {
    let api = books().await;
    let score = async |words: &str| {
        let found = api
            .search(BOOKS, &json!({"query": {"match": {"title": words}}}))
            .await;
        found.hits()[0]["_score"].as_f64().expect("scores are numbers")
    };
    let (once, twice) = (score("dune").await, score("dune dune").await);
    assert!((twice / once - 2.0).abs() < 1e-6, "{once} {twice}");
}

#[tokio::test]
async fn multi_match_looks_into_several_fields() {
    let words = |query: &str, fields: &[&str], kind: &str| json!({"multi_match": {"query": query, "fields": fields, "type": kind}});
    each_finds(&[
        (
            words("whales", &["title", "body"], "best_fields"),
            &["moby", "whales"],
        ),
        (
            words("whales", &["title", "body"], "most_fields"),
            &["moby", "whales"],
        ),
        (words("sea novella", &["tags", "kind"], "best_fields"), &[]),
        (words("novella", &["tags", "kind"], "best_fields"), &["sea"]),
        (words("white whale", &["title", "body"], "phrase"), &["moby"]),
        (words("herman", &["author.*"], "best_fields"), &["moby"]),
        (
            json!({"multi_match": {"query": "herman", "fields": "author.name"}}),
            &["moby"],
        ),
        (json!({"multi_match": {"query": "melville"}}), &["moby"]),
        (
            json!({"multi_match": {"query": "old sea", "fields": ["title", "body"], "operator": "and"}}),
            &["sea"],
        ),
    ])
    .await;
    each_ranks(&[
        (
            json!({"multi_match": {"query": "fish", "fields": ["title^20", "body"]}}),
            &["cook", "sea"],
        ),
        (
            json!({"multi_match": {"query": "whales", "fields": ["title", "body"], "type": "most_fields"}}),
            &["whales", "moby"],
        ),
    ])
    .await;
}

#[tokio::test]
async fn the_fields_scores_combine_as_asked() {
    let api = books().await;
    let score = async |query: serde_json::Value| {
        let found = api.search(BOOKS, &json!({"query": query})).await;
        assert_eq!(found.ids()[0], "whales", "{query}");
        found.hits()[0]["_score"].as_f64().expect("scores are numbers")
    };
    let title = score(json!({"match": {"title": "whales"}})).await;
    let body = score(json!({"match": {"body": "whales"}})).await;
    let fields = json!(["title", "body"]);
    let multi = |kind: &str, tie: f64| json!({"multi_match": {"query": "whales", "fields": fields, "type": kind, "tie_breaker": tie}});
    let close = |a: f64, b: f64| (a - b).abs() < 1e-4;
    let best = score(multi("best_fields", 0.0)).await;
    assert!(close(best, title.max(body)), "{best} {title} {body}");
    let tied = score(multi("best_fields", 0.5)).await;
    assert!(
        close(tied, title.max(body) + 0.5 * title.min(body)),
        "{tied} {title} {body}"
    );
    let most =
        score(json!({"multi_match": {"query": "whales", "fields": fields, "type": "most_fields"}})).await;
    assert!(close(most, title + body), "{most} {title} {body}");
}

#[tokio::test]
async fn phrases_want_their_words_in_order() {
    each_finds(&[
        (json!({"match_phrase": {"title": "white whale"}}), &["moby"]),
        (json!({"match_phrase": {"title": "whale white"}}), &[]),
        (json!({"match_phrase": {"title": "the sea"}}), &["sea", "leagues"]),
        (json!({"match_phrase": {"title": "moby whale"}}), &[]),
        (
            json!({"match_phrase": {"title": {"query": "moby whale", "slop": 4}}}),
            &["moby"],
        ),
        (
            json!({"match_phrase": {"title": {"query": "moby whale", "slop": 3}}}),
            &[],
        ),
        (
            json!({"match_phrase": {"title": {"query": "whale white", "slop": 2}}}),
            &["moby"],
        ),
        (json!({"match_phrase": {"title": "dune"}}), &["dune"]),
        (json!({"match_phrase": {"title": ""}}), &[]),
        // Stop words leave a gap that any word may fill.
        (json!({"match_phrase": {"body": "planet of sand"}}), &["dune"]),
        (json!({"match_phrase": {"body": "planet sand"}}), &[]),
        (json!({"match_phrase": {"kind": "short stories"}}), &["tokyo"]),
        (json!({"match_phrase": {"body": "running shoe"}}), &["running"]),
    ])
    .await;
}
