//! Ways laid over the text from where they begin; what is longer than the words it stands for reaches over what follows.

use std::collections::VecDeque;

use super::{Placing, Rule, span, word};
use crate::analysis::filters::Next;
use crate::analysis::token::Token;

/// Keeps the positions of the text.
#[derive(Default)]
pub(super) struct Flat {
    /// How much nearer positions have come, where fewer words stand for more.
    nearer: u32,
    /// Words of ways that are still to come, by position.
    later: VecDeque<Token>,
}

impl Flat {
    /// Lets go what comes before a position, or at it.
    fn flush(&mut self, until: u32, next: Next<'_>) {
        while self.later.front().is_some_and(|token| token.position < until) {
            if let Some(token) = self.later.pop_front() {
                next(token);
            }
        }
    }

    fn put(&mut self, token: Token) {
        let at = self
            .later
            .partition_point(|other| other.position <= token.position);
        self.later.insert(at, token);
    }
}

impl Placing for Flat {
    fn plain(&mut self, mut token: Token, next: Next<'_>) {
        token.position = token.position.saturating_sub(self.nearer);
        self.flush(token.position, next);
        next(token);
    }

    fn matched(&mut self, tokens: Vec<Token>, rule: &Rule, next: Next<'_>) {
        let start = tokens.first().map_or(0, |token| token.position);
        let start = start.saturating_sub(self.nearer);
        let was = span(&tokens);
        let longest = rule.ways.iter().map(Vec::len).max().unwrap_or(0);
        let longest = u32::try_from(longest).unwrap_or(u32::MAX);
        for way in &rule.ways {
            for (position, text) in (start..).zip(way) {
                let mut token = word(text, &tokens);
                token.position = position;
                if way.len() == 1 && rule.keep {
                    token.position_length = was;
                }
                self.put(token);
            }
        }
        if rule.keep {
            for mut token in tokens {
                token.position = token.position.saturating_sub(self.nearer);
                self.put(token);
            }
        } else {
            self.nearer += was - was.min(longest.max(1));
        }
        self.flush(start + 1, next);
    }

    fn end(&mut self, next: Next<'_>) {
        self.flush(u32::MAX, next);
    }
}
