//! One document at a time.

use serde_json::{Value, json};

use super::CLUSTER;
use crate::harness::Borrowed;

/// Searches asked in a row: enough to reach every replica of two.
const SEARCHES: usize = 8;

#[tokio::test]
async fn a_document_goes_in_is_read_changed_and_deleted() {
    let api = CLUSTER.get().await;
    let first = json!({"title": "Moby Dick", "year": 1851});
    let created = api.put("/life/_doc/1", &first).await.expect(201);
    for (key, value) in [
        ("_index", json!("life")),
        ("_id", json!("1")),
        ("_version", json!(1)),
        ("result", json!("created")),
        ("_primary_term", json!(1)),
    ] {
        assert_eq!(created[key], value, "{key} of {created}");
    }
    assert_eq!(created["_shards"]["failed"], 0, "{created}");

    let read = api.get("/life/_doc/1").await.expect(200);
    assert_eq!(
        (&read["found"], &read["_version"], &read["_source"]),
        (&json!(true), &json!(1), &first)
    );
    assert_eq!(read["_seq_no"], created["_seq_no"]);
    assert_eq!(api.head("/life/_doc/1").await.status, 200);
    assert_eq!(api.get("/life/_source/1").await.expect(200), first);

    let second = json!({"title": "Moby-Dick; or, The Whale", "year": 1851});
    let updated = api.put("/life/_doc/1", &second).await.expect(200);
    assert_eq!(
        (&updated["result"], &updated["_version"]),
        (&json!("updated"), &json!(2))
    );
    assert_ne!(updated["_seq_no"], created["_seq_no"]);
    assert_eq!(api.get("/life/_doc/1").await.expect(200)["_source"], second);

    let deleted = api.delete("/life/_doc/1").await.expect(200);
    assert_eq!(
        (&deleted["result"], &deleted["_version"]),
        (&json!("deleted"), &json!(3))
    );
    let gone = api.get("/life/_doc/1").await.expect(404);
    assert_eq!((&gone["found"], &gone["_id"]), (&json!(false), &json!("1")));
    assert_eq!(api.head("/life/_doc/1").await.status, 404);
    api.get("/life/_source/1")
        .await
        .error(404, "resource_not_found_exception");
    assert_eq!(
        api.delete("/life/_doc/1").await.expect(404)["result"],
        "not_found"
    );
}

#[tokio::test]
async fn a_source_comes_back_as_it_was_sent() {
    let api = CLUSTER.get().await;
    // Numbers that a double cannot hold, key order, white space, escapes: nothing of it is ours to change.
    let source =
        r#"{ "z":1.10, "a":9007199254740993, "nested": {"b":[1, 2, null]}, "t":"caf\u00e9 \ud83d\udc0b" }"#;
    let body = source.to_owned();
    api.send(
        reqwest::Method::PUT,
        "/verbatim/_doc/1",
        Some("application/json"),
        body,
    )
    .await
    .expect(201);
    assert_eq!(api.get("/verbatim/_source/1").await.text, source);
    api.refresh("verbatim").await;
    let answer = api.get("/verbatim/_search").await;
    assert!(answer.text.contains(source), "{answer}");
}

#[tokio::test]
async fn a_document_without_an_id_gets_one() {
    let api = CLUSTER.get().await;
    let mut ids = Vec::new();
    for _ in 0..2 {
        let created = api.post("/unnamed/_doc", &json!({"n": 1})).await.expect(201);
        assert_eq!(created["result"], "created");
        ids.push(created["_id"].as_str().expect("ids are text").to_owned());
    }
    assert_ne!(ids[0], ids[1]);
    for id in ids {
        api.get(&format!("/unnamed/_doc/{id}")).await.expect(200);
    }
}

#[tokio::test]
async fn create_refuses_an_id_that_is_taken_and_changes_nothing() {
    let api = CLUSTER.get().await;
    let first = json!({"by": "the first"});
    api.put("/claims/_create/1", &first).await.expect(201);
    for path in ["/claims/_create/1", "/claims/_doc/1?op_type=create"] {
        let reason = api
            .put(path, &json!({"by": "a later one"}))
            .await
            .error(409, "version_conflict_engine_exception");
        assert!(
            reason.contains("[1]") && reason.contains("already exists"),
            "{reason}"
        );
    }
    let read = api.get("/claims/_doc/1").await.expect(200);
    assert_eq!((&read["_source"], &read["_version"]), (&first, &json!(1)));
    api.delete("/claims/_doc/1").await.expect(200);
    api.put("/claims/_create/1", &json!({"by": "the next"}))
        .await
        .expect(201);
}

