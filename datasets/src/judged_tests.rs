//! Tests of finding queries and judgments.

use std::fs;

use super::*;

#[test]
fn the_names_that_folders_use_are_known() {
    for (names, queries, qrels) in [
        (&["queries.tsv", "qrels.txt"][..], "queries.tsv", "qrels.txt"),
        (
            &["queries.jsonl.gz", "qrels/dev.tsv", "qrels/train.tsv"],
            "queries.jsonl.gz",
            "qrels/dev.tsv",
        ),
        (
            &["topics.301-450.txt", "qrels.trec7.gz", "a.txt"],
            "topics.301-450.txt",
            "qrels.trec7.gz",
        ),
        (
            &["queries.jsonl", "qrels/test.tsv.gz", "qrels/train.tsv"],
            "queries.jsonl",
            "qrels/test.tsv.gz",
        ),
        (&["a.txt"], "", ""),
    ] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("qrels")).expect("a writable folder");
        for name in names {
            fs::write(folder.path().join(name), "").expect("a writable folder");
        }
        let path = |name: &str| Some(folder.path().join(name)).filter(|_| !name.is_empty());
        let expected = Judged {
            queries: path(queries),
            qrels: path(qrels),
        };
        assert_eq!(find(folder.path()), expected);
    }
    assert_eq!(find(Path::new("/no/such/folder")), Judged::default());
}
