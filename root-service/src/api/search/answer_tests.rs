//! Answers of searches, to the letter where clients look.

use std::time::Duration;

use serde_json::json;
use shared::ids::{Leaf, Shard};
use shared::wire::StoredDocument;
use tokio::time::Instant;

use super::*;
use crate::search::{Cause, Profile, ShardReport, ShardsSummary};

fn result() -> SearchResult {
    SearchResult {
        took_ms: 5,
        timed_out: false,
        shards: ShardsSummary {
            total: 2,
            successful: 2,
            failures: Vec::new(),
        },
        total: Some(Total {
            value: 10_000,
            exact: false,
        }),
        max_score: Some(1.5),
        hits: vec![
            FoundDocument {
                id: "1".to_owned(),
                score: Some(1.5),
                document: Some(StoredDocument {
                    id: "1".to_owned(),
                    source: "{\"t\": \"x\"}".to_owned(),
                    version: 3,
                    seq_no: 9,
                    routing: Some("r".to_owned()),
                }),
                ..FoundDocument::default()
            },
            FoundDocument {
                id: "gone".to_owned(),
                score: Some(0.1),
                ..FoundDocument::default()
            },
        ],
        coverage: Coverage {
            documents_total: 7,
            documents_covered: 7,
            leaves_total: 2,
            leaves_answered: 2,
            ..Coverage::default()
        },
        ..SearchResult::default()
    }
}

fn rendered(command: &SearchCommand, result: &SearchResult) -> String {
    String::from_utf8(Shape::of(command).render("a", result).unwrap()).unwrap()
}

#[test]
fn an_answer_has_hits_shards_and_coverage() {
    assert_eq!(
        rendered(&SearchCommand::default(), &result()),
        concat!(
            r#"{"took":5,"timed_out":false,"_shards":{"total":2,"successful":2,"skipped":0,"failed":0},"#,
            r#""coverage":{"documents":{"total":7,"covered":7},"leaves":{"total":2,"answered":2},"#,
            r#""degraded":{"timeout":0,"min_coverage":0,"shed":0,"failed":0}},"#,
            r#""hits":{"total":{"value":10000,"relation":"gte"},"max_score":1.5,"hits":["#,
            r#"{"_index":"a","_id":"1","_score":1.5,"_routing":"r","_source":{"t": "x"}},"#,
            r#"{"_index":"a","_id":"gone","_score":0.1}]}}"#
        )
    );
}

#[tokio::test(start_paused = true)]
async fn a_profile_comes_last() {
    let profiled = SearchResult {
        profile: Some(Profile {
            began: Instant::now(),
            took: Duration::from_micros(12),
            rounds: Vec::new(),
            attempts: Vec::new(),
        }),
        ..result()
    };
    let answer = rendered(&SearchCommand::default(), &profiled);
    assert!(
        answer.ends_with(r#"}]},"profile":{"shards":[],"took_us":12,"rounds":[],"leaves":[]}}"#),
        "{answer}"
    );
}

#[test]
fn versions_and_bare_totals_are_shown_when_asked_for() {
    let command = SearchCommand {
        version: true,
        seq_no_primary_term: true,
        rest_total_hits_as_int: true,
        source: SourceFilter::NOTHING,
        ..SearchCommand::default()
    };
    let answer = rendered(&command, &result());
    assert!(answer.contains(r#""hits":{"total":10000,"#), "{answer}");
    assert!(
        answer.contains(r#""_version":3,"_seq_no":9,"_primary_term":1,"_score":1.5,"_routing":"r"}"#),
        "{answer}"
    );
}

#[test]
fn an_answer_without_hits_says_null() {
    let empty = SearchResult {
        total: None,
        max_score: None,
        hits: Vec::new(),
        ..result()
    };
    let answer = rendered(&SearchCommand::default(), &empty);
    assert!(
        answer.ends_with(r#""hits":{"max_score":null,"hits":[]}}"#),
        "{answer}"
    );
}

#[test]
fn missing_shards_are_listed_with_their_reasons() {
    let mut partial = result();
    partial.shards.successful = 1;
    partial.shards.failures.push(ShardReport {
        index: None,
        shard: Shard(1),
        leaf: Leaf(3),
        cause: Cause::Shed,
        reason: "full".to_owned(),
    });
    let answer: Value = serde_json::from_str(&rendered(&SearchCommand::default(), &partial)).unwrap();
    assert_eq!(answer["_shards"]["failed"], 1);
    assert_eq!(
        answer["_shards"]["failures"][0],
        json!({
            "shard": 1, "index": "a", "node": "leaf-3",
            "reason": {"type": "es_rejected_execution_exception", "reason": "full"}
        })
    );
}
