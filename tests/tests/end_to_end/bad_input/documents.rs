//! Documents, bulks and mappings beyond their limits.

use serde_json::{Map, Value, json};

use super::{Bad, ground, refusal};

#[tokio::test]
async fn a_bulk_without_sense_is_refused_whole_and_nothing_is_written() {
    let ground = ground().await;
    let parsing = |says| refusal(400, "illegal_argument_exception", says);
    let good = "{\"index\":{\"_id\":\"whole\"}}\n{\"n\":1}\n";
    ground
        .refuses([
            (
                Bad::bulk(
                    "an action without its document",
                    "{\"index\":{\"_id\":\"whole\"}}\n",
                ),
                parsing(&["1"]),
            ),
            (
                Bad::bulk(
                    "a last action without its document",
                    format!("{good}{{\"index\":{{}}}}\n"),
                ),
                parsing(&["3"]),
            ),
            (
                Bad::bulk("an unknown action", format!("{good}{{\"upsert\":{{}}}}\n{{}}\n")),
                parsing(&["3", "upsert"]),
            ),
            (
                Bad::bulk("an action that is no JSON", format!("{good}index please\n{{}}\n")),
                parsing(&["3"]),
            ),
            (
                Bad::bulk(
                    "an action with an unknown parameter",
                    format!("{good}{{\"index\":{{\"_ttl\":1}}}}\n{{}}\n"),
                ),
                parsing(&["3", "_ttl"]),
            ),
            (
                Bad::bulk("nothing", ""),
                refusal(400, "parsing_exception", &["required"]),
            ),
            (
                Bad::bulk(
                    "a last line without its end",
                    "{\"index\":{\"_id\":\"whole\"}}\n{\"n\":1}",
                ),
                parsing(&["newline"]),
            ),
            (
                Bad::bulk(
                    "two actions",
                    format!("{good}{{\"index\":{{}},\"delete\":{{}}}}\n{{}}\n"),
                ),
                parsing(&["3"]),
            ),
        ])
        .await;
    ground.api.get("/ground/_doc/whole").await.expect(404);
}

