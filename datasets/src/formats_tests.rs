//! Tests of picking a format.

use super::*;

#[test]
fn the_order_decides_about_a_folder_that_several_formats_could_claim() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a writable folder");
    let picked = || Format::of(folder.path()).map(|format| format.name).ok();
    assert_eq!(picked(), None);
    file("readme.md", "# Words");
    assert_eq!(picked(), Some("text"));
    file("package.json", "{}");
    assert_eq!(picked(), Some("text"), "a setting is no corpus");
    file("a.dat", "<DOC><DOCNO>1</DOCNO></DOC>");
    assert_eq!(picked(), Some("trec"));
    file("Posts.xml", "<posts></posts>");
    assert_eq!(picked(), Some("stack-exchange"));
    file("docs.ndjson", "{\"id\": \"only\"}");
    assert_eq!(picked(), Some("ndjson"));

    // Any of them can still be asked for.
    let ids = |format: &str| -> Vec<String> {
        let corpus = Format::named(format).and_then(|format| format.open(folder.path()));
        let documents = corpus.expect("a corpus");
        documents
            .map(|document| document.expect("a document").id)
            .collect()
    };
    assert_eq!(ids("text"), ["readme.md"]);
    assert_eq!(ids("trec"), ["1"]);
    assert_eq!(ids("stack-exchange"), Vec::<String>::new());
    assert_eq!(ids("ndjson"), ["only"]);
}

#[test]
fn a_snapshot_beside_a_text_about_it_is_no_folder_of_text() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("a writable folder");
    file("README.md", "# The snapshot");
    file(
        "arxiv-metadata-oai-snapshot.json",
        "{\"id\": \"1\", \"title\": \"t\"}",
    );
    let format = Format::of(folder.path()).expect("a known format");
    assert_eq!(format.name, "arxiv");
    let ids: Vec<String> = format
        .open(folder.path())
        .expect("a corpus")
        .map(|document| document.expect("a paper").id)
        .collect();
    assert_eq!(ids, ["1"]);
}

#[test]
fn what_is_packed_otherwise_is_answered_with_what_unpacks_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let said = |path: &Path| Format::of(path).expect_err("nothing to read").to_string();
    for (name, command) in [
        ("site.7z", "7z x"),
        ("docs.zip", "unzip"),
        ("docs.tar.gz", "tar xf"),
        ("docs.ndjson.xz", "xz -d"),
        ("ft911_1.Z", "zcat"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, "").expect("a writable folder");
        assert!(
            said(&path).contains(&format!("Unpack it first: {command}")),
            "{}",
            said(&path)
        );
    }
    assert!(
        said(folder.path()).contains("docs.ndjson.xz is packed"),
        "{}",
        said(folder.path())
    );
}

#[test]
fn an_unknown_path_is_answered_with_all_formats_and_a_few_files() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"] {
        fs::write(folder.path().join(format!("{name}.ndjson")), "").expect("a writable folder");
    }
    let said = Format::of(folder.path()).expect_err("no docs.ndjson").to_string();
    for format in formats() {
        assert!(said.contains(format.what), "{}: {said}", format.name);
    }
    assert!(said.ends_with("g.ndjson, h.ndjson, …"), "{said}");
}

#[test]
fn an_unknown_name_is_answered_with_the_known_ones() {
    let message = Format::named("pdf").expect_err("no such format").to_string();
    assert!(
        message.contains("\"pdf\"") && message.contains("beir, arxiv, ndjson"),
        "{message}"
    );
}

#[test]
fn names_differ_and_what_is_missing_is_said() {
    let mut names: Vec<&str> = formats().iter().map(|format| format.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), formats().len());
    for format in formats() {
        let error = format
            .open(Path::new("/no/such/path"))
            .expect_err("nothing is there");
        assert!(matches!(error, DatasetError::Open { .. }), "{}", format.name);
    }
}
