//! Every rule catches what it is for and lets the rest pass.

use crate::files::SourceFile;
use crate::rules::{FILE_LINES_MAX, FUNCTION_LINES_MAX, offences};

/// The offences of one file, as they are reported.
fn report(path: &str, text: impl Into<String>) -> Vec<String> {
    let file = SourceFile {
        path: path.to_owned(),
        text: text.into(),
    };
    offences(&file).iter().map(ToString::to_string).collect()
}

/// Asserts that the file has one offence, at this place and with these words.
#[track_caller]
fn assert_only(path: &str, text: impl Into<String>, place: &str, words: &str) {
    let all = report(path, text);
    assert_eq!(all.len(), 1, "{all:#?}");
    assert!(all[0].starts_with(&format!("{path}:{place}: ")), "{}", all[0]);
    assert!(all[0].contains(words), "{}", all[0]);
}

#[track_caller]
fn assert_clean(path: &str, text: impl Into<String>) {
    assert_eq!(report(path, text), Vec::<String>::new());
}

#[test]
fn a_file_says_first_what_it_is_for() {
    assert_clean("a.rs", "//! Merges.\n");
    assert_only("a.rs", "\n//! Merges.\n", "1", "what the file is for");
    assert_only("a.rs", "", "1", "what the file is for");
    assert_clean("a.md", "Merges.\n");
}

#[test]
fn a_file_ends_by_its_limit() {
    let lines = |count: usize| format!("//! Long.\n{}", "//\n".repeat(count - 1));
    assert_clean("a.rs", lines(FILE_LINES_MAX));
    assert_only("a.rs", lines(FILE_LINES_MAX + 1), "401", "401 lines, at most 400");
    assert_clean("a.md", lines(FILE_LINES_MAX + 1));
}

#[test]
fn a_function_ends_by_its_limit() {
    let lines = |count: usize| {
        format!(
            "//! Long.\n\n/// f\nfn f() {{\n{}}}\n",
            "    g();\n".repeat(count - 2)
        )
    };
    assert_clean("a.rs", lines(FUNCTION_LINES_MAX));
    assert_only(
        "a.rs",
        lines(FUNCTION_LINES_MAX + 1),
        "4",
        "`f` has 71 lines, at most 70",
    );
}

#[test]
fn tests_are_named_for_behaviour() {
    assert_only(
        "a.rs",
        "//! T.\n#[test]\nfn test_merge() {}\n",
        "3",
        "`test_merge`",
    );
    assert_clean("a.rs", "//! T.\nfn tests_pass() {}\n// fn test_merge() {}\n");
}

#[test]
fn unfinished_code_and_idle_tests_are_found() {
    for line in [
        "#[ignore]",
        "#[ignore = \"slow\"]",
        "todo!()",
        "unimplemented!(\"x\")",
        "dbg!(x)",
        "std::thread::sleep(d)",
    ] {
        let word = line
            .split(['(', ']', ' '])
            .next()
            .expect("a line is not empty")
            .trim_start_matches("std::");
        assert_only("a.rs", format!("//! T.\n{line}\n"), "2", word);
    }
}

#[test]
fn banned_words_may_be_spoken_of() {
    assert_clean(
        "a.rs",
        "//! No todo!() here.\n// dbg!(x)\nconst S: &str = \"thread::sleep\";\nmytodo!();\n",
    );
    assert_clean("a.md", "Never `todo!()`.\n");
}

#[test]
fn registry_hosts_are_found_in_any_text() {
    let host = ["Crates", "IO"].join(".");
    assert_only(
        "a.md",
        format!("see\nhttps://{host}/x\n"),
        "2",
        "name no package registry",
    );
    assert_only(
        "a.rs",
        format!("//! See {host}.\n"),
        "1",
        "name no package registry",
    );
    assert_clean("Cargo.lock", format!("source = \"{host}\"\n"));
}

#[test]
fn private_paths_are_found_where_a_path_begins() {
    let (work, root) = (["", "work", ""].join("/"), ["", "root", ""].join("/"));
    for line in [
        format!("{work}main"),
        format!("cd {root}x"),
        format!("\"{work}\""),
        format!("A={root}x"),
    ] {
        assert_only("a.sh", line, "1", "relative to the repository");
    }
    for line in [
        format!("..{work}x"),
        format!("http://h{root}x"),
        format!("$(pwd){work}"),
        format!("~{root}"),
    ] {
        assert_clean("a.sh", line);
    }
}

#[test]
fn all_offences_are_reported_in_the_order_of_their_lines() {
    let all = report("a.rs", "fn test_a() {\n    dbg!(1);\n    todo!();\n}\n");
    let places: Vec<_> = all
        .iter()
        .filter_map(|offence| offence.split(':').nth(1))
        .collect();
    assert_eq!(places, ["1", "1", "2", "3"]);
}
