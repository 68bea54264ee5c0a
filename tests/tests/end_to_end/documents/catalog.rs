//! Indexes, their mappings, and what is told of them.

use serde_json::{Value, json};

use super::CLUSTER;
use crate::harness::eventually;

#[tokio::test]
async fn an_index_is_made_shown_and_deleted() {
    let api = CLUSTER.get().await;
    assert_eq!(api.head("/shelf").await.status, 404);
    let body = json!({
        "settings": {"index": {"number_of_shards": "5"}, "number_of_replicas": 1},
        "mappings": {"properties": {"title": {"type": "text"}}},
    });
    let made = api.put("/shelf", &body).await;
    assert_eq!(
        made.ok(),
        json!({"acknowledged": true, "shards_acknowledged": true, "index": "shelf"})
    );
    let warning = made.headers["warning"].to_str().expect("warnings are text");
    assert!(warning.contains("number_of_replicas"), "{warning}");
    assert_eq!(api.head("/shelf").await.status, 200);

    let shown = api.get("/shelf").await.ok();
    assert_eq!(
        shown["shelf"]["settings"]["index"]["number_of_shards"], "5",
        "{shown}"
    );
    assert_eq!(shown["shelf"]["mappings"], body["mappings"]);
    let reason = api
        .put("/shelf", &body)
        .await
        .error(400, "resource_already_exists_exception");
    assert!(reason.contains("[shelf/"), "{reason}");

    api.put("/shelf/_doc/1?refresh=true", &json!({"title": "x"}))
        .await
        .expect(201);
    assert_eq!(api.delete("/shelf").await.ok(), json!({"acknowledged": true}));
    assert_eq!(api.head("/shelf").await.status, 404);
    for answer in [
        api.get("/shelf/_search").await,
        api.delete("/shelf").await,
        api.get("/shelf/_doc/1").await,
    ] {
        let reason = answer.error(404, "index_not_found_exception");
        assert!(reason.contains("[shelf]"), "{reason}");
    }

    // A new index of an old name has nothing of the old one.
    api.put("/shelf", &json!({})).await.ok();
    assert_eq!(
        api.get("/shelf/_mapping").await.ok()["shelf"]["mappings"],
        json!({})
    );
    api.get("/shelf/_doc/1").await.expect(404);
    assert_eq!(api.search("shelf", &json!({})).await.total(), 0);
}

#[tokio::test]
async fn fields_that_no_mapping_names_are_mapped_by_their_values() {
    let api = CLUSTER.get().await;
    let document = json!({
        "title": "A whale", "pages": 635, "price": 9.5, "sold": true, "published": "1851-10-18",
        "tags": ["sea", "epic"], "author": {"name": "Melville", "born": 1819}, "nothing": null, "none": [],
    });
    api.put("/dynamic/_doc/1?refresh=true", &document)
        .await
        .expect(201);
    let text = json!({"type": "text", "fields": {"keyword": {"type": "keyword", "ignore_above": 256}}});
    let mapping = api.get("/dynamic/_mapping").await.ok();
    assert_eq!(
        mapping["dynamic"]["mappings"]["properties"],
        json!({
            "author": {"properties": {"born": {"type": "long"}, "name": text}},
            "pages": {"type": "long"},
            "price": {"type": "double"},
            "published": {"type": "date"},
            "sold": {"type": "boolean"},
            "tags": text,
            "title": text,
        })
    );
    for query in [
        json!({"match": {"title": "WHALE"}}),
        json!({"term": {"title.keyword": "A whale"}}),
        json!({"term": {"tags.keyword": "epic"}}),
        json!({"range": {"pages": {"gt": 600}}}),
        json!({"term": {"sold": true}}),
        json!({"range": {"published": {"lt": "1852"}}}),
        json!({"match": {"author.name": "melville"}}),
    ] {
        assert_eq!(
            api.search("dynamic", &json!({"query": query})).await.ids(),
            ["1"],
            "{query}"
        );
    }
    // What the first document decided holds for the next ones.
    let reason = api
        .put("/dynamic/_doc/2", &json!({"pages": "many"}))
        .await
        .error(400, "document_parsing_exception");
    assert!(
        reason.contains("[pages]") && reason.contains("[long]"),
        "{reason}"
    );
    let reason = api
        .put("/dynamic/_doc/2", &json!({"author": "Melville"}))
        .await
        .error(400, "document_parsing_exception");
    assert!(reason.contains("author"), "{reason}");
    api.get("/dynamic/_doc/2").await.expect(404);
}

