//! The rules themselves: every function here adds what is wrong with one file.

use std::fmt;

use crate::files::SourceFile;
use crate::functions::{functions, line_of, words};
use crate::mask::mask;

/// Lines that a Rust file may have.
pub(crate) const FILE_LINES_MAX: usize = 400;
/// Lines that a function may have, from `fn` to its last brace.
pub(crate) const FUNCTION_LINES_MAX: usize = 70;

/// What code must not contain, and what to do instead.
const BANNED_WORDS: [(&str, &str); 5] = [
    (
        "#[ignore",
        "a test that is not run proves nothing: make it pass or delete it",
    ),
    (
        "todo!",
        "finish it, or return an error that says it is not supported",
    ),
    (
        "unimplemented!",
        "finish it, or return an error that says it is not supported",
    ),
    ("dbg!", "remove it, or use `tracing`"),
    (
        "thread::sleep",
        "wait for the event itself, or pause tokio's clock",
    ),
];

/// Hosts of package registries, in parts: this file obeys its own rule.
const REGISTRY_HOSTS: [&[&str]; 8] = [
    &["crates", "io"],
    &["pypi", "org"],
    &["pythonhosted", "org"],
    &["npmjs", "org"],
    &["npmjs", "com"],
    &["proxy", "golang", "org"],
    &["rubygems", "org"],
    &["deb", "debian", "org"],
];

/// First folders of absolute paths that exist on one machine only.
const PRIVATE_FOLDERS: [&str; 2] = ["work", "root"];

/// One breach of a rule.
#[derive(Debug)]
pub(crate) struct Offence {
    path: String,
    line: usize,
    /// What is wrong and what to do.
    advice: String,
}

impl fmt::Display for Offence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.advice)
    }
}

/// Everything that is wrong with `file`, ordered by line.
pub(crate) fn offences(file: &SourceFile) -> Vec<Offence> {
    let mut found = Vec::new();
    if !file.is_generated() {
        registry_hosts(&file.text, &mut found);
        private_paths(&file.text, &mut found);
    }
    if file.is_rust() {
        let masked = mask(&file.text);
        file_shape(&file.text, &mut found);
        function_shape(&masked, &mut found);
        banned_words(&masked, &mut found);
    }
    found.sort();
    let with_path = |(line, advice)| Offence {
        path: file.path.clone(),
        line,
        advice,
    };
    found.into_iter().map(with_path).collect()
}

/// Line and advice; the path is the same for all of a file.
type Found = Vec<(usize, String)>;

fn file_shape(text: &str, found: &mut Found) {
    if !text.starts_with("//!") {
        found.push((
            1,
            "begin with a `//!` line that says what the file is for".to_owned(),
        ));
    }
    let lines = text.lines().count();
    if lines > FILE_LINES_MAX {
        let advice = format!(
            "{lines} lines, at most {FILE_LINES_MAX}: split by idea, move long tests to a sibling file"
        );
        found.push((lines, advice));
    }
}

fn function_shape(masked: &str, found: &mut Found) {
    for function in functions(masked) {
        let (name, lines) = (function.name, function.lines());
        if lines > FUNCTION_LINES_MAX {
            let advice =
                format!("`{name}` has {lines} lines, at most {FUNCTION_LINES_MAX}: give its steps names");
            found.push((function.first_line, advice));
        }
        if name.starts_with("test_") {
            let advice =
                format!("`{name}`: name a test for the behaviour, `an_error_never_beats_a_pending_success`");
            found.push((function.first_line, advice));
        }
    }
}

fn banned_words(masked: &str, found: &mut Found) {
    for (word, advice) in BANNED_WORDS {
        for at in words(masked, word) {
            found.push((line_of(masked, at), format!("`{word}`: {advice}")));
        }
    }
}

fn registry_hosts(text: &str, found: &mut Found) {
    let hosts = REGISTRY_HOSTS.map(|parts| parts.join("."));
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.to_ascii_lowercase();
        for host in hosts.iter().filter(|host| line.contains(host.as_str())) {
            found.push((
                number,
                format!("`{host}`: name no package registry; its client's defaults know where it is"),
            ));
        }
    }
}

fn private_paths(text: &str, found: &mut Found) {
    let folders = PRIVATE_FOLDERS.map(|folder| format!("/{folder}/"));
    for (number, line) in (1..).zip(text.lines()) {
        for folder in folders.iter().filter(|folder| begins_a_path(line, folder)) {
            found.push((
                number,
                format!("`{folder}…` exists on one machine only: use a path relative to the repository"),
            ));
        }
    }
}

/// Whether `folder` occurs in `line` where an absolute path begins, not in the middle of a longer path or URL.
fn begins_a_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && !"/._-~*+)}]>".contains(c))
    })
}
