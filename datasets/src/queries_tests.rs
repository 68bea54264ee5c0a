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
