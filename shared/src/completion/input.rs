//! An input as a term: how it is looked up, its weight, and its text, with characters between them that no input has.

use serde::{Deserialize, Serialize};

use crate::analysis::{Analyzer, Token};
use crate::limits;

/// What stands between the words of an input.
const WORD_END: char = '\u{1f}';
/// What stands between the parts of a term.
const PART_END: char = '\u{1e}';
/// Inputs that have these characters cannot be told from terms' own.
const RESERVED: [char; 4] = ['\u{0}', '\u{1}', PART_END, WORD_END];
/// Digits of a weight.
const WEIGHT_DIGITS: usize = 8;

/// How a field cuts inputs into words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Settings {
    /// Whether it matters where words end.
    pub preserve_separators: bool,
    /// Whether words that the analyzer dropped leave gaps.
    pub preserve_position_increments: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            preserve_separators: true,
            preserve_position_increments: true,
        }
    }
}

/// An input of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input<'a> {
    /// What is compared with the beginning that is looked for.
    pub path: &'a str,
    /// More comes first.
    pub weight: u32,
    /// The text.
    pub text: &'a str,
}

impl<'a> Input<'a> {
    /// The character that no input may have, and where it is, if the text has one.
    pub fn reserved(text: &str) -> Option<(usize, char)> {
        text.chars().enumerate().find(|(_, c)| RESERVED.contains(c))
    }

    /// The term of an input.
    pub fn to_term(&self) -> String {
        let Self { path, weight, text } = self;
        format!("{path}{PART_END}{weight:0WEIGHT_DIGITS$x}{PART_END}{text}")
    }

    /// The input of a term.
    pub fn of_term(term: &'a str) -> Option<Self> {
        let (path, rest) = term.split_once(PART_END)?;
        let (weight, text) = rest.split_once(PART_END)?;
        let weight = u32::from_str_radix(weight, 16).ok()?;
        Some(Self { path, weight, text })
    }
}

/// What a text is looked up as: its words one after the other; several ways, if there are several words in a place.
pub fn paths(text: &str, analyzer: &Analyzer, settings: Settings) -> Vec<String> {
    let mut paths = vec![String::new()];
    let mut tokens = analyzer.tokens(text);
    tokens.sort_by_key(|token| token.position);
    let mut position = 0;
    let mut is_first = true;
    for place in tokens.chunk_by(|a, b| a.position == b.position) {
        let Some(Token { position: at, .. }) = place.first() else {
            continue;
        };
        let gaps = at.saturating_sub(position) as usize;
        let mut between = 0;
        if settings.preserve_separators {
            between = usize::from(!is_first);
            if settings.preserve_position_increments {
                between += gaps;
            }
        }
        let longer = paths.iter().flat_map(|path| {
            place.iter().map(move |token| {
                let word: String = token.text.chars().filter(|c| !RESERVED.contains(c)).collect();
                let ends: String = std::iter::repeat_n(WORD_END, between).collect();
                format!("{path}{ends}{word}")
            })
        });
        paths = longer.take(limits::COMPLETION_PATHS_MAX).collect();
        position = at.saturating_add(1);
        is_first = false;
    }
    paths.sort();
    paths.dedup();
    paths.retain(|path| !path.is_empty());
    paths
}
