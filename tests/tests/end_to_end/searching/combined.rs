//! Queries of queries: `bool`, `dis_max`, `constant_score`.

use serde_json::{Value, json};

use super::{BOOKS, books, each_finds, each_ranks};

#[tokio::test]
async fn bool_combines() {
    let novel = json!({"term": {"kind": "novel"}});
    let sea = json!({"match": {"body": "sea"}});
    let whale = json!({"match": {"body": "whale"}});
    each_finds(&[
        (
            json!({"bool": {"must": [novel, sea]}}),
            &["moby", "leagues", "dune"],
        ),
        (json!({"bool": {"must": novel, "filter": whale}}), &["moby"]),
        (
            json!({"bool": {"should": [novel, whale]}}),
            &["moby", "leagues", "dune", "whales"],
        ),
        (
            json!({"bool": {"should": [novel, whale], "minimum_should_match": 2}}),
            &["moby"],
        ),
        (
            json!({"bool": {"should": [novel, whale, sea], "minimum_should_match": "67%"}}),
            &["moby", "leagues", "dune"],
        ),
        (
            json!({"bool": {"must": sea, "must_not": [whale, {"term": {"kind": "novella"}}]}}),
            &["leagues", "dune"],
        ),
        // Beside a `must` or a `filter`, a `should` only adds to the score.
        (
            json!({"bool": {"must": whale, "should": [{"term": {"kind": "no such"}}]}}),
            &["moby", "whales"],
        ),
        (
            json!({"bool": {"filter": whale, "should": novel, "minimum_should_match": 1}}),
            &["moby"],
        ),
        (
            json!({"bool": {}}),
            &[
                "moby", "sea", "leagues", "whales", "dune", "cook", "running", "tokyo", "empty", "nothing",
            ],
        ),
        (
            json!({"bool": {"must": [
                {"bool": {"should": [{"term": {"tags": "sea"}}, {"term": {"tags": "whale"}}]}},
                {"bool": {"must_not": {"bool": {"must": [novel, {"range": {"pages": {"gt": 600}}}]}}}},
            ]}}),
            &["sea", "leagues", "whales"],
        ),
    ])
    .await;
}

#[tokio::test]
async fn only_must_and_should_score() {
    let whale = json!({"match": {"body": "whale"}});
    each_ranks(&[
        (
            json!({"bool": {"must": whale, "should": {"term": {"kind": {"value": "novel", "boost": 50}}}}}),
            &["moby", "whales"],
        ),
        (
            json!({"bool": {"must": whale, "should": {"term": {"kind": {"value": "guide", "boost": 50}}}}}),
            &["whales", "moby"],
        ),
    ])
    .await;
    let api = books().await;
    let scores = async |query: Value| -> Vec<f64> {
        let found = api.search(BOOKS, &json!({"query": query})).await;
        found
            .hits()
            .iter()
            .map(|hit| hit["_score"].as_f64().expect("scores are numbers"))
            .collect()
    };
    let plain = scores(whale.clone()).await;
    let filtered =
        scores(json!({"bool": {"must": whale, "filter": {"match": {"body": "watch captain"}}}})).await;
    assert_eq!(plain, filtered, "a filter adds nothing");
    assert_eq!(scores(json!({"bool": {"filter": whale}})).await, [0.0, 0.0]);
    let doubled = scores(json!({"bool": {"must": [whale, whale]}})).await;
    for (once, twice) in plain.iter().zip(doubled) {
        assert!((twice / once - 2.0).abs() < 1e-6, "{once} {twice}");
    }
}

#[tokio::test]
async fn dis_max_takes_the_best() {
    let query = json!({"dis_max": {"queries": [
        {"term": {"kind": {"value": "novella", "boost": 3}}},
        {"constant_score": {"filter": {"term": {"tags": "sea"}}, "boost": 2}},
        {"constant_score": {"filter": {"term": {"tags": "whale"}}, "boost": 1}},
    ], "tie_breaker": 0.5}});
    let api = books().await;
    let found = api.search(BOOKS, &json!({"query": query})).await;
    assert_eq!(found.ids()[0], "sea", "{}", found.0);
    let score = |id: &str| {
        found
            .hits()
            .iter()
            .find(|hit| hit["_id"] == id)
            .map(|hit| hit["_score"].clone())
    };
    assert_eq!(score("moby"), Some(json!(2.5)), "2 + 0.5 × 1");
    assert_eq!(score("leagues"), Some(json!(2.0)));
    assert_eq!(score("whales"), Some(json!(1.0)));
    assert_eq!(found.total(), 4);
}
