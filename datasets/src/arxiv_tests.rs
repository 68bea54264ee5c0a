//! Tests of the loader of arXiv's metadata.

use std::fs;

use serde_json::{Value, json};

use super::*;

fn read(text: &str) -> Vec<Result<Document, String>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("arxiv-metadata-oai-snapshot.json");
    fs::write(&path, text).expect("a writable temporary folder");
    assert!(recognises(&path));
    open(&path)
        .expect("the file was just written")
        .map(|document| document.map_err(|error| error.to_string()))
        .collect()
}

#[test]
fn a_paper_has_the_fields_of_the_shared_data_set() {
    let line = json!({
        "id": "0704.0001", "submitter": "A B", "authors": "Orville Wright Jr, W. Wright",
        "title": "On\n  flying", "comments": "5\n pages", "journal-ref": null, "doi": "10.1000/1", "report-no": null,
        "categories": "hep-ph math.AG", "license": null, "abstract": "  We fly.\nA bit.\n",
        "versions": [{"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
                     {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"}],
        "update_date": "2008-11-26", "authors_parsed": [["Wright", "Orville", "Jr"], ["Wright", "W.", ""]]
    });
    let document = read(&line.to_string())
        .pop()
        .expect("one line")
        .expect("a good line");
    assert_eq!(document.id, "0704.0001");
    let source: Value = serde_json::from_str(&document.source).expect("valid JSON");
    let expected = json!({
        "id": "0704.0001", "title": "On flying", "body": "We fly. A bit.",
        "authors": ["Orville Wright Jr", "W. Wright"], "num_authors": 2,
        "categories": ["hep-ph", "math.AG"], "primary_category": "hep-ph", "archive": "hep-ph",
        "created": "2007-04-02", "updated": "2008-11-26", "year": 2007, "doi": "10.1000/1", "comments": "5 pages"
    });
    assert_eq!(source, expected);
    assert!(FIELDS.iter().all(|field| source.get(field.name).is_some()));
}

#[test]
fn what_is_missing_is_left_out_and_a_bad_line_is_named() {
    let papers = read(concat!(
        "{\"id\":\"a\",\"title\":\"t\",\"versions\":[{\"created\":\"yesterday\"}],\"categories\":null}\n",
        "{\"title\":\"no id\"}\n",
        "{\"id\":\"b\",\"title\":\" \"}\n",
        "[]\n",
        "{\"id\":\"c\",\"title\":\"t\",\"authors_parsed\":7}\n",
        "{\"id\":\"d\",\"title\":\"t\",\"versions\":[{\"created\":\"Mon, 99 Foo 2007\"}],\"authors_parsed\":[[]]}\n",
    ));
    let good: Vec<&str> = papers
        .iter()
        .flatten()
        .map(|document| document.source.as_str())
        .collect();
    assert_eq!(
        good,
        [
            r#"{"id":"a","title":"t","body":"","authors":[],"categories":[],"num_authors":0}"#,
            r#"{"id":"d","title":"t","body":"","authors":[""],"categories":[],"num_authors":1}"#,
        ]
    );
    let bad: Vec<&String> = papers.iter().filter_map(|paper| paper.as_ref().err()).collect();
    for (error, part) in bad.iter().zip([
        "line 2: the field \"id\" is missing or empty",
        "line 3: the field \"title\" is missing or empty",
        "line 4: expected a JSON object",
        "line 5: the JSON is not valid",
    ]) {
        assert!(error.contains(part), "{error}");
    }
    assert_eq!(bad.len(), 4);
}
