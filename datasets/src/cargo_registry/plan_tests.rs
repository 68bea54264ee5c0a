//! Tests of how file and folder names are understood.

use super::*;

#[test]
fn a_version_begins_where_three_numbers_with_dots_do() {
    for (folder, expected) in [
        ("serde-1.0.229", ("serde", "1.0.229")),
        ("sha-1-0.10.1", ("sha-1", "0.10.1")),
        ("tracing-core-0.1.0-beta.1", ("tracing-core", "0.1.0-beta.1")),
        ("zstd-sys-2.1.2+zstd.1.5.7", ("zstd-sys", "2.1.2+zstd.1.5.7")),
        ("no-version", ("no-version", "")),
    ] {
        assert_eq!(name_and_version(folder), expected);
    }
}

#[test]
fn only_sources_markdown_and_manifests_have_a_kind() {
    for (path, expected) in [
        ("src/lib.rs", Some(Kind::Rust)),
        ("docs/a.b.md", Some(Kind::Markdown)),
        ("Cargo.toml", Some(Kind::Manifest)),
        ("examples/x/Cargo.toml", Some(Kind::Manifest)),
        ("Cargo.toml.orig", Some(Kind::Manifest)),
        ("Cargo.lock", None),
        ("rustfmt.toml", None),
        ("src.rs/data.bin", None),
        ("rs", None),
    ] {
        assert_eq!(Kind::of(path), expected, "{path}");
    }
}