#[tokio::test]
async fn a_mapping_is_shown_as_it_was_given_and_only_grows() {
    let api = CLUSTER.get().await;
    let properties = json!({
        "body": {"type": "text", "analyzer": "english", "fields": {"exact": {"type": "text", "analyzer": "whitespace"}}},
        "code": {"type": "text", "analyzer": "keyword"},
        "day": {"type": "date", "format": "yyyy-MM-dd"},
        "kind": {"type": "keyword", "ignore_above": 20},
        "meta": {"properties": {"score": {"type": "double"}, "seen": {"type": "boolean"}, "size": {"type": "long"}}},
    });
    api.put("/grown", &json!({"mappings": {"properties": properties}}))
        .await
        .ok();
    assert_eq!(
        api.get("/grown/_mapping").await.ok()["grown"]["mappings"]["properties"],
        properties
    );

    api.put(
        "/grown/_mapping",
        &json!({"properties": {"added": {"type": "long"}}}),
    )
    .await
    .ok();
    let grown = api.get("/grown/_mapping").await.ok();
    assert_eq!(
        grown["grown"]["mappings"]["properties"]["added"],
        json!({"type": "long"})
    );

    let change = json!({"properties": {"fresh": {"type": "long"}, "kind": {"type": "text"}}});
    let reason = api
        .put("/grown/_mapping", &change)
        .await
        .error(400, "illegal_argument_exception");
    assert!(
        reason.contains("[kind]") && reason.contains("keyword") && reason.contains("text"),
        "{reason}"
    );
    assert_eq!(
        api.get("/grown/_mapping").await.ok(),
        grown,
        "a refused change adds nothing"
    );
}

#[tokio::test]
async fn parameters_of_mappings_are_known_harmless_or_refused_by_name() {
    let api = CLUSTER.get().await;
    let made = |properties: Value| json!({"mappings": {"properties": properties}});
    let harmless = made(json!({"t": {"type": "text", "store": true, "index_phrases": true}}));
    let answer = api.put("/harmless", &harmless).await;
    answer.ok();
    let warnings: Vec<&str> = answer
        .headers
        .get_all("warning")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .collect();
    assert!(
        warnings
            .iter()
            .any(|warning| warning.contains("[store]") && warning.contains("[t]")),
        "{warnings:?}"
    );

    for (properties, said) in [
        (json!({"place": {"type": "geo_point"}}), ["[place]", "geo_point"]),
        (
            json!({"t": {"type": "text", "analyser": "english"}}),
            ["[t]", "analyser"],
        ),
        (
            json!({"t": {"type": "text", "analyzer": "klingon"}}),
            ["[t]", "klingon"],
        ),
        (
            json!({"d": {"type": "date", "format": "whenever"}}),
            ["[d]", "whenever"],
        ),
        (
            json!({"k": {"type": "keyword", "fields": {"x": {"type": "blob"}}}}),
            ["k.x", "blob"],
        ),
    ] {
        let reason = api
            .put("/refused", &made(properties))
            .await
            .error(400, "mapper_parsing_exception");
        assert!(
            said.iter().all(|part| reason.contains(part)),
            "{said:?}: {reason}"
        );
    }
    assert_eq!(
        api.head("/refused").await.status,
        404,
        "a refused index is not made"
    );
}

