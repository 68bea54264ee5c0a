//! Orders other than the score's: fields, missing values, pages after pages, and the filter after the query.

use serde_json::{Value, json};

use super::{BOOKS, books};
use crate::harness::Found;

/// The ids and the sort values of a search.
async fn sorted(body: Value) -> Vec<(String, Value)> {
    let found = books().await.search(BOOKS, &body).await;
    let hit = |hit: &Value| (hit["_id"].as_str().unwrap().to_owned(), hit["sort"].clone());
    found.hits().iter().map(hit).collect()
}

async fn ids(sort: Value) -> Vec<String> {
    let found = sorted(json!({"sort": sort, "size": 100})).await;
    found.into_iter().map(|(id, _)| id).collect()
}

#[tokio::test]
async fn hits_come_in_the_order_of_a_field_with_its_values() {
    let all = sorted(json!({"sort": [{"pages": "desc"}], "size": 100})).await;
    let pages: Vec<i64> = all.iter().filter_map(|(_, sort)| sort[0].as_i64()).collect();
    assert_eq!(pages.len(), 10);
    assert!(pages.is_sorted_by(|a, b| a >= b), "{pages:?}");
    let mut other_way = ids(json!(["pages"])).await;
    let there = pages.iter().filter(|pages| **pages != i64::MIN).count();
    other_way.truncate(there);
    other_way.reverse();
    let one_way: Vec<String> = all.into_iter().take(there).map(|(id, _)| id).collect();
    assert_eq!(other_way, one_way);
}

#[tokio::test]
async fn hits_by_a_field_have_no_score_unless_somebody_asks() {
    let api = books().await;
    let query = json!({"match": {"title": "sea"}});
    let unscored = api.search(BOOKS, &json!({"query": query, "sort": "pages"})).await;
    assert_eq!(unscored.hits()[0]["_score"], Value::Null);
    assert_eq!(unscored.0["hits"]["max_score"], Value::Null);
    let plain = api.search(BOOKS, &json!({"query": query})).await;
    let tracked = json!({"query": query, "sort": "pages", "track_scores": true});
    let tracked = api.search(BOOKS, &tracked).await;
    assert_eq!(
        (plain.total(), tracked.total()),
        (unscored.total(), unscored.total())
    );
    let score = |found: &Found, id: &str| {
        let hit = found.hits().iter().find(|hit| hit["_id"] == id).cloned();
        hit.expect("both find the same")["_score"].clone()
    };
    for hit in plain.hits() {
        let id = hit["_id"].as_str().unwrap();
        assert_eq!(score(&plain, id), score(&tracked, id), "{id}");
    }
    let by_both = json!({"query": query, "sort": ["_score", {"pages": "desc"}]});
    let by_both = api.search(BOOKS, &by_both).await;
    let order = |found: &Found| -> Vec<Value> { found.hits().iter().map(|hit| hit["_id"].clone()).collect() };
    assert_eq!(by_both.hits()[0]["_score"], plain.hits()[0]["_score"]);
    assert_eq!(order(&by_both).len(), order(&plain).len());
}

#[tokio::test]
async fn pages_follow_each_other_by_their_last_values() {
    for sort in [
        json!([{"kind": "asc"}, {"_id": "desc"}]),
        json!([{"rating": {"order": "desc", "missing": "_first"}}, "_doc"]),
        json!([{"published": "desc"}, {"author.born": "asc"}, "_id"]),
        json!([{"classic": {"order": "asc"}}, "_id"]),
    ] {
        let all = ids(sort.clone()).await;
        assert_eq!(all.len(), 10);
        let mut pages = Vec::new();
        let mut body = json!({"sort": sort, "size": 3});
        loop {
            let page = sorted(body.clone()).await;
            let Some((_, last)) = page.last() else { break };
            body["search_after"] = last.clone();
            pages.extend(page.into_iter().map(|(id, _)| id));
        }
        assert_eq!(pages, all, "{sort}");
    }
}

#[tokio::test]
async fn a_filter_after_the_query_narrows_hits_and_totals() {
    let api = books().await;
    let body = json!({"query": {"match": {"body": "sea"}}, "post_filter": {"term": {"kind": "novel"}}});
    let filtered = api.search(BOOKS, &body).await;
    let all = api
        .search(BOOKS, &json!({"query": {"match": {"body": "sea"}}}))
        .await;
    assert!(filtered.total() < all.total());
    assert!(
        filtered
            .hits()
            .iter()
            .all(|hit| hit["_source"]["kind"] == "novel")
    );
    let score = |found: &Found| found.hits()[0]["_score"].clone();
    let first = filtered.hits()[0]["_id"].clone();
    let same = all.hits().iter().find(|hit| hit["_id"] == first).unwrap();
    assert_eq!(score(&filtered), same["_score"], "a filter does not score");
}

#[tokio::test]
async fn orders_that_make_no_sense_are_refused_in_words() {
    let api = books().await;
    for (body, reason) in [
        (json!({"sort": "title"}), "Fielddata is disabled on [title]"),
        (
            json!({"sort": "no_such_field"}),
            "No mapping found for [no_such_field] in order to sort on",
        ),
        (
            json!({"sort": "pages", "search_after": [1, 2]}),
            "search_after has 2 value(s) but sort has 1.",
        ),
        (
            json!({"search_after": [1]}),
            "Sort must contain at least one field",
        ),
        (json!({"sort": "pages", "search_after": ["many"]}), "many"),
        (json!({"sort": {"kind": {"mode": "avg"}}}), "[mode] of [kind]"),
    ] {
        let answer = api.post(&format!("/{BOOKS}/_search"), &body).await;
        let text = answer.expect(400).to_string();
        assert!(text.contains(reason), "{body}: {text}");
    }
    let unmapped = json!([{"no_such_field": {"unmapped_type": "long"}}, "_id"]);
    assert_eq!(ids(unmapped).await, ids(json!(["_id"])).await);
}
