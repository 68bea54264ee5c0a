//! Calls about many things at once, and about what there is, through the whole router.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::tests::{Refused, call, expect_refusals, lonely_root};

#[tokio::test(start_paused = true)]
async fn many_searches_have_an_answer_or_an_error_each() {
    let root = lonely_root().await;
    call(&root, "PUT", "/books?timeout=10ms", "").await;
    let body = concat!(
        "{\"index\":\"x*\"}\n{\"query\":{\"match_all\":{}}}\n",
        "{\"index\":\"absent\"}\n{}\n",
        "{}\n{\"query\":{\"mach\":{}}}\n",
        "{\"routing\":\"r\"}\n{}\n",
        "{\n{}\n",
    );
    let request = Request::builder()
        .method("POST")
        .uri("/books/_msearch?typed_keys=true&rest_total_hits_as_int=true")
        .header(
            "content-type",
            "application/vnd.elasticsearch+x-ndjson;compatible-with=8",
        )
        .header("accept", "application/vnd.elasticsearch+json;compatible-with=8")
        .body(Body::from(body))
        .unwrap();
    let (parts, body) = root.clone().oneshot(request).await.unwrap().into_parts();
    let json: Value = serde_json::from_slice(&body.collect().await.unwrap().to_bytes()).unwrap();
    assert_eq!(parts.status, StatusCode::OK, "{json}");
    let responses = json["responses"].as_array().unwrap();
    let statuses: Vec<&Value> = responses.iter().map(|response| &response["status"]).collect();
    assert_eq!(statuses, [200, 404, 400, 400, 400], "{json}");
    assert_eq!(responses[0]["hits"]["total"], 0);
    assert_eq!(responses[1]["error"]["type"], "index_not_found_exception");
    assert!(
        responses[3]["error"]["reason"]
            .as_str()
            .unwrap()
            .contains("[routing]")
    );
    assert!(json["took"].is_u64());
}

#[tokio::test(start_paused = true)]
async fn what_there_is_can_be_asked_without_a_replica() {
    let root = lonely_root().await;
    let body = r#"{"mappings":{"properties":{"t":{"type":"text"},"n":{"type":"long"}}}}"#;
    call(&root, "PUT", "/books?timeout=10ms", body).await;
    let get = async |uri: &str| {
        let (status, _, json) = call(&root, "GET", uri, "").await;
        assert_eq!(status, StatusCode::OK, "{uri}: {json}");
        json
    };
    let caps = get("/_field_caps?fields=*").await;
    assert_eq!(caps["fields"]["n"]["long"]["aggregatable"], true);
    assert_eq!(caps["indices"], json!(["books"]));
    let stats = get("/books/_stats/docs,store").await;
    assert_eq!(stats["indices"]["books"]["primaries"]["docs"]["count"], 0);
    assert!(stats["_all"]["total"]["segments"].is_null());
    assert_eq!(get("/_stats").await["_shards"]["failed"], 0);
    let cluster = get("/_cluster/stats").await;
    assert_eq!(
        (&cluster["indices"]["count"], &cluster["status"]),
        (&json!(1), &json!("red"))
    );
    assert_eq!(get("/_nodes").await["_nodes"]["total"], 1);
    assert_eq!(get("/_nodes/stats").await["_nodes"]["successful"], 1);
    assert_eq!(get("/_cat/nodes?h=node.role,master").await, "i -\n");
    assert_eq!(get("/_search_shards").await["shards"], json!([[]]));
    assert_eq!(
        get("/_cat/count/x*?format=json&h=count").await,
        json!([{"count": "0"}])
    );
    let filtered = get("/books?filter_path=*.settings.index.number_of_shards").await;
    assert_eq!(
        filtered,
        json!({"books": {"settings": {"index": {"number_of_shards": "1"}}}})
    );

    let (status, headers, _) = call(
        &root,
        "PUT",
        "/books/_settings",
        r#"{"index":{"refresh_interval":"30s","number_of_replicas":2}}"#,
    )
    .await;
    assert_eq!(status, StatusCode::OK);
    assert!(headers.contains_key("warning"));
    let settings = get("/books/_settings?flat_settings").await;
    assert_eq!(settings["books"]["settings"]["index.refresh_interval"], "30s");
}

#[tokio::test(start_paused = true)]
async fn what_these_calls_do_not_offer_is_refused_by_name() {
    let cases: &[Refused<'_>] = &[
        ("POST", "/_msearch?foo=1", "{}\n{}\n", 400, "[foo]"),
        ("POST", "/_msearch", "{}\n{}", 400, "newline"),
        (
            "POST",
            "/_msearch?max_concurrent_searches=0",
            "{}\n{}\n",
            400,
            "positive",
        ),
        ("POST", "/_mget", r#"{"ids":["1"]}"#, 400, "index is missing"),
        (
            "POST",
            "/books/_mget?stored_fields=t",
            r#"{"ids":["1"]}"#,
            400,
            "[stored_fields]",
        ),
        ("POST", "/books/_update/1", r#"{"script":"x"}"#, 400, "[script]"),
        ("POST", "/books/_update/1", "", 400, "request body is required"),
        (
            "POST",
            "/books/_update/1?retry_on_conflict=101",
            "{}",
            400,
            "[retry_on_conflict]",
        ),
        (
            "POST",
            "/books/_update/1?if_seq_no=1&if_primary_term=1&retry_on_conflict=1",
            r#"{"doc":{}}"#,
            400,
            "can not be retried",
        ),
        ("PUT", "/books/_doc/1?if_seq_no=1", "{}", 400, "primary term"),
        ("PUT", "/books/_doc/1?version=1", "{}", 400, "[version]"),
        ("POST", "/books/_delete_by_query", "{}", 400, "query is missing"),
    ];
    expect_refusals(cases).await;
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_asked_about_indexes_is_refused_by_name() {
    let cases: &[Refused<'_>] = &[
        (
            "PUT",
            "/books/_settings",
            r#"{"number_of_shards":2}"#,
            400,
            "non dynamic",
        ),
        (
            "PUT",
            "/absent/_settings",
            r#"{"refresh_interval":"1s"}"#,
            404,
            "[absent]",
        ),
        ("GET", "/_field_caps", "", 400, "no fields"),
        (
            "GET",
            "/_field_caps?fields=*&filters=-metadata",
            "",
            400,
            "[filters]",
        ),
        (
            "POST",
            "/_field_caps?fields=*",
            r#"{"index_filter":{}}"#,
            400,
            "[index_filter]",
        ),
        ("GET", "/_stats/search", "", 400, "[search]"),
        ("GET", "/_stats?level=shards", "", 400, "[shards]"),
        ("GET", "/books/_search_shards?routing=1", "", 400, "[routing]"),
        ("GET", "/_cat/nodes?foo", "", 400, "[foo]"),
        (
            "GET",
            "/books,books/_search?profile=true&expand_wildcards=x",
            "",
            400,
            "[x]",
        ),
    ];
    expect_refusals(cases).await;
}
