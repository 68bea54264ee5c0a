//! The words of an invented language: pronounceable, all different, and short where they are frequent.
//!
//! A word is one to three syllables, each an onset of consonants and a nucleus of vowels, and a coda of consonants. It can
//! be taken apart in one way only, since consonants and vowels take turns: different parts make different words. Codas
//! and nuclei are such that there are words in -s, -ed, -er, -ing and -ent, for stemmers to work on.

use super::order::Order;
use super::random::{Purpose, Random};

const ONSETS: [&str; 30] = [
    "b", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "bl", "br", "ch", "dr",
    "fl", "gr", "kl", "kr", "pl", "pr", "sh", "st", "th", "tr",
];
const NUCLEI: [&str; 7] = ["a", "e", "i", "o", "u", "ea", "ou"];
const CODAS: [&str; 9] = ["", "d", "l", "n", "ng", "nt", "r", "s", "st"];

const SYLLABLES: u64 = (ONSETS.len() * NUCLEI.len()) as u64;
/// Three syllables of four letters, and a coda of two.
const LETTERS_MAX: usize = 14;

/// The most frequent words have one syllable …
const ONE_SYLLABLE_RANKS: u32 = 400;
/// … and those up to here two, so that a running text has five letters to a word, as English has.
const TWO_SYLLABLE_RANKS: u32 = 20_000;

/// A language: which word stands for which number.
#[derive(Debug)]
pub(super) struct Language {
    /// For words of one, two and three syllables.
    orders: [Order; 3],
}

impl Language {
    /// The language of a seed; `purpose` and `dialect` make several that are independent.
    pub(super) fn new(seed: u64, purpose: Purpose, dialect: u64) -> Self {
        let mut random = Random::new(seed, purpose, dialect);
        let orders = [1, 2, 3].map(|syllables| {
            let words = SYLLABLES.pow(syllables) * CODAS.len() as u64;
            Order::new(words, &mut random)
        });
        Self { orders }
    }

    /// Appends the word for a rank: different ranks have different words.
    pub(super) fn push_ranked(&self, rank: u32, text: &mut Vec<u8>) {
        let (syllables, before) = match rank {
            ..ONE_SYLLABLE_RANKS => (1, 0),
            ONE_SYLLABLE_RANKS..TWO_SYLLABLE_RANKS => (2, ONE_SYLLABLE_RANKS),
            TWO_SYLLABLE_RANKS.. => (3, TWO_SYLLABLE_RANKS),
        };
        self.push(syllables, rank - before, text);
    }

    /// Appends word `number` of those with so many syllables, 1 to 3.
    pub(super) fn push(&self, syllables: usize, number: u32, text: &mut Vec<u8>) {
        let order = &self.orders[syllables - 1];
        let (coda, mut rest) = split(order.at(u64::from(number)), CODAS.len());
        for _ in 0..syllables {
            let (nucleus, above) = split(rest, NUCLEI.len());
            let (onset, above) = split(above, ONSETS.len());
            text.extend_from_slice(ONSETS[onset].as_bytes());
            text.extend_from_slice(NUCLEI[nucleus].as_bytes());
            rest = above;
        }
        text.extend_from_slice(CODAS[coda].as_bytes());
    }
}

/// The lowest digit of a number to a base, and what is above it.
fn split(number: u64, base: usize) -> (usize, u64) {
    let base = base as u64;
    let digit = usize::try_from(number % base).expect("a digit is below its base");
    (digit, number / base)
}

/// All words of a vocabulary, each with a space behind it and ready to be copied in one piece.
#[derive(Debug)]
pub(super) struct Vocabulary {
    slots: Vec<Slot>,
}

/// A word and its space, and in the last byte how many bytes these are.
#[derive(Clone, Copy, Debug)]
struct Slot([u8; LETTERS_MAX + 2]);

impl Vocabulary {
    /// The words on the ranks from 0 to before `words`.
    pub(super) fn new(seed: u64, words: u32) -> Self {
        let language = Language::new(seed, Purpose::Words, 0);
        let mut text = Vec::new();
        let slots = (0..words).map(|rank| {
            text.clear();
            language.push_ranked(rank, &mut text);
            text.push(b' ');
            let mut slot = [0; LETTERS_MAX + 2];
            slot[..text.len()].copy_from_slice(&text);
            slot[LETTERS_MAX + 1] = u8::try_from(text.len()).expect("fifteen at most");
            Slot(slot)
        });
        let mut slots: Vec<Slot> = slots.collect();
        // The shortest of the shortest first: half of what is said are these words.
        let short = slots.len().min(ONE_SYLLABLE_RANKS as usize);
        slots[..short].sort_by_key(|slot| slot.0[LETTERS_MAX + 1]);
        Self { slots }
    }

    /// Appends the word on a rank and a space.
    #[inline]
    pub(super) fn push(&self, rank: u32, text: &mut Vec<u8>) {
        let slot = &self.slots[rank as usize].0;
        let end = text.len() + usize::from(slot[LETTERS_MAX + 1]);
        // Copying all of it and forgetting the rest is faster than copying as much as there is.
        text.extend_from_slice(slot);
        text.truncate(end);
    }

    /// The word on a rank.
    pub(super) fn word(&self, rank: u32) -> &str {
        let slot = &self.slots[rank as usize].0;
        let letters = usize::from(slot[LETTERS_MAX + 1]) - 1;
        str::from_utf8(&slot[..letters]).expect("words are ASCII")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_word_comes_twice() {
        let vocabulary = Vocabulary::new(7, 300_000);
        let words: HashSet<&str> = (0..300_000).map(|rank| vocabulary.word(rank)).collect();
        assert_eq!(words.len(), 300_000);
    }

    #[test]
    fn frequent_words_are_short() {
        let vocabulary = Vocabulary::new(7, 100_000);
        let mean = |ranks: std::ops::Range<u32>| {
            let count = ranks.len() as f64;
            ranks.map(|rank| vocabulary.word(rank).len()).sum::<usize>() as f64 / count
        };
        let (first, top) = (mean(0..10), mean(0..400));
        let (middle, rare) = (mean(400..20_000), mean(20_000..100_000));
        assert!(
            first == 2.0 && top < 4.5 && top < middle && middle < rare && rare < 11.0,
            "{first}, {top}, {middle}, {rare}"
        );
    }

    #[test]
    fn a_word_is_copied_with_a_space() {
        let vocabulary = Vocabulary::new(7, 1_000);
        let mut text = b"a ".to_vec();
        vocabulary.push(999, &mut text);
        let expected = format!("a {} ", vocabulary.word(999));
        assert_eq!(text, expected.as_bytes());
    }

    #[test]
    fn the_longest_word_fits() {
        let longest = |parts: &[&str]| parts.iter().map(|part| part.len()).max().unwrap_or(0);
        assert_eq!(
            3 * (longest(&ONSETS) + longest(&NUCLEI)) + longest(&CODAS),
            LETTERS_MAX
        );
        let apart = |parts: &[&str], vowels: bool| {
            parts
                .iter()
                .flat_map(|part| part.chars())
                .all(|c| "aeiou".contains(c) == vowels)
        };
        assert!(apart(&ONSETS, false) && apart(&CODAS, false) && apart(&NUCLEI, true));
    }

    #[test]
    fn languages_differ_by_seed() {
        let words = |seed| {
            let vocabulary = Vocabulary::new(seed, 50);
            (0..50)
                .map(|rank| vocabulary.word(rank).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(words(1), words(1));
        assert_ne!(words(1), words(2));
    }
}
