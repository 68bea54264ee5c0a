//! Tests of the loader for relevance judgments.

use std::fs;

use super::*;

fn read_text(text: &str) -> Result<Qrels, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("qrels.txt");
    fs::write(&path, text).expect("a writable temporary folder");
    read(&path).map_err(|error| error.to_string())
}

#[test]
fn judgments_are_read_per_query() {
    let qrels = read_text("2 0 CACM-1410 1\n1\tQ0\tb  3\n1 0 c 0\n1 0 d -2\n").expect("good lines");
    assert_eq!(
        qrels.iter().map(|(query, _)| query).collect::<Vec<_>>(),
        ["1", "2"]
    );
    assert_eq!(qrels.judgments(), 4);
    let first = qrels.get("1").expect("a judged query");
    assert_eq!(
        ["b", "c", "d", "e"].map(|document| first.relevance(document)),
        [3, 0, -2, 0]
    );
    assert_eq!(first.relevant().collect::<Vec<_>>(), [3]);
    assert!(qrels.get("3").is_none());
}

#[test]
fn a_line_that_is_no_judgment_is_named_with_what_to_do() {
    for (text, expected) in [
        ("1 0 a", "line 1: expected `query iteration document relevance`"),
        ("1 0 a 1 extra", "expected `query"),
        ("1 0 a relevant", "a whole number"),
        (
            "1 0 a 1\n\n1 0 a 1",
            "line 3: the judgment of document \"a\" for query \"1\" was already given",
        ),
    ] {
        let error = read_text(text).expect_err(text);
        assert!(
            error.contains("qrels.txt") && error.contains(expected),
            "{text}: {error}"
        );
    }
}

#[test]
fn judgments_of_beir_stand_below_a_heading() {
    let heading = "query-id\tcorpus-id\tscore\n";
    let qrels = read_text(&format!("{heading}q 1\td 1\t2\nq 1\td2\t0\n")).expect("good lines");
    let judgments = qrels.get("q 1").expect("a judged query");
    assert_eq!(judgments.relevance("d 1"), 2);
    assert_eq!(judgments.documents().count(), 2);
    for line in ["q\td", "q\td\t1\t2", "q\td\thigh"] {
        assert!(read_text(&format!("{heading}{line}")).is_err(), "{line}");
    }
    assert!(
        read_text("q\td\t1\n").is_err(),
        "without the heading it is TREC's"
    );
}
