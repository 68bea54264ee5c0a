//! The best completions of many, the same in whatever order they come.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};

/// Where a completion comes among others: higher scores first, then by text, then by document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ranked {
    /// Its weight, and how much of it was looked for.
    pub score: u64,
    /// Its text.
    pub text: String,
    /// The document's key.
    pub key: u64,
    /// The document's id.
    pub id: String,
}

impl Ord for Ranked {
    fn cmp(&self, other: &Self) -> Ordering {
        other
            .score
            .cmp(&self.score)
            .then_with(|| self.text.cmp(&other.text))
            .then(self.key.cmp(&other.key))
            .then_with(|| self.id.cmp(&other.id))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The best so far, with what belongs to them: one of each document, or one of each text.
#[derive(Debug)]
pub struct Best<T> {
    max: usize,
    distinct: bool,
    pub(super) sorted: BTreeMap<Ranked, T>,
    /// By what there is one of.
    places: HashMap<Unique, Ranked>,
}

/// What there is one of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Unique {
    /// A document, by its id.
    Document(String),
    /// A text.
    Text(String),
}

impl<T> Best<T> {
    /// At most `max`. If they are to be `distinct`, no two have the same text; else no two are of the same document.
    pub fn new(max: usize, distinct: bool) -> Self {
        Self {
            max,
            distinct,
            sorted: BTreeMap::new(),
            places: HashMap::new(),
        }
    }

    /// Whether a completion of this score and text, of a document with a key not below this, could be among the best.
    pub fn could_have(&self, score: u64, text: &str, key: u64) -> bool {
        if self.sorted.len() < self.max {
            return true;
        }
        // Higher scores come first, and lower texts and keys.
        let last = self.sorted.last_key_value();
        last.is_some_and(|(last, _)| (last.score, text, key) <= (score, last.text.as_str(), last.key))
    }

    /// Takes one in, if it is among the best.
    pub fn add(&mut self, ranked: Ranked, of: T) {
        let unique = self.unique(&ranked);
        if let Some(other) = self.places.get(&unique) {
            if *other <= ranked {
                return;
            }
            self.sorted.remove(other);
        } else if self.sorted.len() >= self.max {
            if self
                .sorted
                .last_key_value()
                .is_none_or(|(last, _)| *last <= ranked)
            {
                return;
            }
            if let Some((last, _)) = self.sorted.pop_last() {
                self.places.remove(&self.unique(&last));
            }
        }
        self.places.insert(unique, ranked.clone());
        self.sorted.insert(ranked, of);
    }

    /// All of them, best first.
    pub fn into_sorted(self) -> impl Iterator<Item = T> {
        self.sorted.into_values()
    }

    /// All of them with their places, best first.
    pub fn into_ranked(self) -> impl Iterator<Item = (Ranked, T)> {
        self.sorted.into_iter()
    }

    fn unique(&self, ranked: &Ranked) -> Unique {
        if self.distinct {
            Unique::Text(ranked.text.clone())
        } else {
            Unique::Document(ranked.id.clone())
        }
    }
}
