//! What hits are asked to show, and is refused before any leaf is asked.

use super::tests::{Refused, expect_refusals};

const SEARCH: &str = "/books/_search";

#[tokio::test(start_paused = true)]
async fn highlights_that_cannot_be_are_refused_by_name() {
    let highlight = |body: &str| format!("{{\"highlight\":{{{body}}}}}");
    let bodies = [
        (highlight(r#""fields":{"t":{"frobnicate":1}}"#), "[frobnicate]"),
        (highlight(r#""type":"semantic""#), "[type]"),
        (highlight(r#""phrase_limit":1"#), "[phrase_limit] is not offered"),
        (highlight(r#""fragment_size":-1"#), "[fragment_size]"),
        (
            highlight(r#""number_of_fragments":100000"#),
            "must be at most [1000]",
        ),
        (highlight(r#""pre_tags":["<b>"]"#), "post_tags are not set"),
        (
            highlight(r#""highlight_query":{"mach":{}}"#),
            "unknown query [mach]",
        ),
        (highlight(r#""fields":{"_source":{}}"#), "[_source]"),
    ];
    let cases: Vec<Refused<'_>> = bodies
        .iter()
        .map(|(body, part)| ("POST", SEARCH, body.as_str(), 400, *part))
        .collect();
    expect_refusals(&cases).await;
}

#[tokio::test(start_paused = true)]
async fn fields_that_cannot_be_are_refused_by_name() {
    expect_refusals(&[
        ("POST", SEARCH, r#"{"fields":"a"}"#, 400, "[fields]"),
        ("POST", SEARCH, r#"{"fields":[""]}"#, 400, "without the name"),
        (
            "POST",
            SEARCH,
            r#"{"fields":[{"field":"a","include_unmapped":true}]}"#,
            400,
            "[include_unmapped]",
        ),
        (
            "POST",
            SEARCH,
            r#"{"docvalue_fields":["_seq_no"]}"#,
            400,
            "[_seq_no]",
        ),
        ("POST", SEARCH, r#"{"stored_fields":["title"]}"#, 400, "[title]"),
        ("POST", SEARCH, r#"{"_source":{"only":["a"]}}"#, 400, "[only]"),
        (
            "GET",
            "/books/_search?stored_fields=title",
            "",
            400,
            "[stored_fields]",
        ),
        (
            "GET",
            "/books/_search?docvalue_fields=_id",
            "",
            400,
            "[docvalue_fields]",
        ),
    ])
    .await;
}
