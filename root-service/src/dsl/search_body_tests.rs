//! Bodies and URLs of searches.

use std::time::Duration;

use serde_json::{Value, json};
use shared::limits;
use shared::query::{Query, QueryKind};

use super::{SearchCommand, SourceFilter};
use crate::error::ApiError;

fn read(body: &Value, url: &[(&str, &str)]) -> Result<SearchCommand, ApiError> {
    let url: Vec<(String, String)> = url
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect();
    SearchCommand::parse(body.to_string().as_bytes(), &url)
}

#[track_caller]
fn refuses(body: &Value, url: &[(&str, &str)], reason: &str) {
    match read(body, url) {
        Ok(command) => panic!("{body} {url:?} was read as {command:?}"),
        Err(error) => {
            assert_eq!(error.status(), 400, "{body}");
            assert!(error.to_string().contains(reason), "{body} {url:?}: {error}");
        }
    }
}

#[test]
fn nothing_asked_is_everything_in_tens() {
    for body in [&b""[..], b" \n", b"{}"] {
        let command = SearchCommand::parse(body, &[]).unwrap();
        assert_eq!(command, SearchCommand::default());
        assert_eq!(command.query, Query::new(QueryKind::MatchAll));
        assert_eq!((command.from, command.size, command.count_max), (0, 10, 10_000));
    }
}

#[test]
fn a_body_says_it_all() {
    let command = read(
        &json!({
            "query": {"match_none": {}}, "from": 20, "size": "5", "_source": ["a"], "track_total_hits": true,
            "timeout": "50ms", "version": true, "seq_no_primary_term": true, "explain": false, "profile": true,
            "track_scores": true, "sort": [{"_score": {"order": "desc"}}], "terminate_after": 0
        }),
        &[],
    )
    .unwrap();
    let expected = SearchCommand {
        query: Query::new(QueryKind::MatchNone),
        from: 20,
        size: 5,
        source: SourceFilter::by_patterns(vec!["a".to_owned()], vec![]).unwrap(),
        count_max: u64::MAX,
        timeout: Some(Duration::from_millis(50)),
        version: true,
        seq_no_primary_term: true,
        profile: true,
        track_scores: true,
        sort: super::sort::parse(&json!("_score")).unwrap(),
        ..SearchCommand::default()
    };
    assert_eq!(command, expected);
}

#[test]
fn the_url_overrides_the_body() {
    let body = json!({"query": {"match_none": {}}, "size": 5, "_source": false, "track_total_hits": 7});
    let url = [
        ("q", "year:1851"),
        ("from", "1"),
        ("size", "2"),
        ("_source_includes", "a,b.*"),
        ("_source_excludes", "b.c"),
        ("track_total_hits", "false"),
        ("allow_partial_search_results", "false"),
        ("timeout", "2s"),
        ("preference", "_local"),
        ("typed_keys", "true"),
        ("search_type", "dfs_query_then_fetch"),
    ];
    let command = read(&body, &url).unwrap();
    assert!(matches!(&command.query.kind, QueryKind::Match { field, .. } if field == "year"));
    assert_eq!((command.from, command.size, command.count_max), (1, 2, 0));
    assert_eq!(command.allow_partial_search_results, Some(false));
    assert_eq!(command.timeout, Some(Duration::from_secs(2)));
    let source = json!({"a": 1, "b": {"c": 2, "d": 3}, "e": 4});
    let shown = command.source.apply(source.as_object().unwrap());
    assert_eq!(Value::Object(shown), json!({"a": 1, "b": {"d": 3}}));
}

#[test]
fn enough_is_said_in_the_body_or_in_the_url_which_overrides_it() {
    let body = json!({"min_coverage": 0.9, "coverage_wait_min": "1ms", "coverage_wait_max": "5ms"});
    let command = read(&body, &[]).unwrap();
    assert_eq!(command.min_coverage, Some(0.9));
    assert_eq!(command.coverage_wait_min, Some(Duration::from_millis(1)));
    assert_eq!(command.coverage_wait_max, Some(Duration::from_millis(5)));
    assert!(!command.profile);

    let url = [
        ("min_coverage", "0"),
        ("coverage_wait_min", "0ms"),
        ("coverage_wait_max", "-1"),
        ("profile", "true"),
        ("allow_partial_search_results", "true"),
    ];
    let command = read(&body, &url).unwrap();
    assert_eq!(command.min_coverage, Some(0.0));
    assert_eq!(command.coverage_wait_min, Some(Duration::ZERO));
    assert_eq!(command.coverage_wait_max, None);
    assert!(command.profile);
    assert_eq!(read(&json!({}), &url).unwrap(), command);
    assert!(
        !read(&json!({"profile": true}), &[("profile", "false")])
            .unwrap()
            .profile
    );
}

