//! Action lines, good and bad.

use super::*;

fn parse(line: &str) -> Result<Action, String> {
    Action::parse(line.as_bytes(), 3).map_err(|error| error.to_string())
}

#[test]
fn ids_keep_the_form_they_were_written_in() {
    for (id, expected) in [
        (r#""a\u0062""#, Some("ab")),
        ("12345678901234567890123", Some("12345678901234567890123")),
        ("1.50", Some("1.50")),
        ("true", Some("true")),
        ("null", None),
    ] {
        let action = parse(&format!(r#"{{"index":{{"_id":{id}}}}}"#)).unwrap();
        assert_eq!(action.id.as_deref(), expected, "{id}");
    }
}

#[test]
fn metadata_names_index_and_routing() {
    let action = parse(r#" { "create" : {"_index":"a","routing":"r","require_alias":false} } "#).unwrap();
    assert_eq!(action.verb, Verb::Create);
    assert_eq!(action.index.as_deref(), Some("a"));
    assert_eq!(action.routing.as_deref(), Some("r"));
    assert_eq!(action.refusal, None);
    let created = parse(r#"{"index":{"op_type":"create"}}"#).unwrap();
    assert_eq!(created.verb, Verb::Create);
}

#[test]
fn conditions_and_retries_are_read() {
    let action = parse(r#"{"delete":{"_id":"1","if_seq_no":7,"if_primary_term":1}}"#).unwrap();
    assert_eq!(action.condition, (Some(7), Some(1)));
    let action = parse(r#"{"update":{"_id":"1","retry_on_conflict":3,"_source":false}}"#).unwrap();
    assert_eq!((action.retries, action.refusal), (3, None));
}

#[test]
fn what_is_not_offered_refuses_the_item_alone() {
    for (line, name) in [
        (
            r#"{"update":{"_id":"1","retry_on_conflict":300}}"#,
            "[retry_on_conflict]",
        ),
        (r#"{"update":{"_id":"1","_source":true}}"#, "[_source]"),
        (r#"{"index":{"version":3}}"#, "[version]"),
        (r#"{"delete":{"_id":"1","if_seq_no":-1}}"#, "[if_seq_no]"),
        (r#"{"index":{"pipeline":"p"}}"#, "[pipeline]"),
        (r#"{"index":{"require_alias":true}}"#, "[require_alias]"),
        (
            r#"{"index":{"dynamic_templates":{"a":"b"}}}"#,
            "[dynamic_templates]",
        ),
        (r#"{"delete":{"op_type":"create"}}"#, "[op_type]"),
    ] {
        let refusal = parse(line).unwrap().refusal.unwrap();
        assert_eq!(refusal.status(), 400);
        assert!(refusal.to_string().contains(name), "{refusal}");
    }
}

#[test]
fn malformed_lines_are_named_by_number() {
    for (line, expected) in [
        (
            "\"index\"",
            "Malformed action/metadata line [3], expected START_OBJECT but found [VALUE_STRING]",
        ),
        (
            "[1]",
            "Malformed action/metadata line [3], expected START_OBJECT but found [START_ARRAY]",
        ),
        (
            "{}",
            "Malformed action/metadata line [3], expected FIELD_NAME but found [END_OBJECT]",
        ),
        (
            r#"{"title":"x"}"#,
            "Malformed action/metadata line [3], expected field [create], [delete], [index] or [update] but found [title]",
        ),
        (
            r#"{"index":"x"}"#,
            "Malformed action/metadata line [3], expected START_OBJECT but found [VALUE_STRING]",
        ),
        (
            r#"{"index":{},"title":1}"#,
            "Malformed action/metadata line [3], expected END_OBJECT but found [FIELD_NAME]",
        ),
        (
            r#"{"index":{"_id":["a"]}}"#,
            "Malformed action/metadata line [3], expected a simple value for field [_id] but found [START_ARRAY]",
        ),
        (
            r#"{"index":{"_type":"doc"}}"#,
            "Action/metadata line [3] contains an unknown parameter [_type]",
        ),
    ] {
        assert_eq!(parse(line).unwrap_err(), expected, "{line}");
    }
    assert!(
        parse(r#"{"index":{"#)
            .unwrap_err()
            .contains("line [3], it is not valid JSON")
    );
    let nested = format!("{}1{}", r#"{"index":"#.repeat(100_000), "}".repeat(100_000));
    assert!(parse(&nested).is_err());
    assert!(Action::parse(b"{\"index\":{\"_id\":\"\xff\"}}", 3).is_err());
}
