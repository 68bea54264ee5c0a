//! Tests of the query log loader.

use std::fs;

use super::*;

fn read_text(text: &str) -> Result<Vec<Query>, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("log.tsv.zst");
    let packed = zstd::stream::encode_all(text.as_bytes(), 3).expect("compressing in memory");
    fs::write(&path, packed).expect("a writable temporary folder");
    read(&path).map_err(|error| error.to_string())
}

#[test]
fn the_third_column_is_a_weight_or_tags() {
    let queries = read_text(
        "1\tthe\n2\tThe Idol\t0.25\n3\t+a \"b c\"\tunion,global, union:num_tokens_>3\n4\tx\tinf\n5\ty\t\n",
    );
    let query = |id: &str, text: &str, weight, tags: &[&str]| Query {
        id: id.to_owned(),
        text: text.to_owned(),
        weight,
        tags: tags.iter().map(|&tag| tag.to_owned()).collect(),
    };
    let expected = vec![
        query("1", "the", 1.0, &[]),
        query("2", "The Idol", 0.25, &[]),
        query(
            "3",
            "+a \"b c\"",
            1.0,
            &["union", "global", "union:num_tokens_>3"],
        ),
        query("4", "x", 1.0, &["inf"]),
        query("5", "y", 1.0, &[]),
    ];
    assert_eq!(queries, Ok(expected));
}

#[test]
fn a_line_that_is_no_query_is_named_with_what_to_do() {
    for (text, expected) in [
        (
            "1 no tab",
            "line 1: expected id<TAB>text, optionally with <TAB>weight or <TAB>tags, found 1 column(s)",
        ),
        ("1\ta\tb\tc", "found 4 column(s)"),
        (
            "1\ta\n1\tb",
            "line 2: the query id \"1\" was already given on an earlier line",
        ),
        ("1\ta\n2\t \t0.5", "line 2: the query's id or text is empty"),
        ("1\ta\t-0.5", "the weight -0.5 is below zero"),
    ] {
        let error = read_text(text).expect_err(text);
        assert!(
            error.contains("log.tsv.zst") && error.contains(expected),
            "{text}: {error}"
        );
    }
}

/// The ids and texts in a file of that name.
fn read_named(name: &str, text: &str) -> Result<Vec<(String, String)>, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    fs::write(&path, text).expect("a writable temporary folder");
    let queries = read(&path).map_err(|error| error.to_string())?;
    Ok(queries.into_iter().map(|query| (query.id, query.text)).collect())
}

fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|&(id, text)| (id.to_owned(), text.to_owned()))
        .collect()
}

#[test]
fn json_lines_are_read_as_beir_writes_them() {
    let text =
        "{\"_id\": \"q1\", \"text\": \"one\\ttwo\"}\n{\"_id\": 2, \"text\": \"x\", \"metadata\": {}}\n";
    assert_eq!(
        read_named("queries.jsonl", text),
        Ok(pairs(&[("q1", "one\ttwo"), ("2", "x")]))
    );
    for (text, part) in [
        ("{\"_id\": \"1\"}", "line 1: the query's id or text is empty"),
        ("{\"text\": \"x\"}", "the field \"_id\" is missing"),
        ("1\tx", "expected a JSON object"),
        (
            "{\"_id\": 1, \"text\": \"x\"}\n{\"_id\": 1, \"text\": \"y\"}",
            "line 2: the query id \"1\" was already given",
        ),
    ] {
        let error = read_named("queries.jsonl", text).expect_err(text);
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn topics_are_read_as_the_tracks_have_written_them() {
    let old = "<top>\n<num> Number: 301\n<title> International\n Organized &amp; Crime\n\n<desc> Description:\nIdentify\n\
               <narr> Narrative:\nmore\n</top>\n\n<top>\n<num>Number: 302 <title> Topic: Poliomyelitis\n</top>\n";
    assert_eq!(
        read_named("topics.txt", old),
        Ok(pairs(&[
            ("301", "International Organized & Crime"),
            ("302", "Poliomyelitis")
        ]))
    );
    let web = "<?xml version=\"1.0\"?>\n<topics>\n<topic number=\"7\" type=\"faceted\">\n<query>air travel\n</query>\n\
               <description>x</description>\n<subtopic number=\"1\">y</subtopic></topic></topics>";
    assert_eq!(read_named("wt.xml", web), Ok(pairs(&[("7", "air travel")])));
    let closed = "<top><num>1</num><title>a</title></top><top><num>1</num><title>b</title></top>";
    let error = read_named("topics", closed).expect_err("a repeated number");
    assert!(error.contains("the query id \"1\" was already given"), "{error}");
    assert!(read_named("topics", "<top><num>1</num></top>").is_err());
}
