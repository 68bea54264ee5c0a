//! Filters that look at one token at a time.

use super::super::token::Token;
use super::{Filter, Next, Stage, letters};

/// One token becomes one token, by a filter that does so.
pub(super) struct Changes<'a>(pub(super) &'a Filter);

impl Stage for Changes<'_> {
    fn take(&mut self, mut token: Token, next: Next<'_>) {
        change(self.0, &mut token);
        next(token);
    }
}

fn change(filter: &Filter, token: &mut Token) {
    match filter {
        Filter::Lower(lower) if has_capitals(&token.text) => token.text = lower.apply(&token.text),
        Filter::Upper => token.text = token.text.to_uppercase(),
        Filter::Digits if !token.text.is_ascii() => token.text = letters::ascii_digits(&token.text),
        Filter::Possessive => {
            let endings = ["'s", "'S", "\u{2019}s", "\u{2019}S"];
            if let Some(ending) = endings.iter().find(|ending| token.text.ends_with(**ending)) {
                token.text.truncate(token.text.len() - ending.len());
            }
        }
        Filter::Trim => token.text = token.text.trim().to_owned(),
        Filter::Truncate(chars) => {
            if let Some((end, _)) = token.text.char_indices().nth(*chars) {
                token.text.truncate(end);
            }
        }
        Filter::Reverse => token.text = token.text.chars().rev().collect(),
        Filter::Elision {
            articles,
            ignore_case,
        } => {
            if let Some((article, rest)) = token.text.split_once(['\'', '\u{2019}']) {
                let is_one =
                    articles.contains(article) || *ignore_case && articles.contains(&article.to_lowercase());
                if is_one {
                    token.text = rest.to_owned();
                }
            }
        }
        Filter::Apostrophe => {
            if let Some(at) = token.text.find(['\'', '\u{2019}']) {
                token.text.truncate(at);
            }
        }
        Filter::Mark(words) => token.keyword |= words.contains(&token.text),
        Filter::Override(stems) => {
            if let Some(stem) = stems.get(&token.text).filter(|_| !token.keyword) {
                token.text.clone_from(stem);
                token.keyword = true;
            }
        }
        Filter::Replace {
            pattern,
            replacement,
            all,
        } => {
            let text = &token.text;
            let (mut made, mut seen) = (String::new(), 0);
            let found = pattern.replaced(text, replacement);
            for (start, end, with) in found.take(if *all { usize::MAX } else { 1 }) {
                made.push_str(&text[seen..start]);
                made.push_str(&with);
                seen = end;
            }
            made.push_str(&text[seen..]);
            token.text = made;
        }
        _ => {}
    }
}

/// Whether there may be a letter that has a small one; other scripts are looked at letter by letter anyway.
fn has_capitals(text: &str) -> bool {
    !text.is_ascii() || text.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// Drops tokens.
pub(super) struct Passes<F>(pub(super) F);

impl<F: FnMut(&Token) -> bool> Stage for Passes<F> {
    fn take(&mut self, token: Token, next: Next<'_>) {
        if (self.0)(&token) {
            next(token);
        }
    }
}
