//! `simple_query_string` as people type it.

use proptest::prelude::*;
use serde_json::json;
use shared::query::{Query, QueryKind};

use super::refuses;
use crate::dsl::parse_query;

fn shown(query: &Query) -> String {
    match &query.kind {
        QueryKind::MatchAll => "all".to_owned(),
        QueryKind::MatchNone => "none".to_owned(),
        QueryKind::Match { words, .. } => words.text.clone(),
        QueryKind::MatchPhrase { text, slop, .. } => format!("\"{text}\"~{slop}"),
        QueryKind::MultiFits { pattern, .. } => format!("{}*", pattern.text),
        QueryKind::MultiFuzzy { text, fuzziness, .. } => format!("{text}~{}", fuzziness.edits.of(text)),
        QueryKind::Bool {
            must,
            should,
            must_not,
            ..
        } => {
            let part = |sign: &'static str, queries: &[Query]| -> Vec<String> {
                queries
                    .iter()
                    .map(|query| format!("{sign}{}", shown(query)))
                    .collect()
            };
            let parts = [part("+", must), part("?", should), part("-", must_not)];
            format!("({})", parts.concat().join(" "))
        }
        other => panic!("{other:?}"),
    }
}

fn read(text: &str, flags: &str) -> String {
    let json = json!({"simple_query_string": {"query": text, "fields": ["a"], "flags": flags}});
    shown(&parse_query(&json).unwrap())
}

#[test]
fn operators_are_read_from_left_to_right() {
    for (text, expected) in [
        ("a b", "(?a ?b)"),
        ("a + b", "(+a +b)"),
        ("a | b c", "(?a ?b ?c)"),
        ("a + b | c", "(?(+a +b) ?c)"),
        ("a -b", "(?a ?(+all -b))"),
        ("--a", "a"),
        ("\"a b\"~2 c", "(?\"a b\"~2 ?c)"),
        ("\"a b\"", "\"a b\"~0"),
        ("(a | b) + c", "(+(?a ?b) +c)"),
        ("wha*", "wha*"),
        ("wh*le", "wh*le"),
        ("whale~1 whale~", "(?whale~1 ?whale~2)"),
        (r"\(a\) wha\*", "(?(a) ?wha*)"),
        ("", "none"),
        ("+ | -", "none"),
        ("(a", "a"),
        ("a) b", "(?a ?b)"),
        ("\"a b", "(?a ?b)"),
        ("~ ~1 *", "(?~ ?~1 ?*)"),
        ("don't e-mail", "(?don't ?e-mail)"),
    ] {
        assert_eq!(read(text, "ALL"), expected, "{text}");
    }
}

#[test]
fn operators_that_are_switched_off_are_letters() {
    assert_eq!(read("a+b|c -d*", "NONE"), "a+b|c -d*");
    assert_eq!(read("a | b + c*", "OR|WHITESPACE"), "(?a ?b ?+ ?c*)");
    refuses(
        &json!({"simple_query_string": {"query": "a", "flags": "XOR"}}),
        "Unknown simple_query_string flag [XOR]",
    );
    refuses(
        &json!({"simple_query_string": {"query": "x".repeat(9_000)}}),
        "the limit is [8192]",
    );
    let nested = "a + b | ".repeat(20);
    refuses(
        &json!({"simple_query_string": {"query": nested}}),
        "deeper than the limit of [20]",
    );
    refuses(
        &json!({"simple_query_string": {"query": "(".repeat(30)}}),
        "deeper than the limit of [20]",
    );
}

proptest! {
    #[test]
    fn no_text_is_an_error(text in r#"([a-c ]|[+|"*()~\\-]|ä|[0-9]){0,40}"#) {
        let json = json!({"simple_query_string": {"query": text}});
        if let Err(error) = parse_query(&json) {
            prop_assert!(error.to_string().contains("limit"), "{}", error);
        }
    }
}
