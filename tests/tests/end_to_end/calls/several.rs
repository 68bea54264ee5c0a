//! Searches over several indexes: as if everything lay in one list, with each hit's index.

use serde_json::{Value, json};

use super::{CLUSTER, fill};
use crate::harness::Found;

/// The pairs of index and id.
fn places(found: &Found) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let place = |hit: &Value| (text(&hit["_index"]), text(&hit["_id"]));
    found.hits().iter().map(place).collect()
}

#[tokio::test]
async fn hits_of_several_indexes_are_one_list_by_score() {
    let api = CLUSTER.get().await;
    for index in ["sea-a", "sea-b", "land"] {
        let documents: Vec<(String, Value)> = (0..30)
            .map(|n| {
                let words = format!("{} {index}", "whale ".repeat(1 + n % 5));
                (format!("{index}-{n}"), json!({"t": words, "n": n}))
            })
            .collect();
        let documents: Vec<(&str, Value)> = documents
            .iter()
            .map(|(id, source)| (id.as_str(), source.clone()))
            .collect();
        fill(&api, index, &documents).await;
    }
    let body = |from: u32, size: u32| json!({"query": {"match": {"t": "whale"}}, "from": from, "size": size});
    let both = api.search("sea-*", &body(0, 100)).await;
    assert_eq!((both.total(), both.hits().len()), (60, 60));
    let scores: Vec<f64> = both
        .hits()
        .iter()
        .map(|hit| hit["_score"].as_f64().expect("a score"))
        .collect();
    assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
    assert_eq!(both.0["hits"]["max_score"].as_f64(), Some(scores[0]));

    // Each index ranks as it does alone.
    for index in ["sea-a", "sea-b"] {
        let alone = api.search(index, &body(0, 100)).await;
        let within: Vec<_> = places(&both)
            .into_iter()
            .filter(|(name, _)| name == index)
            .collect();
        assert_eq!(places(&alone), within);
    }
    // Pages of the whole are the whole.
    let mut paged = Vec::new();
    for page in 0..7 {
        paged.extend(places(&api.search("sea-a,sea-b", &body(page * 10, 10)).await));
    }
    assert_eq!(paged, places(&both));

    let excluded = api.search("sea-*,land,-sea-b", &body(0, 100)).await;
    assert_eq!(excluded.total(), 60);
    let shards = &both.0["_shards"];
    assert_eq!((&shards["total"], &shards["failed"]), (&json!(4), &json!(0)));
    assert_eq!(api.get("/sea-a,land/_count").await.expect(200)["count"], 60);
    api.get("/sea-a,absent/_search")
        .await
        .error(404, "index_not_found_exception");
    let lenient = api
        .get("/sea-a,absent/_search?ignore_unavailable=true&size=0")
        .await
        .expect(200);
    assert_eq!(lenient["hits"]["total"]["value"], 30);
    let few = api
        .search("sea-*", &json!({"track_total_hits": 40, "size": 0}))
        .await;
    assert_eq!(few.0["hits"]["total"], json!({"value": 40, "relation": "gte"}));
    api.post(
        "/sea-*/_search",
        &json!({"from": 9_000, "size": 1_000, "profile": true}),
    )
    .await
    .error(400, "illegal_argument_exception");
}
