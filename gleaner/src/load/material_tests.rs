//! Bodies that are made of logs and templates.

use super::*;

fn searches(from: SearchesFrom) -> Searches {
    Searches {
        from,
        size: Some(3),
        source: None,
    }
}

fn file(folder: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    path
}

#[test]
fn a_query_is_escaped_wherever_it_stands_in_a_template() {
    let folder = tempfile::tempdir().unwrap();
    let log = file(&folder, "log.tsv", "1\tsay \"a\\b\"\t2.5\n2\tplain\n");
    let template = r#"{"query": {"bool": {"should": [{"match": {"title": "{{query}}"}}, {"match": {"a\"b": {{query}}}},
        {"query_string": {"query": "(title:\"{{query}}\") AND x"}}]}}, "size": 7}"#;
    let body = file(&folder, "body.json", template);
    let bodies = searches(SearchesFrom::Template { log, body })
        .bodies(&[], 10)
        .unwrap()
        .bodies;
    assert_eq!(
        bodies.iter().map(|(_, weight)| *weight).collect::<Vec<_>>(),
        [2.5, 1.0]
    );
    let first: Value = serde_json::from_str(&bodies[0].0).unwrap();
    let clauses = &first["query"]["bool"]["should"];
    assert_eq!(clauses[0]["match"]["title"], "say \"a\\b\"");
    assert_eq!(clauses[1]["match"]["a\"b"], "say \"a\\b\"");
    assert_eq!(
        clauses[2]["query_string"]["query"],
        "(title:\"say \"a\\b\"\") AND x"
    );
    assert_eq!(first["size"], 7, "what a body says counts");
}

#[test]
fn a_log_becomes_a_query_of_its_fields() {
    let folder = tempfile::tempdir().unwrap();
    let log = file(&folder, "log.tsv", "1\tblack holes\n");
    let from = SearchesFrom::Log {
        log,
        fields: Vec::new(),
    };
    let bodies = searches(from)
        .bodies(&["title".to_owned(), "body".to_owned()], 10)
        .unwrap()
        .bodies;
    let body: Value = serde_json::from_str(&bodies[0].0).unwrap();
    let expected =
        json!({"query": {"multi_match": {"query": "black holes", "fields": ["title", "body"]}}, "size": 3});
    assert_eq!(body, expected);
}

#[test]
fn what_is_no_body_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let bodies = file(&folder, "bodies.ndjson", "{\"size\": 1}\n\n[1]\n");
    let said = searches(SearchesFrom::Bodies(bodies))
        .bodies(&[], 10)
        .err()
        .unwrap()
        .to_string();
    assert!(
        said.starts_with("line 3 of ") && said.contains("not a JSON object"),
        "{said}"
    );
    let log = file(&folder, "log.tsv", "1\tx\n");
    let body = file(&folder, "body.json", "{\"query\": {\"match_all\": {}}}");
    let said = searches(SearchesFrom::Template { log, body })
        .bodies(&[], 10)
        .err()
        .unwrap()
        .to_string();
    assert!(said.contains("has no {{query}}"), "{said}");
}

#[test]
fn documents_are_written_as_they_are_and_no_more_than_wanted() {
    let folder = tempfile::tempdir().unwrap();
    let corpus = file(
        &folder,
        "docs.ndjson",
        "{\"id\":\"1\",\"title\":\"a\"}\n{\"id\":\"2\",\"title\":\"b\"}\n",
    );
    let writes = Writes {
        share: 1.0,
        corpus,
        documents_max: 1,
        bulk: 1,
    };
    assert_eq!(writes.documents().unwrap().len(), 1);
    let material = Material {
        searches: None,
        writes: Some(writes),
    };
    assert!(!material.read(&[]).unwrap().is_cut);
}

#[test]
fn a_log_that_is_too_long_is_cut_and_that_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let log = file(&folder, "log.tsv", "1\ta\n2\tb\n3\tc\n");
    let searches = searches(SearchesFrom::Log {
        log,
        fields: Vec::new(),
    });
    let read = |most| searches.bodies(&[], most).unwrap();
    assert_eq!((read(2).bodies.len(), read(2).is_cut), (2, true));
    assert_eq!((read(3).bodies.len(), read(3).is_cut), (3, false));
}
