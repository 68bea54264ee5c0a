//! Tests of the loader of wiki dumps.

use std::fs;

use serde_json::{Value, json};

use super::*;
use crate::compression::testing::bzip2;

const DUMP: &str = r#"<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="de">
  <siteinfo>
    <sitename>Wiki</sitename>
    <namespaces>
      <namespace key="-1" case="first-letter">Spezial</namespace>
      <namespace key="0" case="first-letter" />
      <namespace key="14" case="first-letter">Kategorie</namespace>
    </namespaces>
  </siteinfo>
  <page>
    <title>Bodensee &amp; Rhein</title>
    <ns>0</ns>
    <id>12</id>
    <revision>
      <id>900</id>
      <timestamp>2024-05-01T10:00:00Z</timestamp>
      <contributor><username>somebody</username><id>7</id></contributor>
      <text bytes="60" xml:space="preserve">Der '''See''' &amp;amp; [[Fluss]]&lt;ref&gt;x&lt;/ref&gt;.
[[Kategorie:See]]</text>
    </revision>
  </page>
  <page><title>Boddensee</title><ns>0</ns><id>13</id><redirect title="Bodensee" /><revision><text>#REDIRECT [[x]]</text></revision></page>
  <page><title>Diskussion:Bodensee</title><ns>1</ns><id>14</id><revision><text>talk</text></revision></page>
  <page><ns>0</ns><id>15</id><revision><text>no title</text></revision></page>
  <page><title>Leer</title><ns>0</ns><id>16</id><revision><text bytes="0" /></revision></page>
</mediawiki>
"#;

/// The documents of a dump, errors as their messages, and what was skipped.
fn read(name: &str, bytes: &[u8]) -> (Vec<Result<Document, String>>, Skipped) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("a writable temporary folder");
    let mut corpus = open(&path).expect("the file was just written");
    let documents = corpus
        .by_ref()
        .map(|document| document.map_err(|error| error.to_string()))
        .collect();
    assert!(bytes.is_empty() || corpus.meter().expect("a file has a meter").share() > 0.0);
    (documents, corpus.skipped())
}

#[test]
fn articles_are_read_and_redirects_and_talk_are_counted() {
    // A multistream dump is archives one behind the other.
    let (head, tail) = DUMP.split_at(DUMP.len() / 2);
    let multistream = [bzip2(head.as_bytes()), bzip2(tail.as_bytes())].concat();
    for (name, bytes) in [
        ("dewiki-pages-articles.xml", DUMP.as_bytes().to_vec()),
        ("dewiki-pages-articles.xml.bz2", bzip2(DUMP.as_bytes())),
        ("dewiki-pages-articles-multistream1.xml-p1p99.bz2", multistream),
        (
            "other.xml.zst",
            zstd::stream::encode_all(DUMP.as_bytes(), 1).expect("in memory"),
        ),
    ] {
        let (documents, skipped) = read(name, &bytes);
        let sources: Vec<Value> = documents
            .iter()
            .flatten()
            .map(|document| serde_json::from_str(&document.source).expect("valid JSON"))
            .collect();
        assert_eq!(
            sources,
            [
                json!({"id": "12", "title": "Bodensee & Rhein", "body": "Der See & Fluss.",
                       "timestamp": "2024-05-01T10:00:00Z", "categories": ["See"]}),
                json!({"id": "16", "title": "Leer", "body": "", "categories": []}),
            ],
            "{name}"
        );
        let error = documents[1].as_ref().expect_err("a page without a title");
        assert!(error.contains("record 4: <title> is missing or empty"), "{error}");
        assert_eq!(skipped.to_string(), "1 redirect, 1 of another kind");
    }
}

#[test]
fn a_page_that_is_too_large_is_passed_over() {
    let page = |id: u32, text: &str| {
        format!(
            "<page><title>t</title><ns>0</ns><id>{id}</id><revision><text>{text}</text></revision></page>"
        )
    };
    // In pieces, because a piece by itself is limited too.
    let huge = "x&amp;".repeat(PAGE_BYTES_MAX / 2 + 1);
    let dump = format!("<mediawiki>{}{}</mediawiki>", page(1, &huge), page(2, "small"));
    let (documents, skipped) = read("a.xml", dump.as_bytes());
    let ids: Vec<&str> = documents
        .iter()
        .flatten()
        .map(|document| document.id.as_str())
        .collect();
    assert_eq!((ids.as_slice(), skipped.too_large), (["2"].as_slice(), 1));
}

#[test]
fn a_dump_that_is_cut_off_gives_what_it_has_and_an_error() {
    let packed = bzip2(DUMP.as_bytes());
    for (name, bytes) in [
        ("a-pages-articles.xml", &DUMP.as_bytes()[..DUMP.len() - 20]),
        ("a-pages-articles.xml.bz2", &packed[..packed.len() - 5]),
    ] {
        let (documents, _) = read(name, bytes);
        let last = documents
            .last()
            .expect("an error")
            .as_ref()
            .expect_err("it is cut off");
        assert!(last.contains("damaged or cut off: fetch it again"), "{last}");
    }
    assert_eq!(read("a-pages-articles.xml", b"").0, []);
}

#[test]
fn a_dump_is_recognised_by_its_name_or_its_beginning() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text, is_dump) in [
        ("dewiki-20240501-pages-articles.xml.bz2", "", true),
        ("dewiki-pages-articles1.xml-p1p99.bz2", "", true),
        ("dewiki-pages-articles.xml.7z", "", false),
        (
            "dewiki-pages-articles-multistream-index.txt.bz2",
            "600:12:Bodensee",
            false,
        ),
        ("other.xml", "<?xml version='1.0'?>\n<mediawiki>", true),
        ("other2.xml", "<posts>", false),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, text).expect("a writable temporary folder");
        assert_eq!(recognises(&path), is_dump, "{name}");
    }
}
