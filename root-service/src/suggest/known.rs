//! What is known of an index's words, and what is lacking.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use shared::mapping::Slot;
use shared::wire::clause::{Expansion, Field};

use crate::resolve::Expanded;

/// A word at a place in the index.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Word {
    /// Where.
    pub field: Field,
    /// The term.
    pub text: String,
}

impl Word {
    /// The word at this place.
    pub fn new(field: &Field, text: &str) -> Self {
        Self {
            field: field.clone(),
            text: text.to_owned(),
        }
    }
}

/// What the shards told so far, of live documents.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// Documents of the index.
    pub documents: u64,
    /// Words in text slots.
    pub tokens: BTreeMap<Slot, u64>,
    /// Documents that have a word.
    pub frequencies: HashMap<Word, u64>,
    /// What is similar to a word.
    pub expansions: Expanded,
}

/// What must be known to go on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lacking {
    /// Words whose frequencies are wanted, in their order.
    pub words: BTreeSet<Word>,
    /// Slots whose lengths are wanted.
    pub slots: BTreeSet<Slot>,
    /// Words whose similar ones are wanted, in the order of their discovery.
    pub expansions: Vec<Expansion>,
}

impl Lacking {
    /// Whether nothing is.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty() && self.slots.is_empty() && self.expansions.is_empty()
    }
}

impl Known {
    /// In how many documents a word is; if that is not known, it is noted.
    pub(super) fn frequency(&self, field: &Field, text: &str, lacking: &mut Lacking) -> Option<u64> {
        let word = Word::new(field, text);
        let known = self.frequencies.get(&word).copied();
        if known.is_none() {
            lacking.words.insert(word);
        }
        known
    }

    /// The terms that are similar to a word; if they are not known, that is noted.
    pub(super) fn similar(&self, expansion: &Expansion, lacking: &mut Lacking) -> Option<&[String]> {
        let known = self.expansions.get(expansion);
        if known.is_none() && !lacking.expansions.contains(expansion) {
            lacking.expansions.push(expansion.clone());
        }
        known.map(Vec::as_slice)
    }

    /// How many words a place holds in all; of exact fields, which do not count them, one for each document.
    pub(super) fn vocabulary(&self, field: &Field, lacking: &mut Lacking) -> Option<u64> {
        let Field::Text(slot) = field else {
            return Some(self.documents);
        };
        let known = self.tokens.get(slot).copied();
        if known.is_none() {
            lacking.slots.insert(*slot);
        }
        known
    }
}
