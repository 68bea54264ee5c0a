//! Tests of the NDJSON loader: ids, sources, errors, and the paths it takes.

use std::fs;

use serde_json::{Value, json};

use super::*;
use crate::open as open_any;

fn corpus_of(text: &str) -> Vec<Result<Document, DatasetError>> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("corpus.ndjson");
    fs::write(&path, text).expect("a writable temporary folder");
    open(&path).expect("the file was just written").collect()
}

fn ids(text: &str) -> Vec<String> {
    corpus_of(text)
        .into_iter()
        .map(|document| document.expect("a good line").id)
        .collect()
}

fn message(text: &str) -> String {
    let error = corpus_of(text).pop().expect("one line").expect_err("a bad line");
    error.to_string()
}

#[test]
fn ids_are_strings_or_numbers_or_else_ordinal_numbers() {
    let text = concat!(
        "{\"id\": \"a/b\\u00e9\\n\"}\n",
        "{\"id\": 42}\n",
        "{\"_id\": \"x\"}\n",
        "{\"_id\": 12345678901234567890123}\n",
        "\n",
        "{\"id\": \"first\", \"_id\": \"second\"}\n",
    );
    assert_eq!(
        ids(text),
        ["a/bé\n", "42", "x", "12345678901234567890123", "first"]
    );
    let text = "{\"title\": \"no id\"}\n\n{\"id\": null, \"title\": \"no id either\"}\n";
    assert_eq!(ids(text), ["1", "2"]);
}

#[test]
fn no_document_gets_an_id_that_another_one_has() {
    let without = "{\"title\": \"no id\"}\n";
    let documents = corpus_of(&format!(
        "{{\"id\": 3}}\n{{\"id\": 1}}\n{without}{{\"_id\": 4}}\n"
    ));
    let error = documents[2]
        .as_ref()
        .expect_err("a line without an id")
        .to_string();
    assert!(error.contains("line 3: the field \"id\" is missing"), "{error}");
    assert_eq!(documents.iter().flatten().count(), 3);
    let documents = corpus_of(&format!("{without}{{\"id\": 3}}\n{without}"));
    let error = documents[1].as_ref().expect_err("a line with an id").to_string();
    assert!(
        error.contains("line 2: the line has an id, and those before it have none"),
        "{error}"
    );
    let ids: Vec<&str> = documents
        .iter()
        .flatten()
        .map(|document| document.id.as_str())
        .collect();
    assert_eq!(ids, ["1", "3"]);
}

#[test]
fn a_source_is_the_line_as_it_stands() {
    let line = "{\"id\": \"1\", \"score\": 1.10, \"text\": \"a\\nb\"}";
    let documents = corpus_of(&format!("\u{feff}  {line} \r\n"));
    assert_eq!(documents[0].as_ref().expect("a good line").source, line);
}

#[test]
fn the_metadata_field_is_taken_out_of_the_source_and_nothing_else_changes() {
    let line = "{\"z\": 0.30000000000000004, \"_id\": \"1\", \"big\": 123456789012345678901, \"n\\u00e9\": {\"_id\": 2}}";
    let document = corpus_of(line).pop().expect("one line").expect("a good line");
    assert!(
        document.source.contains("0.30000000000000004") && document.source.contains("123456789012345678901")
    );
    let source: Value = serde_json::from_str(&document.source).expect("valid JSON");
    let expected: Value = serde_json::from_str(&line.replace("\"_id\": \"1\", ", "")).expect("valid JSON");
    assert_eq!(source, expected);
}

#[test]
fn a_bad_line_is_named_and_the_next_one_is_read() {
    let documents = corpus_of("{\"title\": \"a\"}\n\n{\"id\": \n{\"title\": \"b\"}\n");
    let error = documents[1]
        .as_ref()
        .expect_err("the second object is cut off")
        .to_string();
    assert!(
        error.contains("corpus.ndjson, line 3: the JSON is not valid: EOF"),
        "{error}"
    );
    let last = documents[2].as_ref().expect("a good line");
    assert_eq!(last.id, "3", "a bad line keeps its ordinal number");
    assert_eq!(documents.len(), 3);
}

