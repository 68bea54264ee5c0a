//! Points in time and scrolls through the whole router: what is refused before any leaf is asked.

use super::tests::{Refused, expect_refusals};

#[tokio::test(start_paused = true)]
async fn points_in_time_that_cannot_be_are_refused() {
    let cases: &[Refused<'_>] = &[
        ("POST", "/books/_pit", "", 400, "[keep_alive] is not specified"),
        ("POST", "/books/_pit?keep_alive=25h", "", 400, "too large"),
        ("POST", "/books/_pit?keep_alive=soon", "", 400, "[keep_alive]"),
        ("POST", "/absent/_pit?keep_alive=1m", "", 404, "[absent]"),
        (
            "POST",
            "/books/_pit?keep_alive=1m&routing=a",
            "",
            400,
            "[routing]",
        ),
        (
            "POST",
            "/books/_pit?keep_alive=1m",
            r#"{"index_filter":{}}"#,
            400,
            "[index_filter]",
        ),
        (
            "POST",
            "/books/_search/point_in_time?keep_alive=1m&allow_partial_pit_creation=true",
            "",
            400,
            "[allow_partial_pit_creation]",
        ),
        ("DELETE", "/_pit", r#"{"id":"abc"}"#, 400, "invalid id: [abc]"),
        ("DELETE", "/_pit", r#"{"pit_id":"abc"}"#, 400, "[pit_id]"),
        ("DELETE", "/_pit", "", 400, "request body is required"),
        (
            "DELETE",
            "/_search/point_in_time",
            r#"{"pit_id":["abc"]}"#,
            400,
            "invalid id",
        ),
        (
            "POST",
            "/_search",
            r#"{"pit":{"id":"abc"}}"#,
            400,
            "invalid id: [abc]",
        ),
        ("POST", "/_search", r#"{"pit":{}}"#, 400, "id is not provided"),
        (
            "POST",
            "/books/_search",
            r#"{"pit":{"id":"abc"}}"#,
            400,
            "[indices] cannot be used with point in time",
        ),
        (
            "POST",
            "/books/_search?scroll=1m",
            r#"{"pit":{"id":"abc"}}"#,
            400,
            "not allowed in a scroll context",
        ),
    ];
    expect_refusals(cases).await;
}

#[tokio::test(start_paused = true)]
async fn scrolls_that_cannot_be_are_refused() {
    let first = "/books/_search?scroll=1m";
    let cases: &[Refused<'_>] = &[
        ("POST", first, r#"{"from":1}"#, 400, "using [from]"),
        ("POST", first, r#"{"size":0}"#, 400, "[size] cannot be [0]"),
        (
            "POST",
            first,
            r#"{"track_total_hits":false}"#,
            400,
            "[track_total_hits]",
        ),
        (
            "POST",
            first,
            r#"{"sort":["_doc"],"search_after":[1]}"#,
            400,
            "`search_after`",
        ),
        ("POST", "/books/_search?scroll=2d", "", 400, "too large"),
        ("POST", "/absent/_search?scroll=1m", "", 404, "[absent]"),
        ("POST", "/_search/scroll", "", 400, "scrollId is missing"),
        (
            "POST",
            "/_search/scroll",
            r#"{"scroll_id":"abc","scroll":"1m"}"#,
            400,
            "Cannot parse scroll id [abc]",
        ),
        (
            "GET",
            "/_search/scroll/abc",
            "",
            400,
            "Cannot parse scroll id [abc]",
        ),
        ("GET", "/_search/scroll?scroll_id=abc", "", 400, "[abc]"),
        ("GET", "/_search/scroll?size=3", "", 400, "[size]"),
        ("POST", "/_search/scroll", r#"{"id":"abc"}"#, 400, "[id]"),
        ("DELETE", "/_search/scroll", "{}", 400, "no scroll ids"),
        (
            "DELETE",
            "/_search/scroll",
            r#"{"scroll_id":["abc"]}"#,
            400,
            "[abc]",
        ),
        ("DELETE", "/_search/scroll/abc", "", 400, "[abc]"),
    ];
    expect_refusals(cases).await;
}
