//! Characters that are meant literally, on their way through the grammar.
//!
//! Escaped characters, apostrophes, a colon inside a value and the like travel as characters of a private range, and come
//! back by [`readable`]. The grammar drops repeated words, though they count twice in a score; a mark of the same range
//! keeps them apart.

use shared::limits;

/// Where literal ASCII characters are moved to: a private range of Unicode.
const LITERAL: u32 = 0xF_0000;
/// Past the last of them.
const LITERALS_END: u32 = LITERAL + 0x80;
/// Where the marks of repeated words begin; the range holds as many as a query string can have.
const MARK: u32 = 0xF_0100;
/// Past the last mark.
const MARKS_END: u32 = 0xF_8000;
/// Where ASCII characters that mean something within a word are moved to: `*`, `?`, `~` and `/`.
const OPERATOR: u32 = MARKS_END;
/// Past the last of them.
const OPERATORS_END: u32 = OPERATOR + 0x80;
const _: () = assert!(limits::QUERY_STRING_BYTES_MAX < (MARKS_END - MARK) as usize);

/// The text as it was meant: literal characters back in place, marks gone.
pub(super) fn readable(text: &str) -> String {
    text.chars()
        .filter_map(|c| match u32::from(c) {
            code @ LITERAL..LITERALS_END => char::from_u32(code - LITERAL),
            MARK..MARKS_END => None,
            code @ OPERATOR..OPERATORS_END => char::from_u32(code - OPERATOR),
            _ => Some(c),
        })
        .collect()
}

/// The character as one that the grammar takes for part of a word.
pub(super) fn literal(c: char) -> char {
    if c.is_ascii() {
        char::from_u32(LITERAL + u32::from(c)).unwrap_or(c)
    } else {
        c
    }
}

/// The character as one that means something within a word, and that the grammar takes for part of it.
pub(super) fn operator(c: char) -> char {
    if c.is_ascii() {
        char::from_u32(OPERATOR + u32::from(c)).unwrap_or(c)
    } else {
        c
    }
}

/// The mark of a text that was there that many times before.
pub(super) fn mark(times: u32) -> Option<char> {
    char::from_u32(MARK + times)
}

/// The word with everything literal that the grammar would take for something else.
pub(super) fn harmless(word: &str) -> String {
    let reserved = matches!(word, "AND" | "OR" | "NOT" | "IN");
    word.char_indices()
        .map(|(at, c)| {
            let special = at == 0 && (reserved || matches!(c, '-' | '+' | '/' | '<' | '>'));
            if special { literal(c) } else { c }
        })
        .collect()
}