#[tokio::test]
async fn ids_may_hold_anything_that_a_url_can() {
    let api = CLUSTER.get().await;
    for (id, encoded) in [
        ("a/b", "a%2Fb"),
        ("ärger 東京", "%C3%A4rger%20%E6%9D%B1%E4%BA%AC"),
        ("1+1=2?", "1%2B1%3D2%3F"),
        ("_all", "_all"),
        ("./x", "%2E%2Fx"),
    ] {
        let path = format!("/odd/_doc/{encoded}");
        assert_eq!(api.put(&path, &json!({"id": id})).await.expect(201)["_id"], id);
        assert_eq!(api.get(&path).await.expect(200)["_source"]["id"], id);
    }
    let longest = "x".repeat(512);
    api.put(&format!("/odd/_doc/{longest}"), &json!({}))
        .await
        .expect(201);
    let found = api
        .search("odd", &json!({"query": {"match_all": {}}, "size": 0}))
        .await;
    assert!(found.hits().is_empty());
}

#[tokio::test]
async fn a_write_is_readable_at_once_and_searchable_after_a_refresh() {
    let api = CLUSTER.get().await;
    let settings = json!({"settings": {"number_of_shards": 3, "refresh_interval": "-1"}});
    api.put("/manual", &settings).await.ok();
    api.put("/manual/_doc/1", &json!({"n": 1})).await.expect(201);
    assert_eq!(seen(&api, "manual").await, 0, "nothing was refreshed");
    assert_eq!(api.get("/manual/_doc/1").await.expect(200)["_source"]["n"], 1);
    api.refresh("manual").await;
    assert_eq!(seen(&api, "manual").await, 1);
    api.delete("/manual/_doc/1").await.expect(200);
    assert_eq!(seen(&api, "manual").await, 1, "the deletion was not refreshed");
    // A read of a document that was written since may refresh what it needs, as in Elasticsearch.
    api.get("/manual/_doc/1").await.expect(404);
    api.refresh("manual").await;
    assert_eq!(seen(&api, "manual").await, 0);
}

#[tokio::test]
async fn refreshed_writes_are_visible_on_every_replica() {
    let api = CLUSTER.get().await;
    api.put("/visible", &json!({"settings": {"number_of_shards": 3}}))
        .await
        .ok();
    let mut expected = 0;
    for policy in ["true", "", "wait_for", "true", "wait_for"] {
        for _ in 0..3 {
            expected += 1;
            let path = format!("/visible/_doc/{expected}?refresh={policy}");
            let written = api.put(&path, &json!({"n": expected})).await.expect(201);
            // Only a refresh that the write itself brought about is said to be forced.
            let forced = written["forced_refresh"] == true;
            assert_eq!(forced, policy != "wait_for", "{written}");
            assert_eq!(seen(&api, "visible").await, expected, "after refresh={policy}");
        }
    }
    let lines = "{\"index\":{\"_id\":\"b1\"}}\n{\"n\":1}\n{\"delete\":{\"_id\":\"1\"}}\n{\"index\":{\"_id\":\"b2\"}}\n{}\n";
    api.bulk("/visible/_bulk?refresh=wait_for", lines).await.ok();
    assert_eq!(seen(&api, "visible").await, expected + 1);
    api.delete("/visible/_doc/2?refresh=true").await.expect(200);
    assert_eq!(seen(&api, "visible").await, expected);
}

/// How many documents searches see: all of a row of them the same.
async fn seen(api: &Borrowed, index: &str) -> u64 {
    let body = json!({"query": {"match_all": {}}, "track_total_hits": true, "size": 0});
    let mut totals = Vec::with_capacity(SEARCHES);
    for _ in 0..SEARCHES {
        totals.push(api.search(index, &body).await.total());
    }
    assert!(
        totals.windows(2).all(|pair| pair[0] == pair[1]),
        "replicas disagree: {totals:?}"
    );
    totals[0]
}

#[tokio::test]
async fn routing_decides_the_shard_and_is_needed_to_find_it_again() {
    let api = CLUSTER.get().await;
    api.put("/routed", &json!({"settings": {"number_of_shards": 7}}))
        .await
        .ok();
    let routed: Vec<Value> = {
        let mut answers = Vec::new();
        for id in 0..6 {
            let path = format!("/routed/_doc/{id}?routing=same");
            answers.push(api.put(&path, &json!({"n": id})).await.expect(201));
        }
        answers
    };
    let mut seq_nos: Vec<u64> = routed
        .iter()
        .filter_map(|answer| answer["_seq_no"].as_u64())
        .collect();
    seq_nos.dedup();
    assert_eq!(seq_nos.len(), 6, "one shard numbers all of them: {routed:?}");
    let read = api.get("/routed/_doc/3?routing=same").await.expect(200);
    assert_eq!(
        (&read["_routing"], &read["_source"]["n"]),
        (&json!("same"), &json!(3))
    );
    api.refresh("routed").await;
    let found = api
        .search("routed", &json!({"query": {"match_all": {}}, "size": 10}))
        .await;
    assert_eq!(found.sorted_ids(), ["0", "1", "2", "3", "4", "5"]);
    assert!(
        found.hits().iter().all(|hit| hit["_routing"] == "same"),
        "{}",
        found.0
    );
}
