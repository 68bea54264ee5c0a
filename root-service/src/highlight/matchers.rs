//! What is looked for in a field, ready to be run over the tokens of a text, and what it finds there.

use std::collections::HashMap;

use shared::analysis::Token;
use shared::pattern::{Automaton, Dfa, Fuzzy};

use super::phrases::Places;
use super::wanted::{Phrase, Wanted, Word};

/// A marked piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    /// Where it begins, in bytes.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// The number of what was looked for.
    pub(super) wanted: u32,
}

/// Words and phrases to find.
#[derive(Default)]
pub(super) struct Matchers {
    exact: HashMap<String, u32>,
    loose: Vec<(Loose, u32)>,
    /// For each word, what it is for.
    uses: Vec<Uses>,
    phrases: Vec<Phrase>,
}

/// A word that stands for others.
enum Loose {
    Pattern(Dfa),
    Fuzzy(Fuzzy),
}

/// What a word is for.
#[derive(Clone, Default)]
struct Uses {
    /// Whether it is marked wherever it stands.
    alone: bool,
    /// The phrases and places in them that it is for.
    in_phrases: Vec<(u32, u32)>,
}

impl Matchers {
    /// What any of these look for.
    pub(super) fn new<'a>(wanted: impl IntoIterator<Item = &'a Wanted>) -> Self {
        let mut matchers = Self::default();
        let mut numbers: HashMap<Word, u32> = HashMap::new();
        for wanted in wanted {
            for word in &wanted.words {
                if let Some(number) = matchers.word(&mut numbers, word) {
                    matchers.uses[number as usize].alone = true;
                }
            }
            for phrase in &wanted.phrases {
                if !matchers.phrases.contains(phrase) {
                    matchers.phrase(&mut numbers, phrase);
                }
            }
        }
        matchers
    }

    /// Whether nothing is looked for.
    pub(super) fn is_empty(&self) -> bool {
        self.uses.is_empty()
    }

    /// How many things are looked for: their numbers are below this.
    pub(super) fn count(&self) -> u32 {
        let count = self.uses.len() + self.phrases.len();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// How often a text is gone through, about.
    pub(super) fn passes(&self) -> usize {
        1 + self.loose.len() + self.phrases.len()
    }

    fn phrase(&mut self, numbers: &mut HashMap<Word, u32>, phrase: &Phrase) {
        let number = u32::try_from(self.phrases.len()).unwrap_or(u32::MAX);
        for (place, (_, words)) in (0..).zip(&phrase.places) {
            for word in words {
                if let Some(word) = self.word(numbers, word) {
                    self.uses[word as usize].in_phrases.push((number, place));
                }
            }
        }
        self.phrases.push(phrase.clone());
    }

    /// The number of a word; none for a pattern that cannot be, which no search gets this far with.
    fn word(&mut self, numbers: &mut HashMap<Word, u32>, word: &Word) -> Option<u32> {
        if let Some(number) = numbers.get(word) {
            return Some(*number);
        }
        let number = u32::try_from(self.uses.len()).ok()?;
        match word {
            Word::Is(text) => {
                self.exact.insert(text.clone(), number);
            }
            Word::Fits(pattern) => {
                let compiled = pattern.compile().ok()?;
                self.loose.push((Loose::Pattern(compiled), number));
            }
            Word::Near {
                text,
                distance,
                prefix_length,
                transpositions,
            } => {
                let prefix_length = usize::try_from(*prefix_length).unwrap_or(usize::MAX);
                let fuzzy = Fuzzy::new(text, *distance, prefix_length, *transpositions);
                self.loose.push((Loose::Fuzzy(fuzzy), number));
            }
        }
        self.uses.push(Uses::default());
        numbers.insert(word.clone(), number);
        Some(number)
    }

    /// What is found among the tokens of a text, in the order of the text. One piece may be found several times.
    pub(super) fn marks(&self, tokens: &[Token]) -> Vec<Mark> {
        let mut marks = Vec::new();
        let mut phrases: Vec<Places> = self.phrases.iter().map(Places::of).collect();
        for (nth, token) in tokens.iter().enumerate() {
            self.each_word(&token.text, |word| {
                let uses = &self.uses[word as usize];
                if uses.alone {
                    marks.push(Mark {
                        start: token.start,
                        end: token.end,
                        wanted: word,
                    });
                }
                for (phrase, place) in &uses.in_phrases {
                    phrases[*phrase as usize].add(*place, token.position, nth);
                }
            });
        }
        let words = u32::try_from(self.uses.len()).unwrap_or(u32::MAX);
        for (phrase, places) in (words..).zip(phrases) {
            marks.extend(places.matching().into_iter().map(|nth| Mark {
                start: tokens[nth].start,
                end: tokens[nth].end,
                wanted: phrase,
            }));
        }
        marks.sort_unstable();
        marks
    }

    fn each_word(&self, text: &str, mut found: impl FnMut(u32)) {
        if let Some(word) = self.exact.get(text) {
            found(*word);
        }
        for (loose, word) in &self.loose {
            if loose.accepts(text) {
                found(*word);
            }
        }
    }
}

impl Loose {
    fn accepts(&self, text: &str) -> bool {
        match self {
            Self::Pattern(dfa) => accepts(dfa, text),
            // A word of which nothing is the same is not similar, however few edits it is away.
            Self::Fuzzy(fuzzy) => accepts(fuzzy, text) && fuzzy.similarity(text).is_some(),
        }
    }
}

/// Whether a text matches; most do not, and are given up early.
fn accepts<A: Automaton>(automaton: &A, text: &str) -> bool {
    let mut state = automaton.start();
    for c in text.chars() {
        if automaton.is_dead(state) {
            return false;
        }
        state = automaton.step(state, c);
    }
    automaton.is_match(state)
}
