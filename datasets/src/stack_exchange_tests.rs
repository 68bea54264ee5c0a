//! Tests of the loader of Stack Exchange dumps.

use std::fs;

use serde_json::{Value, json};

use super::*;

const POSTS: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<posts>
  <row Id="1" PostTypeId="1" AcceptedAnswerId="2" CreationDate="2010-07-19T19:12:12.510" Score="-3" ViewCount="4921"
       Body="&lt;p&gt;How &lt;b&gt;does&lt;/b&gt; &amp;amp; why?&lt;/p&gt;&#xA;&lt;pre&gt;&lt;code&gt;let a;&#xA;  b&lt;/code&gt;&lt;/pre&gt;"
       OwnerUserId="8" Title="How &amp; why" Tags="&lt;rust&gt;&lt;borrow-checker&gt;" AnswerCount="5" />
  <row Id="2" PostTypeId="2" ParentId="1" CreationDate="2010-07-20T00:00:00.000" Score="7" Body="So." Tags="|a|b|" />
  <row Id="3" PostTypeId="5" Body="a wiki of a tag" />
  <row PostTypeId="1" Body="no id" />
  <row Id="4" PostTypeId="1" Score="many" Body="" />
  <row Id="5" PostTypeId="1" Body="&undeclared;" />
  <row Id="6" PostTypeId="1" Body="" />
</posts>"#;

fn read(text: &str) -> (Vec<Result<Document, String>>, Skipped) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::write(folder.path().join("Posts.xml"), text).expect("a writable temporary folder");
    assert!(recognises(folder.path()) && recognises(&folder.path().join("Posts.xml")));
    let mut corpus = open(folder.path()).expect("the file was just written");
    let documents = corpus
        .by_ref()
        .map(|document| document.map_err(|error| error.to_string()))
        .collect();
    (documents, corpus.skipped())
}

#[test]
fn questions_and_answers_become_documents() {
    let (documents, skipped) = read(POSTS);
    let sources: Vec<Value> = documents
        .iter()
        .flatten()
        .map(|document| serde_json::from_str(&document.source).expect("valid JSON"))
        .collect();
    assert_eq!(
        sources,
        [
            json!({"id": "1", "kind": "question", "title": "How & why", "body": "How does & why?\nlet a;\n  b",
                   "tags": ["rust", "borrow-checker"], "score": -3, "created": "2010-07-19T19:12:12.510Z",
                   "accepted_answer_id": "2", "views": 4921, "answers": 5}),
            json!({"id": "2", "kind": "answer", "body": "So.", "tags": ["a", "b"], "score": 7,
                   "created": "2010-07-20T00:00:00.000Z", "parent_id": "1"}),
            json!({"id": "6", "kind": "question", "body": "", "tags": []}),
        ]
    );
    assert_eq!(skipped.to_string(), "1 of another kind");
}

#[test]
fn a_bad_row_is_named_and_the_next_one_is_read() {
    let (documents, _) = read(POSTS);
    let errors: Vec<&String> = documents
        .iter()
        .filter_map(|document| document.as_ref().err())
        .collect();
    for (error, part) in errors.iter().zip([
        "Posts.xml, record 4: Id is missing or empty",
        "record 5: Score is not a whole number but \"many\"",
        "record 6: an attribute cannot be read",
    ]) {
        assert!(error.contains(part), "{error}");
    }
    assert_eq!(errors.len(), 3);
}

#[test]
fn a_file_of_another_kind_or_none_is_an_error_or_empty() {
    let (documents, _) = read("<users><row Id=\"1\" /></users>");
    let error = documents[0].as_ref().expect_err("other XML");
    assert!(
        error.contains("expected <posts> as the first element, found <users>"),
        "{error}"
    );
    assert_eq!(documents.len(), 1);
    assert_eq!(read("").0, []);
}
