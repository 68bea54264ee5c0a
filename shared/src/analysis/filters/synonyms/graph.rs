//! Ways of different lengths side by side: each inner word has a position of its own.

use super::{Placing, Rule, span, word};
use crate::analysis::filters::Next;
use crate::analysis::token::Token;

/// Makes positions anew.
#[derive(Default)]
pub(super) struct Graph {
    /// How far positions have moved; they may come nearer too.
    moved: i64,
}

impl Graph {
    fn moved(&self, position: u32) -> u32 {
        u32::try_from(i64::from(position) + self.moved).unwrap_or_default()
    }
}

impl Placing for Graph {
    fn plain(&mut self, mut token: Token, next: Next<'_>) {
        token.position = self.moved(token.position);
        next(token);
    }

    fn matched(&mut self, tokens: Vec<Token>, rule: &Rule, next: Next<'_>) {
        let start = self.moved(tokens.first().map_or(0, |token| token.position));
        let was = span(&tokens);
        let mut ways: Vec<Vec<Token>> = rule
            .ways
            .iter()
            .map(|way| way.iter().map(|text| word(text, &tokens)).collect())
            .collect();
        if rule.keep {
            ways.push(tokens);
        }
        let count = |way: &Vec<Token>| u32::try_from(way.len()).unwrap_or(u32::MAX);
        let end = start + ways.iter().map(|way| count(way).saturating_sub(1)).sum::<u32>() + 1;
        // The first words of all ways, then what follows them, way by way.
        let mut inner = start + 1;
        let mut followers = Vec::new();
        for way in ways {
            let last = way.len().saturating_sub(1);
            let first_inner = inner;
            for (place, mut token) in way.into_iter().enumerate() {
                token.position = if place == 0 { start } else { inner - 1 };
                let follows = if place == last { end } else { inner };
                token.position_length = follows - token.position;
                if place < last {
                    inner += 1;
                }
                if place == 0 {
                    next(token);
                } else {
                    followers.push(token);
                }
            }
            debug_assert!(inner >= first_inner);
        }
        followers.into_iter().for_each(next);
        self.moved += i64::from(end - start) - i64::from(was);
    }

    fn end(&mut self, _next: Next<'_>) {}
}
