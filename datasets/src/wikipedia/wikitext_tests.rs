//! Tests of reading wikitext: what is shown, and pages that are made to exhaust time.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// Everything that begins, ends or separates something, and characters of more than one byte.
const PIECES: &[&str] = &[
    "{{",
    "}}",
    "[[",
    "]]",
    "[",
    "]",
    "{|",
    "|}",
    "|",
    "=",
    "==",
    " ",
    "\n",
    "*",
    ":",
    "'",
    "''",
    "&",
    "&amp;",
    "&#",
    ";",
    "_",
    "__A__",
    "<",
    ">",
    "<ref>",
    "</ref>",
    "<!--",
    "-->",
    "<br/>",
    "----",
    "http://",
    "nowrap",
    "File:",
    "Category:",
    "(",
    ")",
    ",",
    "a",
    "é",
    "\u{a0}",
    "𝄞",
];

fn text(wikitext: &str) -> String {
    read(wikitext, &Namespaces::default()).text
}

#[test]
fn links_become_what_is_shown_of_them() {
    for (wikitext, shown) in [
        ("a [[lake]] in [[Switzerland|the Alp]]s", "a lake in the Alps"),
        (
            "[[:Category:Lakes]] and [[Help:Lakes]]",
            "Category:Lakes and Help:Lakes",
        ),
        (
            "[https://example.org/x the page], [https://example.org]",
            "the page,",
        ),
        ("[1] and [not a link]", "[1] and [not a link]"),
        ("[[File:a.jpg|thumb|A [[lake]] seen from [[b|there]]]]x", "x"),
        (
            "''it'' and '''bold''' and '''''both''''' but don't",
            "it and bold and both but don't",
        ),
    ] {
        assert_eq!(text(wikitext), shown, "{wikitext}");
    }
}

#[test]
fn templates_tables_and_references_go() {
    for (wikitext, shown) in [
        (
            "{{Infobox lake\n| name = {{lang|de|See}}\n| depth = [[metre|m]]\n}}\nThe lake",
            "The lake",
        ),
        (
            "It is {{convert|5|km|mi}} long, {{nowrap|very deep}}",
            "It is 5 km long, very deep",
        ),
        ("'''Lake''' ({{IPA|leɪk}}) is", "Lake is"),
        ("'''Lake''' ({{IPA|leɪk}}; {{lang|fr|lac}}) is", "Lake (lac) is"),
        (
            "a<ref>{{cite|x}} [[y]]</ref> b<ref name=\"z\" /> c<REF >x</ref > d",
            "a b c d",
        ),
        (
            "before\n{| class=\"wikitable\"\n! a !! b\n|-\n| {{x|}} || [[c]]\n|}\nafter",
            "before\n\nafter",
        ),
        (":{|\n| outer\n{|\n| inner\n|}\n|}\nafter", "after"),
        ("<!-- hidden [[ -->shown<math>\\frac{a}{b}</math>", "shown"),
        (
            "<nowiki>[[raw]]</nowiki> a<br/>b <code>c</code> 1 < 2",
            "[[raw]] a\nb c 1 < 2",
        ),
        ("__NOTOC__snake_case __init__", "snake_case __init__"),
        ("3&nbsp;m &ndash; 4&#x20AC; AT&T &bogus;", "3 m – 4€ AT&T &bogus;"),
    ] {
        assert_eq!(text(wikitext), shown, "{wikitext}");
    }
}

#[test]
fn a_template_that_begins_in_a_heading_and_ends_elsewhere_is_left_out() {
    assert_eq!(text("= a ={{\né}}"), "a =");
    assert_eq!(text("== a =={{b|\n}} c\n== d ==[[e\n]]"), "a == c\nd ==e");
}

proptest! {
    #[test]
    fn no_page_panics(pieces in vec(select(PIECES), 0..40)) {
        let page = pieces.concat();
        let plain = read(&page, &Namespaces::default());
        prop_assert!(plain.text.len() <= 2 * page.len() + 2);
    }
}

#[test]
fn headings_and_lists_become_lines() {
    assert_eq!(
        text("Intro\n\n\n\n== History ==\n* one\n** two\n# three\n; term : meaning\n----\nEnd === not\n"),
        "Intro\n\nHistory\none\ntwo\nthree\nterm : meaning\n\nEnd === not"
    );
}

#[test]
fn categories_are_collected_in_the_language_of_the_wiki() {
    let mut namespaces = Namespaces::default();
    namespaces.add("14", "Kategorie");
    namespaces.add("6", "Datei");
    namespaces.add("0", "");
    let plain = read(
        "Der See[[Datei:See.jpg|mini|Ein Bild]]\n[[Kategorie:See in Europa|Bodensee]]\n[[category: Alpen ]]",
        &namespaces,
    );
    assert_eq!(plain.text, "Der See");
    assert_eq!(plain.categories, ["See in Europa", "Alpen"]);
}

#[test]
fn markup_without_an_end_is_shown() {
    for (wikitext, shown) in [
        ("a {{b|c", "a b|c"),
        ("a [[b", "a b"),
        ("a ]] b }} c", "a ]] b c"),
        ("{{a|[[b}} c", "c"),
        ("text\n{| never\n| ends", "text"),
        ("a <ref> b", "a b"),
        ("a <!-- b", "a"),
    ] {
        assert_eq!(text(wikitext), shown, "{wikitext}");
    }
}

#[test]
fn a_million_of_anything_neither_overflows_the_stack_nor_hangs() {
    let times = 1_000_000;
    for unit in [
        "{{",
        "}}",
        "[[",
        "]]",
        "[",
        "<",
        "<ref>",
        "<a",
        "<!--",
        "&",
        "__",
        "'",
        "=",
        "\n{|",
        "\n|}",
        "\n=",
        "{{a|[[",
        "[http://",
        "[http://a",
        "</ref",
        "<ref></re",
        "((",
        ") ",
        "{{nowrap|",
        "|",
        "é<",
        "&#",
        "__A",
        "[[a|",
    ] {
        let hostile = unit.repeat(times);
        let plain = read(&hostile, &Namespaces::default());
        assert!(plain.text.len() <= hostile.len(), "{unit}");
    }
    let nested = format!("{}x{}", "{{nowrap|".repeat(100_000), "}}".repeat(100_000));
    assert!(text(&nested).len() <= nested.len());
    let long = format!("{}{}{}", "[[a|".repeat(39), "b".repeat(times), "]]".repeat(39));
    assert!(text(&long).len() >= times);
}
