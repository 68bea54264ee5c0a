//! Tests of the XML reader: what it reads, and inputs that are made to exhaust memory, stack or time.

use std::fs;

use super::*;
use crate::compression::testing::bzip2;

/// What is read of a file: names and texts, and the message of the error at its end.
fn read(name: &str, bytes: &[u8]) -> (Vec<String>, Option<String>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    fs::write(&path, bytes).expect("a writable temporary folder");
    let mut xml = XmlReader::open(&path, "root").expect("the file was just written");
    let mut steps = Vec::new();
    while let Some(step) = xml.next_step() {
        match step {
            Ok(Step::Start) => steps.push(format!("<{}> {}", xml.name(), xml.depth())),
            Ok(Step::End) => steps.push(format!("</{}> {}", xml.name(), xml.depth())),
            Ok(Step::Text) => steps.push(xml.text().to_owned()),
            Err(error) => {
                assert!(xml.next_step().is_none(), "an error is the end");
                return (steps, Some(error.to_string()));
            }
        }
    }
    (steps, None)
}

fn message(text: &str) -> String {
    read("a.xml", text.as_bytes()).1.expect("an error")
}

/// The first element of a file, and how many attributes it has.
fn attributes(text: &str) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("a.xml");
    fs::write(&path, text).expect("a writable temporary folder");
    let mut xml = XmlReader::open(&path, "root").expect("the file was just written");
    xml.next_step().expect("an element").expect("good XML");
    let mut found = Vec::new();
    xml.each_attribute(|name, value| found.push(format!("{name}={value}")))
        .expect("good attributes");
    found
}

#[test]
fn elements_texts_and_the_own_entities_of_xml_are_read() {
    let text = "\u{feff}<?xml version=\"1.0\"?><!DOCTYPE root><root><!-- no --><a b='1'/>x &lt; &#233;<![CDATA[<y>]]></root>";
    let expected = [
        "<root> 1",
        "<a> 2",
        "</a> 1",
        "x ",
        "<",
        " ",
        "é",
        "<y>",
        "</root> 0",
    ];
    for (name, bytes) in [
        ("a.xml", text.as_bytes().to_vec()),
        ("a.xml.bz2", bzip2(text.as_bytes())),
    ] {
        let (steps, error) = read(name, &bytes);
        assert_eq!(
            (steps.as_slice(), error),
            (expected.map(str::to_owned).as_slice(), None)
        );
    }
}

#[test]
fn attributes_are_decoded_and_line_ends_in_them_are_kept() {
    let found = attributes("<root Body=\"&lt;p&gt;a&#xA;b &amp;amp; &quot;\" Id='1'/>");
    assert_eq!(found, ["Body=<p>a\nb &amp; \"", "Id=1"]);
}

#[test]
fn a_tag_with_a_million_attributes_takes_no_quadratic_time() {
    let found = attributes(&format!("<root {}/>", "a='1' ".repeat(1_000_000)));
    assert_eq!(found.len(), 1_000_000);
}

#[test]
fn a_bomb_of_entities_is_not_expanded() {
    use std::fmt::Write as _;

    let mut text = "<!DOCTYPE root [<!ENTITY a0 \"boom\">".to_owned();
    for level in 1..50 {
        let ten = format!("&a{};", level - 1).repeat(10);
        write!(text, "<!ENTITY a{level} \"{ten}\">").expect("writing to memory");
    }
    text.push_str("]><root>&a49;</root>");
    assert!(message(&text).contains("the entity &a49; is not one of XML's own"));
}

#[test]
fn a_million_nested_elements_are_refused() {
    let message = message(&format!("<root>{}", "<a>".repeat(1_000_000)));
    assert!(message.contains("nested more than 64 deep"), "{message}");
}

#[test]
fn a_tag_a_text_or_a_comment_without_end_is_refused_at_the_limit() {
    for beginning in [
        "<root a='",
        "<root>",
        "<root><!--",
        "<root><![CDATA[",
        "<",
        "<!DOCTYPE x [",
    ] {
        let text = format!("{beginning}{}", "x".repeat(PIECE_BYTES_MAX + 1));
        let message = message(&text);
        assert!(
            message.contains("larger than 16777216 bytes"),
            "{beginning}: {message}"
        );
    }
}

#[test]
fn a_small_archive_of_a_huge_text_costs_no_memory() {
    let text = format!("<root>{}", " ".repeat(4 * PIECE_BYTES_MAX));
    let packed = bzip2(text.as_bytes());
    assert!(packed.len() < 10_000);
    let error = read("a.xml.bz2", &packed).1.expect("an error");
    assert!(error.contains("larger than 16777216 bytes"), "{error}");
}

#[test]
fn what_is_cut_off_damaged_or_something_else_says_so() {
    assert!(message("<root><a>").contains("the file ends inside of an element"));
    assert!(message("<root><a></b></root>").contains("expected `</a>`, but `</b>` was found"));
    assert!(message("<html></html>").contains("expected <root> as the first element, found <html>"));
    assert!(message("<root>a & b</root>").contains("not closed"));
    let packed = bzip2("<root>and so on</root>".repeat(1000).as_bytes());
    let error = read("a.xml.bz2", &packed[..packed.len() / 2])
        .1
        .expect("an error");
    assert!(error.contains("may be damaged or cut off"), "{error}");
    let error = read("a.xml.bz2", b"no archive").1.expect("an error");
    assert!(error.contains("may be damaged or cut off"), "{error}");
    assert_eq!(read("a.xml", b""), (Vec::new(), None));
}
