//! What suggestions came to, and how those of several indexes are merged.

use std::collections::BTreeMap;
use std::sync::Arc;

use shared::completion::{Best, Ranked};
use shared::wire::StoredDocument;

use super::Spoken;
use super::spelling::{By, Similar};
use crate::error::{ApiError, brief};

/// What a suggestion came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggested {
    /// Its name.
    pub name: String,
    /// What was found.
    pub found: Found,
}

/// What was found, by the kind of suggestion.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Similar words.
    Term {
        /// Of each word.
        entries: Vec<Entry<Similar>>,
        /// How many of each are shown.
        size: u32,
        /// Which come first.
        by: By,
    },
    /// Likelier texts.
    Phrase {
        /// Of the whole text.
        entry: Entry<Corrected>,
        /// How many are shown.
        size: u32,
        /// They score more than this.
        cutoff: f64,
    },
    /// Inputs of documents.
    Completion {
        /// That begin with the text.
        entry: Entry<Completed>,
        /// How many are shown.
        size: u32,
        /// Whether a text is shown once.
        distinct: bool,
    },
}

/// A part of the text, and what is suggested for it, best first.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<T> {
    /// The part.
    pub text: String,
    /// Where it begins, in UTF-16 units.
    pub offset: usize,
    /// How long it is, in UTF-16 units.
    pub length: usize,
    /// What is suggested.
    pub options: Vec<T>,
}

/// A likelier text.
#[derive(Clone, Debug, PartialEq)]
pub struct Corrected {
    /// The text.
    pub text: String,
    /// With what was changed marked, if that is wanted.
    pub highlighted: Option<String>,
    /// How likely.
    pub score: f64,
}

/// An input of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Completed {
    /// The document's index, in an answer over several.
    pub index: Option<Arc<str>>,
    /// Where it comes among others.
    pub rank: Ranked,
    /// The document, if it is to be shown.
    pub document: Option<StoredDocument>,
}

impl<T> Entry<T> {
    /// Of a word.
    pub(super) fn of(word: &Spoken, options: Vec<T>) -> Self {
        Self {
            text: word.text.clone(),
            offset: word.offset,
            length: word.length,
            options,
        }
    }

    /// Of a whole text.
    pub fn whole(text: &str, options: Vec<T>) -> Self {
        Self {
            text: text.to_owned(),
            offset: 0,
            length: super::utf16_len(text),
            options,
        }
    }

    fn is_of(&self, other: &Self) -> bool {
        (&self.text, self.offset, self.length) == (&other.text, other.offset, other.length)
    }
}

impl Suggested {
    /// Names the index of the documents.
    pub fn in_index(&mut self, index: &Arc<str>) {
        if let Found::Completion { entry, .. } = &mut self.found {
            for option in &mut entry.options {
                option.index = Some(Arc::clone(index));
            }
        }
    }

    /// Adds what another index has for the same suggestion.
    ///
    /// # Errors
    /// A 400 if the indexes cut the text into different words.
    pub fn merge(&mut self, other: Self) -> Result<(), ApiError> {
        match (&mut self.found, other.found) {
            (Found::Term { entries, size, by }, Found::Term { entries: more, .. }) => {
                let is_same = entries.len() == more.len()
                    && entries.iter().zip(&more).all(|(entry, other)| entry.is_of(other));
                if !is_same {
                    return Err(ApiError::illegal(format!(
                        "the indexes of the search cut the text of the suggestion [{}] into different words, so that what they \
                         suggest cannot be merged",
                        brief(&self.name)
                    )));
                }
                for (entry, other) in entries.iter_mut().zip(more) {
                    merge_terms(&mut entry.options, other.options, *by, *size);
                }
            }
            (
                Found::Phrase { entry, size, cutoff },
                Found::Phrase {
                    entry: more,
                    cutoff: other,
                    ..
                },
            ) => {
                *cutoff = cutoff.max(other);
                merge_phrases(&mut entry.options, more.options, *cutoff, *size);
            }
            (
                Found::Completion {
                    entry,
                    size,
                    distinct,
                },
                Found::Completion { entry: more, .. },
            ) => {
                entry.options.extend(more.options);
                merge_completions(&mut entry.options, *size, *distinct);
            }
            (Found::Term { .. } | Found::Phrase { .. } | Found::Completion { .. }, _) => {
                // The same request was made of all indexes.
                tracing::error!(
                    name = self.name,
                    "suggestions of different kinds have the same name"
                );
            }
        }
        Ok(())
    }
}

fn merge_terms(options: &mut Vec<Similar>, more: Vec<Similar>, by: By, size: u32) {
    for other in more {
        match options.iter_mut().find(|option| option.text == other.text) {
            Some(option) => {
                option.frequency = option.frequency.saturating_add(other.frequency);
                option.score = option.score.max(other.score);
            }
            None => options.push(other),
        }
    }
    options.sort_by(|a, b| by.order(a, b));
    options.truncate(size as usize);
}

fn merge_phrases(options: &mut Vec<Corrected>, more: Vec<Corrected>, cutoff: f64, size: u32) {
    for other in more {
        match options.iter_mut().find(|option| option.text == other.text) {
            Some(option) => option.score = option.score.max(other.score),
            None => options.push(other),
        }
    }
    options.retain(|option| option.score > cutoff);
    options.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.text.cmp(&b.text)));
    options.truncate(size as usize);
}

/// As within one index; a document of one index is another than one of the same id elsewhere.
fn merge_completions(options: &mut Vec<Completed>, size: u32, distinct: bool) {
    let all = std::mem::take(options);
    let mut by_index: BTreeMap<Option<Arc<str>>, Best<Completed>> = BTreeMap::new();
    for option in all {
        by_index
            .entry(option.index.clone())
            .or_insert_with(|| Best::new(size as usize, distinct))
            .add(option.rank.clone(), option);
    }
    *options = by_index.into_values().flat_map(Best::into_sorted).collect();
    options.sort_by(|a, b| a.rank.cmp(&b.rank).then_with(|| a.index.cmp(&b.index)));
    if distinct {
        let mut seen = std::collections::HashSet::new();
        options.retain(|option| seen.insert(option.rank.text.clone()));
    }
    options.truncate(size as usize);
}
