//! Tests of what an index is created with.

use super::*;

fn found(folder: &Path, name: &str, text: &str) -> Found {
    let path = folder.join(name);
    fs::write(&path, text).expect("a writable temporary folder");
    let named = crate::datasets::Named {
        name: &path,
        format: None,
    };
    crate::datasets::open(named).expect("a corpus").0
}

#[test]
fn a_format_knows_its_fields_and_a_sample_tells_about_others() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let posts = found(folder.path(), "Posts.xml", "<posts></posts>");
    let body = index_body(&posts, None, Some(3)).expect("a body");
    assert_eq!(body["settings"]["number_of_shards"], 3);
    let properties = &body["mappings"]["properties"];
    assert_eq!(properties["tags"], json!({"type": "keyword"}));
    assert_eq!(properties["body"], json!({"type": "text", "analyzer": "english"}));

    let lines = "{\"title\":\"a\",\"body\":null,\"name\":\"n\",\"other\":\"o\"}\nbad\n{\"body\":\"b\",\"name\":{\"first\":1}}";
    let lines = found(folder.path(), "a.ndjson", lines);
    let body = index_body(&lines, None, None).expect("a body");
    let names: Vec<&String> = body["mappings"]["properties"]
        .as_object()
        .expect("an object")
        .keys()
        .collect();
    assert_eq!(names, ["body", "title"]);
}

#[test]
fn a_file_holds_a_body_or_its_mappings() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let corpus = found(folder.path(), "a.ndjson", "");
    let file = folder.path().join("mapping");
    let body = |text: &str| {
        fs::write(&file, text).expect("a writable temporary folder");
        index_body(&corpus, Some(&file), Some(2)).map_err(|error| error.to_string())
    };
    let both = json!({"mappings": {"properties": {}}, "settings": {"number_of_shards": 2}});
    assert_eq!(body("{\"properties\":{}}"), Ok(both.clone()));
    assert_eq!(
        body("{\"mappings\":{\"properties\":{}},\"settings\":{\"index\":{\"number_of_shards\":9}}}"),
        Ok(both)
    );
    for (text, part) in [
        ("{\"fields\":{}}", "expected {\"mappings\""),
        ("{", "EOF"),
        ("[]", "expected"),
    ] {
        let error = body(text).expect_err(text);
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn an_index_is_called_like_its_corpus() {
    for (corpus, index) in [
        ("arxiv-1k", "arxiv-1k"),
        ("My Books (2)", "my-books--2"),
        ("_x", "x"),
    ] {
        assert_eq!(index_name(corpus).ok().as_deref(), Some(index));
    }
    assert!(index_name("***").is_err());
}
