//! An alias is swapped while it is searched and written to.

use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use super::{CLUSTER, fill};

/// Swaps of the alias during the searches.
const SWAPS: u32 = 20;

#[tokio::test]
async fn nobody_sees_an_alias_between_two_indexes() {
    let api = CLUSTER.get().await;
    for version in ["swap-1", "swap-2"] {
        fill(&api, version, &[("1", json!({"made": version}))]).await;
    }
    api.put("/swap-1/_alias/swap", &json!({})).await.expect(200);
    let swapping = AtomicBool::new(true);
    let swap = async {
        for round in 0..SWAPS {
            let (from, to) = if round % 2 == 0 {
                ("swap-1", "swap-2")
            } else {
                ("swap-2", "swap-1")
            };
            let actions = json!({"actions": [
                {"remove": {"index": from, "alias": "swap"}},
                {"add": {"index": to, "alias": "swap"}},
            ]});
            api.post("/_aliases", &actions).await.expect(200);
        }
        swapping.store(false, Ordering::Relaxed);
    };
    let search = async {
        let mut searches = 0;
        while swapping.load(Ordering::Relaxed) {
            let found = api.search("swap", &json!({})).await;
            assert_eq!(found.ids(), ["1"], "{}", found.0);
            let hit = &found.hits()[0];
            assert_eq!(hit["_index"], hit["_source"]["made"], "{hit}");
            searches += 1;
        }
        searches
    };
    let ((), searches) = tokio::join!(swap, search);
    assert!(searches > 0);
}

#[tokio::test]
async fn an_alias_is_a_name_everywhere() {
    let api = CLUSTER.get().await;
    fill(&api, "name-1", &[("1", json!({"t": "old"}))]).await;
    let body = json!({"aliases": {"name": {"is_write_index": true}}, "mappings": {"properties": {"t": {"type": "text"}}}});
    api.put("/name-2", &body).await.expect(200);
    api.put("/name-1/_alias/name", &json!({})).await.expect(200);

    let written = api.put("/name/_doc/2?refresh=true", &json!({"t": "new"})).await;
    assert_eq!(written.expect(201)["_index"], "name-2");
    let line = "{\"index\":{\"_index\":\"name\",\"_id\":\"3\"}}\n{\"t\":\"newer\"}\n";
    let bulk = api.bulk("/_bulk?refresh=true", line).await.ok();
    assert_eq!(bulk["items"][0]["index"]["_index"], "name-2", "{bulk}");

    let found = api.search("name", &json!({})).await;
    assert_eq!(found.sorted_ids(), ["1", "2", "3"]);
    assert_eq!(api.get("/name/_count").await.expect(200)["count"], 3);
    api.get("/name/_doc/2")
        .await
        .error(400, "illegal_argument_exception");
    let settings = api.get("/name/_settings").await.expect(200);
    assert_eq!(settings.as_object().expect("an object").len(), 2);
    api.refresh("name").await;
    let lines = api.get("/_cat/count/name?h=count").await;
    assert_eq!(lines.text, "3\n");

    api.delete("/name-1").await.expect(200);
    assert_eq!(api.get("/name/_doc/2").await.expect(200)["_index"], "name-2");
    assert_eq!(api.get("/name/_source/2").await.expect(200)["t"], "new");
    let gone = api.delete("/name/_doc/2?refresh=true").await.expect(200);
    assert_eq!(gone["_index"], "name-2");
    assert_eq!(api.search("name", &json!({})).await.ids(), ["3"]);
}
