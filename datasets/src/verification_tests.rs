//! Tests of verifying a corpus.

use std::fs;

use super::*;

fn verify(files: &[(&str, &str)]) -> Verification {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("a writable temporary folder");
    }
    let mut corpus = crate::open(folder.path()).expect("a corpus");
    Verification::run(folder.path(), &mut corpus, |_| {})
}

#[test]
fn a_good_set_has_no_problems_and_a_fingerprint() {
    let documents = "{\"id\":\"a\"}\n{\"id\":\"b\"}\n";
    let good = verify(&[
        ("docs.jsonl", documents),
        ("queries.tsv", "1\tx\n2\ty\n"),
        ("qrels.txt", "1 0 a 1\n1 0 b 0\n"),
    ]);
    assert!(!good.is_wrong() && good.all_compared);
    assert_eq!((good.documents, good.bytes), (2, 20));
    assert_eq!((good.queries, good.judgments), (Some(2), Some(2)));
    assert_eq!(
        good.fingerprint.value(),
        xxh3_64(b"a\0{\"id\":\"a\"}\nb\0{\"id\":\"b\"}\n")
    );
    let alone = verify(&[("docs.ndjson", documents)]);
    assert_eq!(alone.fingerprint.value(), good.fingerprint.value());
    assert_eq!((alone.queries, alone.judgments), (None, None));
}

#[test]
fn everything_that_is_wrong_is_counted_with_examples() {
    let documents = "{\"id\":\"a\"}\n{\"id\":\"a\"}\nno\n".repeat(4);
    let bad = verify(&[
        ("docs.jsonl", &documents),
        ("queries.tsv", "1\tx\n"),
        ("qrels.txt", "1 0 a 1\n1 0 gone 1\n2 0 lost 1\n"),
    ]);
    assert!(bad.is_wrong());
    let counts: Vec<u64> = bad
        .problems()
        .iter()
        .map(|(_, findings)| findings.count)
        .collect();
    assert_eq!(counts, [0, 4, 7, 2, 1]);
    assert_eq!(bad.duplicates.first.len(), EXAMPLES_MAX);
    assert_eq!(bad.missing_documents.first, ["gone", "lost"]);
    assert_eq!(bad.missing_queries.first, ["2"]);
    assert!(bad.malformed.first[0].contains("line 3"));
}

#[test]
fn a_file_of_a_folder_that_cannot_be_read_is_wrong() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in [("a", "<DOC><DOCNO>1</DOCNO></DOC>"), ("b.gz", "no archive")] {
        fs::write(folder.path().join(name), text).expect("a writable temporary folder");
    }
    let mut corpus = crate::open(folder.path()).expect("a corpus");
    let found = Verification::run(folder.path(), &mut corpus, |_| {});
    assert_eq!((found.documents, found.unreadable.count), (1, 1));
    assert!(
        found.is_wrong() && found.unreadable.first[0].contains("b.gz"),
        "{found:?}"
    );
}

#[test]
fn a_file_that_breaks_off_is_unreadable_and_still_counted() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("a.ndjson.gz");
    fs::write(&path, b"\x1f\x8b").expect("a writable temporary folder");
    let mut corpus = crate::open(&path).expect("a corpus");
    let broken = Verification::run(&path, &mut corpus, |_| {});
    assert_eq!((broken.unreadable.count, broken.documents), (1, 0));
    let no_queries = verify(&[("docs.jsonl", ""), ("queries.tsv", "one column")]);
    assert_eq!(no_queries.unreadable.count, 1);
    assert_eq!(no_queries.queries, None);
}
