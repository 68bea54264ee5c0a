//! Several words in a row as one.

use std::collections::VecDeque;

use super::super::token::{Token, TokenKind};
use super::{Next, Stage};

/// How words are joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::analysis) struct Shingles {
    /// The fewest words of one; at least 2.
    pub(in crate::analysis) min: usize,
    /// The most words of one.
    pub(in crate::analysis) max: usize,
    /// Whether the words themselves stay.
    pub(in crate::analysis) unigrams: bool,
    /// Whether they stay where no shingle is made at all.
    pub(in crate::analysis) unigrams_if_none: bool,
    /// What stands between the words.
    pub(in crate::analysis) separator: String,
    /// What stands for a word that was dropped.
    pub(in crate::analysis) filler: String,
}

impl Shingles {
    pub(super) fn stage(&self) -> Box<dyn Stage + '_> {
        Box::new(Joining {
            of: self,
            window: VecDeque::new(),
            expected: 0,
            shift: 0,
            made_any: false,
        })
    }
}

/// A place in the window: a word, or one that was dropped.
struct Place {
    token: Token,
    filler: bool,
}

/// Shingles at work.
struct Joining<'a> {
    of: &'a Shingles,
    window: VecDeque<Place>,
    /// The position after the last.
    expected: u32,
    /// How far words are moved that shared a position.
    shift: u32,
    made_any: bool,
}

impl Joining<'_> {
    fn room(&mut self, next: Next<'_>) {
        if self.window.len() == self.of.max {
            self.make(next);
        }
    }

    /// Makes what begins with the first word, and goes on to the next.
    fn make(&mut self, next: Next<'_>) {
        let Some(first) = self.window.front() else {
            return;
        };
        if self.of.unigrams && !first.filler {
            next(first.token.clone());
        }
        for words in self.of.min..=self.of.max.min(self.window.len()) {
            let places = self.window.iter().take(words);
            if places.clone().all(|place| place.filler) {
                continue;
            }
            let texts: Vec<&str> = places.clone().map(|place| place.token.text.as_str()).collect();
            let ends = places.map(|place| place.token.end);
            self.made_any = true;
            next(Token {
                text: texts.join(&self.of.separator),
                position: first.token.position,
                position_length: u32::try_from(words).unwrap_or(u32::MAX),
                start: first.token.start,
                end: ends.max().unwrap_or(first.token.end),
                kind: TokenKind::Shingle,
                keyword: false,
            });
        }
        self.window.pop_front();
    }
}

impl Stage for Joining<'_> {
    fn take(&mut self, mut token: Token, next: Next<'_>) {
        token.position = token.position.saturating_add(self.shift);
        if token.position < self.expected {
            self.shift += self.expected - token.position;
            token.position = self.expected;
        }
        // No shingle reaches over more dropped words than it has words.
        let dropped = token.position - self.expected;
        let fillers = dropped.min(u32::try_from(self.of.max).unwrap_or(u32::MAX));
        for filler in 0..fillers {
            self.room(next);
            self.window.push_back(Place {
                token: Token {
                    text: self.of.filler.clone(),
                    position: token.position - fillers + filler,
                    start: token.start,
                    end: token.start,
                    ..Token::default()
                },
                filler: true,
            });
        }
        self.room(next);
        self.expected = token.position.saturating_add(1);
        self.window.push_back(Place { token, filler: false });
    }

    fn end(&mut self, next: Next<'_>) {
        if !self.made_any && self.of.unigrams_if_none && !self.of.unigrams && self.window.len() < self.of.min
        {
            for place in self.window.drain(..).filter(|place| !place.filler) {
                next(place.token);
            }
        }
        while !self.window.is_empty() {
            self.make(next);
        }
    }
}
