//! Many searches, and many documents, in one request.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{CLUSTER, fill};

#[tokio::test]
async fn many_searches_answer_in_their_order() {
    let api = CLUSTER.get().await;
    let documents: Vec<(String, Value)> = (0..50)
        .map(|n| (n.to_string(), json!({"n": n, "t": "word"})))
        .collect();
    let documents: Vec<(&str, Value)> = documents
        .iter()
        .map(|(id, source)| (id.as_str(), source.clone()))
        .collect();
    fill(&api, "many", &documents).await;
    let mut lines = String::new();
    for n in 0..60 {
        let search = json!({"query": {"term": {"n": n}}});
        writeln!(lines, "{{\"index\":\"many\"}}\n{search}").expect("strings take everything");
    }
    lines += "{\"index\":\"absent\"}\n{}\n{}\n{\"size\":0}\n";
    let answer = api
        .bulk("/many/_msearch?max_concurrent_searches=5", lines)
        .await
        .ok();
    let responses = answer["responses"].as_array().expect("a list");
    assert_eq!(responses.len(), 62);
    for (n, response) in responses.iter().take(60).enumerate() {
        assert_eq!(response["status"], 200, "{response}");
        let hits = response["hits"]["hits"].as_array().expect("hits");
        let ids: Vec<&Value> = hits.iter().map(|hit| &hit["_id"]).collect();
        let expected: Vec<Value> = if n < 50 {
            vec![json!(n.to_string())]
        } else {
            vec![]
        };
        assert_eq!(ids, expected.iter().collect::<Vec<_>>());
    }
    assert_eq!(responses[60]["error"]["type"], "index_not_found_exception");
    assert_eq!(responses[60]["status"], 404);
    assert_eq!(responses[61]["hits"]["total"]["value"], 50);
}

#[tokio::test]
async fn many_documents_are_read_at_once_and_up_to_date() {
    let api = CLUSTER.get().await;
    let source = json!({"t": "x", "n": {"a": 1, "b": 2}});
    fill(&api, "many-docs", &[("1", source.clone()), ("2", source.clone())]).await;
    // Not refreshed: who reads by id sees it all the same.
    api.put("/many-docs/_doc/3?routing=r", &source).await.expect(201);
    let body = json!({"docs": [
        {"_id": "1", "_source": ["n.a"]},
        {"_index": "many-docs", "_id": "2", "_source": false},
        {"_id": "3", "routing": "r"},
        {"_id": "4"},
        {"_index": "absent", "_id": "1"},
    ]});
    let docs = api.post("/many-docs/_mget", &body).await.expect(200)["docs"].clone();
    assert_eq!(docs[0]["_source"], json!({"n": {"a": 1}}));
    assert!(docs[1]["_source"].is_null() && docs[1]["found"] == true);
    assert_eq!(
        (&docs[2]["_routing"], &docs[2]["_source"]),
        (&json!("r"), &source)
    );
    assert_eq!(
        docs[3],
        json!({"_index": "many-docs", "_id": "4", "found": false})
    );
    assert_eq!(docs[4]["error"]["type"], "index_not_found_exception");
    let ids: Vec<String> = (0..200).map(|n| n.to_string()).collect();
    let docs = api
        .post("/many-docs/_mget", &json!({"ids": ids}))
        .await
        .expect(200);
    let found = docs["docs"].as_array().expect("a list").iter();
    assert_eq!(found.filter(|doc| doc["found"] == true).count(), 2);
}
