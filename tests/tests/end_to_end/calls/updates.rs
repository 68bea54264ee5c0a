//! Changes of parts of documents, and writes that hold only for the document that was seen.

use futures::future::join_all;
use serde_json::{Value, json};

use super::CLUSTER;

#[tokio::test]
async fn a_part_is_merged_and_what_changes_nothing_is_not_written() {
    let api = CLUSTER.get().await;
    api.put("/upd/_doc/1", &json!({"t": "x", "o": {"a": 1, "b": [1, 2]}}))
        .await
        .expect(201);
    let change = json!({"doc": {"o": {"b": [3]}, "n": 7}});
    let updated = api.post("/upd/_update/1?_source=true", &change).await.expect(200);
    assert_eq!(
        (&updated["result"], &updated["_version"]),
        (&json!("updated"), &json!(2))
    );
    let merged = json!({"t": "x", "o": {"a": 1, "b": [3]}, "n": 7});
    assert_eq!(updated["get"]["_source"], merged);
    assert_eq!(api.get("/upd/_source/1").await.expect(200), merged);

    let same = api.post("/upd/_update/1", &change).await.expect(200);
    assert_eq!((&same["result"], &same["_version"]), (&json!("noop"), &json!(2)));
    let forced = json!({"doc": {"n": 7}, "detect_noop": false});
    assert_eq!(
        api.post("/upd/_update/1", &forced).await.expect(200)["_version"],
        3
    );

    api.post("/upd/_update/2", &change)
        .await
        .error(404, "document_missing_exception");
    let upsert = json!({"doc": {"n": 1}, "upsert": {"n": 0}});
    assert_eq!(
        api.post("/upd/_update/2", &upsert).await.expect(201)["result"],
        "created"
    );
    assert_eq!(api.get("/upd/_source/2").await.expect(200), json!({"n": 0}));
    assert_eq!(
        api.post("/upd/_update/2", &upsert).await.expect(200)["result"],
        "updated"
    );
    assert_eq!(api.get("/upd/_source/2").await.expect(200), json!({"n": 1}));
    let bad = json!({"doc": {"n": "many"}});
    api.post("/upd/_update/2", &bad)
        .await
        .error(400, "document_parsing_exception");
}

#[tokio::test]
async fn a_condition_is_about_the_document_that_was_seen() {
    let api = CLUSTER.get().await;
    let created = api.put("/upd-if/_doc/1", &json!({"n": 0})).await.expect(201);
    let condition = |seq_no: &Value| format!("if_seq_no={seq_no}&if_primary_term=1");
    let first = condition(&created["_seq_no"]);
    let second = api
        .put(&format!("/upd-if/_doc/1?{first}"), &json!({"n": 1}))
        .await
        .expect(200);
    let reason = api
        .put(&format!("/upd-if/_doc/1?{first}"), &json!({"n": 2}))
        .await
        .error(409, "version_conflict_engine_exception");
    assert!(
        reason.contains("required seqNo") && reason.contains("current document"),
        "{reason}"
    );
    api.delete(&format!("/upd-if/_doc/1?{first}"))
        .await
        .error(409, "version_conflict_engine_exception");
    api.post(&format!("/upd-if/_update/1?{first}"), &json!({"doc": {"n": 3}}))
        .await
        .error(409, "version_conflict_engine_exception");
    assert_eq!(api.get("/upd-if/_source/1").await.expect(200), json!({"n": 1}));
    let now = condition(&second["_seq_no"]);
    let third = api
        .post(&format!("/upd-if/_update/1?{now}"), &json!({"doc": {"n": 3}}))
        .await;
    let now = condition(&third.expect(200)["_seq_no"]);
    api.delete(&format!("/upd-if/_doc/1?{now}")).await.expect(200);
    api.put(&format!("/upd-if/_doc/1?{now}"), &json!({}))
        .await
        .error(409, "version_conflict_engine_exception");
    api.put("/upd-if/_create/1", &json!({})).await.expect(201);
    api.put("/upd-if/_doc/1?op_type=create", &json!({}))
        .await
        .error(409, "version_conflict_engine_exception");
}

