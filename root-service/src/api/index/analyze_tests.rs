//! What `_analyze` answers.

use serde_json::{Value, json};
use shared::analysis::{Analysis, Differences};
use shared::mapping::{Mapping, Parsed};

use super::super::analyze_body::Asked;
use super::answer;

fn mapping() -> Mapping {
    let settings = json!({
        "filter": {"ny": {"type": "synonym_graph", "synonyms": ["ny, new york"]}},
        "analyzer": {"own": {"tokenizer": "whitespace", "filter": ["lowercase", "ny"]}},
        "normalizer": {"low": {"type": "custom", "filter": ["lowercase"]}}
    });
    let analysis = Analysis::new(settings.as_object().unwrap().clone(), Differences::default()).unwrap();
    let fields = json!({"properties": {
        "t": {"type": "text", "analyzer": "own"},
        "k": {"type": "keyword", "normalizer": "low"},
        "n": {"type": "long"}
    }});
    Parsed::with_analysis(fields.as_object().unwrap(), &analysis)
        .unwrap()
        .mapping
}

fn run(body: &Value) -> Result<Value, String> {
    let asked = Asked::read(body.as_object().unwrap(), Some(&mapping()));
    asked
        .and_then(|asked| answer(&asked))
        .map_err(|error| error.to_string())
}

fn token(text: &str, start: u32, end: u32, kind: &str, position: u32) -> Value {
    json!({"token": text, "start_offset": start, "end_offset": end, "type": kind, "position": position})
}

#[test]
fn offsets_count_utf_16_units_and_texts_are_apart() {
    let answer = run(&json!({"analyzer": "standard", "text": ["😀 Übung", "b"]})).unwrap();
    assert_eq!(
        answer,
        json!({"tokens": [token("übung", 3, 8, "<ALPHANUM>", 0), token("b", 9, 10, "<ALPHANUM>", 101)]})
    );
}

#[test]
fn fields_normalizers_and_components_analyze() {
    for (body, expected) in [
        (json!({"field": "k", "text": "A b"}), vec!["a b"]),
        (json!({"normalizer": "low", "text": "A b"}), vec!["a b"]),
        (json!({"text": "A b"}), vec!["a", "b"]),
        (json!({"field": "nowhere", "text": "A b"}), vec!["a", "b"]),
        (
            json!({"tokenizer": "keyword", "filter": [{"type": "truncate", "length": 1}], "text": "Ab"}),
            vec!["A"],
        ),
        (json!({"filter": ["lowercase"], "text": "A b"}), vec!["a b"]),
    ] {
        let answer = run(&body).unwrap();
        let tokens = answer["tokens"].as_array().unwrap();
        let texts: Vec<&str> = tokens
            .iter()
            .map(|token| token["token"].as_str().unwrap())
            .collect();
        assert_eq!(texts, expected, "{body}");
    }
    let graph = run(&json!({"field": "t", "text": "NY"})).unwrap();
    assert_eq!(graph["tokens"][1]["positionLength"], 2);
}

#[test]
fn explanations_show_what_each_part_makes() {
    let detail = &run(&json!({
        "tokenizer": "keyword", "char_filter": ["html_strip"], "filter": ["lowercase", {"type": "reverse"}],
        "text": "<b>Ab</b>", "explain": true, "attributes": ["keyword"]
    }))
    .unwrap()["detail"];
    assert_eq!(detail["custom_analyzer"], true);
    assert_eq!(
        detail["charfilters"],
        json!([{"name": "html_strip", "filtered_text": ["Ab"]}])
    );
    let mut ab = token("Ab", 3, 5, "word", 0);
    ab["keyword"] = false.into();
    assert_eq!(detail["tokenizer"], json!({"name": "keyword", "tokens": [ab]}));
    assert_eq!(detail["tokenfilters"][0]["tokens"][0]["token"], "ab");
    assert_eq!(detail["tokenfilters"][1]["name"], "__anonymous__filter_reverse");
    assert_eq!(detail["tokenfilters"][1]["tokens"][0]["token"], "ba");
    let standard = &run(&json!({"analyzer": "standard", "text": "é", "explain": true})).unwrap()["detail"];
    assert_eq!(standard["custom_analyzer"], false);
    let mut expected = token("é", 0, 1, "<ALPHANUM>", 0);
    for (name, value) in [("bytes", json!("[c3 a9]")), ("keyword", json!(false))] {
        expected[name] = value;
    }
    expected["positionLength"] = 1.into();
    expected["termFrequency"] = 1.into();
    assert_eq!(
        standard["analyzer"],
        json!({"name": "standard", "tokens": [expected]})
    );
    let own = &run(&json!({"field": "t", "text": "a", "explain": true})).unwrap()["detail"];
    assert_eq!(own["tokenizer"]["name"], "whitespace");
    assert_eq!(own["tokenfilters"][1]["name"], "ny");
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    for (body, part) in [
        (json!({}), "text is missing"),
        (json!({"text": 1}), "[text]"),
        (json!({"text": "a", "analyser": "x"}), "unknown field [analyser]"),
        (
            json!({"text": "a", "analyzer": "nope"}),
            "failed to find analyzer [nope]",
        ),
        (
            json!({"text": "a", "normalizer": "nope"}),
            "failed to find normalizer [nope]",
        ),
        (json!({"text": "a", "field": "n"}), "Can't process field [n]"),
        (
            json!({"text": "a", "field": "t", "analyzer": "own"}),
            "takes one of",
        ),
        (
            json!({"text": "a", "analyzer": "own", "filter": ["trim"]}),
            "extra components",
        ),
        (
            json!({"text": "a", "tokenizer": "nope"}),
            "failed to find tokenizer under name [nope]",
        ),
        (
            json!({"text": "a", "filter": ["stop"]}),
            "a normalizer may have only filters",
        ),
        (json!({"text": "a ".repeat(10_001)}), "allowed maximum of [10000]"),
    ] {
        let error = run(&body).unwrap_err();
        assert!(error.contains(part), "{error}");
    }
}