#[test]
fn a_share_of_the_documents_is_from_0_to_1() {
    for share in [
        json!(0),
        json!(1),
        json!(0.5),
        json!("0.25"),
        json!(1e-9),
        json!("-0"),
    ] {
        assert!(read(&json!({"min_coverage": share}), &[]).is_ok(), "{share}");
    }
    for share in [
        json!(1.000_001),
        json!(-0.1),
        json!(90),
        json!("90%"),
        json!("NaN"),
        json!("inf"),
        json!(""),
        json!(true),
        json!(null),
        json!([1]),
    ] {
        let reason = "[min_coverage] must be a share of the documents from [0] to [1], but was [";
        refuses(&json!({"min_coverage": share}), &[], reason);
        if let Some(text) = share.as_str() {
            refuses(&json!({}), &[("min_coverage", text)], reason);
        }
    }
}

#[test]
fn waits_for_more_than_enough_are_limited_and_in_order() {
    for wait in ["601s", "5", "soon", "-5ms", ""] {
        refuses(&json!({"coverage_wait_min": wait}), &[], "[coverage_wait_min]");
        refuses(&json!({}), &[("coverage_wait_max", wait)], "[coverage_wait_max]");
    }
    refuses(
        &json!({"coverage_wait_max": 5}),
        &[],
        "[coverage_wait_max] expects a time as text",
    );
    assert!(
        read(
            &json!({"coverage_wait_min": "5ms", "coverage_wait_max": "5ms"}),
            &[]
        )
        .is_ok()
    );
    refuses(
        &json!({"coverage_wait_min": "6ms"}),
        &[("coverage_wait_max", "5ms")],
        "[coverage_wait_min] must not be longer than [coverage_wait_max], but was [6ms], and that is [5ms]",
    );
}

#[test]
fn a_part_that_is_enough_contradicts_all_or_nothing() {
    let all_or_nothing = ("allow_partial_search_results", "false");
    refuses(
        &json!({"min_coverage": 0.9}),
        &[all_or_nothing],
        "[min_coverage] of [0.9] takes an answer from a part of the documents, but [allow_partial_search_results] of \
         [false] wants all or nothing",
    );
    assert!(read(&json!({"min_coverage": 1}), &[all_or_nothing]).is_ok());
    assert!(read(&json!({}), &[all_or_nothing]).is_ok());
    let body = json!({"allow_partial_search_results": true});
    refuses(&body, &[], "unknown key [allow_partial_search_results]");
}

#[test]
fn words_of_the_url_go_to_its_default_field() {
    let command = read(
        &json!({}),
        &[("default_operator", "AND"), ("df", "title"), ("q", "white whale")],
    )
    .unwrap();
    let QueryKind::Bool { must, .. } = command.query.kind else {
        panic!("{command:?}");
    };
    assert_eq!(must.len(), 2);
    refuses(&json!({}), &[("df", "title")], "[df] goes with [q]");
}

#[test]
fn the_window_is_limited() {
    assert!(read(&json!({"from": 9_990, "size": 10}), &[]).is_ok());
    refuses(
        &json!({"from": 9_990, "size": 11}),
        &[],
        "Result window is too large, from + size must be less than or equal to: [10000] but was [10001]",
    );
    refuses(&json!({"size": 10_000_000_000_u64}), &[], "but was [10000000000]");
    refuses(&json!({"size": 1e300}), &[], "Result window is too large");
    refuses(
        &json!({}),
        &[("size", "99999999999999999999")],
        "Result window is too large",
    );
    refuses(
        &json!({"size": u32::MAX, "from": u32::MAX}),
        &[],
        "but was [8589934590]",
    );
    refuses(
        &json!({"size": -1}),
        &[],
        "[size] parameter cannot be negative but was [-1]",
    );
    refuses(
        &json!({"from": -1}),
        &[],
        "[from] parameter cannot be negative but was [-1]",
    );
    refuses(
        &json!({"size": 1.5}),
        &[],
        "[search] [size] expects a whole number, but found [1.5]",
    );
    refuses(&json!({"size": [1]}), &[], "[size] expects a whole number");
}

