//! What is left of a document behind each filter.

use serde_json::{Value, json};

use super::SourceFilter;

fn shown(filter: &Value, document: &Value) -> String {
    let filter = SourceFilter::parse(filter).unwrap();
    Value::Object(filter.apply(document.as_object().unwrap())).to_string()
}

#[test]
fn patterns_choose_parts_and_keep_their_order() {
    let document = json!({
        "z": 1, "author": {"name": "Ada", "born": 1815}, "title": "Notes",
        "tags": [{"name": "a", "n": 1}, {"n": 2}], "empty": {}
    });
    for (filter, expected) in [
        (json!(true), document.to_string()),
        (json!([]), document.to_string()),
        (json!("*"), document.to_string()),
        (json!(false), "{}".to_owned()),
        (json!(["title", "z"]), r#"{"z":1,"title":"Notes"}"#.to_owned()),
        (
            json!("author"),
            r#"{"author":{"name":"Ada","born":1815}}"#.to_owned(),
        ),
        (
            json!("author.*"),
            r#"{"author":{"name":"Ada","born":1815}}"#.to_owned(),
        ),
        (
            json!("*.name"),
            r#"{"author":{"name":"Ada"},"tags":[{"name":"a"}]}"#.to_owned(),
        ),
        (json!("empty"), r#"{"empty":{}}"#.to_owned()),
        (json!("nothing"), "{}".to_owned()),
        (
            json!({"includes": ["author", "title"], "excludes": "*.born"}),
            r#"{"author":{"name":"Ada"},"title":"Notes"}"#.to_owned(),
        ),
        (
            json!({"excludes": ["tags", "author", "empty"]}),
            r#"{"z":1,"title":"Notes"}"#.to_owned(),
        ),
    ] {
        assert_eq!(shown(&filter, &document), expected, "{filter}");
    }
}

#[test]
fn names_with_dots_are_paths_like_others() {
    let document =
        json!({"author.name": "Ada", "author": {"born.year": 1815, "name": "A."}, "title": "Notes"});
    for (filter, expected) in [
        (
            json!("author"),
            r#"{"author.name":"Ada","author":{"born.year":1815,"name":"A."}}"#,
        ),
        (json!("author.born"), r#"{"author":{"born.year":1815}}"#),
        (json!("*.name"), r#"{"author.name":"Ada","author":{"name":"A."}}"#),
        (json!({"excludes": "author"}), r#"{"title":"Notes"}"#),
        (
            json!({"include": ["author"], "exclude": ["author.born", "author.name"]}),
            r#"{"author":{}}"#,
        ),
    ] {
        assert_eq!(shown(&filter, &document), expected, "{filter}");
    }
}

#[test]
fn what_is_no_filter_is_refused() {
    for filter in [
        json!(1),
        json!(null),
        json!([1]),
        json!({"only": "a"}),
        json!({"includes": 1}),
    ] {
        assert!(SourceFilter::parse(&filter).is_err(), "{filter}");
    }
    assert!(SourceFilter::parse(&json!(vec!["a"; 257])).is_err());
    assert!(SourceFilter::parse(&json!("a".repeat(513))).is_err());
}

#[test]
fn only_a_filter_that_changes_nothing_is_whole() {
    assert!(SourceFilter::ALL.is_whole());
    assert!(!SourceFilter::NOTHING.is_whole());
    assert!(!SourceFilter::parse(&json!("a*")).unwrap().is_whole());
}