#[test]
fn errors_say_what_to_do() {
    for (line, advice) in [
        (
            "[{\"id\": 1}]",
            "found '['. Write one object per line, for example with jq -c '.[]'",
        ),
        ("\"text\"", "found '\"'"),
        ("{\"id\": 1} trailing", "trailing characters"),
        ("{\"id\": 1, \"id\": 2}", "duplicate field `id`"),
        (
            "{\"id\": \"\"}",
            "the field \"id\" is not usable as an id. Make it a non-empty string or a number",
        ),
        ("{\"id\": true}", "the field \"id\" is not usable"),
        ("{\"_id\": {\"$oid\": \"1\"}}", "the field \"_id\" is not usable"),
    ] {
        let message = message(line);
        assert!(
            message.contains("line 1: ") && message.contains(advice),
            "{line}: {message}"
        );
    }
}

#[test]
fn deep_nesting_neither_overflows_the_stack_nor_hangs() {
    let nested = format!(
        "{{\"id\": 1, \"deep\": {}{}}}",
        "[".repeat(1_000_000),
        "]".repeat(1_000_000)
    );
    assert_eq!(ids(&nested), ["1"]);
    let with_metadata = nested.replace("\"id\"", "\"_id\"");
    assert_eq!(ids(&with_metadata), ["1"]);
    assert!(message(&"{\"a\":".repeat(1_000_000)).contains("the JSON is not valid"));
}

#[test]
fn a_folder_with_docs_is_a_corpus_with_the_name_of_the_folder() {
    let parent = tempfile::tempdir().expect("a temporary folder");
    let folder = parent.path().join("poems");
    fs::create_dir(&folder).expect("a writable temporary folder");
    let text = format!("{}\n", json!({"id": "1", "title": "Ode ".repeat(100)}));
    let packed = zstd::bulk::compress(text.as_bytes(), 3).expect("compressing in memory");
    fs::write(folder.join("docs.ndjson.zst"), packed).expect("a writable temporary folder");
    let corpus = open_any(&folder).expect("a corpus");
    let info = CorpusInfo {
        name: "poems".to_owned(),
        documents_hint: None,
        bytes_hint: Some(text.len() as u64),
    };
    assert_eq!(*corpus.info(), info);
    assert_eq!(corpus.skipped().total(), 0);
    assert_eq!(corpus.count(), 1);
}

#[test]
fn a_file_is_recognised_by_its_name_and_gives_the_corpus_its_name() {
    for (file, expected) in [
        ("a.ndjson", Some("a")),
        ("b.c.jsonl.gz", Some("b.c")),
        ("d.json.zst", Some("d")),
        ("e.txt", None),
        ("ndjson", None),
        ("f.zst", None),
    ] {
        let path = Path::new("folder").join(file);
        assert_eq!(
            recognises(&path)
                .then(|| corpus::name(&path, &EXTENSIONS))
                .as_deref(),
            expected,
            "{file}"
        );
    }
}

#[test]
fn a_folder_without_docs_is_refused_with_the_names_of_what_could_be_opened() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in ["large.ndjson.zst", "small.ndjson", "notes.txt"] {
        fs::write(folder.path().join(name), "").expect("a writable temporary folder");
    }
    let error = open_any(folder.path())
        .expect_err("there is no docs.ndjson.zst")
        .to_string();
    assert!(error.contains("a folder with docs.ndjson.zst"), "{error}");
    assert!(
        error.ends_with("; this folder has large.ndjson.zst, small.ndjson"),
        "{error}"
    );
    let error = open_any(&folder.path().join("missing.ndjson"))
        .expect_err("there is no such file")
        .to_string();
    assert!(
        error.starts_with("cannot open ") && error.contains("missing.ndjson"),
        "{error}"
    );
}
