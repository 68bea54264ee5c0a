//! Bodies that are too large, of the wrong kind, or no JSON.

use bytes::Bytes;
use futures::stream;
use reqwest::{Body, Method};
use serde_json::json;

use super::{Bad, ground, nested, refusal};
use crate::harness::{JSON, NDJSON};

/// 200 MB.
const HUGE_BYTES: usize = 200 * 1024 * 1024;
/// One chunk of it.
const CHUNK_BYTES: usize = 1024 * 1024;

/// A huge body of chunks, whose length is not told beforehand.
fn huge_in_chunks() -> Body {
    let chunk = Bytes::from(vec![b' '; CHUNK_BYTES]);
    let chunks = (0..HUGE_BYTES / CHUNK_BYTES).map(move |_| Ok::<_, std::io::Error>(chunk.clone()));
    Body::wrap_stream(stream::iter(chunks))
}

/// A huge body whose length is told beforehand.
fn huge_at_once() -> Body {
    Body::from(vec![b' '; HUGE_BYTES])
}

#[tokio::test]
async fn huge_bodies_are_refused_with_their_limit() {
    let ground = ground().await;
    let bulk = || refusal(413, "content_too_long_exception", &["104857600"]);
    let other = || refusal(413, "content_too_long_exception", &["limit"]);
    ground
        .refuses([
            (Bad::bulk("a bulk of 200 MB", huge_at_once()), bulk()),
            (Bad::bulk("a bulk of 200 MB in chunks", huge_in_chunks()), bulk()),
            (Bad::search_text("a search of 200 MB", huge_at_once()), other()),
            (
                Bad::search_text("a search of 200 MB in chunks", huge_in_chunks()),
                other(),
            ),
            (
                Bad::put("a document of 200 MB", "/ground/_doc/huge", huge_at_once()),
                other(),
            ),
            (
                Bad::put(
                    "a document of 200 MB in chunks",
                    "/ground/_doc/huge",
                    huge_in_chunks(),
                ),
                other(),
            ),
            (Bad::put("an index of 200 MB", "/huge", huge_at_once()), other()),
        ])
        .await;
    ground.api.get("/ground/_doc/huge").await.expect(404);
    assert_eq!(ground.api.head("/huge").await.status, 404);
}

#[tokio::test]
async fn one_bulk_line_may_not_fill_the_memory() {
    let ground = ground().await;
    // Within the limit of a body, and beyond that of a document.
    let line = format!("{{\"title\":\"{}\"}}\n", "x".repeat(40 * 1024 * 1024));
    let body = format!(
        "{{\"index\":{{\"_id\":\"large\"}}}}\n{line}{{\"index\":{{\"_id\":\"small\"}}}}\n{{\"n\":7}}\n"
    );
    let answer = ground.api.bulk("/ground/_bulk?refresh=true", body).await.ok();
    let items = answer["items"].as_array().expect("there are items");
    let statuses: Vec<_> = items.iter().map(|item| item["index"]["status"].clone()).collect();
    assert!(
        statuses == [json!(400), json!(201)] || statuses == [json!(413), json!(201)],
        "{statuses:?}"
    );
    ground.api.get("/ground/_doc/large").await.expect(404);
    assert_eq!(
        ground.api.get("/ground/_doc/small").await.expect(200)["_source"]["n"],
        7
    );
    ground.stands("a document of 40 MB").await;
}

#[tokio::test]
async fn what_is_not_json_is_refused_with_its_place() {
    let ground = ground().await;
    let malformed = |says| refusal(400, "x_content_parse_exception", says);
    ground
        .refuses([
            (
                Bad::search_text("half a search", "{\"query\": {\"match_all\": {}"),
                malformed(&["1:26"]),
            ),
            (
                Bad::search_text("a comma too many", "{\n  \"size\": 1,\n}"),
                malformed(&["3:1"]),
            ),
            (
                Bad::search_text("words", "please find whales"),
                malformed(&["1:1"]),
            ),
            (
                Bad::search_text(
                    "no UTF-8",
                    b"{\"query\":{\"match\":{\"title\":\"\xff\xfe\"}}}".to_vec(),
                ),
                malformed(&["1:2"]),
            ),
            (
                Bad::search_text("an array", "[]"),
                refusal(400, "parsing_exception", &["object", "[]"]),
            ),
            (
                Bad::put("half a mapping", "/half", "{\"mappings\": "),
                malformed(&["EOF"]),
            ),
            (Bad::search_text("NUL bytes", vec![0; 100]), malformed(&["1:1"])),
            (
                Bad::search_text(
                    "a number without end",
                    format!("{{\"size\":1{}}}", "0".repeat(1_000_000)),
                ),
                refusal(400, "x_content_parse_exception", &["number out of range"]),
            ),
        ])
        .await;
}

