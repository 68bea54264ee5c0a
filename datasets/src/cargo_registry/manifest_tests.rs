//! Tests of the manifest reader.

use super::*;

fn package(name: &str, description: &str, licence: &str, keywords: &[&str]) -> Package {
    let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    Package {
        name: given(name),
        version: None,
        description: given(description),
        licence: given(licence),
        keywords: keywords.iter().map(|&keyword| keyword.to_owned()).collect(),
    }
}

#[test]
fn the_package_table_is_read_and_others_are_not() {
    let text = r#"
# name = "comment"
[dependencies]
name = "a dependency"
[ package ] # the one
"name" = "tower"   # said "so"
version = '0.5.2'
license="MIT OR Apache-2.0"
description = """
Tower is a library
of modular components.
"""
keywords = [
    "io", # a comment with ] in it
    'async',
    "future",
]
[package.metadata]
license = "none"
"#;
    let expected = package(
        "tower",
        "Tower is a library of modular components.",
        "MIT OR Apache-2.0",
        &["io", "async", "future"],
    );
    assert_eq!(
        Package::parse(text),
        Package {
            version: Some("0.5.2".to_owned()),
            ..expected
        }
    );
}

#[test]
fn strings_over_several_lines_hide_what_looks_like_keys() {
    let text = "[package]\ndescription = '''\nname = \"wrong\"\n[other]\n'''\nname = \"right\"\n";
    assert_eq!(
        Package::parse(text),
        package("right", "name = \"wrong\" [other]", "", &[])
    );
}

#[test]
fn escapes_are_resolved() {
    let text = r#"[package]
name = "a\"b\\"
description = "caf\u00e9 \U0001F980 \x \
"
keywords = ["a,b", "c]"]
"#;
    // The description is no valid TOML: a plain string ends on its own line.
    assert_eq!(Package::parse(text), package("a\"b\\", "", "", &["a,b", "c]"]));
    let text =
        "[package]\ndescription = \"\"\"caf\\u00e9 \\U0001F980 \\x \\\n   joined\\ttab \\\" \\uZZZZ\"\"\"\n";
    assert_eq!(
        Package::parse(text),
        package("", "café 🦀 \\x joined tab \" ZZZZ", "", &[])
    );
}

#[test]
fn inherited_and_broken_values_cost_a_fact_and_nothing_else() {
    let text = "[package]\nversion.workspace = true\nlicense = { workspace = true }\nkeywords = [1, 2]\ndescription = \"no end\nname = \"x\"\n";
    assert_eq!(Package::parse(text), package("x", "", "", &[]));
    for text in [
        "",
        "[package]",
        "[package]\nname",
        "[package]\nname =",
        "[package]\nname = \"",
        "[package]\nkeywords = [",
    ] {
        assert_eq!(Package::parse(text), Package::default(), "{text:?}");
    }
    assert_eq!(Package::parse("[package]\nname = \"\\"), Package::default());
    assert_eq!(
        Package::parse("[package]\nname = \"\"\"\\é\"\"\""),
        package("\\é", "", "", &[])
    );
}

#[test]
fn keywords_have_a_limit() {
    let text = format!("[package]\nkeywords = [{}]", "'k',".repeat(10_000));
    assert_eq!(Package::parse(&text).keywords.len(), KEYWORDS_MAX);
}
