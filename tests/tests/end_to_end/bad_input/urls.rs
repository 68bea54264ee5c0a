//! Paths and parameters that lead nowhere.

use reqwest::Method;
use serde_json::json;

use super::{Bad, ground, refusal};

#[tokio::test]
async fn unknown_parameters_are_named() {
    let ground = ground().await;
    let illegal = |says| refusal(400, "illegal_argument_exception", says);
    ground
        .refuses([
            (
                Bad::get("of a search", "/ground/_search?sise=3"),
                illegal(&["[sise]", "[size]"]),
            ),
            (
                Bad::get("of a search, not offered", "/ground/_search?routing=a"),
                illegal(&["[routing]"]),
            ),
            (
                Bad::put("of a write", "/ground/_doc/u?refesh=true", "{}"),
                illegal(&["[refesh]"]),
            ),
            (
                Bad::put("a refresh of another kind", "/ground/_doc/u?refresh=soon", "{}"),
                illegal(&["refresh", "soon"]),
            ),
            (
                Bad::put("an odd op_type", "/ground/_doc/u?op_type=upsert", "{}"),
                illegal(&["upsert", "create"]),
            ),
            (
                Bad::new(
                    "of a bulk",
                    Method::POST,
                    "/ground/_bulk?pipelines=x",
                    Some("application/x-ndjson"),
                    "{}\n",
                ),
                illegal(&["[pipelines]"]),
            ),
            (
                Bad::get("of a read", "/ground/_doc/1?reltime=false"),
                illegal(&["[reltime]"]),
            ),
            (
                Bad::put("of an index", "/ground2?wait=1", "{}"),
                illegal(&["[wait]"]),
            ),
            (
                Bad::get("of health", "/_cluster/health?wait_for_statsu=green"),
                illegal(&["[wait_for_statsu]"]),
            ),
            (Bad::get("of a table", "/_cat/indices?w=1"), illegal(&["[w]"])),
            (
                Bad::get(
                    "an odd switch",
                    "/ground/_search?allow_partial_search_results=perhaps",
                ),
                refusal(400, "parsing_exception", &["perhaps"]),
            ),
        ])
        .await;
    ground.api.get("/ground/_doc/u").await.expect(404);
}

#[tokio::test]
async fn names_that_cannot_be_are_refused() {
    let ground = ground().await;
    let name = |says| refusal(400, "invalid_index_name_exception", says);
    let long_id = "x".repeat(10 * 1024);
    ground
        .refuses([
            (
                Bad::put("upper case", "/Upper", "{}"),
                name(&["Upper", "lowercase"]),
            ),
            (Bad::put("an underscore first", "/_mine", "{}"), name(&["_mine"])),
            (Bad::put("a space", "/a%20b", "{}"), name(&["a b"])),
            (
                Bad::put("a long name", format!("/{}", "n".repeat(300)), "{}"),
                name(&["255"]),
            ),
            (
                Bad::put("a document in no index", "/UPPER/_doc/1", "{}"),
                name(&["UPPER"]),
            ),
            (
                Bad::put("an id of 10 KB", format!("/ground/_doc/{long_id}"), "{}"),
                refusal(400, "illegal_argument_exception", &["512", "10240"]),
            ),
            (
                Bad::put(
                    "a routing of 10 KB",
                    format!("/ground/_doc/1?routing={long_id}"),
                    "{}",
                ),
                refusal(400, "illegal_argument_exception", &["512"]),
            ),
            (
                Bad::get("a name that is no UTF-8", "/%ff%fe/_search"),
                refusal(400, "illegal_argument_exception", &["UTF-8"]),
            ),
            (
                Bad::get("an index that is not there", "/nowhere/_search"),
                refusal(404, "index_not_found_exception", &["[nowhere]"]),
            ),
            (
                Bad::get("a document of no index", "/nowhere/_doc/1"),
                refusal(404, "index_not_found_exception", &["[nowhere]"]),
            ),
            (
                Bad::get("a call that is not there", "/ground/_explode"),
                refusal(400, "illegal_argument_exception", &["/ground/_explode", "GET"]),
            ),
        ])
        .await;
    // An alias may have upper case, so nothing of that name is there.
    assert_eq!(ground.api.head("/UPPER").await.status, 404);
    // A document with an id that long cannot be there.
    let read = ground.api.get(&format!("/ground/_doc/{long_id}")).await;
    assert!(read.status == 400 || read.status == 404, "{read}");
    ground.api.put("/ground/_doc/fine", &json!({"n": 2})).await.ok();
}