#[tokio::test]
async fn bad_items_do_not_keep_the_others_out() {
    let ground = ground().await;
    let mut body: Vec<u8> = Vec::new();
    let mut item = |action: &str, source: &[u8]| {
        body.extend_from_slice(action.as_bytes());
        body.push(b'\n');
        body.extend_from_slice(source);
        body.push(b'\n');
    };
    let deep = super::nested("{\"a\":", "1", "}", 100_000);
    item(r#"{"index":{"_id":"first"}}"#, br#"{"n":1}"#);
    item(r#"{"index":{"_id":"utf8"}}"#, b"{\"title\":\"\xff\"}");
    item(r#"{"index":{"_id":"deep"}}"#, deep.as_bytes());
    item(
        &json!({"index": {"_id": "x".repeat(10 * 1024)}}).to_string(),
        br#"{"n":2}"#,
    );
    item(r#"{"index":{"_id":""}}"#, br#"{"n":3}"#);
    item(r#"{"index":{"_id":"half"}}"#, br#"{"n":"#);
    item(r#"{"index":{"_id":"typed"}}"#, br#"{"n":[1,{"deep":"er"}]}"#);
    item(
        r#"{"index":{"_id":"elsewhere","_index":"Not A Name"}}"#,
        br#"{"n":4}"#,
    );
    item(r#"{"create":{"_id":"last"}}"#, br#"{"n":5}"#);
    let answer = ground.api.bulk("/ground/_bulk?refresh=true", body).await.ok();
    let items = answer["items"].as_array().expect("there are items");
    let statuses: Vec<&Value> = items
        .iter()
        .map(|item| {
            &item
                .as_object()
                .and_then(|item| item.values().next())
                .expect("an action")["status"]
        })
        .collect();
    assert_eq!(
        statuses,
        [201, 400, 400, 400, 400, 400, 400, 400, 201],
        "{answer}"
    );
    for item in &items[1..8] {
        let error = &item["index"]["error"];
        assert!(
            error["type"].is_string() && error["reason"].as_str().is_some_and(|reason| reason.len() > 10),
            "{item}"
        );
    }
    let found = ground
        .api
        .search(
            "ground",
            &json!({"query": {"ids": {"values": ["first", "last"]}}}),
        )
        .await;
    assert_eq!(found.sorted_ids(), ["first", "last"]);
    ground.stands("a bulk of bad items").await;
}

#[tokio::test]
async fn values_that_do_not_fit_are_named() {
    let ground = ground().await;
    let document = |says| refusal(400, "document_parsing_exception", says);
    let put = |what, source: &Value| Bad::put(what, "/ground/_doc/values", source.to_string());
    ground
        .refuses([
            (
                put("an immense keyword", &json!({"kind": "k".repeat(40_000)})),
                document(&["kind", "32766"]),
            ),
            (
                put("a number too large", &json!({"n": 1e300})),
                document(&["[n]", "long"]),
            ),
            (
                put("a number that is text", &json!({"n": "12 apples"})),
                document(&["[n]", "12 apples"]),
            ),
            (
                put("a date that is none", &json!({"day": "2021-02-30"})),
                document(&["[day]", "2021-02-30"]),
            ),
            (
                put("a truth that is none", &json!({"yes": "perhaps"})),
                document(&["[yes]", "perhaps"]),
            ),
            (
                put("an object for a value", &json!({"n": {"a": 1}})),
                document(&["n"]),
            ),
            (
                put("a value for an object", &json!({"title": {"words": "x"}})),
                document(&["title"]),
            ),
            (
                put("a hundred thousand values", &json!({"n": vec![1; 200_000]})),
                document(&["100000"]),
            ),
        ])
        .await;
    ground.api.get("/ground/_doc/values").await.expect(404);
}

#[tokio::test]
async fn fields_that_cannot_be_are_named() {
    let ground = ground().await;
    let illegal = |says| refusal(400, "illegal_argument_exception", says);
    let put = |what, source: &Value| Bad::put(what, "/ground/_doc/fields", source.to_string());
    let long_name = "f".repeat(10 * 1024);
    let many: Map<String, Value> = (0..2_000).map(|n| (format!("field{n}"), json!(n))).collect();
    let many_texts: Map<String, Value> = (0..300).map(|n| (format!("text{n}"), json!("words"))).collect();
    ground
        .refuses([
            (
                put("a long field name", &json!({(long_name): 1})),
                refusal(400, "mapper_parsing_exception", &["512"]),
            ),
            (
                put("a mapping explosion", &Value::Object(many)),
                illegal(&["1000"]),
            ),
            (
                put("an explosion of texts", &Value::Object(many_texts)),
                illegal(&["text"]),
            ),
            (
                put("an empty field name", &json!({"": 1})),
                refusal(400, "mapper_parsing_exception", &[]),
            ),
            (
                put("a field name of dots", &json!({"a..b": 1})),
                refusal(400, "mapper_parsing_exception", &["a..b"]),
            ),
            (
                put("a field of ours", &json!({"_id": "x"})),
                refusal(400, "mapper_parsing_exception", &["_id"]),
            ),
        ])
        .await;
    ground.api.get("/ground/_doc/fields").await.expect(404);
    let mapping = ground.api.get("/ground/_mapping").await;
    assert!(
        !mapping.text.contains("field7") && !mapping.text.contains("text7"),
        "refused documents add no fields"
    );
}

#[tokio::test]
async fn long_texts_and_odd_characters_are_no_errors() {
    let ground = ground().await;
    let odd =
        "\u{0}\u{1}\u{fffd}\u{202e}\u{10ffff} e\u{301} \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} ﷽ ı İ ß";
    for (id, text) in [
        ("one-word", "w".repeat(1_000_000)),
        ("many-words", "many words ".repeat(100_000)),
        ("odd", odd.to_owned()),
    ] {
        ground
            .api
            .put(&format!("/odd-texts/_doc/{id}?refresh=true"), &json!({"t": text}))
            .await
            .expect(201);
        let found = ground
            .api
            .search("odd-texts", &json!({"query": {"ids": {"values": [id]}}}))
            .await;
        assert_eq!(found.hits()[0]["_source"]["t"], text.as_str());
    }
    let found = ground
        .api
        .search(
            "odd-texts",
            &json!({"query": {"match": {"t": "ß"}}, "_source": false}),
        )
        .await;
    assert_eq!(found.ids(), ["odd"]);
    ground.stands("long texts").await;
}

#[tokio::test]
async fn settings_have_limits() {
    let ground = ground().await;
    let put = |what, body: &Value| Bad::put(what, "/limits", body.to_string());
    let illegal = |says| refusal(400, "illegal_argument_exception", says);
    ground
        .refuses([
            (
                put(
                    "a billion shards",
                    &json!({"settings": {"number_of_shards": 1_000_000_000}}),
                ),
                illegal(&["number_of_shards", "1024", "1000000000"]),
            ),
            (
                put("no shards", &json!({"settings": {"number_of_shards": 0}})),
                illegal(&["number_of_shards"]),
            ),
            (
                put(
                    "shards below nothing",
                    &json!({"settings": {"index.number_of_shards": -1}}),
                ),
                illegal(&["number_of_shards", "-1"]),
            ),
            (
                put(
                    "an unknown setting",
                    &json!({"settings": {"number_of_shrads": 1}}),
                ),
                illegal(&["number_of_shrads"]),
            ),
            (
                put(
                    "an odd refresh interval",
                    &json!({"settings": {"refresh_interval": "often"}}),
                ),
                illegal(&["refresh_interval", "often"]),
            ),
            (
                put("an unknown key", &json!({"mapping": {}})),
                refusal(400, "parsing_exception", &["mapping"]),
            ),
        ])
        .await;
    assert_eq!(ground.api.head("/limits").await.status, 404);
}

#[tokio::test]
async fn mappings_have_limits() {
    let ground = ground().await;
    let put = |what, body: &Value| Bad::put(what, "/mapping-limits", body.to_string());
    let illegal = |says| refusal(400, "illegal_argument_exception", says);
    let mapper = |says| refusal(400, "mapper_parsing_exception", says);
    let many: Map<String, Value> = (0..2_000)
        .map(|n| (format!("field{n}"), json!({"type": "long"})))
        .collect();
    let deep = (0..60).fold(
        json!({"type": "long"}),
        |inner, _| json!({"properties": {"a": inner}}),
    );
    ground
        .refuses([
            (
                put("two thousand fields", &json!({"mappings": {"properties": many}})),
                illegal(&["1000"]),
            ),
            (put("deep objects", &json!({"mappings": deep})), illegal(&["20"])),
            (
                put(
                    "a long field name",
                    &json!({"mappings": {"properties": {("f".repeat(10 * 1024)): {"type": "long"}}}}),
                ),
                mapper(&["512"]),
            ),
            (
                put(
                    "an unknown type",
                    &json!({"mappings": {"properties": {"a": {"type": "colour"}}}}),
                ),
                mapper(&["[a]", "colour"]),
            ),
        ])
        .await;
    assert_eq!(ground.api.head("/mapping-limits").await.status, 404);
}
