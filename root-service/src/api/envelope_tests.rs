//! The envelope around routes that need no service.

use std::io::Write as _;

use axum::http::Request as HttpRequest;
use axum::routing::{get, post};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use tower::ServiceExt as _;

use super::*;
use crate::api::body::{Bodies, Payload};
use crate::api::path::PathOf;
use crate::api::service;

async fn echo(State(config): State<Arc<ApiConfig>>, payload: Payload) -> Result<Vec<u8>, ApiError> {
    let bodies = Bodies::new(config.bodies_bytes_max);
    Ok(payload.read(&bodies, 1_000).await?.bytes)
}

async fn panics() -> Response {
    panic!("this handler always panics")
}

fn routes() -> Router {
    let config = Arc::new(ApiConfig::default());
    let routes = Router::new()
        .route("/", get(service::info::get))
        .route("/_license", get(service::license::get))
        .route("/_nodes/http", get(service::nodes::http))
        .route("/echo", post(echo))
        .route("/panics", get(panics))
        .route("/large", get(|| async { "x".repeat(10_000) }))
        .route(
            "/{index}/_doc/{id}",
            get(|PathOf((_, id)): PathOf<(String, String)>| async { id }),
        )
        .with_state(config.clone());
    wrap(routes, config)
}

fn request(method: &str, uri: &str) -> axum::http::request::Builder {
    HttpRequest::builder().method(method).uri(uri)
}

async fn answer(request: HttpRequest<Body>) -> (StatusCode, HeaderMap, String) {
    let (parts, body) = routes().oneshot(request).await.unwrap().into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    (
        parts.status,
        parts.headers,
        String::from_utf8(bytes.to_vec()).unwrap(),
    )
}

async fn answer_json(request: HttpRequest<Body>) -> (StatusCode, HeaderMap, Value) {
    let (status, headers, text) = answer(request).await;
    (status, headers, serde_json::from_str(&text).unwrap())
}

fn empty(method: &str, uri: &str) -> HttpRequest<Body> {
    request(method, uri).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn the_root_says_what_it_is_in_the_clients_media_type() {
    let asked = request("GET", "/")
        .header(ACCEPT, "application/vnd.elasticsearch+json; compatible-with=8")
        .body(Body::empty())
        .unwrap();
    let (status, headers, json) = answer_json(asked).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(headers["x-elastic-product"], "Elasticsearch");
    assert_eq!(
        headers[CONTENT_TYPE],
        "application/vnd.elasticsearch+json;compatible-with=8"
    );
    assert_eq!(json["version"]["number"], "8.19.0");
    assert_eq!(json["tagline"], "You Know, for Search");
    let (status, _, body) = answer(empty("HEAD", "/")).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, ""));
}

