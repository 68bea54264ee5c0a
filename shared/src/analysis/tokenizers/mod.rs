//! Tokenizers: what cuts a text into tokens.

mod classes;
mod grams;
mod paths;
mod patterns;
#[cfg(test)]
mod tests;
mod words;

pub(super) use classes::{CharClass, Classes};
pub(super) use grams::Grams;
pub(super) use paths::Paths;
pub(super) use patterns::Cutter;

use super::filters::lowered;
use super::token::{Token, TokenKind};

/// Tokens as a tokenizer finds them.
pub(super) type Cuts<'a> = Box<dyn Iterator<Item = Token> + 'a>;

/// What cuts a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tokenizer {
    /// Words by Unicode's rules.
    Standard {
        /// Longer words are cut into pieces of so many characters.
        chars_max: usize,
    },
    /// What stands between characters of some classes.
    Between {
        /// The classes.
        separators: Classes,
        /// Longer runs are cut into pieces of so many characters.
        chars_max: usize,
    },
    /// Runs of letters.
    Letters {
        /// Whether they are lower-cased.
        lowercase: bool,
    },
    /// The whole text.
    Keyword,
    /// What a pattern matches, or stands between its matches.
    Pattern(Cutter),
    /// A path, and those above it.
    Path(Paths),
    /// All pieces of some lengths.
    Grams(Grams),
}

impl Tokenizer {
    /// Cuts a text.
    pub(super) fn cut<'a>(&'a self, text: &'a str) -> Cuts<'a> {
        match self {
            Self::Standard { chars_max } => Box::new(placed(words::standard(text, *chars_max))),
            Self::Between {
                separators,
                chars_max,
            } => {
                let runs = words::runs(text, |c| !separators.contain(c));
                Box::new(placed(
                    words::pieces(text, runs, *chars_max).map(move |(start, end)| cut(text, start, end)),
                ))
            }
            Self::Letters { lowercase } => {
                let runs = words::runs(text, char::is_alphabetic);
                let pieces = words::pieces(text, runs, crate::limits::TOKEN_BYTES_MAX);
                Box::new(placed(pieces.map(move |(start, end)| {
                    let mut token = cut(text, start, end);
                    if *lowercase {
                        token.text = lowered(&token.text);
                    }
                    token
                })))
            }
            Self::Keyword if text.is_empty() => Box::new(std::iter::empty()),
            Self::Keyword => Box::new(std::iter::once(cut(text, 0, text.len()))),
            Self::Pattern(cutter) => {
                let pieces = cutter.pieces(text).filter(|(start, end)| start < end);
                Box::new(placed(pieces.map(move |(start, end)| cut(text, start, end))))
            }
            Self::Path(paths) => paths.cut(text),
            Self::Grams(grams) => Box::new(placed(grams.cut(text))),
        }
    }

    /// What it does to letters, whatever it cuts.
    pub(super) fn letters(&self, text: &str) -> String {
        match self {
            Self::Letters { lowercase: true } => lowered(text),
            _ => text.to_owned(),
        }
    }
}

/// A piece of the text as a token of no known kind.
fn cut(text: &str, start: usize, end: usize) -> Token {
    Token {
        position: 0,
        position_length: 1,
        start,
        end,
        text: text[start..end].to_owned(),
        kind: TokenKind::Word,
        keyword: false,
    }
}

/// Tokens one after the other.
fn placed(tokens: impl Iterator<Item = Token>) -> impl Iterator<Item = Token> {
    (0_u32..)
        .zip(tokens)
        .map(|(position, token)| Token { position, ..token })
}
