//! What depends on a language: stop words and stems.

use std::collections::BTreeSet;
use std::sync::Arc;

use tantivy::tokenizer::{Language, RawTokenizer, Stemmer, StopWordFilter, TextAnalyzer};

use super::super::token::Token;
use super::{Next, Stage};

/// A set of words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::analysis) struct WordSet {
    words: Arc<BTreeSet<String>>,
    ignore_case: bool,
}

impl WordSet {
    /// With `ignore_case`, capital letters are the same as small ones.
    pub(in crate::analysis) fn new(words: impl IntoIterator<Item = String>, ignore_case: bool) -> Self {
        let words = words.into_iter();
        Self {
            words: Arc::new(if ignore_case {
                words.map(|word| word.to_lowercase()).collect()
            } else {
                words.collect()
            }),
            ignore_case,
        }
    }

    pub(super) fn contains(&self, word: &str) -> bool {
        if self.ignore_case {
            self.words.contains(&word.to_lowercase())
        } else {
            self.words.contains(word)
        }
    }
}

/// The languages that have a list of stop words, with their names in settings (`_english_`).
const STOP_LISTS: [(&str, Language); 13] = [
    ("_danish_", Language::Danish),
    ("_dutch_", Language::Dutch),
    ("_english_", Language::English),
    ("_finnish_", Language::Finnish),
    ("_french_", Language::French),
    ("_german_", Language::German),
    ("_hungarian_", Language::Hungarian),
    ("_italian_", Language::Italian),
    ("_norwegian_", Language::Norwegian),
    ("_portuguese_", Language::Portuguese),
    ("_russian_", Language::Russian),
    ("_spanish_", Language::Spanish),
    ("_swedish_", Language::Swedish),
];

/// The names of the lists of stop words.
pub(in crate::analysis) fn stop_list_languages() -> impl Iterator<Item = &'static str> {
    STOP_LISTS.iter().map(|(name, _)| *name)
}

/// Words that are dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::analysis) struct StopWords {
    words: WordSet,
    lists: Vec<Language>,
    ignore_case: bool,
}

impl StopWords {
    /// Words, and names of lists among them.
    ///
    /// # Errors
    /// The name of a list that is not there.
    pub(in crate::analysis) fn new(
        words: impl IntoIterator<Item = String>,
        ignore_case: bool,
    ) -> Result<Self, String> {
        let (mut own, mut lists) = (Vec::new(), Vec::new());
        for word in words {
            if word == "_none_" {
                continue;
            }
            if let Some((_, language)) = STOP_LISTS.iter().find(|(name, _)| *name == word) {
                lists.push(*language);
            } else if word.len() > 2 && word.starts_with('_') && word.ends_with('_') {
                return Err(word);
            } else {
                own.push(word);
            }
        }
        Ok(Self {
            words: WordSet::new(own, ignore_case),
            lists,
            ignore_case,
        })
    }
}

/// Stop words at work. tantivy offers its lists as filters of streams only.
pub(super) struct Stops<'a> {
    words: &'a StopWords,
    lists: Vec<TextAnalyzer>,
}

impl<'a> Stops<'a> {
    pub(super) fn new(words: &'a StopWords) -> Self {
        let lists = words.lists.iter().filter_map(|language| {
            let list = StopWordFilter::new(*language)?;
            Some(
                TextAnalyzer::builder(RawTokenizer::default())
                    .filter(list)
                    .build(),
            )
        });
        Self {
            words,
            lists: lists.collect(),
        }
    }
}

impl Stage for Stops<'_> {
    fn take(&mut self, token: Token, next: Next<'_>) {
        let listed = |lists: &mut Vec<TextAnalyzer>, word: &str| {
            lists.iter_mut().any(|list| !list.token_stream(word).advance())
        };
        let is_stop_word = self.words.words.contains(&token.text)
            || if self.words.ignore_case {
                listed(&mut self.lists, &token.text.to_lowercase())
            } else {
                listed(&mut self.lists, &token.text)
            };
        if !is_stop_word {
            next(token);
        }
    }
}

/// How words become stems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::analysis) enum Stem {
    /// By the Snowball algorithm of a language.
    Snowball(Language),
    /// English plurals alone.
    MinimalEnglish,
}

/// Stemmers by their names in settings. `english` is Porter's second algorithm, as in the analyzer of that name.
const STEMMERS: [(&str, Stem); 20] = [
    ("arabic", Stem::Snowball(Language::Arabic)),
    ("danish", Stem::Snowball(Language::Danish)),
    ("dutch", Stem::Snowball(Language::Dutch)),
    ("english", Stem::Snowball(Language::English)),
    ("finnish", Stem::Snowball(Language::Finnish)),
    ("french", Stem::Snowball(Language::French)),
    ("german", Stem::Snowball(Language::German)),
    ("greek", Stem::Snowball(Language::Greek)),
    ("hungarian", Stem::Snowball(Language::Hungarian)),
    ("italian", Stem::Snowball(Language::Italian)),
    ("minimal_english", Stem::MinimalEnglish),
    ("norwegian", Stem::Snowball(Language::Norwegian)),
    ("porter2", Stem::Snowball(Language::English)),
    ("portuguese", Stem::Snowball(Language::Portuguese)),
    ("romanian", Stem::Snowball(Language::Romanian)),
    ("russian", Stem::Snowball(Language::Russian)),
    ("spanish", Stem::Snowball(Language::Spanish)),
    ("swedish", Stem::Snowball(Language::Swedish)),
    ("tamil", Stem::Snowball(Language::Tamil)),
    ("turkish", Stem::Snowball(Language::Turkish)),
];

impl Stem {
    /// The stemmer of that name, whatever its case.
    pub(in crate::analysis) fn by_name(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        STEMMERS.iter().find(|(of, _)| *of == name).map(|(_, stem)| *stem)
    }

    /// The names of all stemmers.
    pub(in crate::analysis) fn names() -> impl Iterator<Item = &'static str> {
        STEMMERS.iter().map(|(name, _)| *name)
    }
}

/// A stemmer at work. tantivy offers its stemmers as filters of streams only.
pub(super) struct Stems(Option<TextAnalyzer>);

impl Stems {
    pub(super) fn new(stem: Stem) -> Self {
        Self(match stem {
            Stem::Snowball(language) => Some(
                TextAnalyzer::builder(RawTokenizer::default())
                    .filter(Stemmer::new(language))
                    .build(),
            ),
            Stem::MinimalEnglish => None,
        })
    }
}

impl Stage for Stems {
    fn take(&mut self, mut token: Token, next: Next<'_>) {
        if !token.keyword {
            match &mut self.0 {
                Some(stemmer) => {
                    let stem = stemmer
                        .token_stream(&token.text)
                        .next()
                        .map(|token| token.text.clone());
                    token.text = stem.unwrap_or_default();
                }
                None => minimal_english(&mut token.text),
            }
        }
        next(token);
    }
}

/// Harman's "s" stemmer: `-ies`, `-es` and `-s`.
fn minimal_english(word: &mut String) {
    let bytes = word.as_bytes();
    let at = |from_end: usize| bytes.len().checked_sub(from_end).map_or(0, |place| bytes[place]);
    if bytes.len() < 3 || at(1) != b's' {
        return;
    }
    match at(2) {
        b'u' | b's' => {}
        b'e' if bytes.len() > 3 && at(3) == b'i' && !matches!(at(4), b'a' | b'e') => {
            word.truncate(word.len() - 3);
            word.push('y');
        }
        b'e' if matches!(at(3), b'i' | b'a' | b'o' | b'e') => {}
        _ => word.truncate(word.len() - 1),
    }
}
