//! Tests of the registry loader on small registries made for them.

use std::fs;

use serde_json::{Value, json};

use super::*;
use crate::open as open_any;

/// A cargo home with files given by their paths under `registry/src`.
fn home(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a temporary folder");
    for (path, content) in files {
        let path = home.path().join("registry/src").join(path);
        fs::create_dir_all(path.parent().expect("a file is in a folder"))
            .expect("a writable temporary folder");
        fs::write(path, content).expect("a writable temporary folder");
    }
    home
}

fn read_all(corpus: &mut Corpus) -> Vec<(String, Value)> {
    corpus
        .map(|document| document.expect("registry files do not fail one by one"))
        .inspect(|document| assert!(!document.source.contains('\n')))
        .map(|document| {
            (
                document.id,
                serde_json::from_str(&document.source).expect("valid JSON"),
            )
        })
        .collect()
}

const MANIFEST: &[u8] =
    b"[package]\nname = \"oak\"\nversion = \"1.2.3\"\ndescription = \"A tree.\"\nlicense = \"MIT\"\nkeywords = [\"wood\"]\n";

#[test]
fn a_files_document_carries_its_text_and_the_facts_of_its_crate() {
    let home = home(&[
        ("r/oak-1.2.3/Cargo.toml", MANIFEST),
        ("r/oak-1.2.3/src/leaf.rs", b"//! A leaf.\n\nfn grow() {}\n"),
        ("r/oak-1.2.3/README.md", b"# Oak\n"),
    ]);
    let mut corpus = open_home(home.path()).expect("a registry");
    assert_eq!(
        (corpus.info().documents_hint, corpus.info().bytes_hint),
        (Some(3), Some(MANIFEST.len() as u64 + 32))
    );
    let documents = read_all(&mut corpus);
    let expected = json!({
        "path": "oak-1.2.3/src/leaf.rs", "crate": "oak", "version": "1.2.3", "kind": "rust", "title": "A leaf",
        "body": "//! A leaf.\n\nfn grow() {}\n", "licence": "MIT", "keywords": ["wood"], "bytes": 26, "lines": 3,
    });
    assert_eq!(documents[2], ("oak-1.2.3/src/leaf.rs".to_owned(), expected));
    let facts = |at: usize| {
        [&documents[at].1["kind"], &documents[at].1["title"]].map(|fact| fact.as_str().expect("text"))
    };
    assert_eq!(facts(0), ["manifest", "oak: A tree."]);
    assert_eq!(facts(1), ["markdown", "Oak"]);
}

#[test]
fn documents_are_sorted_and_the_plain_manifest_replaces_the_authors() {
    let home = home(&[
        ("two/b-1.0.0/src/z.rs", b"" as &[u8]),
        ("two/b-1.0.0/src/a.rs", b""),
        ("two/b-1.0.0/Cargo.toml", b"[package]\nlicense = \"MIT\"\n"),
        (
            "two/b-1.0.0/Cargo.toml.orig",
            b"[package]\nlicense.workspace = true\n",
        ),
        (
            "one/c-1.0.0/Cargo.toml.orig",
            b"[package]\nname = \"c\"\nlicense = \"ISC\"\n",
        ),
        ("one/a-1.0.0/notes.md", b""),
        ("one/a-1.0.0/data.json", b""),
    ]);
    let documents = read_all(&mut open_any(home.path()).expect("a registry"));
    let ids: Vec<&str> = documents.iter().map(|(id, _)| id.as_str()).collect();
    let expected = [
        "a-1.0.0/notes.md",
        "b-1.0.0/Cargo.toml",
        "b-1.0.0/src/a.rs",
        "b-1.0.0/src/z.rs",
        "c-1.0.0/Cargo.toml.orig",
    ];
    assert_eq!(ids, expected);
    assert_eq!(documents[2].1["licence"], "MIT");
    assert_eq!(documents[2].1["title"], "b::a");
    assert_eq!(documents[0].1["title"], "a notes.md");
    assert_eq!(documents[0].1["licence"], Value::Null);
    assert_eq!(documents[4].1["licence"], "ISC");
}

#[test]
fn what_is_too_large_not_text_or_there_twice_is_left_out_and_counted() {
    let limit = usize::try_from(FILE_BYTES_MAX).expect("1 MiB fits");
    let home = home(&[
        ("one/a-1.0.0/src/limit.rs", &vec![b' '; limit]),
        ("one/a-1.0.0/src/over.rs", &vec![b' '; limit + 1]),
        ("one/a-1.0.0/src/binary.rs", b"\xff\xfe"),
        ("two/a-1.0.0/src/limit.rs", b"the other registry's"),
        ("two/a-1.0.0/src/more.rs", b""),
    ]);
    let mut corpus = open_home(home.path()).expect("a registry");
    let documents = read_all(&mut corpus);
    assert_eq!(documents.len(), 1);
    assert_eq!(documents[0].1["bytes"], FILE_BYTES_MAX);
    let expected = Skipped {
        too_large: 1,
        not_utf8: 1,
        duplicate: 2,
        ..Skipped::default()
    };
    assert_eq!(corpus.skipped(), expected);
    assert_eq!(
        corpus.skipped().to_string(),
        "1 too large, 1 not UTF-8, 2 duplicate"
    );
    assert_eq!(Skipped::default().to_string(), "none");
}

#[test]
fn a_file_that_goes_away_while_reading_is_an_error_and_the_others_are_read() {
    let home = home(&[("r/a-1.0.0/a.rs", b"" as &[u8]), ("r/a-1.0.0/b.rs", b"")]);
    let mut corpus = open_home(home.path()).expect("a registry");
    fs::remove_file(home.path().join("registry/src/r/a-1.0.0/b.rs")).expect("the file is there");
    let (read, errors): (Vec<_>, Vec<_>) = corpus.by_ref().partition(Result::is_ok);
    assert_eq!((read.len(), errors.len()), (1, 1));
    let error = errors[0].as_ref().expect_err("a file that is gone");
    assert!(
        error.is_about_one_record() && error.to_string().contains("b.rs"),
        "{error}"
    );
    assert_eq!(corpus.skipped().total(), 0);
}

#[test]
fn without_a_registry_the_error_says_what_to_run() {
    let empty = tempfile::tempdir().expect("a temporary folder");
    let error = open_home(empty.path())
        .expect_err("there is no registry")
        .to_string();
    assert!(
        error.contains("Run `cargo fetch`") && error.contains("registry"),
        "{error}"
    );
    let only_data = home(&[("r/a-1.0.0/data.bin", b"")]);
    assert!(matches!(
        open_home(only_data.path()),
        Err(DatasetError::NoLocalRegistry { .. })
    ));
}

#[test]
fn the_cargo_home_is_the_variable_or_a_folder_in_the_home() {
    let home = || Some(PathBuf::from("home"));
    assert_eq!(
        cargo_home(Some("elsewhere".into()), home()),
        Some(PathBuf::from("elsewhere"))
    );
    assert_eq!(
        cargo_home(Some("".into()), home()),
        Some(PathBuf::from("home/.cargo"))
    );
    assert_eq!(cargo_home(None, home()), Some(PathBuf::from("home/.cargo")));
    assert_eq!(cargo_home(None, None), None);
}
