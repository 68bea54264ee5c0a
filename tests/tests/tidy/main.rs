//! Checks the house rules that neither rustfmt nor clippy can check: sizes, names and words, over the whole repository.
//!
//! - `files` finds the repository's own files;
//! - `mask` blanks out comments and literals, so that the rules see code alone;
//! - `functions` finds every function and its length;
//! - `rules` turns a file into offences, each with its place and what to do.

mod files;
mod functions;
mod functions_tests;
mod mask;
mod mask_tests;
mod rules;
mod rules_tests;

use std::path::Path;

/// Reports every offence of every file at once, so that one run shows all there is to do.
#[test]
fn every_file_keeps_the_house_rules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the package lies in a folder of the repository");
    let files = files::of_repository(root).expect("the repository can be read");
    let rust_files = files.iter().filter(|file| file.is_rust()).count();
    assert!(
        rust_files > 5,
        "only {rust_files} Rust files found under {}: the walk is broken",
        root.display()
    );

    let report: Vec<_> = files
        .iter()
        .flat_map(rules::offences)
        .map(|offence| offence.to_string())
        .collect();
    assert!(
        report.is_empty(),
        "{} offences against the house rules (see CONTRIBUTING.md):\n{}",
        report.len(),
        report.join("\n")
    );
}
