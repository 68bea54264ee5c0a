//! Snippets that a careless lexer gets wrong.

use crate::mask::mask;

/// What remains of the code, without its spaces.
fn code(source: &str) -> String {
    mask(source).split_whitespace().collect()
}

#[test]
fn comments_vanish_and_lines_stay() {
    let masked = mask("a // b {\nc /* d\n} */ e\n");
    assert_eq!(masked.lines().map(str::trim).collect::<Vec<_>>(), ["a", "c", "e"]);
    assert_eq!(code("/// doc { \"\n//! inner \" }\nf"), "f");
}

#[test]
fn block_comments_nest() {
    assert_eq!(code("a /* b /* c */ d */ e"), "ae");
    assert_eq!(code("a /*/ still inside */ b"), "ab");
    assert_eq!(code("a /* never closed /* b */"), "a");
}

#[test]
fn strings_vanish_with_their_escapes() {
    assert_eq!(code(r#"f("{ \" // ", g)"#), "f(,g)");
    assert_eq!(code(r#"f("\\", "}")"#), "f(,)");
    assert_eq!(code("f(\"two\n{ lines\")"), "f()");
    assert_eq!(code(r#"f(b"{", c"}")"#), "f(b,c)");
    assert_eq!(code("f(\"never closed { "), "f(");
}

#[test]
fn raw_strings_end_at_their_own_fence() {
    assert_eq!(code(r#"f(r"\", g)"#), "f(,g)");
    assert_eq!(code(r##"f(r#"a " b { "#, g)"##), "f(,g)");
    assert_eq!(code(r###"f(br##"a "# b"##, cr#"}"#)"###), "f(,)");
    assert_eq!(code("f(r#\"never closed { \"x"), "f(");
}

#[test]
fn raw_identifiers_and_trailing_letters_are_code() {
    assert_eq!(code("r#type + r#fn"), "r#type+r#fn");
    assert_eq!(code(r#"bar"{" + for"}""#), "bar+for");
}

#[test]
fn characters_vanish_and_lifetimes_stay() {
    assert_eq!(code(r"f('{', '\'', '\\', '\u{7B}', '}')"), "f(,,,,)");
    assert_eq!(code("f('\"', 'é', '界')"), "f(,,)");
    assert_eq!(
        code("fn f<'a, 'b>(x: &'a str) -> &'static str"),
        "fnf<'a,'b>(x:&'astr)->&'staticstr"
    );
    assert_eq!(
        code("'outer: loop { break 'outer; }"),
        "'outer:loop{break'outer;}"
    );
    assert_eq!(code("f(b'{', b'\\'')"), "f(b,b)");
}

#[test]
fn any_cut_of_a_snippet_gives_some_result() {
    let snippet = "é r#\"é\"# 'é' b'\\'' /* é /* */ */ \"é\\\" // é\" fn f<'é>() { r##\"\"# \"## }";
    for end in (0..=snippet.len()).filter(|end| snippet.is_char_boundary(*end)) {
        let cut = &snippet[..end];
        assert_eq!(mask(cut).chars().count(), cut.chars().count());
    }
}
