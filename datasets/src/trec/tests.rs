//! Tests of the loader of TREC's documents.

use std::fs;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// Tags that mean something, in pieces too, and characters of more than one byte.
const PIECES: &[&str] = &[
    "<TEXT>", "</TEXT>", "<LP>", "</lp>", "<DOCNO>", "</DOCNO>", "<HEAD>", "</HEAD>", "<TI>", "</TI>",
    "<DATE>", "</DATE>", "<", ">", "</", "a", "é", "ß", "İ", "\n", "&amp;", "&",
];

const DOCUMENTS: &str = "
<DOC>
<DOCNO> FT911-1 </DOCNO>
<DATE>910513</DATE>
<HEADLINE>
FT  13 MAY 91 / Trade & industry:
  a \"headline\"
</HEADLINE>
<TEXT>
<P>First &amp; foremost.</P>
<P>Second</P>
</TEXT>
<TEXT>More</TEXT>
</DOC><doc><docno>WT-2</docno><DOCHDR>http://example.org</DOCHDR>
<html><head><title>A page</title><script>x()</script></head><body>It   says<br>this</body></html></doc>
<DOC><DOCNO></DOCNO><TEXT>no number</TEXT></DOC>
<DOC><DOCNO>4</DOCNO><TEXT>last";

/// An id and a source, or what is wrong.
type Read = Result<(String, String), String>;

fn read(path: &Path) -> (Vec<Read>, Skipped) {
    let mut corpus = open(path).expect("the file was just written");
    let documents = corpus
        .by_ref()
        .map(|document| {
            document
                .map(|document| (document.id, document.source))
                .map_err(|error| error.to_string())
        })
        .collect();
    (documents, corpus.skipped())
}

#[test]
fn documents_are_cut_wherever_their_lines_end() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("ft911_1");
    fs::write(&path, DOCUMENTS).expect("a writable folder");
    assert!(recognises(&path));
    let (documents, _) = read(&path);
    let source = |at: usize| documents[at].clone().expect("a good document");
    assert_eq!(
        source(0),
        (
            "FT911-1".to_owned(),
            r#"{"title":"FT 13 MAY 91 / Trade & industry: a \"headline\"","body":"First & foremost.\nSecond\nMore"}"#
                .to_owned()
        )
    );
    assert_eq!(
        source(1),
        (
            "WT-2".to_owned(),
            r#"{"title":"A page","body":"It says\nthis"}"#.to_owned()
        )
    );
    let error = documents[2].as_ref().expect_err("a document without a number");
    assert!(error.contains("ft911_1, record 3: <DOCNO> is missing"), "{error}");
    let error = documents[3].as_ref().expect_err("a document without an end");
    assert!(error.contains("record 4: </DOC> is missing"), "{error}");
    assert_eq!(documents.len(), 4);
}

