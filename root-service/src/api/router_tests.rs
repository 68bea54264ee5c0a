//! The whole router over a service without replicas: what can be known and refused before any leaf is asked.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt as _;
use object_store::memory::InMemory;
use serde_json::{Value, json};
use shared::catalog::CatalogStore;
use shared::store::Store;
use tokio::time::Instant;
use tower::ServiceExt as _;

use super::{ApiConfig, router};
use crate::app::{App, Parts};
use crate::catalogs::Catalogs;
use crate::client::LeafClient;
use crate::client::scripted::ScriptedLeaves;
use crate::refresh::Visible;
use crate::search::{Searches, TailConfig};
use crate::write::Writes;

/// A root of one leaf that has no replica yet, on an empty store.
pub(super) async fn lonely_root() -> Router {
    lonely_root_on(Arc::new(InMemory::new())).await
}

/// The same on a store that is there.
pub(super) async fn lonely_root_on(store: Store) -> Router {
    let client: Arc<dyn LeafClient> = Arc::new(ScriptedLeaves::default());
    let now = Instant::now();
    let rng = shared::random::from_seed(1);
    let searches = Searches::new(vec![Vec::new()], client.clone(), TailConfig::default(), rng, now);
    let members = searches.members.clone();
    let versions = CatalogStore::new(store.clone());
    let catalogs = Arc::new(
        Catalogs::open(versions, members.clone(), client.clone())
            .await
            .unwrap(),
    );
    let writes = Writes::new(store.clone(), catalogs.clone(), members.clone(), client.clone());
    let app = App::new(Parts {
        store,
        members,
        client,
        catalogs,
        searches,
        writes,
        visible: Visible::default(),
    });
    router(app, ApiConfig::default())
}

pub(super) async fn call(
    router: &Router,
    method: &str,
    uri: &str,
    body: &str,
) -> (StatusCode, HeaderMap, Value) {
    let content_type = if uri.contains("_bulk") || uri.contains("_msearch") {
        "application/x-ndjson"
    } else {
        "application/json"
    };
    let request = Request::builder()
        .method(method)
        .uri(uri)
        .header("content-type", content_type)
        .body(Body::from(body.to_owned()))
        .unwrap();
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    let json = serde_json::from_slice(&bytes)
        .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
    (parts.status, parts.headers, json)
}

pub(super) async fn refusal(router: &Router, method: &str, uri: &str, body: &str) -> (u16, String) {
    let (status, _, json) = call(router, method, uri, body).await;
    assert_eq!(json["status"], status.as_u16(), "{method} {uri}: {json}");
    let reason = json["error"]["reason"].as_str().unwrap().to_owned();
    (status.as_u16(), reason)
}

#[tokio::test(start_paused = true)]
async fn an_index_lives_from_put_to_delete() {
    let root = lonely_root().await;
    let body = json!({
        "settings": {"index": {"number_of_shards": "2", "number_of_replicas": 1}},
        "mappings": {"properties": {"t": {"type": "text", "store": true}}},
    });
    let (status, headers, json) = call(&root, "PUT", "/books?timeout=10ms", &body.to_string()).await;
    assert_eq!(status, StatusCode::OK, "{json}");
    assert_eq!(
        json,
        json!({"acknowledged": true, "shards_acknowledged": false, "index": "books"})
    );
    assert_eq!(headers.get_all("warning").iter().count(), 2);

    let (status, _, json) = call(&root, "GET", "/books", "").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(json["books"]["settings"]["index"]["number_of_shards"], "2");
    assert_eq!(json["books"]["mappings"]["properties"]["t"]["type"], "text");
    assert_eq!(call(&root, "HEAD", "/books", "").await.0, StatusCode::OK);

    let more = r#"{"properties":{"n":{"type":"long"}}}"#;
    assert_eq!(
        call(&root, "PUT", "/books/_mapping", more).await.0,
        StatusCode::OK
    );
    let (_, _, json) = call(&root, "GET", "/_mapping", "").await;
    assert_eq!(json["books"]["mappings"]["properties"]["n"]["type"], "long");

    let (status, reason) = refusal(&root, "PUT", "/books", "").await;
    assert_eq!(status, 400);
    assert!(reason.contains("already exists"), "{reason}");

    assert_eq!(call(&root, "DELETE", "/books", "").await.0, StatusCode::OK);
    assert_eq!(call(&root, "HEAD", "/books", "").await.0, StatusCode::NOT_FOUND);
    assert_eq!(refusal(&root, "DELETE", "/books", "").await.0, 404);
}

#[tokio::test(start_paused = true)]
async fn tables_and_health_show_what_is_missing() {
    let root = lonely_root().await;
    call(&root, "PUT", "/books?timeout=10ms", "").await;
    let (_, _, table) = call(&root, "GET", "/_cat/indices?h=health,index,pri&v", "").await;
    assert_eq!(table, "health index pri\nred    books   1\n");
    let (_, _, table) = call(&root, "GET", "/_cat/shards?format=json&h=index,state,node", "").await;
    assert_eq!(
        table,
        json!([{"index": "books", "state": "UNASSIGNED", "node": null}])
    );

    let (status, _, json) = call(&root, "GET", "/_cluster/health", "").await;
    assert_eq!((status, &json["status"]), (StatusCode::OK, &json!("red")));
    let (status, _, json) = call(
        &root,
        "GET",
        "/_cluster/health/books?wait_for_status=yellow&timeout=1s",
        "",
    )
    .await;
    assert_eq!(status, StatusCode::REQUEST_TIMEOUT);
    assert_eq!(json["timed_out"], true);
    assert_eq!(refusal(&root, "GET", "/_cluster/health/absent", "").await.0, 404);
    assert_eq!(
        refusal(&root, "GET", "/_cluster/health?wait_for_status=blue", "")
            .await
            .0,
        400
    );

    assert_eq!(call(&root, "GET", "/livez", "").await.0, StatusCode::OK);
    assert_eq!(
        call(&root, "GET", "/readyz", "").await.0,
        StatusCode::SERVICE_UNAVAILABLE
    );
}