/// Writers at the same time, and changes of each.
const WRITERS: usize = 8;
const CHANGES: usize = 10;

#[tokio::test]
async fn no_change_of_many_writers_is_lost() {
    let api = CLUSTER.get().await;
    api.put("/upd-race/_doc/1", &json!({})).await.expect(201);
    // Each adds keys of its own: a lost change is a key that is missing.
    let api = &api;
    let write = |writer: usize| async move {
        let mut conflicts = 0;
        for change in 0..CHANGES {
            let doc = json!({"doc": {format!("k{writer}-{change}"): true}});
            loop {
                let answer = api.post("/upd-race/_update/1?retry_on_conflict=2", &doc).await;
                match answer.status {
                    200 => break,
                    409 => conflicts += 1,
                    _ => panic!("{answer}"),
                }
            }
        }
        conflicts
    };
    let _conflicts: usize = join_all((0..WRITERS).map(write)).await.into_iter().sum();
    let read = api.get("/upd-race/_doc/1").await.expect(200);
    let keys = read["_source"].as_object().expect("an object");
    assert_eq!(keys.len(), WRITERS * CHANGES, "{read}");
    assert_eq!(read["_version"], 1 + WRITERS * CHANGES);
}

#[tokio::test]
async fn updates_of_a_bulk_see_what_came_before_them() {
    let api = CLUSTER.get().await;
    let lines = concat!(
        "{\"index\":{\"_id\":\"1\"}}\n{\"n\":0}\n",
        "{\"update\":{\"_id\":\"1\",\"retry_on_conflict\":3}}\n{\"doc\":{\"a\":1}}\n",
        "{\"update\":{\"_id\":\"1\"}}\n{\"doc\":{\"b\":2}}\n",
        "{\"update\":{\"_id\":\"2\"}}\n{\"doc\":{\"b\":2}}\n",
        "{\"update\":{\"_id\":\"3\"}}\n{\"doc\":{\"c\":3},\"doc_as_upsert\":true}\n",
        "{\"update\":{\"_id\":\"1\"}}\n{\"doc\":{\"a\":1}}\n",
        "{\"delete\":{\"_id\":\"3\"}}\n",
        "{\"update\":{\"_id\":\"3\"}}\n{\"doc\":{\"c\":3}}\n",
        "{\"update\":{\"_id\":\"1\"}}\n{\"script\":{\"source\":\"x\"}}\n",
        "{\"create\":{\"_id\":\"1\"}}\n{}\n",
    );
    let answer = api.bulk("/upd-bulk/_bulk?refresh=true", lines).await.ok();
    let items = answer["items"].as_array().expect("a list");
    let results: Vec<(u64, String)> = items
        .iter()
        .flat_map(|item| item.as_object().expect("an object").values())
        .map(|item| {
            let result = item["result"].as_str().or(item["error"]["type"].as_str());
            (
                item["status"].as_u64().expect("a status"),
                result.expect("a result or an error").to_owned(),
            )
        })
        .collect();
    let expected = [
        (201, "created"),
        (200, "updated"),
        (200, "updated"),
        (404, "document_missing_exception"),
        (201, "created"),
        (200, "noop"),
        (200, "deleted"),
        (404, "document_missing_exception"),
        (400, "illegal_argument_exception"),
        (409, "version_conflict_engine_exception"),
    ];
    assert_eq!(
        results,
        expected.map(|(status, result)| (status, result.to_owned())),
        "{answer}"
    );
    let source = api.get("/upd-bulk/_source/1").await.expect(200);
    assert_eq!(source, json!({"n": 0, "a": 1, "b": 2}));
    assert_eq!(api.search("upd-bulk", &json!({})).await.ids(), ["1"]);
}
