//! Tests of reading HTML: what is text, and pages that are made to exhaust stack or time.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// Everything that begins, ends or separates something, and characters of more than one byte.
const PIECES: &[&str] = &[
    "<",
    ">",
    "/",
    "<p>",
    "</p>",
    "<pre>",
    "</pre>",
    "<title>",
    "</title>",
    "<script>",
    "</script>",
    "<h1>",
    "</h1>",
    "<td>",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<!DOCTYPE",
    "&",
    "&amp;",
    "&#",
    "x41;",
    "=",
    "\"",
    "'",
    " ",
    "\n",
    "a",
    "é",
    "\0",
];

proptest! {
    #[test]
    fn no_page_panics(pieces in vec(select(PIECES), 0..40)) {
        let page = pieces.concat();
        prop_assert!(read(&page).text.len() <= 4 * page.len() + 4);
    }
}

#[test]
fn blocks_become_lines_and_what_is_not_for_reading_goes() {
    let page = read(
        "<!DOCTYPE html><html><head><title>The &amp; title</title><style>p { color: red }</style>
         <script>if (a < b) { document.write('<p>no</p>') }</script></head>
         <body><h1>A   <em>heading</em></h1><p>One<br>two</p><!-- no --><ul><li>a<li>b</ul>
         <table><tr><td>1<td>2<tr><td>3</table><pre>x
   y</pre>&eacute;nd</body></html>",
    );
    assert_eq!(page.title, "The & title");
    assert_eq!(page.heading, "A heading");
    assert_eq!(page.text, "A heading\nOne\ntwo\na\nb\n1 2\n3\nx\n   y\nénd");
}

#[test]
fn inline_elements_do_not_cut_words() {
    assert_eq!(
        read("bo<b>l</b>d <i> and </i> <a href='x>y'>link</a>").text,
        "bold and link"
    );
}

#[test]
fn broken_html_is_read_as_far_as_it_goes() {
    for (html, text) in [
        ("a < b & c", "a < b & c"),
        ("<p", ""),
        ("a<script>never ends", "a"),
        ("</p></div>x", "x"),
        ("", ""),
    ] {
        assert_eq!(read(html).text, text, "{html}");
    }
}

#[test]
fn a_million_nested_elements_neither_overflow_the_stack_nor_hang() {
    let html = format!(
        "{}deep{}",
        "<div><b>".repeat(1_000_000),
        "</b></div>".repeat(1_000_000)
    );
    assert_eq!(read(&html).text, "deep");
    assert_eq!(read(&"<".repeat(1_000_000)).text.len(), 1_000_000);
    let attributes = format!("<p {}>x", "a=b ".repeat(1_000_000));
    assert_eq!(read(&attributes).text, "x");
    assert_eq!(read(&"<script>".repeat(500_000)).text, "");
    assert_eq!(read(&format!("<pre>{}", " <br>".repeat(500_000))).text, "");
}
