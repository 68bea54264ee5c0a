//! What a leaf counts, read as Prometheus does.

use std::time::Duration;

use bytes::Bytes;
use shared::ids::Position;
use shared::metrics::PATH;
use shared::wire::{AttemptKind, FetchResponse, LeafError, SearchResponse, Tie, encode, path};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use uuid::Uuid;

use super::harness::{Harness, get_book, search_for};
use crate::Leaf;

/// The value of a series; its labels are to be there from the beginning.
fn value(text: &str, series: &str) -> f64 {
    let line = text.lines().find_map(|line| line.strip_prefix(series));
    let line = line.unwrap_or_else(|| panic!("{series} is not in {text}"));
    line.trim().parse().unwrap()
}

fn requests(text: &str, call: &str, kind: &str, outcome: &str) -> f64 {
    let labels = format!(r#"{{call="{call}",kind="{kind}",outcome="{outcome}"}}"#);
    value(text, &format!("gleaner_leaf_requests_total{labels}"))
}

async fn scrape(harness: &Harness, leaf: &Leaf) -> String {
    let (status, body) = harness.get(leaf, PATH).await;
    assert_eq!(status, 200);
    String::from_utf8(body.to_vec()).unwrap()
}

#[tokio::test]
async fn requests_are_counted_by_how_they_end() {
    let harness = Harness::new().await;
    let leaf = harness.leaf().await;
    harness.append(1, ["red fox", "red hen"]).await;
    harness.refresh(&leaf, 1).await;
    let ask = async |request| harness.ask::<SearchResponse>(&leaf, path::SEARCH, &request).await;
    ask(search_for("red", 1)).await.unwrap();
    let mut hedge = search_for("red", 1);
    hedge.attempt = AttemptKind::Hedge;
    hedge.shards[1].position_min = Position(9);
    hedge.time_remaining_us = 1_000_000;
    ask(hedge).await.unwrap();
    let mut late = search_for("red", 1);
    late.time_remaining_us = 0;
    ask(late).await.unwrap_err();
    let mut tied = search_for("red", 1);
    tied.attempt = AttemptKind::Tied;
    tied.tie = Some(Tie {
        id: Uuid::from_u128(1),
        twin: "x".repeat(9_999),
    });
    ask(tied).await.unwrap_err();
    harness
        .post(&leaf, path::SEARCH, Bytes::from_static(b"nonsense"))
        .await;
    harness
        .ask::<FetchResponse>(&leaf, path::GET, &get_book(0, 1))
        .await
        .unwrap();

    let text = scrape(&harness, &leaf).await;
    assert_eq!(requests(&text, "search", "primary", "ok"), 1.0);
    assert_eq!(requests(&text, "search", "hedge", "partial"), 1.0);
    assert_eq!(requests(&text, "search", "primary", "expired"), 1.0);
    assert_eq!(requests(&text, "search", "tied", "bad_request"), 1.0);
    assert_eq!(
        requests(&text, "search", "none", "bad_request"),
        1.0,
        "it was not read"
    );
    assert_eq!(requests(&text, "get", "none", "ok"), 1.0);
    assert_eq!(requests(&text, "refresh", "none", "ok"), 1.0);
    let executed = |call| {
        value(
            &text,
            &format!(r#"gleaner_leaf_execution_seconds_count{{call="{call}"}}"#),
        )
    };
    assert_eq!((executed("search"), executed("get")), (2.0, 1.0));
    let cpu = r#"gleaner_leaf_execution_cpu_seconds_count{call="search"}"#;
    assert_eq!(value(&text, cpu), 2.0);
    assert_eq!(value(&text, "gleaner_leaf_search_coverage_ratio_count"), 2.0);
    assert_eq!(value(&text, "gleaner_leaf_search_coverage_ratio_sum"), 1.5);
    assert_eq!(value(&text, "gleaner_leaf_search_documents_missed_total"), 1.0);
    assert_eq!(
        value(&text, r#"gleaner_leaf_shard_failures_total{reason="deadline"}"#),
        1.0
    );
    assert_eq!(value(&text, r#"gleaner_leaf_shards{state="ready"}"#), 2.0);
    assert_eq!(value(&text, "gleaner_leaf_documents"), 2.0);
    assert_eq!(value(&text, "gleaner_leaf_positions_behind"), 0.0);
    assert_eq!(value(&text, "gleaner_leaf_catalog_version"), 1.0);
    assert!(text.ends_with("# EOF\n"));
}

#[tokio::test]
async fn a_caller_that_goes_away_is_counted() {
    let harness = Harness::new().await;
    let leaf = harness.leaf().await;
    let mut connection = TcpStream::connect(leaf.address()).await.unwrap();
    // It waits for a position that does not come.
    let body = encode(&get_book(0, 99));
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: leaf\r\ncontent-length: {}\r\n\r\n",
        path::GET,
        body.len()
    );
    connection.write_all(head.as_bytes()).await.unwrap();
    connection.write_all(&body).await.unwrap();
    // The leaf applies up to the hint: it has read the request when it says that it is behind.
    let counted = async {
        while value(&scrape(&harness, &leaf).await, "gleaner_leaf_positions_behind") == 0.0 {
            tokio::task::yield_now().await;
        }
        drop(connection);
        while requests(&scrape(&harness, &leaf).await, "get", "none", "cancelled") == 0.0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), counted)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_request_that_is_made_to_fail_is_counted_as_it_ends() {
    let harness = Harness::new().await;
    let leaf = harness.faulty().await;
    let script = br#"[{ "call": "search", "share": 1, "act": { "fail": "shed" } },
                      { "call": "cancel", "share": 1, "act": { "fail": "drop_connection" } }]"#;
    let (status, _) = harness
        .post(&leaf, "/internal/v1/faults", Bytes::from_static(script))
        .await;
    assert_eq!(status, 204);
    let refused = harness
        .ask::<SearchResponse>(&leaf, path::SEARCH, &search_for("red", 0))
        .await;
    assert_eq!(refused, Err(LeafError::Shed));
    let url = format!("http://{}{}", leaf.address(), path::CANCEL);
    assert!(reqwest::Client::new().post(url).send().await.is_err());
    let text = scrape(&harness, &leaf).await;
    assert_eq!(requests(&text, "search", "none", "shed"), 1.0);
    assert_eq!(requests(&text, "cancel", "none", "failed"), 1.0);
}
