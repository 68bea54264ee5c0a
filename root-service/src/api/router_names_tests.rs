//! Names of indexes through the whole router: aliases, patterns, lists.

use axum::Router;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::tests::{call, lonely_root, refusal};

/// A root with three indexes.
async fn library() -> Router {
    let root = lonely_root().await;
    for index in ["books-1", "books-2", "films"] {
        call(&root, "PUT", &format!("/{index}?timeout=10ms"), "").await;
    }
    root
}

async fn alias(root: &Router, actions: Value) -> (StatusCode, Value) {
    let body = json!({ "actions": actions }).to_string();
    let (status, _, json) = call(root, "POST", "/_aliases", &body).await;
    (status, json)
}

async fn get(root: &Router, uri: &str) -> Value {
    let (status, _, json) = call(root, "GET", uri, "").await;
    assert_eq!(status, StatusCode::OK, "{uri}: {json}");
    json
}

#[tokio::test(start_paused = true)]
async fn an_alias_moves_from_one_index_to_another_at_once() {
    let root = library().await;
    let (status, _) = alias(&root, json!([{"add": {"index": "books-1", "alias": "Books"}}])).await;
    assert_eq!(status, StatusCode::OK);
    let swap = json!([
        {"remove": {"index": "books-*", "alias": "Books"}},
        {"add": {"index": "books-2", "alias": "Books", "is_write_index": true}},
    ]);
    assert_eq!(alias(&root, swap).await.0, StatusCode::OK);
    let shown = get(&root, "/_alias/Books").await;
    assert_eq!(
        shown,
        json!({"books-2": {"aliases": {"Books": {"is_write_index": true}}}})
    );
    assert_eq!(
        get(&root, "/Books").await["books-2"]["aliases"]["Books"]["is_write_index"],
        true
    );
    let mapping = get(&root, "/Books/_mapping").await;
    assert!(mapping["books-2"].is_object() && mapping.as_object().unwrap().len() == 1);
    let table = get(&root, "/_cat/aliases?h=alias,index,is_write_index").await;
    assert_eq!(table, "Books books-2 true\n");
    assert_eq!(call(&root, "HEAD", "/_alias/Books", "").await.0, StatusCode::OK);

    // One action that cannot be, and none takes effect.
    let half = json!([
        {"remove": {"index": "books-2", "alias": "Books"}},
        {"add": {"index": "absent", "alias": "Books"}},
    ]);
    assert_eq!(alias(&root, half).await.0, StatusCode::NOT_FOUND);
    assert_eq!(get(&root, "/_alias/Books").await, shown);

    // The index goes, and a new name takes the place of its own.
    let replace = json!([
        {"add": {"index": "films", "alias": "books-2"}},
        {"remove_index": {"index": "books-2"}},
    ]);
    assert_eq!(alias(&root, replace).await.0, StatusCode::OK);
    assert_eq!(
        get(&root, "/books-2/_settings").await.as_object().unwrap().len(),
        1
    );
    assert_eq!(
        call(&root, "HEAD", "/_alias/Books", "").await.0,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test(start_paused = true)]
async fn one_alias_at_a_time_comes_and_goes() {
    let root = library().await;
    for method in ["PUT", "POST"] {
        let (status, _, json) = call(&root, method, "/books-*/_alias/all", "").await;
        assert_eq!((status, json), (StatusCode::OK, json!({"acknowledged": true})));
    }
    assert_eq!(get(&root, "/_alias").await.as_object().unwrap().len(), 3);
    assert_eq!(
        get(&root, "/all/_alias/a*,-b").await.as_object().unwrap().len(),
        2
    );
    let (status, reason) = refusal(&root, "GET", "/_alias/all,nobody", "").await;
    assert_eq!((status, reason.as_str()), (404, "aliases [nobody] missing"));
    let (status, reason) = refusal(&root, "DELETE", "/all", "").await;
    assert_eq!(status, 400);
    assert!(reason.contains("matches an alias"), "{reason}");
    let (status, reason) = refusal(&root, "PUT", "/all", "").await;
    assert_eq!(status, 400);
    assert!(reason.contains("already exists as alias"), "{reason}");
    assert_eq!(
        call(&root, "DELETE", "/books-1/_alias/all", "").await.0,
        StatusCode::OK
    );
    assert_eq!(refusal(&root, "DELETE", "/books-1/_alias/all", "").await.0, 404);
    assert_eq!(
        get(&root, "/_alias/all").await,
        json!({"books-2": {"aliases": {"all": {}}}})
    );
    let body = r#"{"aliases": {"films-too": {}, "Films": {"is_write_index": false}}}"#;
    assert_eq!(
        call(&root, "PUT", "/cinema?timeout=10ms", body).await.0,
        StatusCode::OK
    );
    assert_eq!(
        get(&root, "/cinema/_alias/films-too").await["cinema"]["aliases"]["films-too"],
        json!({})
    );
    for (uri, body, part) in [
        ("/films/_alias/books-1", "", "same name as the alias"),
        ("/films/_alias/x", r#"{"filter": {"match_all": {}}}"#, "[filter]"),
        ("/films/_alias/x", r#"{"routing": "1"}"#, "[routing]"),
        ("/films/_alias/-x", "", "must not start with"),
        ("/all/_alias/x", "", "matches an alias"),
    ] {
        let (status, reason) = refusal(&root, "PUT", uri, body).await;
        assert_eq!(status, 400, "{uri}");
        assert!(reason.contains(part), "{uri}: {reason}");
    }
}

#[tokio::test(start_paused = true)]
async fn writes_go_through_an_alias_to_its_write_index() {
    let root = library().await;
    let many = json!([{"add": {"index": "books-*", "alias": "many"}}]);
    assert_eq!(alias(&root, many).await.0, StatusCode::OK);
    let (status, reason) = refusal(&root, "PUT", "/many/_doc/1?timeout=10ms", "{}").await;
    assert_eq!(status, 400);
    assert!(
        reason.contains("no write index is defined for alias [many]"),
        "{reason}"
    );
    let (status, reason) = refusal(&root, "GET", "/many/_doc/1", "").await;
    assert_eq!(status, 400);
    assert!(reason.contains("more than one index"), "{reason}");
    let one = json!([{"add": {"index": "books-2", "alias": "many", "is_write_index": true}}]);
    assert_eq!(alias(&root, one).await.0, StatusCode::OK);
    let (status, _, json) = call(&root, "PUT", "/many/_doc/1?timeout=10ms", "{}").await;
    assert_eq!(
        (status, &json["_index"]),
        (StatusCode::ACCEPTED, &json!("books-2"))
    );
    let two = json!([{"add": {"index": "books-1", "alias": "many", "is_write_index": true}}]);
    let (status, json) = alias(&root, two).await;
    assert_eq!(status, StatusCode::BAD_REQUEST, "{json}");
}

#[tokio::test(start_paused = true)]
async fn expressions_are_resolved_as_names_indexes_and_aliases() {
    let root = library().await;
    call(&root, "PUT", "/books-*/_alias/both", "").await;
    let resolved = get(&root, "/_resolve/index/b*,films").await;
    let names = |key: &str| -> Vec<String> {
        let list = resolved[key].as_array().unwrap();
        list.iter()
            .map(|entry| entry["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(names("indices"), ["books-1", "books-2", "films"]);
    assert_eq!(names("aliases"), ["both"]);
    assert_eq!(resolved["aliases"][0]["indices"], json!(["books-1", "books-2"]));
    assert_eq!(resolved["indices"][0]["aliases"], json!(["both"]));
    assert_eq!(refusal(&root, "GET", "/_resolve/index/absent", "").await.0, 404);

    let indexes = get(&root, "/_cat/indices/*,-films?h=index").await;
    assert_eq!(indexes, "books-1\nbooks-2\n");
    let health = get(&root, "/_cluster/health/both?level=indices").await;
    assert_eq!(health["indices"].as_object().unwrap().len(), 2);
    let settings = get(&root, "/films,absent/_settings?ignore_unavailable").await;
    assert_eq!(settings.as_object().unwrap().len(), 1);
    let put = call(
        &root,
        "PUT",
        "/both/_mapping",
        r#"{"properties":{"n":{"type":"long"}}}"#,
    )
    .await;
    assert_eq!(put.0, StatusCode::OK);
    let mapping = get(&root, "/_mapping").await;
    assert!(mapping["books-2"]["mappings"]["properties"]["n"].is_object());
    assert!(mapping["films"]["mappings"]["properties"].is_null());

    // No index at all is nothing found, not an error.
    let nothing = get(&root, "/x*/_search").await;
    assert_eq!(nothing["hits"]["total"]["value"], 0);
    assert_eq!(nothing["_shards"]["total"], 0);
    assert_eq!(get(&root, "/x*/_count").await["count"], 0);
    let (status, _, json) = call(&root, "DELETE", "/books-1,films", "").await;
    assert_eq!(status, StatusCode::OK, "{json}");
    assert_eq!(
        get(&root, "/_alias/both").await,
        json!({"books-2": {"aliases": {"both": {}}}})
    );
    assert_eq!(refusal(&root, "DELETE", "/books-2,absent", "").await.0, 404);
    assert_eq!(
        call(&root, "DELETE", "/books-2,absent?ignore_unavailable=true", "")
            .await
            .0,
        StatusCode::OK
    );
}
