//! Words and runs of characters.

use super::super::segment::Words;
use super::super::token::{Token, TokenKind};
use crate::limits::TOKEN_BYTES_MAX;

/// Words by Unicode's rules, long ones in pieces.
pub(super) fn standard(text: &str, chars_max: usize) -> impl Iterator<Item = Token> {
    pieces(text, Words::of(text), chars_max).map(move |(start, end)| {
        let word = &text[start..end];
        Token {
            position: 0,
            position_length: 1,
            start,
            end,
            text: word.to_owned(),
            kind: TokenKind::of(word),
            keyword: false,
        }
    })
}

/// Runs of characters that belong.
pub(super) fn runs<'a>(
    text: &'a str,
    mut belongs: impl FnMut(char) -> bool + 'a,
) -> impl Iterator<Item = (usize, usize)> + 'a {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(&mut belongs)?;
        let length = text[start..].find(|c| !belongs(c));
        at = length.map_or(text.len(), |length| start + length);
        Some((start, at))
    })
}

/// Cuts what is longer than so many characters, or than a token may be in bytes.
pub(super) fn pieces<'a>(
    text: &'a str,
    whole: impl Iterator<Item = (usize, usize)> + 'a,
    chars_max: usize,
) -> impl Iterator<Item = (usize, usize)> + 'a {
    whole.flat_map(move |(start, end)| {
        let mut at = start;
        std::iter::from_fn(move || {
            if at >= end {
                return None;
            }
            let from = at;
            at = if end - from <= chars_max.min(TOKEN_BYTES_MAX) {
                end
            } else {
                let bytes = text.floor_char_boundary(from + TOKEN_BYTES_MAX).min(end);
                let by_chars = text[from..end].char_indices().nth(chars_max);
                by_chars.map_or(bytes, |(chars, _)| bytes.min(from + chars))
            };
            Some((from, at))
        })
    })
}