#[tokio::test]
async fn the_service_tells_clients_who_it_is() {
    let api = CLUSTER.get().await;
    let answer = api.get("/").await;
    let info = answer.ok();
    assert!(
        info["version"]["number"]
            .as_str()
            .is_some_and(|number| number.starts_with("8.")),
        "{info}"
    );
    assert!(
        info["cluster_uuid"].is_string() && info["tagline"].is_string(),
        "{info}"
    );
    assert_eq!(answer.headers["x-elastic-product"], "Elasticsearch");
    assert_eq!(api.head("/").await.status, 200);
    let nodes = api.get("/_nodes/_all/http").await.ok();
    let node = nodes["nodes"]
        .as_object()
        .and_then(|nodes| nodes.values().next())
        .expect("there is a node");
    let published = node["http"]["publish_address"]
        .as_str()
        .expect("it has an address");
    assert!(api.cluster.url().ends_with(published), "{published}");
    let reason = api
        .get("/_nowhere/at/all")
        .await
        .error(400, "illegal_argument_exception");
    assert!(
        reason.contains("/_nowhere/at/all") && reason.contains("GET"),
        "{reason}"
    );
    api.post("/_cat/indices", &json!({}))
        .await
        .error(405, "method_not_allowed_exception");
}

#[tokio::test]
async fn health_and_tables_agree_with_what_was_written() {
    let api = CLUSTER.get().await;
    api.put("/told", &json!({"settings": {"number_of_shards": 3}}))
        .await
        .ok();
    let health = api
        .get("/_cluster/health/told?wait_for_status=green&timeout=60s")
        .await
        .ok();
    assert_eq!(
        (&health["status"], &health["timed_out"]),
        (&json!("green"), &json!(false))
    );
    assert_eq!(
        (&health["active_primary_shards"], &health["active_shards"]),
        (&json!(3), &json!(6)),
        "{health}"
    );
    for id in 0..30 {
        api.put(&format!("/told/_doc/{id}"), &json!({"n": id}))
            .await
            .expect(201);
    }
    api.delete("/told/_doc/7?refresh=true").await.expect(200);

    // The tables show what each replica reported last, a moment ago.
    eventually("every copy shows its documents", async || {
        let shards = rows(api.get("/_cat/shards/told?format=json").await.ok());
        assert_eq!(shards.len(), 6, "{shards:?}");
        let documents = |prirep: &str| -> u64 {
            let copies = shards.iter().filter(|shard| shard["prirep"] == prirep);
            copies
                .filter_map(|shard| shard["docs"].as_str()?.parse::<u64>().ok())
                .sum()
        };
        (documents("p"), documents("r")) == (29, 29)
    })
    .await;
    let shards = rows(api.get("/_cat/shards/told?format=json").await.ok());
    assert!(
        shards.iter().all(|shard| shard["state"] == "STARTED"),
        "{shards:?}"
    );
    let indexes = rows(api.get("/_cat/indices/told?format=json").await.ok());
    let [row] = indexes.as_slice() else {
        panic!("one row per index: {indexes:?}")
    };
    for (column, value) in [
        ("health", "green"),
        ("status", "open"),
        ("index", "told"),
        ("pri", "3"),
        ("rep", "1"),
        ("docs.count", "29"),
    ] {
        assert_eq!(row[column], value, "{column} of {row}");
    }
    let text = api.get("/_cat/indices/told?v=true&h=index,docs.count").await.text;
    assert_eq!(
        text.split_whitespace().collect::<Vec<_>>(),
        ["index", "docs.count", "told", "29"]
    );
    let mapping = api.get("/nothing-here/_mapping").await;
    mapping.error(404, "index_not_found_exception");
}

/// The rows of a table.
fn rows(table: Value) -> Vec<Value> {
    match table {
        Value::Array(rows) => rows,
        other => panic!("not a list of rows: {other}"),
    }
}
