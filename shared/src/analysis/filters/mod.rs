//! Token filters: what changes, drops and adds tokens.

mod grams;
mod language;
mod letters;
mod one;
mod shingles;
mod synonyms;
#[cfg(test)]
mod tests;
mod unique;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) use grams::EdgeSide;
pub(super) use language::{Stem, StopWords, WordSet, stop_list_languages};
pub(super) use letters::{Lower, lowered};
pub(super) use shingles::Shingles;
pub(super) use synonyms::{Rules, Synonyms};

use super::pattern::{Pattern, Replacement};
use super::token::Token;

/// Where a stage's tokens go.
pub(super) type Next<'a> = &'a mut dyn FnMut(Token);

/// A filter at work on one text. Tokens come in and go out in the order of their positions.
pub(super) trait Stage {
    /// Takes the next token.
    fn take(&mut self, token: Token, next: Next<'_>);
    /// There are no more.
    fn end(&mut self, _next: Next<'_>) {}
}

/// What changes tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Filter {
    /// Letters become small ones.
    Lower(Lower),
    /// Letters become capital ones.
    Upper,
    /// Letters become those of ASCII.
    Fold {
        /// Whether the token stays beside what it becomes.
        preserve: bool,
    },
    /// Digits of all scripts become those of ASCII.
    Digits,
    /// Some words are dropped.
    Stop(StopWords),
    /// All words but some are dropped.
    Keep(WordSet),
    /// Words become their stems.
    Stem(Stem),
    /// A final `'s` is cut.
    Possessive,
    /// Stemmers leave some words alone.
    Mark(WordSet),
    /// Some words have stems of their own.
    Override(Arc<BTreeMap<String, String>>),
    /// Words stand for others.
    Synonyms(Arc<Synonyms>),
    /// Pieces of some lengths.
    Grams {
        /// The shortest, in characters.
        min: usize,
        /// The longest, in characters.
        max: usize,
        /// Whether the token stays beside them.
        preserve: bool,
    },
    /// Beginnings or ends of some lengths.
    EdgeGrams {
        /// The shortest, in characters.
        min: usize,
        /// The longest, in characters.
        max: usize,
        /// Which.
        side: EdgeSide,
        /// Whether the token stays beside them.
        preserve: bool,
    },
    /// Several words in a row.
    Shingles(Shingles),
    /// A word counts once.
    Unique {
        /// In each position, or in the text.
        in_position: bool,
    },
    /// White space around is cut.
    Trim,
    /// At most so many characters.
    Truncate(usize),
    /// Tokens of other lengths in characters are dropped.
    Length {
        /// The shortest that stays.
        min: usize,
        /// The longest that stays.
        max: usize,
    },
    /// Characters in the other order.
    Reverse,
    /// Articles before an apostrophe are cut.
    Elision {
        /// The articles.
        articles: Arc<BTreeSet<String>>,
        /// Whether capital letters are the same as small ones.
        ignore_case: bool,
    },
    /// An apostrophe and what follows is cut.
    Apostrophe,
    /// At most so many tokens.
    Limit(usize),
    /// Other text in the place of what a pattern matches.
    Replace {
        /// The pattern.
        pattern: Pattern,
        /// The text.
        replacement: Replacement,
        /// Whether all matches are replaced, or the first.
        all: bool,
    },
}

impl Filter {
    /// The filter at work on a text.
    pub(super) fn stage(&self) -> Box<dyn Stage + '_> {
        match self {
            Self::Lower(_)
            | Self::Upper
            | Self::Digits
            | Self::Possessive
            | Self::Trim
            | Self::Truncate(_)
            | Self::Reverse
            | Self::Elision { .. }
            | Self::Apostrophe
            | Self::Mark(_)
            | Self::Override(_)
            | Self::Replace { .. } => Box::new(one::Changes(self)),
            Self::Fold { preserve } => Box::new(letters::Folds {
                preserve: *preserve,
                fold: letters::Fold::new(),
            }),
            Self::Stem(stem) => Box::new(language::Stems::new(*stem)),
            Self::Stop(words) => Box::new(language::Stops::new(words)),
            Self::Keep(words) => Box::new(one::Passes(|token: &Token| words.contains(&token.text))),
            Self::Length { min, max } => Box::new(one::Passes(|token: &Token| {
                (*min..=*max).contains(&token.text.chars().count())
            })),
            Self::Limit(most) => {
                let mut left = *most;
                Box::new(one::Passes(move |_: &Token| {
                    let passes = left > 0;
                    left = left.saturating_sub(1);
                    passes
                }))
            }
            Self::Synonyms(synonyms) => synonyms.stage(),
            Self::Grams { min, max, preserve } => Box::new(grams::Grams {
                min: *min,
                max: *max,
                preserve: *preserve,
            }),
            Self::EdgeGrams {
                min,
                max,
                side,
                preserve,
            } => Box::new(grams::EdgeGrams {
                min: *min,
                max: *max,
                side: *side,
                preserve: *preserve,
            }),
            Self::Shingles(shingles) => shingles.stage(),
            Self::Unique { in_position } => Box::new(unique::Unique::new(*in_position)),
        }
    }

    /// A text with its letters as this makes them, if it goes letter by letter; else the text.
    pub(super) fn letters(&self, text: String) -> String {
        match self {
            Self::Lower(lower) => lower.apply(&text),
            Self::Upper => text.to_uppercase(),
            Self::Digits => letters::ascii_digits(&text),
            Self::Fold { .. } => letters::Fold::new().apply(text),
            _ => text,
        }
    }

    /// Whether a normalizer may have it: it makes one token of one.
    pub(super) fn normalizes(&self) -> bool {
        matches!(
            self,
            Self::Lower(_)
                | Self::Upper
                | Self::Digits
                | Self::Trim
                | Self::Truncate(_)
                | Self::Reverse
                | Self::Elision { .. }
                | Self::Replace { .. }
        ) || matches!(self, Self::Fold { preserve: false })
    }

    /// Whether the words of synonyms may be made with it before.
    pub(super) fn makes_words(&self) -> bool {
        !matches!(
            self,
            Self::Grams { .. } | Self::EdgeGrams { .. } | Self::Shingles(_) | Self::Fold { preserve: true }
        )
    }
}
