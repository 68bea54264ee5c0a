//! The shape of an answer: pages, sources, totals, coverage, deadlines.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{BOOKS, books};
use crate::harness::{Borrowed, Found, bulk_index_lines};

#[tokio::test]
async fn an_answer_tells_what_it_was_computed_from() {
    let api = books().await;
    let found = api
        .search(BOOKS, &json!({"query": {"match": {"title": "sea"}}}))
        .await;
    let answer = &found.0;
    assert!(answer["took"].is_u64(), "{answer}");
    assert_eq!(answer["timed_out"], false);
    assert_eq!(
        answer["_shards"],
        json!({"total": 5, "successful": 5, "skipped": 0, "failed": 0})
    );
    assert_eq!(
        answer["coverage"]["documents"],
        json!({"total": 10, "covered": 10})
    );
    assert_eq!(answer["coverage"]["leaves"], json!({"total": 3, "answered": 3}));
    let degraded = answer["coverage"]["degraded"]
        .as_object()
        .expect("it is always told what is missing");
    assert!(degraded.values().all(|shards| *shards == 0), "{answer}");
    let hits = found.hits();
    assert_eq!(answer["hits"]["max_score"], hits[0]["_score"]);
    for hit in hits {
        assert_eq!(hit["_index"], BOOKS);
        assert!(hit["_score"].as_f64().is_some_and(|score| score > 0.0), "{hit}");
        assert!(hit["_source"]["title"].is_string(), "{hit}");
    }
    let none = api.search(BOOKS, &json!({"query": {"match_none": {}}})).await;
    assert_eq!((none.total(), &none.0["hits"]["max_score"]), (0, &Value::Null));
}

#[tokio::test]
async fn sources_are_shown_as_asked() {
    let api = books().await;
    let shown = async |source: Value| {
        let body = json!({"query": {"ids": {"values": ["moby"]}}, "_source": source});
        api.search(BOOKS, &body).await.hits()[0]["_source"].clone()
    };
    assert_eq!(shown(json!(false)).await, Value::Null);
    assert_eq!(shown(json!("pages")).await, json!({"pages": 635}));
    assert_eq!(
        shown(json!(["pages", "author.b*"])).await,
        json!({"pages": 635, "author": {"born": 1819}})
    );
    let rest = shown(json!({"includes": ["author", "tags"], "excludes": ["*.name"]})).await;
    assert_eq!(rest, json!({"tags": ["sea", "whale"], "author": {"born": 1819}}));
    assert_eq!(shown(json!(["no_such_field"])).await, json!({}));
    let all = shown(json!(true)).await;
    assert_eq!(all["author"]["name"], "Herman Melville");
    let url = api
        .get(&format!(
            "/{BOOKS}/_search?q=title:moby&_source_includes=pages,kind&_source_excludes=kind"
        ))
        .await;
    assert_eq!(Found::new(url.ok()).hits()[0]["_source"], json!({"pages": 635}));
    let read = api
        .get(&format!("/{BOOKS}/_doc/moby?_source_includes=pages"))
        .await
        .ok();
    assert_eq!(read["_source"], json!({"pages": 635}));
}

#[tokio::test]
async fn hits_show_versions_on_request() {
    let api = books().await;
    for n in 1..=3 {
        api.put("/versions/_doc/1?refresh=true", &json!({"n": n}))
            .await
            .ok();
    }
    let hit = api
        .search("versions", &json!({"version": true, "seq_no_primary_term": true}))
        .await
        .hits()[0]
        .clone();
    assert_eq!(
        (&hit["_version"], &hit["_primary_term"]),
        (&json!(3), &json!(1)),
        "{hit}"
    );
    assert!(hit["_seq_no"].is_u64(), "{hit}");
    let plain = api.search("versions", &json!({})).await.hits()[0].clone();
    assert!(
        plain.get("_version").is_none() && plain.get("_seq_no").is_none(),
        "{plain}"
    );
}

/// An index with many documents that score the same.
async fn many(api: &Borrowed, index: &str, count: usize) {
    let documents: Vec<(String, String)> = (0..count)
        .map(|n| (format!("d{n}"), format!("{{\"word\":\"same\",\"n\":{n}}}")))
        .collect();
    let lines = bulk_index_lines(
        documents
            .iter()
            .map(|(id, source)| (id.as_str(), source.as_str())),
    );
    api.bulk(&format!("/{index}/_bulk?refresh=true"), lines)
        .await
        .ok();
}

#[tokio::test]
async fn pages_are_parts_of_one_order() {
    let api = books().await;
    many(&api, "pages", 260).await;
    let query = json!({"match": {"word": "same"}});
    let whole = api.search("pages", &json!({"query": query, "size": 300})).await;
    let whole = whole.ids();
    assert_eq!(
        whole.iter().collect::<HashSet<_>>().len(),
        260,
        "each document is there once"
    );
    let mut paged = Vec::new();
    for from in (0..300).step_by(40) {
        let page = api
            .search("pages", &json!({"query": query, "from": from, "size": 40}))
            .await;
        assert_eq!(page.total(), 260);
        paged.extend(page.ids().into_iter().map(str::to_owned));
    }
    assert_eq!(paged, whole);
    let beyond = api
        .search("pages", &json!({"query": query, "from": 9_990, "size": 10}))
        .await;
    assert_eq!((beyond.ids().len(), beyond.total()), (0, 260));
}

#[tokio::test]
async fn totals_are_counted_as_far_as_asked() {
    let api = books().await;
    many(&api, "totals", 300).await;
    let total = async |track: Value| {
        let body = json!({"query": {"match": {"word": "same"}}, "track_total_hits": track, "size": 1});
        api.search("totals", &body).await.0["hits"]["total"].clone()
    };
    assert_eq!(total(json!(true)).await, json!({"value": 300, "relation": "eq"}));
    assert_eq!(total(json!(300)).await, json!({"value": 300, "relation": "eq"}));
    assert_eq!(total(json!(100)).await, json!({"value": 100, "relation": "gte"}));
    assert_eq!(total(json!(false)).await, Value::Null);
    let bare = api.get("/totals/_search?rest_total_hits_as_int=true").await.ok();
    assert_eq!(bare["hits"]["total"], 300);
    let counted = api
        .post("/totals/_count", &json!({"query": {"range": {"n": {"lt": 7}}}}))
        .await
        .ok();
    assert_eq!(counted["count"], 7);
}

#[tokio::test]
async fn a_deadline_cuts_an_answer_short_and_says_so() {
    let api = books().await;
    // No time at all: whatever is missing is told, and adds up.
    for timeout in ["0", "1nanos", "1ms"] {
        let body = json!({"query": {"match": {"title": "sea"}}, "timeout": timeout});
        let answer = api.post(&format!("/{BOOKS}/_search"), &body).await;
        let found = match answer.status {
            200 => Found::new(answer.ok()),
            _ => continue,
        };
        let (shards, documents) = (&found.0["_shards"], &found.0["coverage"]["documents"]);
        let (successful, failed) = (shards["successful"].as_u64(), shards["failed"].as_u64());
        assert_eq!(
            successful.zip(failed).map(|(ok, bad)| ok + bad),
            shards["total"].as_u64(),
            "{}",
            found.0
        );
        assert!(
            documents["covered"].as_u64() <= documents["total"].as_u64(),
            "{}",
            found.0
        );
        assert_eq!(found.0["timed_out"] == true, !found.is_complete(), "{}", found.0);
    }
    let generous = json!({"query": {"match": {"title": "sea"}}, "timeout": "60s"});
    assert_eq!(api.search(BOOKS, &generous).await.total(), 2);
}
