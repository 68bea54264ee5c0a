//! The shapes of errors that clients depend on.

use serde_json::{Value, json};

use super::{ApiError, FailedShard, brief};

#[test]
fn malformed_json_tells_line_and_column() {
    let error = serde_json::from_str::<Value>("{\n  \"query\": }").unwrap_err();
    let body = ApiError::malformed(&error).body();
    assert_eq!(body["status"], 400);
    assert_eq!(body["error"]["type"], "x_content_parse_exception");
    assert_eq!(body["error"]["line"], 2);
    assert_eq!(body["error"]["col"], 12);
    assert_eq!(
        body["error"]["reason"],
        "[2:12] the body is not valid JSON: expected value"
    );
}

#[test]
fn a_missing_index_is_named_as_elasticsearch_names_it() {
    let body = ApiError::IndexNotFound {
        index: "films".to_owned(),
    }
    .body();
    let cause = json!({
        "type": "index_not_found_exception", "reason": "no such index [films]",
        "resource.type": "index_or_alias", "resource.id": "films", "index_uuid": "_na_", "index": "films"
    });
    let mut error = cause.as_object().unwrap().clone();
    error.insert("root_cause".to_owned(), json!([cause]));
    assert_eq!(body, json!({"error": error, "status": 404}));
}

#[test]
fn the_root_cause_comes_first_and_type_before_reason() {
    let text = ApiError::illegal("no").body().to_string();
    assert_eq!(
        text,
        r#"{"error":{"root_cause":[{"type":"illegal_argument_exception","reason":"no"}],"type":"illegal_argument_exception","reason":"no"},"status":400}"#
    );
}

#[test]
fn all_shards_failing_lists_each_cause_once() {
    let shard = |shard| FailedShard {
        index: "films".to_owned(),
        shard,
        kind: "node_not_connected_exception",
        reason: "no replica answered".to_owned(),
    };
    let body = ApiError::AllShardsFailed(vec![shard(0), shard(1)]).body();
    assert_eq!(body["status"], 503);
    assert_eq!(body["error"]["root_cause"].as_array().unwrap().len(), 1);
    assert_eq!(body["error"]["failed_shards"].as_array().unwrap().len(), 2);
}

#[test]
fn overload_says_when_to_come_back() {
    let error = ApiError::Rejected {
        reason: "the queue of searches is full".to_owned(),
        retry_after_seconds: 2,
    };
    assert_eq!((error.status(), error.retry_after_seconds()), (429, Some(2)));
}

#[test]
fn long_texts_are_cut_between_characters() {
    assert_eq!(brief("ä"), "ä");
    assert_eq!(brief(&"ä".repeat(1000)).chars().count(), 81);
}
