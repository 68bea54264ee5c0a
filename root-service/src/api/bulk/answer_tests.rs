//! Answers to the letter: shippers match their text.

use shared::ids::Shard;

use super::*;
use crate::api::bulk::action::Verb;

fn item(verb: Verb, id: Option<&str>, refusal: Option<ApiError>) -> Item {
    Item {
        verb,
        index: "a".into(),
        id: id.map(str::to_owned),
        refusal,
    }
}

fn written(id: &str, result: Option<OpResult>) -> Written {
    Written {
        index: "a".into(),
        noop: false,
        source: None,
        id: id.to_owned(),
        shard: Shard(0),
        outcome: result.map(|result| Outcome {
            result,
            version: 1,
            seq_no: 0,
        }),
        replicas_total: 2,
        forced_refresh: false,
    }
}

fn text(items: &[Item], results: WriteResults) -> String {
    String::from_utf8(render(items, results, 3)).unwrap()
}

#[test]
fn a_success_is_compact_and_in_order() {
    assert_eq!(
        text(
            &[item(Verb::Index, Some("1"), None)],
            vec![Ok(written("1", Some(OpResult::Created)))]
        ),
        concat!(
            r#"{"took":3,"errors":false,"items":[{"index":{"_index":"a","_id":"1","_version":1,"result":"created","#,
            r#""_shards":{"total":2,"successful":2,"failed":0},"_seq_no":0,"_primary_term":1,"status":201}}]}"#
        )
    );
}

#[test]
fn a_durable_write_without_outcome_is_accepted() {
    let answer = text(&[item(Verb::Create, None, None)], vec![Ok(written("made", None))]);
    assert!(
        answer.contains(r#""_id":"made","result":"accepted","_shards""#),
        "{answer}"
    );
    assert!(answer.ends_with(r#""failed":0},"status":202}}]}"#), "{answer}");
}

#[test]
fn refusals_and_failures_keep_their_places() {
    let items = [
        item(Verb::Update, Some("1"), Some(ApiError::illegal("no"))),
        item(Verb::Delete, Some("2"), None),
        item(Verb::Index, None, None),
        item(Verb::Delete, Some("3"), None),
    ];
    let results = vec![
        Ok(written("2", Some(OpResult::Deleted))),
        Err(ApiError::Document("bad".to_owned())),
        Ok(written("3", Some(OpResult::NotFound))),
    ];
    let answer: Value = serde_json::from_str(&text(&items, results)).unwrap();
    assert_eq!(answer["errors"], true);
    let items = &answer["items"];
    assert_eq!(items[0]["update"]["error"]["reason"], "no");
    assert_eq!(items[0]["update"]["status"], 400);
    assert_eq!(items[1]["delete"]["result"], "deleted");
    assert_eq!(items[2]["index"]["_id"], Value::Null);
    assert_eq!(items[2]["index"]["error"]["type"], "document_parsing_exception");
    assert_eq!(items[3]["delete"]["result"], "not_found");
    assert_eq!(items[3]["delete"]["status"], 404);
}

#[test]
fn a_delete_that_found_nothing_is_no_error() {
    let answer = text(
        &[item(Verb::Delete, Some("1"), None)],
        vec![Ok(written("1", Some(OpResult::NotFound)))],
    );
    assert!(
        answer.starts_with(r#"{"took":3,"errors":false,"items":[{"delete":{"#),
        "{answer}"
    );
}
