//! Answers of several services, and what is made of them.

use super::*;

fn judged(status: u16, body: &str) -> (End, f64, String) {
    let verdict = Verdict::of(StatusCode::from_u16(status).unwrap(), body.as_bytes());
    (verdict.end, verdict.coverage, verdict.reason.unwrap_or_default())
}

#[test]
fn an_answer_is_complete_unless_it_says_otherwise() {
    for body in [
        r#"{"took":3,"timed_out":false,"_shards":{"total":5,"successful":5,"failed":0},"hits":{"hits":[{"_source":{"timed_out":true}}]}}"#,
        r#"{"timed_out":false,"_shards":{"failed":0},"coverage":{"documents":{"covered":7,"total":7},"x":1},"hits":{}}"#,
        r#"{"_shards":{"failed":0},"coverage":{"documents":{"covered":0,"total":0}}}"#,
        r#"{"took":30,"errors":false,"items":[{"index":{"status":201}}]}"#,
        r#"{"_id":"1","result":"created","_shards":{"total":2,"successful":1,"failed":0}}"#,
    ] {
        assert_eq!(judged(200, body), (End::Complete, 1.0, String::new()), "{body}");
    }
}

#[test]
fn what_is_missing_makes_an_answer_partial() {
    for (body, coverage, reason) in [
        (r#"{"timed_out":true,"_shards":{"failed":0}}"#, 1.0, "timeout"),
        (r#"{"timed_out":false,"_shards":{"failed":1}}"#, 1.0, "shards"),
        (
            r#"{"_shards":{"failed":0},"coverage":{"documents":{"covered":3,"total":4}}}"#,
            0.75,
            "covered",
        ),
    ] {
        let (end, share, said) = judged(200, body);
        assert_eq!((end, share), (End::Partial, coverage), "{body}");
        assert!(said.contains(reason), "{said}");
    }
}

#[test]
fn errors_are_told_apart_and_named() {
    let typed = r#"{"error":{"root_cause":[],"type":"es_rejected_execution_exception","reason":"full"},"status":429}"#;
    assert_eq!(
        judged(429, typed),
        (
            End::Refused,
            0.0,
            "429 es_rejected_execution_exception".to_owned()
        )
    );
    assert_eq!(judged(503, "").0, End::Refused);
    assert_eq!(
        judged(400, r#"{"error":"no handler found"}"#),
        (End::Failed, 0.0, "400 no handler found".to_owned())
    );
    assert_eq!(
        judged(502, "<html>"),
        (End::Failed, 0.0, "502 Bad Gateway".to_owned())
    );
    assert_eq!(judged(200, "<html>").0, End::Failed);
    assert_eq!(judged(200, "{\"took\":").0, End::Failed);
}

#[test]
fn a_bulk_with_errors_is_no_success() {
    let item =
        |status: u16, kind: &str| format!(r#"{{"index":{{"status":{status},"error":{{"type":"{kind}"}}}}}}"#);
    let bulk = |items: &[String]| format!(r#"{{"errors":true,"items":[{}]}}"#, items.join(","));
    let written = r#"{"create":{"status":201}}"#.to_owned();
    let full = item(429, "es_rejected_execution_exception");
    let wrong = item(400, "document_parsing_exception");
    assert_eq!(
        judged(200, &bulk(&[written.clone(), full.clone()])),
        (
            End::Refused,
            0.0,
            "in a bulk: 429 es_rejected_execution_exception".to_owned()
        )
    );
    assert_eq!(
        judged(200, &bulk(&[written, full, wrong])),
        (
            End::Failed,
            0.0,
            "in a bulk: 400 document_parsing_exception".to_owned()
        )
    );
    assert_eq!(judged(200, r#"{"errors":true}"#).0, End::Failed);
}
