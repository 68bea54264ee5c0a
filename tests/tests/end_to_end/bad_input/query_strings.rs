//! Query strings, as people type them and as attackers do.

use serde_json::json;

use super::{Bad, ground, nested, refusal};

#[tokio::test]
async fn query_strings_cannot_overflow_their_parser() {
    let ground = ground().await;
    let typed = |what, text: String| Bad::query(what, &json!({"query_string": {"query": text}}));
    let parsing = |says| refusal(400, "parsing_exception", says);
    ground
        .refuses([
            (
                typed("parentheses, 100000 deep", nested("(", "x", ")", 100_000)),
                parsing(&["8192"]),
            ),
            (
                typed("parentheses, 2000 deep", nested("(", "x", ")", 2_000)),
                parsing(&["50"]),
            ),
            (
                typed("parentheses, 60 deep", nested("(", "x", ")", 60)),
                parsing(&["50"]),
            ),
            (
                typed("parentheses that never close", "(".repeat(4_000)),
                parsing(&[]),
            ),
            (
                typed("parentheses that never open", ")".repeat(4_000)),
                parsing(&[")"]),
            ),
            (
                typed("nots in a row", format!("{}x", "NOT ".repeat(1_500))),
                parsing(&["50"]),
            ),
            (
                typed("exclamations in a row", format!("{}x", "!".repeat(4_000))),
                parsing(&[]),
            ),
        ])
        .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_query_string_is_told() {
    let ground = ground().await;
    let typed = |what, text: &str| Bad::query(what, &json!({"query_string": {"query": text}}));
    let parsing = |says| refusal(400, "parsing_exception", says);
    ground
        .refuses([
            (typed("one parenthesis", "title:(whale"), parsing(&["("])),
            (typed("a quote without end", "\"white whale"), parsing(&["\""])),
            (typed("an operator at the end", "whale AND"), parsing(&["AND"])),
            (typed("operators alone", "&& ||"), parsing(&["AND"])),
            (typed("a range without end", "n:[1 TO"), parsing(&[])),
            (typed("a regular expression without end", "/(a+"), parsing(&["("])),
            (
                typed(
                    "a regular expression that explodes",
                    "/((a{1,500}){1,500}){1,500}/",
                ),
                refusal(400, "query_shard_exception", &["too complex", "[10000]"]),
            ),
            (
                Bad::get("a bad query in the URL", "/ground/_search?q=(((("),
                parsing(&["("]),
            ),
        ])
        .await;
}

#[tokio::test]
async fn odd_words_are_no_errors() {
    let ground = ground().await;
    for harmless in [
        "C++ (draft)",
        "rock'n'roll",
        "what?",
        "a:b:c",
        "10%",
        "\\(",
        "- -",
        "/(a+)+$/",
        "🐋",
        "\u{0}",
    ] {
        let answer = ground
            .api
            .post(
                "/ground/_search",
                &json!({"query": {"query_string": {"query": harmless}}}),
            )
            .await;
        assert_eq!(answer.status, 200, "{harmless}: {answer}");
    }
    ground.stands("odd query strings").await;
}
