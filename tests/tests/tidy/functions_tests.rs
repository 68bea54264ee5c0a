//! Signatures and bodies that a careless search gets wrong.

use crate::functions::{functions, words};
use crate::mask::mask;

/// Names and lines of the functions in unmasked source.
fn found(source: &str) -> Vec<(String, usize, usize)> {
    let masked = mask(source);
    functions(&masked)
        .iter()
        .map(|f| (f.name.to_owned(), f.first_line, f.last_line))
        .collect()
}

/// The name and lines of the only function.
fn only(source: &str) -> (String, usize, usize) {
    let all = found(source);
    assert_eq!(all.len(), 1, "{all:?}");
    all[0].clone()
}

#[test]
fn a_body_ends_at_its_own_brace() {
    let source = "fn a() {\n    if x { y() } else { z() }\n}\n\nfn b() { \"}\" }\n";
    assert_eq!(found(source), [("a".to_owned(), 1, 3), ("b".to_owned(), 5, 5)]);
}

#[test]
fn braces_in_literals_and_comments_do_not_count() {
    let source = "fn a() {\n    let s = \"}\"; // }\n    let c = '}'; /* } */\n    let r = r#\"}\"#;\n}\n";
    assert_eq!(only(source), ("a".to_owned(), 1, 5));
}

#[test]
fn nested_functions_count_for_themselves_and_for_the_outer_one() {
    let source = "fn outer() {\n    fn inner() {\n    }\n}\n";
    assert_eq!(
        found(source),
        [("outer".to_owned(), 1, 4), ("inner".to_owned(), 2, 3)]
    );
}

#[test]
fn a_declaration_has_no_body() {
    let source = "trait T {\n    fn a(&self) -> [u8; 4];\n    fn b(&self) {\n    }\n}\n";
    assert_eq!(only(source), ("b".to_owned(), 3, 4));
}

#[test]
fn pointer_types_and_words_with_fn_in_them_are_no_functions() {
    assert!(found("type F = fn(u8) -> u8;\nlet fn_name = Fn::define(r#fn);\n{ }\n").is_empty());
}

#[test]
fn constant_arguments_do_not_open_the_body() {
    let source =
        "fn a<const N: usize>(x: A<{ N + 1 }>) -> B<{ N }>\nwhere\n    [(); { N }]: Sized,\n{\n    x\n}\n";
    assert_eq!(only(source), ("a".to_owned(), 1, 6));
}

#[test]
fn arrows_in_bounds_do_not_close_angles() {
    let source =
        "fn a<F: Fn(u8) -> Vec<u8>, G>(f: F) -> impl Fn() -> u8\nwhere\n    G: Fn() -> u8,\n{\n    f\n}\n";
    assert_eq!(only(source), ("a".to_owned(), 1, 6));
}

#[test]
fn qualifiers_and_raw_names_are_understood() {
    assert_eq!(
        only("pub(crate) const async extern \"C\" fn r#match() {\n}"),
        ("match".to_owned(), 1, 2)
    );
    assert_eq!(only("fn\nname\n(\n)\n{\n}"), ("name".to_owned(), 1, 6));
    assert_eq!(
        only("macro_rules! m { ($n:ident) => { fn $n() {\n} } }"),
        ("$n".to_owned(), 1, 2)
    );
}

#[test]
fn unfinished_source_does_not_panic() {
    assert_eq!(only("fn a() {\n    {\n"), ("a".to_owned(), 1, 3));
    assert!(found("fn").is_empty());
    assert!(found("fn a(").is_empty());
}

#[test]
fn words_stand_alone() {
    assert_eq!(words("fn fns _fn r#fn fn", "fn").collect::<Vec<_>>(), [0, 16]);
    assert_eq!(words("mytodo!() todo!()", "todo!").collect::<Vec<_>>(), [10]);
}
