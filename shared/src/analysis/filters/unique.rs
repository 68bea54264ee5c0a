//! Each word once.

use std::collections::HashSet;

use super::super::token::Token;
use super::{Next, Stage};

/// Drops words that were there, in the same position or at all.
pub(super) struct Unique {
    in_position: bool,
    position: u32,
    seen: HashSet<String>,
}

impl Unique {
    pub(super) fn new(in_position: bool) -> Self {
        Self {
            in_position,
            position: 0,
            seen: HashSet::new(),
        }
    }
}

impl Stage for Unique {
    fn take(&mut self, token: Token, next: Next<'_>) {
        if self.in_position && token.position != self.position {
            self.seen.clear();
            self.position = token.position;
        }
        if self.seen.insert(token.text.clone()) {
            next(token);
        }
    }
}
