//! Pieces of some lengths.

use super::super::token::{Token, TokenKind};
use super::classes::Classes;
use super::words::runs;

/// Pieces of at least and at most so many characters of each run of the characters that belong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::analysis) struct Grams {
    /// The shortest, in characters; at least 1.
    pub(in crate::analysis) min: usize,
    /// The longest, in characters.
    pub(in crate::analysis) max: usize,
    /// Which characters belong; none means all.
    pub(in crate::analysis) belonging: Classes,
    /// Whether only those at the beginning of a run.
    pub(in crate::analysis) edge: bool,
}

impl Grams {
    /// Pieces in the order of where they begin, then of their lengths.
    pub(super) fn cut<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Token> + 'a {
        let all = self.belonging.0.is_empty();
        let runs = runs(text, move |c| all || self.belonging.contain(c));
        runs.flat_map(move |(start, end)| {
            let begins = text[start..end].char_indices().map(move |(at, _)| start + at);
            let begins = begins.take(if self.edge { 1 } else { usize::MAX });
            begins.flat_map(move |begin| {
                let within = &text[begin..end];
                let ends = within.char_indices().map(|(at, _)| at).chain([within.len()]);
                let ends = ends.enumerate().skip(self.min).take(self.max + 1 - self.min);
                ends.map(move |(_, length)| Token {
                    position: 0,
                    position_length: 1,
                    start: begin,
                    end: begin + length,
                    text: within[..length].to_owned(),
                    kind: TokenKind::Word,
                    keyword: false,
                })
            })
        })
    }
}