#[test]
fn a_folder_is_read_file_by_file_and_other_files_are_counted() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    fs::create_dir(folder.path().join("b")).expect("a writable folder");
    let document = |id: &str| format!("<DOC><DOCNO>{id}</DOCNO><TEXT>x</TEXT></DOC>\n");
    let file =
        |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).expect("a writable folder");
    file("b/1", document("b1").repeat(2).as_bytes());
    let packed = zstd::stream::encode_all(document("a").as_bytes(), 1).expect("in memory");
    file("a.zst", &packed);
    file("topics.txt", b"<top>");
    file(".hidden", document("hidden").as_bytes());
    file("latin", b"<DOC><DOCNO>l</DOCNO><TEXT>caf\xe9</TEXT></DOC>");
    assert!(recognises(folder.path()));
    let (documents, skipped) = read(folder.path());
    let ids: Vec<String> = documents
        .iter()
        .flatten()
        .map(|(id, source)| if id == "l" { source.clone() } else { id.clone() })
        .collect();
    assert_eq!(ids, ["a", "b1", "b1", r#"{"title":"","body":"café"}"#]);
    assert_eq!(skipped.to_string(), "1 of another kind");
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_and_not_of_another_kind() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let document = b"<DOC><DOCNO>1</DOCNO><TEXT>x</TEXT></DOC>\n";
    for (name, bytes) in [
        ("a.gz", &b"no archive"[..]),
        ("b.1z", b"\x1f\x9d\x90"),
        ("c", document),
    ] {
        fs::write(folder.path().join(name), bytes).expect("a writable folder");
    }
    let mut corpus = open(folder.path()).expect("a folder");
    let documents: Vec<_> = corpus.by_ref().collect();
    assert_eq!(documents.len(), 3);
    let error = |at: usize| documents[at].as_ref().expect_err("a file that cannot be read");
    assert!(error(0).is_about_one_record() && error(1).is_about_one_record());
    assert!(error(0).to_string().contains("a.gz"), "{}", error(0));
    assert!(
        error(1)
            .to_string()
            .contains("b.1z is packed in a way that is not read. Unpack it first: zcat"),
        "{}",
        error(1)
    );
    assert_eq!(corpus.skipped().total(), 0);
}

#[test]
fn the_text_of_a_document_is_all_of_it_whatever_its_collection_calls_the_parts() {
    let parsed = |text: &str| {
        let record = record::parse(&format!("<DOC><DOCNO>1</DOCNO>{text}</DOC>")).expect("a good document");
        (record.title, record.body)
    };
    for (text, title, body) in [
        (
            "<HL> Oil </HL><LP> The lead. </LP><TEXT> The rest. </TEXT>",
            "Oil",
            "The lead.\nThe rest.",
        ),
        (
            "<HEADLINE>Oil</HEADLINE><LEADPARA>Lead</LEADPARA><TEXT>Rest</TEXT>",
            "Oil",
            "Lead\nRest",
        ),
        ("<H3><TI> A title </TI></H3><TEXT>Text</TEXT>", "A title", "Text"),
        (
            "<HEAD>One</HEAD><HEAD>Two</HEAD><TEXT>a</TEXT><TEXT>b</TEXT>",
            "One Two",
            "a\nb",
        ),
        ("<TEXT>a<LP>b</LP>c</TEXT><LP>d</LP>", "", "abc\nd"),
        (
            "<HEAD>One</HEAD><HEAD>Two</HEAD><P>all else</P>",
            "One Two",
            "all else",
        ),
    ] {
        assert_eq!(parsed(text), (title.to_owned(), body.to_owned()), "{text}");
    }
}

proptest! {
    #[test]
    fn no_document_panics(pieces in vec(select(PIECES), 0..40)) {
        let _ = record::parse(&format!("<DOC><DOCNO>1</DOCNO>{}", pieces.concat()));
    }
}

#[test]
fn a_huge_document_is_passed_over_in_bounded_memory() {
    let text = |bytes: usize| {
        let bytes = format!("<DOC><DOCNO>1</DOCNO>{}</DOC>\n<DOC></DOC> ", "x".repeat(bytes));
        let reader: Box<dyn std::io::BufRead + Send> = Box::new(std::io::Cursor::new(bytes));
        let mut records = record::Records::new(reader, 1000);
        let mut cuts = Vec::new();
        while let Some(cut) = records.next().expect("reading from memory") {
            cuts.push(matches!(cut, record::Cut::TooLarge));
        }
        cuts
    };
    assert_eq!(text(100), [false, false]);
    assert_eq!(text(100_000), [true, false]);
}

#[test]
fn hostile_documents_take_linear_time() {
    for unit in ["<TEXT>", "</TEXT>", "<DOCNO>", "<TITLE>", "<", ">"] {
        let text = format!("<DOC><DOCNO>1</DOCNO>{}</DOC>", unit.repeat(1_000_000));
        assert_eq!(
            record::parse(&text).map(|record| record.id).ok(),
            Some("1".to_owned())
        );
    }
    let inside_of_each_other = "<TEXT><LP></TEXT>".repeat(300_000);
    let record = record::parse(&format!("<DOCNO>1</DOCNO>{inside_of_each_other}</LP>"));
    assert!(record.is_ok());
    let sections = "<TEXT>a</TEXT>".repeat(500_000);
    let record = record::parse(&format!("<DOCNO>1</DOCNO>{sections}")).expect("a good document");
    assert_eq!(record.body.len(), 999_999);
}