#[tokio::test(start_paused = true)]
async fn a_bulk_is_durable_without_replicas_and_says_so_item_by_item() {
    let root = lonely_root().await;
    call(&root, "PUT", "/books?timeout=10ms", "").await;
    let long_id = "x".repeat(10_000);
    let body = format!(
        "{{\"index\":{{\"_id\":\"1\"}}}}\n{{\"t\":\"x\"}}\n{{\"index\":{{\"_id\":\"{long_id}\"}}}}\n{{}}\n\
         {{\"index\":{{}}}}\n[1]\n{{\"update\":{{\"_id\":\"1\"}}}}\n{{\"script\":{{}}}}\n{{\"delete\":{{\"_id\":\"2\"}}}}\n"
    );
    let (status, _, json) = call(&root, "POST", "/books/_bulk?timeout=1s", &body).await;
    assert_eq!(status, StatusCode::OK, "{json}");
    assert_eq!(json["errors"], true);
    let statuses: Vec<(String, u64)> = json["items"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|item| item.as_object().unwrap())
        .map(|(verb, item)| (verb.clone(), item["status"].as_u64().unwrap()))
        .collect();
    let expected = [
        ("index", 202),
        ("index", 400),
        ("index", 400),
        ("update", 400),
        ("delete", 202),
    ];
    assert_eq!(statuses, expected.map(|(verb, status)| (verb.to_owned(), status)));
    assert_eq!(json["items"][0]["index"]["result"], "accepted");
}

/// A request, and how it is refused: status, and a part of the reason.
pub(super) type Refused<'a> = (&'a str, &'a str, &'a str, u16, &'a str);

pub(super) async fn expect_refusals(cases: &[Refused<'_>]) {
    let root = lonely_root().await;
    call(&root, "PUT", "/books?timeout=10ms", "").await;
    for (method, uri, body, expected, part) in cases {
        let (status, reason) = refusal(&root, method, uri, body).await;
        assert_eq!(status, *expected, "{method} {uri}: {reason}");
        assert!(reason.contains(part), "{method} {uri}: {reason}");
    }
}

#[tokio::test(start_paused = true)]
async fn indexes_that_cannot_be_are_refused_in_elasticsearchs_shape() {
    expect_refusals(&[
        ("PUT", "/Books", "", 400, "must be lowercase"),
        ("PUT", "/_x", "", 400, "must not start with"),
        (
            "PUT",
            "/x",
            r#"{"settings":{"codecs":"best"}}"#,
            400,
            "[index.codecs]",
        ),
        (
            "PUT",
            "/x",
            r#"{"mappings":{"properties":{"a":{"type":"text","boost":2}}}}"#,
            400,
            "[boost]",
        ),
        ("PUT", "/x", "{", 400, "not valid JSON"),
        ("DELETE", "/*", "", 400, "Wildcard expressions"),
    ])
    .await;
}

#[tokio::test(start_paused = true)]
async fn bad_requests_are_refused_in_elasticsearchs_shape() {
    let deep = format!(
        "{{\"query\":{}1{}}}",
        "{\"bool\":".repeat(100_000),
        "}".repeat(100_000)
    );
    expect_refusals(&[
        ("GET", "/absent", "", 404, "no such index [absent]"),
        ("GET", "/absent/_search", "", 404, "no such index [absent]"),
        ("GET", "/books,b/_search", "", 404, "no such index [b]"),
        ("GET", "/b*/_search?expand_wildcards=some", "", 400, "[some]"),
        (
            "GET",
            "/a*/_search?allow_no_indices=false",
            "",
            404,
            "no such index [a*]",
        ),
        (
            "POST",
            "/books/_search",
            r#"{"query":{"mach":{}}}"#,
            400,
            "unknown query [mach]",
        ),
        (
            "POST",
            "/books/_search",
            r#"{"size":10000000000}"#,
            400,
            "too large",
        ),
        (
            "POST",
            "/books/_search",
            deep.as_str(),
            400,
            "nested deeper than [128]",
        ),
        ("POST", "/books/_search?foo=1", "", 400, "[foo]"),
        ("POST", "/books/_count", r#"{"size":1}"#, 400, "[size]"),
        ("POST", "/_bulk", "{\"index\":{}}\n{}\n", 400, "index is missing"),
        ("POST", "/books/_bulk", "{\"index\":{}}\n", 400, "has no document"),
        (
            "POST",
            "/books/_bulk",
            "{\"index\":{}}\n{}",
            400,
            "terminated by a newline",
        ),
        ("POST", "/books/_bulk?pipeline=p", "", 400, "[pipeline]"),
        ("PUT", "/books/_doc/1", "", 400, "request body is required"),
        ("PUT", "/books/_doc/1?refresh=soon", "{}", 400, "[soon]"),
        ("GET", "/_cat/indices?nothing", "", 400, "[nothing]"),
        ("POST", "/_cat/indices", "", 405, "allowed: [GET,HEAD]"),
        ("GET", "/a/b/c/d", "", 400, "no handler found"),
    ])
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_body_past_the_limit_is_refused_at_once() {
    let root = lonely_root().await;
    let request = Request::builder()
        .method("POST")
        .uri("/books/_bulk")
        .header("content-type", "application/x-ndjson")
        .header("content-length", 200 * 1024 * 1024)
        .body(Body::empty())
        .unwrap();
    let response = root.oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
}
