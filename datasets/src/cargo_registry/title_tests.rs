//! Tests of how titles are found.

use super::*;

fn rust(body: &str) -> String {
    of_rust(body).unwrap_or_else(|| "NONE".to_owned())
}

fn markdown(body: &str) -> String {
    of_markdown(body).unwrap_or_else(|| "NONE".to_owned())
}

#[test]
fn a_rust_title_is_the_first_sentence_of_the_files_documentation() {
    for (body, expected) in [
        ("//! A mutex. It locks.\n", "A mutex"),
        (
            "// Copyright\n#![allow(a)]\n\n//! Locks,\n//! e.g. this one, for v1.2 of\n//! `Vec<T>`: all.\n//!\n//! More.",
            "Locks, e.g. this one, for v1.2 of Vec<T>: all",
        ),
        (
            "//! # Tokio\n//!\n//! [![Build](https://b.io/x.svg)](https://b.io)\n//!\n//! A runtime for [async][book] `code`!\n",
            "A runtime for async code!",
        ),
        (
            "//! [book]: https://example.org\n//! ```\n//! let x = 1.\n//! ```\n//! The [`Future`](f.html) type\n",
            "The Future type",
        ),
        ("//! ## Only a `heading`\nfn main() {}\n", "Only a heading"),
        ("/*!\nA library.\n\nMore.\n*/\n", "A library"),
        ("/*! One block */\n\n//! Other\n", "One block"),
        ("mod inner {\n    //! Not the file's.\n}\n/// Nor this.\n", "NONE"),
        ("//!\n//!\n", "NONE"),
        (
            "//! Before the code\nuse std::io;\n//! After\n",
            "Before the code",
        ),
        ("", "NONE"),
    ] {
        assert_eq!(rust(body), expected, "{body}");
    }
}

#[test]
fn a_markdown_title_is_the_first_heading() {
    for (body, expected) in [
        ("text\n\n# Serde  [![x](y)](z) #\n", "Serde"),
        (
            "# ![logo](l.png)\n## Real *title* with snake_case\n",
            "Real title with snake_case",
        ),
        ("```sh\n# not this\n```\nChange Log\n==========\n", "Change Log"),
        ("---\ntitle: settings\n---\nIntro\n---\n", "Intro"),
        (
            "<h1 align=\"center\">\n  <img src=\"a.png\">\n  Bat &amp; ball\n</h1>\n# later",
            "Bat &amp; ball",
        ),
        ("<H2>Short</H2>", "Short"),
        ("a rule\n\n---\n\n#hashtag\n", "NONE"),
        ("\u{feff}# Mark\\_ed \\d 2 * 3 < 4", "Mark_ed \\d 2 * 3 < 4"),
    ] {
        assert_eq!(markdown(body), expected, "{body}");
    }
}

#[test]
fn a_manifest_title_is_the_name_and_description() {
    let package = |name: Option<&str>, description: Option<&str>| Package {
        name: name.map(str::to_owned),
        description: description.map(str::to_owned),
        ..Package::default()
    };
    assert_eq!(
        of_manifest(&package(Some("fst"), Some("Finite state"))).as_deref(),
        Some("fst: Finite state")
    );
    assert_eq!(of_manifest(&package(Some("fst"), None)).as_deref(), Some("fst"));
    assert_eq!(of_manifest(&package(None, Some("A workspace"))), None);
}

#[test]
fn a_module_path_follows_the_files_path() {
    for (path, expected) in [
        ("src/lib.rs", "my_crate"),
        ("src/main.rs", "my_crate"),
        ("src/sync/mutex.rs", "my_crate::sync::mutex"),
        ("src/sync/mod.rs", "my_crate::sync"),
        ("src/bin/a-tool.rs", "my_crate::bin::a_tool"),
        ("tests/it/main.rs", "my_crate::tests::it::main"),
        ("build.rs", "my_crate::build"),
    ] {
        assert_eq!(module_path("my-crate", path), expected, "{path}");
    }
}

#[test]
fn a_long_title_is_cut_at_a_words_end() {
    let title = markdown(&format!("# {}", "wörd ".repeat(1000)));
    assert_eq!(title, format!("{}wörd…", "wörd ".repeat(39)));
    assert_eq!(
        markdown(&format!("# {}", "é".repeat(1000))),
        format!("{}…", "é".repeat(TITLE_CHARS_MAX))
    );
}

#[test]
fn hostile_markup_ends_quickly_and_without_a_panic() {
    for mark in [
        "[",
        "]",
        "![",
        "<a",
        "`",
        "*",
        "\\",
        "](",
        "//! [",
        "/*!",
        "# é`é![é](é<é",
    ] {
        let line = mark.repeat(300_000);
        let _ = (of_rust(&line), of_markdown(&line));
        let lines = format!("# {mark}\n//! {mark}\n<h1 {mark}\n").repeat(20_000);
        let _ = (of_rust(&lines), of_markdown(&lines));
    }
}