#[tokio::test]
async fn paths_that_lead_nowhere_are_named() {
    let (status, headers, json) = answer_json(empty("GET", "/_nothing/here?x=1")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(headers["x-elastic-product"], "Elasticsearch");
    assert_eq!(
        json["error"]["reason"],
        "no handler found for uri [/_nothing/here?x=1] and method [GET]"
    );
    assert_eq!(json["status"], 400);
}

#[tokio::test]
async fn wrong_methods_are_told_the_right_ones() {
    let (status, headers, json) = answer_json(empty("PUT", "/echo")).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(headers[ALLOW], "POST");
    assert_eq!(
        json["error"]["reason"],
        "Incorrect HTTP method for uri [/echo] and method [PUT], allowed: [POST]"
    );
}

#[tokio::test]
async fn parameters_that_a_call_does_not_know_are_refused() {
    let (status, _, json) = answer_json(empty("GET", "/?foo=1")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(
        json["error"]["reason"],
        "request [/] contains unrecognized parameter: [foo]"
    );
    // Nothing is left out of an error.
    let (_, _, filtered) = answer_json(empty("GET", "/?foo=1&filter_path=took")).await;
    assert_eq!(filtered, json);
}

#[tokio::test]
async fn answers_are_cut_to_the_paths_that_are_asked_for() {
    let (status, _, text) = answer(empty("GET", "/?filter_path=version.number,-**.x&pretty")).await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        text.starts_with("{\n  \"version\" : {\n    \"number\" : "),
        "{text}"
    );
    let (status, _, json) = answer_json(empty("GET", &format!("/?filter_path={}", "a,".repeat(40)))).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(
        json["error"]["reason"]
            .as_str()
            .unwrap()
            .contains("[filter_path]")
    );
}

#[tokio::test]
async fn pretty_answers_have_lines() {
    let (_, _, text) = answer(empty("GET", "/?pretty")).await;
    assert!(text.starts_with("{\n  \"name\" : \"root-0\",\n"), "{text}");
    let (_, _, text) = answer(empty("GET", "/?pretty=false")).await;
    assert!(!text.contains('\n'));
}

#[tokio::test]
async fn media_types_that_are_not_offered_are_refused() {
    let asked = request("GET", "/").header(ACCEPT, "application/yaml");
    let (status, _, json) = answer_json(asked.body(Body::empty()).unwrap()).await;
    assert_eq!(status, StatusCode::NOT_ACCEPTABLE);
    assert_eq!(json["error"]["type"], "media_type_header_exception");

    let form = request("POST", "/echo").header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let (status, _, json) = answer_json(form.body(Body::from("a=b")).unwrap()).await;
    assert_eq!(status, StatusCode::NOT_ACCEPTABLE);
    assert!(
        json["error"]["reason"]
            .as_str()
            .unwrap()
            .contains("[application/x-www-form-urlencoded]")
    );

    let brotli = request("POST", "/echo").header(CONTENT_ENCODING, "br");
    let (status, _, json) = answer_json(brotli.body(Body::from("x")).unwrap()).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert!(json["error"]["reason"].as_str().unwrap().contains("[br]"));
}

#[tokio::test]
async fn a_panic_costs_one_request() {
    let (status, headers, json) = answer_json(empty("GET", "/panics")).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(headers["x-elastic-product"], "Elasticsearch");
    assert_eq!(json["status"], 500);
}

fn gzipped(bytes: &[u8]) -> Body {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    Body::from(encoder.finish().unwrap())
}

#[tokio::test]
async fn compressed_bodies_are_limited_by_what_they_unpack_to() {
    let send = |body: Body| {
        request("POST", "/echo")
            .header(CONTENT_TYPE, "application/json")
            .header(CONTENT_ENCODING, "gzip")
            .body(body)
            .unwrap()
    };
    let (status, _, text) = answer(send(gzipped(b"{\"a\":1}"))).await;
    assert_eq!((status, text.as_str()), (StatusCode::OK, "{\"a\":1}"));
    let (status, _, json) = answer_json(send(gzipped(&[b' '; 1_001]))).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(json["error"]["bytes_max"], 1_000);
    let (status, _, _) = answer(send(Body::from("not gzip at all"))).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn large_answers_are_compressed_for_those_who_ask() {
    for (uri, encoding, compressed) in [
        ("/large", "gzip", true),
        ("/large", "identity", false),
        ("/_license", "gzip", false),
    ] {
        let asked = request("GET", uri).header("accept-encoding", encoding);
        let response = routes()
            .oneshot(asked.body(Body::empty()).unwrap())
            .await
            .unwrap();
        let headers = response.headers();
        assert_eq!(
            headers.contains_key(CONTENT_ENCODING),
            compressed,
            "{uri} {encoding}"
        );
    }
}

#[tokio::test]
async fn sniffing_clients_are_told_the_address_that_they_used() {
    let asked = request("GET", "/_nodes/http").header("host", "search.example:9200");
    let (_, _, json) = answer_json(asked.body(Body::empty()).unwrap()).await;
    assert_eq!(
        json["nodes"]["root-0"]["http"]["publish_address"],
        "search.example:9200"
    );
}

#[tokio::test]
async fn ids_are_decoded_and_must_be_utf8() {
    let (_, _, id) = answer(empty("GET", "/a/_doc/b%2Fc%20%C3%A4")).await;
    assert_eq!(id, "b/c ä");
    let (status, _, json) = answer_json(empty("GET", "/a/_doc/%FF")).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(json["error"]["type"], "illegal_argument_exception");
}
