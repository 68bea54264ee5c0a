//! Words that stand for terms of the index: what they stand for is asked of all shards, and then the query is resolved again.

use std::collections::{BTreeMap, HashMap, HashSet};

use shared::pattern::Fuzzy;
use shared::wire::Statistics;
use shared::wire::clause::{Expansion, ExpansionKind, LeafQuery};

/// What words stand for, as far as it is known.
pub type Expanded = HashMap<Expansion, Vec<String>>;

/// A resolved query.
#[derive(Clone, Debug, PartialEq)]
pub struct Resolved {
    /// What leaves execute.
    pub query: LeafQuery,
    /// Terms that are scored as one.
    pub blends: Vec<Blend>,
    /// Words of which it was not known what they stand for; they were taken to stand for nothing.
    pub unknown: Vec<Expansion>,
}

/// Terms, by their places in the table, whose document frequencies are made alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blend {
    /// What a fuzzy word stands for: all get the greatest frequency (Lucene's `TopTermsBlendedFreqScoringRewrite`).
    Same(Vec<u32>),
    /// A word in several fields that are taken for one: all get about the greatest frequency, rarer ones a little more, so
    /// that the field in which the word is most frequent scores best (Elasticsearch's `BlendedTermQuery`).
    Fields(Vec<u32>),
}

impl Blend {
    /// The same in a table in which others come before.
    pub fn shifted(&self, before: u32) -> Self {
        let shifted = |terms: &[u32]| terms.iter().map(|term| term + before).collect();
        match self {
            Self::Same(terms) => Self::Same(shifted(terms)),
            Self::Fields(terms) => Self::Fields(shifted(terms)),
        }
    }
}

/// Makes document frequencies alike where the query says so.
pub fn blend(statistics: &mut Statistics, blends: &[Blend]) {
    for blend in blends {
        let (Blend::Same(terms) | Blend::Fields(terms)) = blend;
        let frequency = |term: &u32| statistics.frequencies.get(*term as usize).copied().unwrap_or(0);
        let known: Vec<(u32, u64)> = terms.iter().map(|term| (*term, frequency(term))).collect();
        let greatest = known.iter().map(|(_, frequency)| *frequency).max().unwrap_or(0);
        let mut set = |term: u32, frequency: u64| {
            if let Some(at) = statistics.frequencies.get_mut(term as usize) {
                *at = frequency;
            }
        };
        match blend {
            Blend::Same(_) => known.iter().for_each(|(term, _)| set(*term, greatest)),
            Blend::Fields(_) => {
                let mut by_frequency: BTreeMap<u64, Vec<u32>> = BTreeMap::new();
                for (term, frequency) in known {
                    by_frequency.entry(frequency).or_default().push(term);
                }
                // A term that nothing has stays one that nothing has.
                let with_any = by_frequency
                    .into_iter()
                    .rev()
                    .filter(|(frequency, _)| *frequency > 0);
                for (more, (_, terms)) in (0..).zip(with_any) {
                    for term in terms {
                        set(term, greatest + more);
                    }
                }
            }
        }
    }
}

/// The best of what the shards told, best first.
pub fn best(expansion: &Expansion, told: impl Iterator<Item = String>) -> Vec<String> {
    let mut distinct = HashSet::new();
    let mut keyed: Vec<(u32, String)> = told
        .filter(|term| distinct.insert(term.clone()))
        .filter_map(|term| Some((key(expansion, &term)?, term)))
        .collect();
    keyed.sort_unstable();
    let best = keyed.into_iter().take(expansion.terms_max as usize);
    best.map(|(_, term)| term).collect()
}

/// Less for better terms.
fn key(expansion: &Expansion, term: &str) -> Option<u32> {
    match expansion.kind {
        ExpansionKind::Prefix => Some(0),
        // Similarities are in 0..=1, so that the bits of the difference to 1 are in their order.
        ExpansionKind::Fuzzy { .. } => Some((1.0 - fuzzy(expansion).similarity(term)?).to_bits()),
    }
}

/// The automaton of a fuzzy word.
pub(super) fn fuzzy(expansion: &Expansion) -> Fuzzy {
    match expansion.kind {
        ExpansionKind::Prefix => Fuzzy::new(&expansion.text, 0, 0, false),
        ExpansionKind::Fuzzy {
            distance,
            prefix_length,
            transpositions,
        } => {
            let prefix_length = usize::try_from(prefix_length).unwrap_or(usize::MAX);
            Fuzzy::new(&expansion.text, distance, prefix_length, transpositions)
        }
    }
}

#[cfg(test)]
mod tests {
    use shared::wire::clause::Field;

    use super::*;

    fn expansion(kind: ExpansionKind) -> Expansion {
        Expansion {
            field: Field::Text(0),
            text: "whale".to_owned(),
            kind,
            terms_max: 3,
        }
    }

    #[test]
    fn the_best_of_all_shards_are_the_most_similar_then_the_first() {
        let kind = ExpansionKind::Fuzzy {
            distance: 2,
            prefix_length: 0,
            transpositions: true,
        };
        let told = ["while", "shale", "whale", "whale", "whales", "hale", "zebra"];
        let best_of = |kind| best(&expansion(kind), told.into_iter().map(str::to_owned));
        assert_eq!(best_of(kind), ["whale", "shale", "whales"]);
        assert_eq!(best_of(ExpansionKind::Prefix), ["hale", "shale", "whale"]);
    }

    #[test]
    fn blended_terms_are_about_as_frequent() {
        let mut statistics = Statistics {
            documents: 100,
            tokens: vec![],
            frequencies: vec![3, 9, 0, 4, 4, 7, 0],
        };
        blend(
            &mut statistics,
            &[
                Blend::Same(vec![0, 1]),
                Blend::Fields(vec![2, 3, 4, 5]),
                Blend::Same(vec![]),
            ],
        );
        assert_eq!(statistics.frequencies, [9, 9, 0, 8, 8, 7, 0]);
    }
}
