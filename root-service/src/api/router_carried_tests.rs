//! What users of Elasticsearch bring along through the whole router: settings without a meaning here, and questions about what is not
//! there.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::tests::{call, expect_refusals, lonely_root, refusal};

#[tokio::test(start_paused = true)]
async fn data_streams_are_missing_by_name_and_none_by_pattern() {
    let root = lonely_root().await;
    let none = json!({"data_streams": []});
    for uri in [
        "/_data_stream",
        "/_data_stream/logs-*?expand_wildcards=all",
        "/_data_stream/_all",
    ] {
        let (status, _, json) = call(&root, "GET", uri, "").await;
        assert_eq!((status, &json), (StatusCode::OK, &none), "{uri}");
    }
    let (status, _, json) = call(&root, "GET", "/_data_stream/a*,logs?expand_wildcards=all", "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(json["error"]["type"], "index_not_found_exception");
    assert_eq!(json["error"]["reason"], "no such index [logs]");
    expect_refusals(&[("GET", "/_data_stream?expand_wildcards=some", "", 400, "[some]")]).await;
}

#[tokio::test(start_paused = true)]
async fn templates_are_missing_by_name_and_cannot_be_made() {
    let root = lonely_root().await;
    for uri in ["/_index_template", "/_index_template/logs*"] {
        let (status, _, json) = call(&root, "GET", uri, "").await;
        assert_eq!(
            (status, json),
            (StatusCode::OK, json!({"index_templates": []})),
            "{uri}"
        );
    }
    let (status, _, json) = call(&root, "GET", "/_index_template/logs", "").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(json["error"]["type"], "resource_not_found_exception");
    assert_eq!(
        json["error"]["reason"],
        "index template matching [logs] not found"
    );
    let (status, _, body) = call(&root, "HEAD", "/_index_template/logs", "").await;
    assert_eq!(
        (status, body),
        (StatusCode::NOT_FOUND, Value::String(String::new()))
    );
    let template = r#"{"index_patterns":["logs*"]}"#;
    let (status, reason) = refusal(&root, "PUT", "/_index_template/logs?create=true", template).await;
    assert_eq!(status, 400);
    assert!(
        reason.contains("[logs]") && reason.contains("templates are not offered"),
        "{reason}"
    );
}

#[tokio::test(start_paused = true)]
async fn settings_as_elasticsearch_shows_them_make_an_index_without_the_private_ones() {
    let root = lonely_root().await;
    let mut index = json!({
        "routing": {"allocation": {"include": {"_tier_preference": "data_content"}}},
        "number_of_shards": "2", "provided_name": "films", "creation_date": "1731000000000", "refresh_interval": "5s",
        "analysis": {"analyzer": {"plain": {"filter": ["lowercase"], "type": "custom", "tokenizer": "standard"}}},
        "number_of_replicas": "1", "uuid": "Yx0aUe2cTfeBJFVPeRkX9A", "version": {"created": "8500003"},
        "mapping": {"total_fields": {"limit": "1000"}}, "max_result_window": "10000", "codec": "best_compression",
    });
    let body = |index: &Value| json!({"settings": {"index": index}}).to_string();
    for private in ["provided_name", "creation_date", "uuid", "version"] {
        let (status, reason) = refusal(&root, "PUT", "/films", &body(&index)).await;
        assert_eq!(status, 400);
        assert!(reason.contains(&format!("[index.{private}")), "{reason}");
        assert!(reason.ends_with("can not be set explicitly"), "{reason}");
        index.as_object_mut().unwrap().remove(private);
    }
    let (status, headers, json) = call(&root, "PUT", "/films?timeout=10ms", &body(&index)).await;
    assert_eq!(status, StatusCode::OK, "{json}");
    // The tier, the replicas, the codec and two limits.
    assert_eq!(headers.get_all("warning").iter().count(), 5);

    let change = r#"{"index":{"translog.durability":"async","search":{"slowlog":{"level":"info"}}}}"#;
    let (status, headers, json) = call(&root, "PUT", "/films/_settings", change).await;
    assert_eq!(status, StatusCode::OK, "{json}");
    assert_eq!(headers.get_all("warning").iter().count(), 2);
    let (status, reason) = refusal(&root, "PUT", "/films/_settings", r#"{"codec":"default"}"#).await;
    assert_eq!(status, 400);
    assert!(
        reason.contains("non dynamic settings [[index.codec]]"),
        "{reason}"
    );
}
