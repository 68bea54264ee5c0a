//! Paths with those above them: `/a/b` is `/a` and `/a/b`.

use super::super::token::{Token, TokenKind};
use super::Cuts;

/// How paths are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::analysis) struct Paths {
    /// What stands between their parts.
    pub(in crate::analysis) delimiter: char,
    /// What stands between them in tokens.
    pub(in crate::analysis) replacement: char,
    /// How many parts are left out at the beginning.
    pub(in crate::analysis) skip: usize,
    /// Whether the last part is the outermost, as in names of hosts.
    pub(in crate::analysis) reverse: bool,
}

impl Paths {
    /// All share one position.
    pub(super) fn cut<'a>(&'a self, text: &'a str) -> Cuts<'a> {
        if text.is_empty() {
            return Box::new(std::iter::empty());
        }
        let token = move |(start, end): (usize, usize)| {
            let path = &text[start..end];
            Token {
                position: 0,
                position_length: 1,
                start,
                end,
                text: if self.delimiter == self.replacement {
                    path.to_owned()
                } else {
                    path.replace(self.delimiter, self.replacement.encode_utf8(&mut [0; 4]))
                },
                kind: TokenKind::Word,
                keyword: false,
            }
        };
        if self.reverse {
            Box::new(self.suffixes(text).map(token))
        } else {
            Box::new(self.prefixes(text).map(token))
        }
    }

    fn delimiters<'a>(&'a self, text: &'a str) -> impl Iterator<Item = usize> + 'a {
        text.match_indices(self.delimiter).map(|(at, _)| at)
    }

    fn prefixes<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, usize)> + 'a {
        // A delimiter at the very beginning belongs to the first part.
        let inner = || self.delimiters(text).filter(|at| *at > 0);
        let start = match self.skip {
            0 => Some(0),
            skip => inner().nth(skip - 1),
        };
        let ends = inner().chain([text.len()]);
        let ends = ends.filter(move |end| start.is_some_and(|start| *end > start));
        ends.map(move |end| (start.unwrap_or(0), end))
    }

    fn suffixes<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, usize)> + 'a {
        let width = self.delimiter.len_utf8();
        let inner = move || {
            self.delimiters(text)
                .map(move |at| at + width)
                .filter(move |at| *at < text.len())
        };
        let end = match self.skip {
            0 => Some(text.len()),
            skip => {
                let all: Vec<usize> = inner().collect();
                all.len().checked_sub(skip).and_then(|at| all.get(at).copied())
            }
        };
        let starts = std::iter::once(0).chain(inner());
        let starts = starts.filter(move |start| end.is_some_and(|end| *start < end));
        starts.map(move |start| (start, end.unwrap_or(0)))
    }
}
