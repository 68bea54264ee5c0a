//! Deletion by query.

use serde_json::{Value, json};

use super::{CLUSTER, fill};

#[tokio::test]
async fn what_matches_is_deleted_page_by_page_and_nothing_else() {
    let api = CLUSTER.get().await;
    let documents: Vec<(String, Value)> = (0..120).map(|n| (n.to_string(), json!({"n": n}))).collect();
    let documents: Vec<(&str, Value)> = documents
        .iter()
        .map(|(id, source)| (id.as_str(), source.clone()))
        .collect();
    fill(&api, "del", &documents).await;
    api.put("/del/_doc/routed?routing=r&refresh=true", &json!({"n": 5}))
        .await
        .expect(201);
    let body = json!({"query": {"range": {"n": {"lt": 100}}}});
    let some = api
        .post("/del/_delete_by_query?max_docs=30&scroll_size=20", &body)
        .await
        .expect(200);
    assert_eq!(
        (&some["deleted"], &some["batches"]),
        (&json!(30), &json!(2)),
        "{some}"
    );
    let all = api
        .post(
            "/del/_delete_by_query?conflicts=proceed&scroll_size=17&refresh=true",
            &body,
        )
        .await
        .expect(200);
    assert_eq!(
        (&all["total"], &all["deleted"]),
        (&json!(71), &json!(71)),
        "{all}"
    );
    assert_eq!(
        (&all["version_conflicts"], &all["failures"]),
        (&json!(0), &json!([]))
    );
    let left = api.search("del", &json!({"size": 50})).await;
    assert_eq!(left.total(), 20);
    let none = api.post("/del/_delete_by_query", &body).await.expect(200);
    assert_eq!((&none["total"], &none["batches"]), (&json!(0), &json!(0)));
    api.post("/absent/_delete_by_query", &body)
        .await
        .error(404, "index_not_found_exception");
}
