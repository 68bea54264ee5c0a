//! Many documents in one request: each succeeds or fails on its own.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::CLUSTER;

#[tokio::test]
async fn every_item_answers_for_itself_in_order() {
    let api = CLUSTER.get().await;
    let mapping = json!({
        "settings": {"number_of_shards": 3},
        "mappings": {"properties": {"n": {"type": "long"}, "day": {"type": "date"}}},
    });
    api.put("/items", &mapping).await.ok();
    api.put("/items/_doc/taken", &json!({"n": 0})).await.expect(201);
    let answer = api
        .bulk("/items/_bulk?refresh=true", ndjson(&good_and_bad_items()))
        .await
        .ok();
    assert_eq!(answer["errors"], true);
    let items = items(&answer);
    let expected = [
        ("index", 201, ""),
        ("create", 409, "version_conflict_engine_exception"),
        ("index", 400, "document_parsing_exception"),
        ("delete", 404, ""),
        ("create", 201, ""),
        ("index", 400, "illegal_argument_exception"),
        ("delete", 200, ""),
        ("index", 400, "document_parsing_exception"),
        ("index", 201, ""),
        ("index", 201, ""),
    ];
    assert_eq!(items.len(), expected.len(), "{answer}");
    for ((action, item), (its_action, status, kind)) in items.iter().zip(expected) {
        assert_eq!((*action, &item["status"]), (its_action, &json!(status)), "{item}");
        assert_eq!(item["error"]["type"].as_str().unwrap_or_default(), kind, "{item}");
    }
    let reason = |nth: usize| items[nth].1["error"]["reason"].as_str().unwrap_or_default();
    assert!(
        reason(2).contains("[n]") && reason(2).contains("many"),
        "{}",
        reason(2)
    );
    assert!(
        reason(5).contains("512") && reason(5).contains("513"),
        "{}",
        reason(5)
    );
    assert!(
        reason(7).contains("[day]") && reason(7).contains("yesterday"),
        "{}",
        reason(7)
    );
    assert_eq!(items[3].1["result"], "not_found");
    assert_eq!(items[9].1["_index"], "items-elsewhere");

    let found = api
        .search("items", &json!({"query": {"exists": {"field": "n"}}}))
        .await;
    let made = items[8].1["_id"].as_str().expect("an id was made");
    let mut expected = vec!["a", "c", made];
    expected.sort_unstable();
    assert_eq!(
        found.sorted_ids(),
        expected,
        "what was refused is not there, the rest is"
    );
    assert_eq!(api.search("items-elsewhere", &json!({})).await.ids(), ["e"]);
}

#[tokio::test]
async fn operations_on_one_id_take_effect_in_their_order() {
    let api = CLUSTER.get().await;
    let lines = [
        json!({"index": {"_id": "1"}}),
        json!({"n": 1}),
        json!({"index": {"_id": "1"}}),
        json!({"n": 2}),
        json!({"delete": {"_id": "1"}}),
        json!({"create": {"_id": "1"}}),
        json!({"n": 3}),
        json!({"create": {"_id": "1"}}),
        json!({"n": 4}),
        json!({"index": {"_id": "1"}}),
        json!({"n": 5}),
    ];
    let answer = api.bulk("/order/_bulk?refresh=true", ndjson(&lines)).await.ok();
    let statuses: Vec<&Value> = items(&answer)
        .into_iter()
        .map(|(_, item)| &item["status"])
        .collect();
    assert_eq!(statuses, [201, 200, 200, 201, 409, 200], "{answer}");
    let found = api.search("order", &json!({"track_total_hits": true})).await;
    assert_eq!((found.total(), &found.hits()[0]["_source"]["n"]), (1, &json!(5)));
}

#[tokio::test]
async fn the_answer_has_the_letters_that_log_shippers_look_for() {
    let api = CLUSTER.get().await;
    let good = "{\"index\":{\"_id\":\"1\"}}\n{\"n\":1}\n";
    let answer = api.bulk("/letters/_bulk", good).await;
    assert!(answer.text.contains("\"errors\":false,\"items\":["), "{answer}");
    // Blank lines between, and carriage returns, are what other programs send.
    let sloppy =
        "{\"index\":{\"_id\":\"2\"}}\r\n{\"n\":2}\r\n\r\n{\"index\":{\"_id\":\"3\"}}\n{\"n\":\"x\"}\n";
    let answer = api.bulk("/letters/_bulk", sloppy).await;
    assert!(answer.text.contains("\"errors\":true"), "{answer}");
    let statuses: Vec<Value> = items(&answer.ok())
        .into_iter()
        .map(|(_, item)| item["status"].clone())
        .collect();
    assert_eq!(statuses, [201, 400]);
}

#[tokio::test]
async fn a_bulk_goes_to_many_indexes_and_shards() {
    let api = CLUSTER.get().await;
    let mut lines = Vec::new();
    for n in 0..500 {
        lines.push(json!({"index": {"_index": format!("many-{}", n % 5), "_id": n.to_string()}}));
        lines.push(json!({"n": n, "text": format!("document number {n}")}));
    }
    let answer = api.bulk("/_bulk?refresh=true", ndjson(&lines)).await.ok();
    assert_eq!(answer["errors"], false, "{answer}");
    for (nth, (_, item)) in items(&answer).into_iter().enumerate() {
        assert_eq!(
            (&item["_id"], &item["result"]),
            (&json!(nth.to_string()), &json!("created"))
        );
    }
    for index in 0..5 {
        let found = api.search(&format!("many-{index}"), &json!({"size": 200})).await;
        assert_eq!(found.total(), 100);
        let ids = found.ids();
        assert!(
            ids.iter()
                .all(|id| id.parse::<usize>().is_ok_and(|id| id % 5 == index)),
            "{ids:?}"
        );
    }
}

/// Items of every kind: those that go in between those that do not.
fn good_and_bad_items() -> [Value; 18] {
    let long_id = "x".repeat(513);
    [
        json!({"index": {"_id": "a"}}),
        json!({"n": 1}),
        json!({"create": {"_id": "taken"}}),
        json!({"n": 2}),
        json!({"index": {"_id": "b"}}),
        json!({"n": "many"}),
        json!({"delete": {"_id": "absent"}}),
        json!({"create": {"_id": "c"}}),
        json!({"n": 3}),
        json!({"index": {"_id": long_id}}),
        json!({"n": 4}),
        json!({"delete": {"_id": "taken"}}),
        json!({"index": {"_id": "d"}}),
        json!({"day": "yesterday"}),
        json!({"index": {}}),
        json!({"n": 5}),
        json!({"index": {"_id": "e", "_index": "items-elsewhere"}}),
        json!({"n": 6}),
    ]
}

/// Lines of JSON.
fn ndjson(lines: &[Value]) -> String {
    let mut text = String::new();
    for line in lines {
        writeln!(text, "{line}").expect("strings take everything");
    }
    text
}

/// The items of a bulk's answer with their actions.
fn items(answer: &Value) -> Vec<(&str, &Value)> {
    let items = answer["items"]
        .as_array()
        .unwrap_or_else(|| panic!("no items: {answer}"));
    items
        .iter()
        .map(|item| {
            let item = item.as_object().filter(|item| item.len() == 1);
            let (action, result) = item
                .and_then(|item| item.iter().next())
                .expect("an item has its action only");
            (action.as_str(), result)
        })
        .collect()
}
