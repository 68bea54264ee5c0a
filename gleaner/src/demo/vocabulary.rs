//! Pairs of words that stand together in the titles of a corpus: queries that it can answer.

use std::collections::HashMap;

/// The shortest word that is worth a query, in characters.
const WORD_CHARS_MIN: usize = 4;
/// Words that say nothing about what a text is about.
const EMPTY_WORDS: [&str; 21] = [
    "about", "after", "and", "based", "between", "from", "have", "into", "over", "some", "that", "the",
    "their", "this", "using", "versus", "what", "when", "where", "which", "with",
];

/// Pairs of neighbouring words, the most frequent first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Vocabulary {
    /// The pairs, no word in more than one of them.
    pub(super) pairs: Vec<(String, String)>,
}

impl Vocabulary {
    /// Looks at the titles of a sample.
    pub(super) fn of<'title>(titles: impl IntoIterator<Item = &'title str>) -> Self {
        let mut counts: HashMap<(String, String), usize> = HashMap::new();
        for title in titles {
            let words: Vec<&str> = title.split_whitespace().collect();
            for pair in words.windows(2) {
                if let [first, second] = pair
                    && let (Some(first), Some(second)) = (telling(first), telling(second))
                {
                    *counts.entry((first, second)).or_default() += 1;
                }
            }
        }
        let mut counted: Vec<((String, String), usize)> = counts.into_iter().collect();
        // By the words themselves where they are equally frequent: the same corpus always asks the same.
        counted.sort_unstable_by(|(left, left_count), (right, right_count)| {
            right_count.cmp(left_count).then_with(|| left.cmp(right))
        });
        let mut vocabulary = Self::default();
        for ((first, second), _) in counted {
            if !vocabulary.has(&first) && !vocabulary.has(&second) && first != second {
                vocabulary.pairs.push((first, second));
            }
            if vocabulary.pairs.len() == super::questions::PAIRS {
                break;
            }
        }
        vocabulary
    }

    fn has(&self, word: &str) -> bool {
        self.pairs
            .iter()
            .any(|(first, second)| first == word || second == word)
    }
}

/// The word in lower case, if it is one that says something. One that ends in punctuation has no neighbour.
fn telling(word: &str) -> Option<String> {
    let tells = word.chars().count() >= WORD_CHARS_MIN && word.chars().all(char::is_alphabetic);
    let word = word.to_lowercase();
    (tells && !EMPTY_WORDS.contains(&word.as_str())).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frequent_neighbours_come_first_and_no_word_twice() {
        let titles = [
            "The magnetic field of stars",
            "A Magnetic Field",
            "magnetic moments, revisited",
            "On neural networks",
        ];
        let pair = |first: &str, second: &str| (first.to_owned(), second.to_owned());
        assert_eq!(
            Vocabulary::of(titles).pairs,
            [pair("magnetic", "field"), pair("neural", "networks")]
        );
        assert_eq!(Vocabulary::of(["x", ""]), Vocabulary::default());
    }
}
