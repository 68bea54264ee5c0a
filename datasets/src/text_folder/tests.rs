//! Tests of the loader of folders with text.

use std::fs;

use serde_json::{Value, json};

use super::*;

fn page(kind: Kind, text: &str) -> (String, String) {
    let page = page::read(kind, text);
    (page.title, page.body)
}

#[test]
fn every_file_with_text_becomes_a_document_in_the_order_of_its_path() {
    let parent = tempfile::tempdir().expect("a temporary folder");
    let folder = parent.path().join("docs");
    for inner in ["docs/b/c", "docs/.git"] {
        fs::create_dir_all(parent.path().join(inner)).expect("a writable folder");
    }
    let file = |name: &str, bytes: &[u8]| fs::write(folder.join(name), bytes).expect("a writable folder");
    file("b/c/deep.HTML", b"<title>Deep</title><p>It <b>is</b>");
    file("b/guide.md", b"\xef\xbb\xbf# Guide\n\nRead *this*.");
    file("a.txt", b"plain\n");
    file("empty.txt", b"");
    file("code.rs", b"fn main() {}");
    file(".hidden.md", b"hidden");
    file(".git/x.md", b"hidden");
    file("latin.txt", b"caf\xe9");
    file("large.txt", &vec![b'x'; 8 * 1024 * 1024 + 1]);
    let outside = parent.path().join("outside.txt");
    fs::write(&outside, "outside").expect("a writable folder");
    std::os::unix::fs::symlink(&outside, folder.join("link.txt")).expect("a writable folder");
    std::os::unix::fs::symlink(&folder, folder.join("circle")).expect("a writable folder");

    assert!(recognises(&folder));
    let mut corpus = open(&folder).expect("a good folder");
    assert_eq!(
        (corpus.info().name.as_str(), corpus.info().documents_hint),
        ("docs", Some(5)),
        "what is not UTF-8 is only found out by reading it"
    );
    let sources: Vec<Value> = corpus
        .by_ref()
        .map(|document| serde_json::from_str(&document.expect("a document").source).expect("valid JSON"))
        .collect();
    assert_eq!(
        sources,
        [
            json!({"path": "a.txt", "kind": "text", "title": "a.txt", "body": "plain\n", "bytes": 6}),
            json!({"path": "b/c/deep.HTML", "kind": "html", "title": "Deep", "body": "It is", "bytes": 34}),
            json!({"path": "b/guide.md", "kind": "markdown", "title": "Guide", "body": "Guide\nRead this.", "bytes": 21}),
            json!({"path": "empty.txt", "kind": "text", "title": "empty.txt", "body": "", "bytes": 0}),
        ]
    );
    assert_eq!(corpus.skipped().to_string(), "1 too large, 1 not UTF-8");
}

#[test]
fn a_file_that_cannot_be_read_is_an_error_and_the_next_one_is_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in ["a.txt", "b.txt", "c.txt"] {
        fs::write(folder.path().join(name), "text").expect("a writable folder");
    }
    let mut corpus = open(folder.path()).expect("a good folder");
    assert!(corpus.next().is_some_and(|document| document.is_ok()));
    fs::remove_file(folder.path().join("b.txt")).expect("it is there");
    let error = corpus.next().expect("a file").expect_err("it is gone");
    assert!(
        error.is_about_one_record() && error.to_string().contains("b.txt"),
        "{error}"
    );
    let last = corpus.next().expect("a file").expect("a document");
    assert_eq!((last.id.as_str(), corpus.skipped().total()), ("c.txt", 0));
}

#[test]
fn markdown_is_read_without_its_marks() {
    let text = "---\ntitle: hidden\n---\nIntro [link](http://x) `code`\n\nA *title*\n=======\n\n- one\n- **two**\n\n\
                ```rust\nlet a = 1;\n```\n\n| h | i |\n|---|---|\n| 1 | 2 |\n\n<div>html\n<script>\nno\n</script></div>\n\n![alt](x.png)\n";
    assert_eq!(
        page(Kind::Markdown, text),
        (
            "A title".to_owned(),
            "Intro link code\nA title\none\ntwo\nlet a = 1;\nh i\n1 2\nhtml\nalt".to_owned()
        )
    );
}

#[test]
fn the_title_of_plain_text_is_an_underlined_line() {
    for (text, title) in [
        ("Intro\n\nChapter one\n===========\ntext", "Chapter one"),
        ("=====\nOver\n=====\n", "Over"),
        ("no\n-", ""),
        ("----\n----\n", ""),
        ("too long a line\n===\n", ""),
        ("", ""),
    ] {
        assert_eq!(page(Kind::Text, text).0, title, "{text}");
    }
}

#[test]
fn hostile_markdown_neither_overflows_the_stack_nor_hangs() {
    for unit in [
        ">", "- ", "* ", "[", "![", "](", "`", "**", "_", "<", "<!--", "&", "\\", "|", "\n> ", "# ", "[a](",
        "[^1]", "a*b_", "[[]", "1. ", "<a ", "~~", "\n\n- ", "|-|\n", "[a]: b\n",
    ] {
        let hostile = unit.repeat(200_000 / unit.len());
        let (_, body) = page(Kind::Markdown, &hostile);
        assert!(body.len() <= hostile.len() * 2, "{unit}");
    }
    let lists = format!("{}{}", "- ".repeat(20_000), "\n".repeat(100_000));
    assert!(page(Kind::Markdown, &lists).1.is_empty());
}
