//! Pieces of tokens, all in the token's place.

use super::super::token::Token;
use super::{Next, Stage};

/// Which end of a token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::analysis) enum EdgeSide {
    /// Its beginning.
    #[default]
    Front,
    /// Its end.
    Back,
}

/// All pieces of some lengths.
pub(super) struct Grams {
    pub(super) min: usize,
    pub(super) max: usize,
    pub(super) preserve: bool,
}

/// Where the characters of a text begin, and where the last ends.
fn edges(text: &str) -> Vec<usize> {
    text.char_indices()
        .map(|(at, _)| at)
        .chain([text.len()])
        .collect()
}

fn piece(token: &Token, start: usize, end: usize) -> Token {
    Token {
        text: token.text[start..end].to_owned(),
        ..token.clone()
    }
}

impl Stage for Grams {
    fn take(&mut self, token: Token, next: Next<'_>) {
        let edges = edges(&token.text);
        let chars = edges.len() - 1;
        for from in 0..chars {
            for length in self.min..=self.max.min(chars - from) {
                next(piece(&token, edges[from], edges[from + length]));
            }
        }
        if self.preserve && !(self.min..=self.max).contains(&chars) {
            next(token);
        }
    }
}

/// Beginnings or ends of some lengths.
pub(super) struct EdgeGrams {
    pub(super) min: usize,
    pub(super) max: usize,
    pub(super) side: EdgeSide,
    pub(super) preserve: bool,
}

impl Stage for EdgeGrams {
    fn take(&mut self, token: Token, next: Next<'_>) {
        let edges = edges(&token.text);
        let chars = edges.len() - 1;
        for length in self.min..=self.max.min(chars) {
            next(match self.side {
                EdgeSide::Front => piece(&token, 0, edges[length]),
                EdgeSide::Back => piece(&token, edges[chars - length], token.text.len()),
            });
        }
        if self.preserve && !(self.min..=self.max).contains(&chars) {
            next(token);
        }
    }
}
