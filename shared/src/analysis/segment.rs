//! Words by Unicode's rules (UAX #29), with a quick way for ASCII, which is most text.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use unicode_segmentation::UnicodeSegmentation as _;

use crate::limits::TOKEN_BYTES_MAX;

/// Cuts text at word boundaries, drops what holds no letter and no digit, and cuts words of more than
/// [`TOKEN_BYTES_MAX`] bytes into pieces.
#[derive(Clone, Default)]
pub struct WordTokenizer {
    cut_possessives: bool,
    token: Token,
}

impl WordTokenizer {
    /// The tokenizer that also cuts a final `'s`.
    pub fn without_possessives() -> Self {
        Self {
            cut_possessives: true,
            token: Token::default(),
        }
    }
}

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        self.token.reset();
        WordStream {
            text,
            words: Words::of(text),
            pending: None,
            cut_possessives: self.cut_possessives,
            token: &mut self.token,
        }
    }
}

/// Where the words of a text begin and end.
pub(super) enum Words<'a> {
    Ascii(AsciiWords<'a>),
    Unicode(Box<dyn Iterator<Item = (usize, usize)> + 'a>),
}

impl<'a> Words<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        if text.is_ascii() {
            Self::Ascii(AsciiWords {
                bytes: text.as_bytes(),
                at: 0,
            })
        } else {
            let words = text.unicode_word_indices();
            Self::Unicode(Box::new(words.map(|(at, word)| (at, at + word.len()))))
        }
    }
}

impl Iterator for Words<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        match self {
            Self::Ascii(words) => words.next(),
            Self::Unicode(words) => words.next(),
        }
    }
}

/// The tokens of one text.
pub struct WordStream<'a> {
    text: &'a str,
    words: Words<'a>,
    /// What is left of a word that is too long.
    pending: Option<(usize, usize)>,
    cut_possessives: bool,
    token: &'a mut Token,
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        let Some((start, end)) = self.pending.take().or_else(|| self.words.next()) else {
            return false;
        };
        let mut cut = end;
        if end - start > TOKEN_BYTES_MAX {
            cut = self.text.floor_char_boundary(start + TOKEN_BYTES_MAX);
            self.pending = Some((cut, end));
        }
        let mut word = &self.text[start..cut];
        if self.cut_possessives {
            word = ["'s", "'S", "\u{2019}s", "\u{2019}S"]
                .iter()
                .find_map(|suffix| word.strip_suffix(suffix))
                .unwrap_or(word);
        }
        self.token.position = self.token.position.wrapping_add(1);
        self.token.offset_from = start;
        self.token.offset_to = cut;
        self.token.text.clear();
        self.token.text.push_str(word);
        true
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// UAX #29 for ASCII: letters, digits and `_` stick together; `'`, `.`, `:` join letters; `'`, `.`, `,`, `;` join
/// digits.
pub(super) struct AsciiWords<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Iterator for AsciiWords<'_> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        loop {
            while self.at < self.bytes.len() && !is_word(self.bytes[self.at]) {
                self.at += 1;
            }
            if self.at >= self.bytes.len() {
                return None;
            }
            let start = self.at;
            let mut alphanumeric = false;
            while self.at < self.bytes.len() {
                let byte = self.bytes[self.at];
                if is_word(byte) {
                    alphanumeric |= byte.is_ascii_alphanumeric();
                } else if !self.joins(byte) {
                    break;
                }
                self.at += 1;
            }
            if alphanumeric {
                return Some((start, self.at));
            }
        }
    }
}

impl AsciiWords<'_> {
    /// Whether the byte here joins what stands before and after it into one word.
    fn joins(&self, byte: u8) -> bool {
        let (Some(before), Some(after)) = (
            self.at.checked_sub(1).map(|at| self.bytes[at]),
            self.bytes.get(self.at + 1),
        ) else {
            return false;
        };
        let letters = before.is_ascii_alphabetic() && after.is_ascii_alphabetic();
        let digits = before.is_ascii_digit() && after.is_ascii_digit();
        match byte {
            b'\'' | b'.' => letters || digits,
            b':' => letters,
            b',' | b';' => digits,
            _ => false,
        }
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut tokenizer = WordTokenizer::default();
        let mut stream = tokenizer.token_stream(text);
        let mut words = Vec::new();
        stream.process(&mut |token| words.push(token.text.clone()));
        words
    }

    #[test]
    fn words_are_cut_as_unicode_says() {
        assert_eq!(
            words("can't stop 3.14, e.g. foo_bar"),
            ["can't", "stop", "3.14", "e.g", "foo_bar"]
        );
        assert_eq!(words("naïve café 東京"), ["naïve", "café", "東", "京"]);
        assert_eq!(words("__ -- ..."), Vec::<String>::new());
    }

    #[test]
    fn long_runs_are_cut_into_pieces_that_all_count() {
        let pieces = words(&"x".repeat(TOKEN_BYTES_MAX * 2 + 1));
        assert_eq!(
            pieces.iter().map(String::len).collect::<Vec<_>>(),
            [TOKEN_BYTES_MAX, TOKEN_BYTES_MAX, 1]
        );
    }

    proptest! {
        #[test]
        fn the_quick_way_for_ascii_agrees_with_the_standard(text in "[a-cA-C0-2_'.,:;\" \\-]{0,40}") {
            let quick: Vec<_> = AsciiWords { bytes: text.as_bytes(), at: 0 }.collect();
            let standard: Vec<_> = text.unicode_word_indices().map(|(at, word)| (at, at + word.len())).collect();
            prop_assert_eq!(quick, standard);
        }
    }
}