#[tokio::test]
async fn nesting_without_end_is_refused() {
    let ground = ground().await;
    let malformed = |says| refusal(400, "x_content_parse_exception", says);
    let document = |says| refusal(400, "document_parsing_exception", says);
    let put = |what, source: String| Bad::put(what, "/ground/_doc/deep", source);
    ground
        .refuses([
            (
                Bad::search_text("deep nesting", nested("{\"query\":", "1", "}", 100_000)),
                malformed(&["recursion limit"]),
            ),
            (
                Bad::search_text("deep arrays", nested("[", "1", "]", 100_000)),
                malformed(&["recursion limit"]),
            ),
            (
                put("a deep document", nested("{\"a\":", "1", "}", 100_000)),
                document(&["recursion limit"]),
            ),
            (
                put(
                    "a deep document of arrays",
                    format!("{{\"a\":{}}}", nested("[", "1", "]", 100_000)),
                ),
                document(&["recursion limit"]),
            ),
            (
                put("a rather deep document", nested("{\"a\":", "1", "}", 110)),
                document(&["nested deeper"]),
            ),
        ])
        .await;
    ground.api.get("/ground/_doc/deep").await.expect(404);
    let mapping = ground.api.get("/ground/_mapping").await;
    assert!(
        !mapping.text.contains("\"a\""),
        "a refused document adds no field: {mapping}"
    );
}

#[tokio::test]
async fn documents_that_are_none_are_refused() {
    let ground = ground().await;
    let document = |says| refusal(400, "document_parsing_exception", says);
    ground
        .refuses([
            (
                Bad::put("half a document", "/ground/_doc/bad", "{\"title\": \"x"),
                document(&["failed to parse"]),
            ),
            (
                Bad::put("an array as a document", "/ground/_doc/bad", "[1,2]"),
                document(&["object"]),
            ),
            (
                Bad::put(
                    "a document that is no UTF-8",
                    "/ground/_doc/bad",
                    b"{\"title\":\"\xc3\x28\"}".to_vec(),
                ),
                document(&["UTF-8"]),
            ),
            (
                Bad::put("no document", "/ground/_doc/bad", ""),
                refusal(400, "parsing_exception", &["required"]),
            ),
        ])
        .await;
    ground.api.get("/ground/_doc/bad").await.expect(404);
}

#[tokio::test]
async fn bodies_of_other_kinds_are_refused_by_their_type() {
    let ground = ground().await;
    let typed = |what, path: &str, content_type| Bad::new(what, Method::POST, path, content_type, "{}\n{}\n");
    let media = |says| refusal(406, "media_type_header_exception", says);
    ground
        .refuses([
            (
                typed(
                    "a form",
                    "/ground/_search",
                    Some("application/x-www-form-urlencoded"),
                ),
                media(&["application/x-www-form-urlencoded", "application/json"]),
            ),
            (
                typed("no type", "/ground/_bulk", None),
                media(&["application/x-ndjson"]),
            ),
            (
                typed(
                    "another version",
                    "/ground/_search",
                    Some("application/vnd.elasticsearch+json; compatible-with=7"),
                ),
                media(&["compatible-with=7"]),
            ),
            (
                typed("binary JSON", "/ground/_doc", Some("application/cbor")),
                media(&["application/cbor"]),
            ),
        ])
        .await;
    // What a client calls it, it may be.
    for content_type in [
        JSON,
        "application/json; charset=UTF-8",
        "application/vnd.elasticsearch+json; compatible-with=8",
    ] {
        ground
            .api
            .send(Method::POST, "/ground/_search", Some(content_type), "{}")
            .await
            .ok();
    }
    ground
        .api
        .send(
            Method::POST,
            "/ground/_bulk",
            Some(NDJSON),
            "{\"delete\":{\"_id\":\"no\"}}\n",
        )
        .await
        .ok();
}
