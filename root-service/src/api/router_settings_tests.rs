//! Settings of the cluster and parameters of searches through the whole router, over a service without replicas.

use std::sync::Arc;

use axum::http::StatusCode;
use object_store::memory::InMemory;
use serde_json::json;
use shared::store::Store;
use tokio::time::Instant;

use super::tests::{call, expect_refusals, lonely_root, lonely_root_on, refusal};

#[tokio::test(start_paused = true)]
async fn settings_are_set_shown_and_reset() {
    let root = lonely_root().await;
    let (status, _, json) = call(&root, "GET", "/_cluster/settings", "").await;
    assert_eq!(
        (status, json),
        (StatusCode::OK, json!({"persistent": {}, "transient": {}}))
    );

    let body = json!({"persistent": {"search.min_coverage": 0.9, "search": {"coverage_wait_max": "5ms"}}});
    let (status, _, json) = call(&root, "PUT", "/_cluster/settings", &body.to_string()).await;
    assert_eq!(status, StatusCode::OK, "{json}");
    let persistent = json!({"search": {"min_coverage": "0.9", "coverage_wait_max": "5ms"}});
    assert_eq!(
        json,
        json!({"acknowledged": true, "persistent": persistent, "transient": {}})
    );

    let uri = "/_cluster/settings?flat_settings=true&include_defaults=true";
    let (_, _, json) = call(&root, "GET", uri, "").await;
    assert_eq!(
        json,
        json!({
            "persistent": {"search.min_coverage": "0.9", "search.coverage_wait_max": "5ms"},
            "transient": {},
            "defaults": {
                "search.default_search_timeout": "30s",
                "search.default_allow_partial_results": "true",
                "search.coverage_wait_min": "0ms",
            },
        })
    );

    let reset = r#"{"persistent":{"search.*":null}}"#;
    let (_, _, json) = call(&root, "PUT", "/_cluster/settings?flat_settings", reset).await;
    assert_eq!(
        json,
        json!({"acknowledged": true, "persistent": {}, "transient": {}})
    );
    let (_, _, json) = call(&root, "GET", "/_cluster/settings", "").await;
    assert_eq!(json["persistent"], json!({}));
}

#[tokio::test(start_paused = true)]
async fn settings_hold_at_every_root_and_leave_indexes_alone() {
    let store: Store = Arc::new(InMemory::new());
    let first = lonely_root_on(store.clone()).await;
    let second = lonely_root_on(store.clone()).await;
    call(&first, "PUT", "/books?timeout=10ms", "").await;
    let (_, _, before) = call(&first, "GET", "/books", "").await;

    let one = r#"{"persistent":{"search.min_coverage":0.9}}"#;
    assert_eq!(
        call(&first, "PUT", "/_cluster/settings", one).await.0,
        StatusCode::OK
    );
    // The second root does not know of the first one's index and setting yet, and must not undo them.
    let other = r#"{"persistent":{"search.coverage_wait_max":"5ms"}}"#;
    assert_eq!(
        call(&second, "PUT", "/_cluster/settings", other).await.0,
        StatusCode::OK
    );

    let third = lonely_root_on(store).await;
    for root in [&second, &third] {
        let (_, _, json) = call(root, "GET", "/_cluster/settings?flat_settings", "").await;
        assert_eq!(
            json["persistent"],
            json!({"search.min_coverage": "0.9", "search.coverage_wait_max": "5ms"})
        );
        let (_, _, after) = call(root, "GET", "/books", "").await;
        assert_eq!(after, before);
    }
}

#[tokio::test(start_paused = true)]
async fn the_default_timeout_is_the_deadline_of_searches_that_name_none() {
    let root = lonely_root().await;
    call(&root, "PUT", "/books?timeout=10ms", "").await;
    let body = r#"{"persistent":{"search.default_search_timeout":"200ms"}}"#;
    assert_eq!(
        call(&root, "PUT", "/_cluster/settings", body).await.0,
        StatusCode::OK
    );
    for (uri, ms) in [
        ("/books/_search", 200),
        ("/books/_count", 200),
        ("/books/_search?timeout=20ms", 20),
    ] {
        let began = Instant::now();
        call(&root, "GET", uri, "").await;
        let took_ms = began.elapsed().as_millis();
        assert!(took_ms <= ms, "{uri} took {took_ms} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn settings_that_cannot_be_are_refused_in_elasticsearchs_shape() {
    const SETTINGS: &str = "/_cluster/settings";
    expect_refusals(&[
        ("PUT", SETTINGS, "", 400, "request body is required"),
        ("PUT", SETTINGS, "{}", 400, "no settings to update"),
        (
            "PUT",
            SETTINGS,
            r#"{"persistent":{"indices":{"recovery":{"max_bytes_per_sec":"40mb"}}}}"#,
            400,
            "persistent setting [indices.recovery.max_bytes_per_sec], not recognized",
        ),
        (
            "PUT",
            SETTINGS,
            r#"{"transient":{"search.min_coverage":1}}"#,
            400,
            "use [persistent]",
        ),
        (
            "PUT",
            SETTINGS,
            r#"{"persistent":{"search.min_coverage":2}}"#,
            400,
            "from [0] to [1]",
        ),
        (
            "PUT",
            SETTINGS,
            r#"{"persistent":{"search.min_coverage":0.5,"search.default_allow_partial_results":false}}"#,
            400,
            "all or nothing",
        ),
        ("GET", "/_cluster/settings?flat", "", 400, "[flat]"),
        ("DELETE", SETTINGS, "", 405, "allowed: [GET,HEAD,PUT]"),
    ])
    .await;
}

#[tokio::test(start_paused = true)]
async fn one_wrong_setting_leaves_all_as_they_were() {
    let root = lonely_root().await;
    let body = r#"{"persistent":{"search.coverage_wait_max":"5ms","search.min_coverage":-1}}"#;
    assert_eq!(refusal(&root, "PUT", "/_cluster/settings", body).await.0, 400);
    let (_, _, json) = call(&root, "GET", "/_cluster/settings", "").await;
    assert_eq!(json["persistent"], json!({}));
}

#[tokio::test(start_paused = true)]
async fn coverage_parameters_that_cannot_be_are_refused() {
    expect_refusals(&[
        (
            "POST",
            "/books/_search?min_coverage=1.5",
            "",
            400,
            "[min_coverage] must be a share of the documents from [0] to [1], but was [1.5]",
        ),
        (
            "POST",
            "/books/_search",
            r#"{"min_coverage":"most"}"#,
            400,
            "from [0] to [1], but was [most]",
        ),
        (
            "POST",
            "/books/_search?coverage_wait_max=11m",
            "",
            400,
            "[coverage_wait_max]",
        ),
        (
            "POST",
            "/books/_search?coverage_wait_max=1ms",
            r#"{"coverage_wait_min":"2ms"}"#,
            400,
            "[coverage_wait_min] must not be longer than [coverage_wait_max]",
        ),
        (
            "POST",
            "/books/_search?allow_partial_search_results=false",
            r#"{"min_coverage":0.5}"#,
            400,
            "all or nothing",
        ),
        (
            "POST",
            "/books/_search?profile=maybe",
            "",
            400,
            "[profile] expects [true] or [false]",
        ),
        (
            "POST",
            "/books/_count?min_coverage=0.5",
            "",
            400,
            "[min_coverage]",
        ),
    ])
    .await;
}
