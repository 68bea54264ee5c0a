//! Suggestions over an index that answers everything it is asked.

use std::collections::BTreeSet;

use rand::RngExt as _;
use shared::random;
use shared::wire::clause::Field;

use super::phrase::{Corrections, Generator, Phrase};
use super::spelling::{By, Mode, Spelling};
use super::term::Term;
use super::*;
use crate::resolve::best;

const PLACE: Field = Field::Text(0);

/// An index of one text field, whose combinations of words are terms too.
struct Index {
    documents: Vec<BTreeSet<String>>,
    tokens: u64,
}

impl Index {
    fn of(texts: &[&str]) -> Self {
        let words = |text: &&str| -> Vec<String> { text.split(' ').map(str::to_owned).collect() };
        let grams = |text: &&str| {
            let words = words(text);
            let of = |length: usize| {
                let grams: Vec<String> = words.windows(length).map(|gram| gram.join(" ")).collect();
                grams
            };
            (1..=3).flat_map(of).collect::<BTreeSet<String>>()
        };
        Self {
            documents: texts.iter().map(grams).collect(),
            tokens: texts.iter().map(|text| words(text).len() as u64).sum(),
        }
    }

    fn frequency(&self, term: &str) -> u64 {
        self.documents.iter().filter(|terms| terms.contains(term)).count() as u64
    }

    /// What comes of a computation that is told whatever it lacks, and how often it had to ask.
    fn told<T>(&self, compute: impl Fn(&Known, &mut Lacking) -> Option<T>) -> (T, usize) {
        let mut known = Known::default();
        for rounds in 0..10 {
            let mut lacking = Lacking::default();
            if let Some(done) = compute(&known, &mut lacking) {
                return (done, rounds);
            }
            assert!(!lacking.is_empty(), "it is not done, and lacks nothing");
            known.documents = self.documents.len() as u64;
            for word in lacking.words {
                let frequency = self.frequency(&word.text);
                known.frequencies.insert(word, frequency);
            }
            known
                .tokens
                .extend(lacking.slots.into_iter().map(|slot| (slot, self.tokens)));
            let all: BTreeSet<String> = self.documents.iter().flatten().cloned().collect();
            for expansion in lacking.expansions {
                let similar = best(&expansion, all.iter().cloned());
                known.expansions.insert(expansion, similar);
            }
        }
        panic!("it asks for ever");
    }

    fn similar(&self, word: &str, spelling: Spelling) -> Vec<(String, u64)> {
        let compute =
            |known: &Known, lacking: &mut Lacking| spelling.similar((&PLACE, word), 5, 0, known, lacking);
        let similar = self.told(compute).0.into_iter();
        similar.map(|similar| (similar.text, similar.frequency)).collect()
    }

    fn corrections(&self, phrase: &Phrase) -> Corrections {
        self.told(|known, lacking| phrase.corrections(known, lacking)).0
    }
}

fn pairs(pairs: &[(&str, u64)]) -> Vec<(String, u64)> {
    pairs
        .iter()
        .map(|(text, frequency)| ((*text).to_owned(), *frequency))
        .collect()
}

fn whales() -> Index {
    Index::of(&[
        "whale",
        "whale",
        "whale shale",
        "whole",
        "while",
        "while",
        "scale",
        "whales",
        "blue",
    ])
}

#[test]
fn similar_words_come_by_similarity_then_frequency_then_text() {
    let found = whales().similar("wahle", Spelling::default());
    assert_eq!(
        found,
        pairs(&[("whale", 3), ("while", 2), ("whales", 1), ("whole", 1)])
    );
}

#[test]
fn by_frequency_the_most_frequent_come_first() {
    let spelling = Spelling {
        by: By::Frequency,
        prefix_length: 0,
        mode: Mode::Always,
        ..Spelling::default()
    };
    let found = whales().similar("shale", spelling);
    assert_eq!(found[0], ("whale".to_owned(), 3));
}

#[test]
fn modes_say_which_words_have_suggestions() {
    let of = |mode| Spelling {
        mode,
        frequency_max: 5.0,
        ..Spelling::default()
    };
    let index = whales();
    assert!(index.similar("while", of(Mode::Missing)).is_empty());
    assert_eq!(index.similar("while", of(Mode::Popular)), pairs(&[("whale", 3)]));
    assert_eq!(index.similar("while", of(Mode::Always)).len(), 3);
    let frequent = Spelling {
        frequency_max: 0.1,
        ..of(Mode::Always)
    };
    assert!(
        index.similar("whale", frequent).is_empty(),
        "frequent words are spelt well"
    );
}

#[test]
fn short_words_and_rare_candidates_are_left_out() {
    let index = whales();
    assert!(index.similar("whe", Spelling::default()).is_empty());
    let frequent = Spelling {
        frequency_min: 1.0,
        ..Spelling::default()
    };
    assert_eq!(
        index.similar("wahle", frequent),
        pairs(&[("whale", 3), ("while", 2)])
    );
}

#[test]
fn missing_words_take_three_rounds_and_others_one() {
    let index = whales();
    let term = |text: &str| Term {
        field: PLACE,
        words: vec![Spoken {
            text: text.to_owned(),
            offset: 0,
            length: text.len(),
        }],
        size: 5,
        ranked: 5,
        spelling: Spelling::default(),
    };
    let (missing, known) = (term("wahle"), term("whale"));
    assert_eq!(index.told(|all, lacking| missing.entries(all, lacking)).1, 3);
    assert_eq!(index.told(|all, lacking| known.entries(all, lacking)).1, 1);
}

