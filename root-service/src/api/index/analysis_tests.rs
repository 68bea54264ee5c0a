//! Tests of the forms of analysis settings.

use serde_json::json;

use super::*;

fn taken(settings: &Value) -> (Value, Value) {
    let (rest, analysis) = take(settings.as_object().unwrap()).unwrap();
    (rest.into(), analysis.into())
}

#[test]
fn nested_and_dotted_definitions_are_the_same() {
    let expected = json!({"filter": {"my": {"type": "stop", "stopwords": ["a"]}}});
    for settings in [
        json!({"analysis": {"filter": {"my": {"type": "stop", "stopwords": ["a"]}}}}),
        json!({"index": {"analysis": {"filter": {"my": {"type": "stop", "stopwords": ["a"]}}}}}),
        json!({"index.analysis": {"filter": {"my": {"type": "stop", "stopwords": ["a"]}}}}),
        json!({"index": {"analysis.filter.my": {"type": "stop", "stopwords": ["a"]}}}),
        json!({"index.analysis.filter.my.type": "stop", "analysis.filter.my.stopwords": ["a"]}),
    ] {
        assert_eq!(taken(&settings), (json!({}), expected.clone()), "{settings}");
    }
}

#[test]
fn other_settings_are_left() {
    let settings = json!({"index": {"number_of_shards": 1, "analysis": {}}, "refresh_interval": "1s"});
    let rest = json!({"index": {"number_of_shards": 1}, "refresh_interval": "1s"});
    assert_eq!(taken(&settings), (rest, json!({})));
}

#[test]
fn definitions_in_wrong_places_are_refused() {
    for settings in [
        json!({"analysis": 1}),
        json!({"analysis": {"filter": 1}}),
        json!({"analysis": {"filter": {"a": 1}}, "index.analysis.filter.a.type": "stop"}),
    ] {
        let error = take(settings.as_object().unwrap()).unwrap_err().to_string();
        assert!(error.contains("must be an object"), "{error}");
    }
}

#[test]
fn all_values_are_shown_as_text() {
    let settings = json!({"filter": {"my": {"type": "ngram", "min_gram": 2, "preserve_original": true}}});
    let analysis = read(settings.as_object().unwrap().clone(), Differences::default()).unwrap();
    let expected = json!({"filter": {"my": {"type": "ngram", "min_gram": "2", "preserve_original": "true"}}});
    assert_eq!(shown(&analysis), Some(expected));
}