#[test]
fn hits_are_counted_as_far_as_asked() {
    for (value, expected) in [
        (json!(true), u64::MAX),
        (json!(false), 0),
        (json!("true"), u64::MAX),
        (json!(-1), u64::MAX),
        (json!(0), 0),
        (json!(123), 123),
    ] {
        assert_eq!(
            read(&json!({"track_total_hits": value}), &[]).unwrap().count_max,
            expected
        );
    }
    refuses(
        &json!({"track_total_hits": -2}),
        &[],
        "[track_total_hits] expects true, false, or a number",
    );
    refuses(
        &json!({"track_total_hits": "many"}),
        &[],
        "[track_total_hits] expects true, false, or a number",
    );
    let as_int = ("rest_total_hits_as_int", "true");
    assert_eq!(read(&json!({}), &[as_int]).unwrap().count_max, u64::MAX);
    assert_eq!(
        read(&json!({}), &[as_int, ("track_total_hits", "false")])
            .unwrap()
            .count_max,
        0
    );
    refuses(
        &json!({}),
        &[as_int, ("track_total_hits", "5")],
        "is not accurate, got 5",
    );
}

#[test]
fn a_least_score_is_part_of_whatever_the_query_is() {
    let body = json!({"min_score": 1.5, "query": {"match_all": {}}});
    let read =
        SearchCommand::parse(body.to_string().as_bytes(), &[("q".to_owned(), "x".to_owned())]).unwrap();
    let QueryKind::FunctionScore(score) = &read.query.kind else {
        panic!("{:?}", read.query);
    };
    assert_eq!((score.score_min, score.functions.len()), (Some(1.5), 0));
    assert!(!matches!(score.query.kind, QueryKind::MatchAll));
}

#[test]
fn what_is_not_offered_or_unknown_is_named() {
    for key in ["rescore", "indices_boost", "script_fields", "slice"] {
        refuses(
            &json!({key: {}}),
            &[],
            &format!("[{key}] of a search body is not offered yet"),
        );
    }
    refuses(
        &json!({"terminate_after": 1}),
        &[],
        "[terminate_after] of a search body is not offered yet",
    );
    refuses(&json!({"min_score": "x"}), &[], "[min_score] expects a number");
    refuses(
        &json!({"from": 1, "sort": "year", "search_after": [1]}),
        &[],
        "`from` parameter must be set to 0",
    );
    refuses(
        &json!({"qeury": {}}),
        &[],
        "unknown key [qeury] in a search body did you mean [query]?",
    );
}

#[test]
fn parameters_that_are_not_offered_or_unknown_are_named() {
    refuses(
        &json!({}),
        &[("scroll", "1m")],
        "the parameter [scroll] of a search is not offered yet",
    );
    refuses(
        &json!({}),
        &[("filter_path", "hits")],
        "[filter_path] of a search is not offered yet",
    );
    refuses(
        &json!({}),
        &[("routing", "a")],
        "[routing] of a search is not offered yet",
    );
    refuses(
        &json!({}),
        &[("min_covrage", "1")],
        "unrecognized parameter: [min_covrage] did you mean [min_coverage]?",
    );
    refuses(
        &json!({}),
        &[("sise", "1")],
        "unrecognized parameter: [sise] did you mean [size]?",
    );
    refuses(
        &json!({}),
        &[("search_type", "count")],
        "No search type for [count]",
    );
    refuses(
        &json!({}),
        &[("version", "maybe")],
        "[version] expects [true] or [false]",
    );
    refuses(&json!({}), &[("timeout", "soon")], "[timeout]");
    refuses(&json!([]), &[], "a search body must be a JSON object");
}

#[test]
fn bodies_that_are_not_json_tell_where() {
    let error = SearchCommand::parse(b"{\"query\": {\"match\": ", &[])
        .unwrap_err()
        .body();
    assert_eq!(error["error"]["line"], 1);
    assert_eq!(error["error"]["col"], 20);
    let deep = "[".repeat(100_000);
    let error = SearchCommand::parse(deep.as_bytes(), &[]).unwrap_err();
    assert!(error.to_string().contains("recursion limit exceeded"), "{error}");
    let invalid = SearchCommand::parse(b"{\"a\": \"\xff\"}", &[]).unwrap_err();
    assert_eq!(invalid.status(), 400);
    let large = vec![b' '; limits::SEARCH_BODY_BYTES_MAX + 1];
    assert_eq!(SearchCommand::parse(&large, &[]).unwrap_err().status(), 413);
}