fn phrase(text: &str, gram_size: u32) -> Phrase {
    Phrase {
        text: text.to_owned(),
        field: PLACE,
        words: text.split(' ').map(|word| vec![word.to_owned()]).collect(),
        generators: vec![Generator {
            field: PLACE,
            size: 5,
            spelling: Spelling {
                mode: Mode::Always,
                prefix_length: 1,
                frequency_max: 100.0,
                ..Spelling::default()
            },
        }],
        gram_size,
        separator: " ".to_owned(),
        real_word_likelihood: 0.95,
        confidence: 1.0,
        errors_max: 2.0,
        words_max: 10,
        size: 5,
        ranked: 5,
        highlight: Some(("<em>".to_owned(), "</em>".to_owned())),
        smoothing: Smoothing::default(),
    }
}

fn sea() -> Index {
    Index::of(&[
        "the white whale swims",
        "the white whale dives",
        "a white whale",
        "white wheat",
        "while the wheat grows",
        "wheat",
        "wheat",
    ])
}

#[test]
fn a_text_is_corrected_to_what_the_index_says_more_often() {
    for gram_size in [1, 2, 3] {
        let found = sea().corrections(&phrase("whiet whlae swims", gram_size));
        let first = &found.texts[0];
        assert_eq!(first.text, "white whale swims", "{gram_size}");
        assert_eq!(first.highlighted.as_deref(), Some("<em>white whale</em> swims"));
        assert!(found.texts.iter().all(|text| text.score > found.cutoff));
    }
}

#[test]
fn combinations_decide_between_real_words() {
    let index = sea();
    let found = |gram_size| index.corrections(&phrase("white wheel", gram_size)).texts;
    assert_eq!(found(1)[0].text, "white wheat", "the more frequent word");
    assert_eq!(found(2)[0].text, "white whale", "the more frequent combination");
}

#[test]
fn nothing_is_suggested_for_what_is_as_likely_as_can_be() {
    let found = sea().corrections(&phrase("the white whale", 2));
    assert_eq!(found.texts, []);
    let mut all = phrase("the white whale", 2);
    all.confidence = 0.0;
    assert_eq!(sea().corrections(&all).texts[0].text, "the white whale");
}

#[test]
fn every_smoothing_finds_the_likely_text() {
    for smoothing in [
        Smoothing::StupidBackoff { discount: 0.4 },
        Smoothing::Laplace { alpha: 0.5 },
        Smoothing::Linear {
            trigram: 0.5,
            bigram: 0.3,
            unigram: 0.2,
        },
    ] {
        let phrase = Phrase {
            smoothing,
            ..phrase("the white whlae", 3)
        };
        let found = sea().corrections(&phrase);
        assert_eq!(found.texts[0].text, "the white whale", "{smoothing:?}");
    }
}

#[test]
fn texts_of_too_many_words_and_of_none_have_no_suggestions() {
    let long = phrase(&["whlae"; 10].join(" "), 1);
    let empty = Phrase {
        words: Vec::new(),
        ..phrase("", 1)
    };
    for phrase in [long, empty] {
        assert_eq!(sea().corrections(&phrase), Corrections::default());
    }
}

#[test]
fn an_empty_index_suggests_nothing() {
    let index = Index::of(&[]);
    assert!(index.similar("whale", Spelling::default()).is_empty());
    assert!(index.corrections(&phrase("white whale", 3)).texts.is_empty());
}

/// Whatever is asked of whatever index: nothing panics, nothing is suggested that is too far away, or not in the index.
#[test]
fn suggestions_are_words_of_the_index_within_the_edits() {
    let mut rng = random::from_seed(11);
    let letters = ["a", "b", "é", "🐋", "c"];
    for _ in 0..300 {
        let mut word = |longest: usize| -> String {
            let length = rng.random_range(0..=longest);
            (0..length)
                .map(|_| letters[rng.random_range(0..letters.len())])
                .collect()
        };
        let texts: Vec<String> = (0..20).map(|_| format!("{} {}", word(6), word(6))).collect();
        let asked = word(7);
        let index = Index::of(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        let spelling = Spelling {
            mode: [Mode::Missing, Mode::Popular, Mode::Always][rng.random_range(0..3)],
            by: [By::Score, By::Frequency][rng.random_range(0..2)],
            distance: [Distance::Internal, Distance::JaroWinkler, Distance::Ngram][rng.random_range(0..3)],
            accuracy: [0.0, 0.5, 1.0][rng.random_range(0..3)],
            edits_max: rng.random_range(1..=2),
            prefix_length: rng.random_range(0..4),
            word_length_min: rng.random_range(0..5),
            inspections: rng.random_range(0..6),
            frequency_min: [0.0, 0.1, 2.0][rng.random_range(0..3)],
            frequency_max: [0.0, 0.5, 3.0, 1e30][rng.random_range(0..4)],
        };
        let chars = |text: &str| text.chars().collect::<Vec<char>>();
        for (text, frequency) in index.similar(&asked, spelling) {
            let edits = distance::edits(&chars(&asked), &chars(&text), true);
            assert!(
                (1..=usize::from(spelling.edits_max)).contains(&edits),
                "{asked} {text} {spelling:?}"
            );
            assert_eq!(frequency, index.frequency(&text));
            let common = spelling.prefix_length as usize;
            assert!(
                asked.chars().take(common).eq(text.chars().take(common)),
                "{asked} {text}"
            );
        }
        let mut phrase = phrase(&format!("{asked} {}", texts[0]), rng.random_range(1..5));
        phrase.generators[0].spelling = spelling;
        phrase.confidence = f64::from(rng.random_range(0..3));
        let found = index.corrections(&phrase);
        assert!(found.texts.len() <= 5 && found.texts.iter().all(|text| text.score.is_finite()));
    }
}
