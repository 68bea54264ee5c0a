//! Tests of the loader of BEIR's folders.

use std::fs;

use super::*;
use crate::{Format, qrels, queries};

#[test]
fn a_folder_has_documents_queries_and_judgments() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a writable folder");
    file(
        "corpus.jsonl",
        concat!(
            "{\"_id\": \"d1\", \"title\": \"T\", \"text\": \"é \\u00e9\", \"metadata\": {}}\n",
            "{\"_id\": 2, \"text\": \"x\", \"metadata\": {\"url\": \"u\"}}\n",
            "{\"title\": \"no id\"}\n",
        ),
    );
    file(
        "queries.jsonl",
        "{\"_id\": \"q1\", \"text\": \" what is it \", \"metadata\": {}}\n",
    );
    fs::create_dir(folder.path().join("qrels")).expect("a writable folder");
    file(
        "qrels/test.tsv",
        "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\t2\t0\n",
    );

    assert_eq!(
        Format::of(folder.path()).map(|format| format.name).ok(),
        Some("beir")
    );
    let documents: Vec<Result<Document, DatasetError>> =
        open(folder.path()).expect("a good folder").collect();
    let sources: Vec<(&str, &str)> = documents
        .iter()
        .flatten()
        .map(|document| (document.id.as_str(), document.source.as_str()))
        .collect();
    assert_eq!(
        sources,
        [
            ("d1", r#"{"title":"T","body":"é é"}"#),
            ("2", r#"{"title":"","body":"x","metadata":{"url": "u"}}"#),
        ]
    );
    let error = documents[2]
        .as_ref()
        .expect_err("a line without an id")
        .to_string();
    assert!(error.contains("line 3: the field \"_id\" is missing"), "{error}");

    let found = judged::find(folder.path());
    let queries = queries::read(&found.queries.expect("there are queries")).expect("good queries");
    assert_eq!(
        (queries[0].id.as_str(), queries[0].text.as_str()),
        ("q1", "what is it")
    );
    let qrels = qrels::read(&found.qrels.expect("there are judgments")).expect("good judgments");
    assert_eq!(
        qrels.get("q1").map(|judgments| judgments.relevance("d1")),
        Some(2)
    );
    assert_eq!(qrels.judgments(), 2);
}

#[test]
fn a_lone_file_is_json_lines() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("corpus.jsonl");
    fs::write(&path, "{\"_id\": \"1\"}").expect("a writable folder");
    assert_eq!(Format::of(&path).map(|format| format.name).ok(), Some("ndjson"));
    assert!(!recognises(folder.path()));
}
