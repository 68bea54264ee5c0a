//! Queries of exact values: `term`, `terms`, `range`, `exists`, `ids`, `match_all`.

use serde_json::json;

use super::{BOOKS, DOCUMENTS, books, each_finds};

#[tokio::test]
async fn terms_are_exact() {
    each_finds(&[
        (json!({"term": {"kind": "novel"}}), &["moby", "leagues", "dune"]),
        (json!({"term": {"kind": {"value": "Guide"}}}), &["cook"]),
        (json!({"term": {"kind": "NOVEL"}}), &[]),
        (json!({"term": {"tags": "sea"}}), &["moby", "sea", "leagues"]),
        (json!({"term": {"pages": 127}}), &["sea"]),
        (json!({"term": {"pages": "127"}}), &["sea"]),
        (json!({"term": {"pages": 127.5}}), &[]),
        (json!({"term": {"rating": 4}}), &["sea"]),
        (json!({"term": {"rating": -1.5}}), &["cook"]),
        (
            json!({"term": {"classic": true}}),
            &["moby", "sea", "leagues", "dune"],
        ),
        (
            json!({"term": {"classic": "false"}}),
            &["whales", "cook", "running", "tokyo"],
        ),
        (json!({"term": {"published": "1851-10-18"}}), &["moby"]),
        // Text is not analyzed by `term`.
        (json!({"term": {"title": "whale"}}), &["moby"]),
        (json!({"term": {"title": "Whale"}}), &[]),
        (json!({"term": {"no_such_field": "x"}}), &[]),
        (
            json!({"terms": {"kind": ["novella", "Guide", "nothing of the kind"]}}),
            &["sea", "cook"],
        ),
        (json!({"terms": {"pages": [635, "127", 1]}}), &["moby", "sea"]),
        (json!({"terms": {"tags": []}}), &[]),
        (
            json!({"terms": {"title": ["dune", "sea"]}}),
            &["dune", "sea", "leagues"],
        ),
    ])
    .await;
}

#[tokio::test]
async fn ranges_have_ends_or_none() {
    each_finds(&[
        (
            json!({"range": {"pages": {"gte": 127, "lt": 210}}}),
            &["sea", "cook", "running"],
        ),
        (
            json!({"range": {"pages": {"gt": 127, "lte": 210}}}),
            &["cook", "running", "tokyo"],
        ),
        (json!({"range": {"pages": {"gt": 411.5}}}), &["moby", "dune"]),
        (json!({"range": {"pages": {"lt": 1}}}), &["empty"]),
        (json!({"range": {"pages": {"gt": 10, "lt": 5}}}), &[]),
        (json!({"range": {"rating": {"lt": 3.5}}}), &["cook", "tokyo"]),
        (json!({"range": {"rating": {"gte": "4.5"}}}), &["moby", "dune"]),
        (
            json!({"range": {"rating": {}}}),
            &["moby", "sea", "leagues", "whales", "dune", "cook", "tokyo"],
        ),
        (
            json!({"range": {"published": {"gte": "2001-01-01"}}}),
            &["whales", "cook", "tokyo"],
        ),
        (
            json!({"range": {"published": {"gt": "2001-01-01"}}}),
            &["whales", "tokyo"],
        ),
        (
            json!({"range": {"published": {"lte": "1999"}}}),
            &["moby", "sea", "leagues", "dune", "running"],
        ),
        (
            json!({"range": {"published": {"lt": "1999-12-31T23:59:59.999Z"}}}),
            &["moby", "sea", "leagues", "dune"],
        ),
        (
            json!({"range": {"published": {"gte": "01/01/2011", "format": "dd/MM/yyyy"}}}),
            &["whales", "tokyo"],
        ),
        (
            json!({"range": {"published": {"gte": "2020-02-29||/M", "lt": "2020-02-01||+1M"}}}),
            &["tokyo"],
        ),
        (
            json!({"range": {"kind": {"gte": "novel", "lte": "novella"}}}),
            &["moby", "leagues", "dune", "sea"],
        ),
        (json!({"range": {"author.born": {"gte": 1899}}}), &["sea", "dune"]),
        (json!({"range": {"no_such_field": {"gte": 1}}}), &[]),
    ])
    .await;
}

#[tokio::test]
async fn exists_means_any_value() {
    each_finds(&[
        (
            json!({"exists": {"field": "tags"}}),
            &["moby", "sea", "leagues", "whales", "dune", "tokyo"],
        ),
        (
            json!({"exists": {"field": "pages"}}),
            &[
                "moby", "sea", "leagues", "whales", "dune", "cook", "running", "tokyo", "empty",
            ],
        ),
        (
            json!({"exists": {"field": "author"}}),
            &["moby", "sea", "leagues", "dune"],
        ),
        (
            json!({"exists": {"field": "author.born"}}),
            &["moby", "sea", "leagues", "dune"],
        ),
        (
            json!({"exists": {"field": "rating"}}),
            &["moby", "sea", "leagues", "whales", "dune", "cook", "tokyo"],
        ),
        (json!({"exists": {"field": "no_such_field"}}), &[]),
        (
            json!({"bool": {"must_not": {"exists": {"field": "pages"}}}}),
            &["nothing"],
        ),
    ])
    .await;
}

#[tokio::test]
async fn everything_nothing_and_named_documents() {
    let all = DOCUMENTS.map(|(id, _)| id);
    each_finds(&[
        (json!({"match_all": {}}), &all),
        (json!({"match_none": {}}), &[]),
        (
            json!({"ids": {"values": ["moby", "absent", "dune", "moby"]}}),
            &["moby", "dune"],
        ),
        (json!({"ids": {"values": []}}), &[]),
    ])
    .await;
    let api = books().await;
    assert_eq!(
        api.search(BOOKS, &json!({})).await.total(),
        10,
        "no query means everything"
    );
}

#[tokio::test]
async fn exact_queries_score_a_constant() {
    let api = books().await;
    for query in [
        json!({"match_all": {"boost": 2}}),
        json!({"terms": {"kind": ["novel", "guide"], "boost": 2}}),
        json!({"range": {"pages": {"gt": 1, "boost": 2}}}),
        json!({"exists": {"field": "title", "boost": 2}}),
        json!({"ids": {"values": ["moby", "dune"], "boost": 2}}),
        json!({"constant_score": {"filter": {"match": {"body": "sea whale"}}, "boost": 2}}),
    ] {
        let found = api.search(BOOKS, &json!({"query": query})).await;
        assert!(!found.hits().is_empty(), "{query}");
        assert!(
            found.hits().iter().all(|hit| hit["_score"] == 2.0),
            "{query}: {}",
            found.0
        );
    }
}
