//! The phrase suggester: likelier texts for a text, by a noisy channel and a language model of the index's words.
//!
//! What Elasticsearch takes from total frequencies is taken from document frequencies here, which shards tell of live documents.

use std::collections::{BTreeSet, HashMap};

use shared::wire::clause::Field;

use super::channel::{self, Path};
use super::known::{Known, Lacking};
use super::model::{Counts, Model, Smoothing};
use super::result::Corrected;
use super::spelling::{Mode, Spelling};

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Phrase {
    /// The text.
    pub text: String,
    /// Where the language model's words are.
    pub field: Field,
    /// Each word of the text, with others that stand in its place.
    pub words: Vec<Vec<String>>,
    /// Whence candidates come; at least one.
    pub generators: Vec<Generator>,
    /// How many words of a combination the model looks at.
    pub gram_size: u32,
    /// What stands between the words of a combination.
    pub separator: String,
    /// How likely a word that the index has was meant.
    pub real_word_likelihood: f64,
    /// Texts must be this many times as likely as the one that was given.
    pub confidence: f64,
    /// How many words may be misspelt: a number, or a share below 1.
    pub errors_max: f64,
    /// Texts of so many words or more have no suggestions.
    pub words_max: usize,
    /// How many texts are shown.
    pub size: u32,
    /// How many candidates there are for a word, and how many texts are ranked.
    pub ranked: u32,
    /// What is put around words that were changed.
    pub highlight: Option<(String, String)>,
    /// What the model says of combinations that the index does not have.
    pub smoothing: Smoothing,
}

/// Whence candidates come.
#[derive(Clone, Debug, PartialEq)]
pub struct Generator {
    /// Where words are looked for.
    pub field: Field,
    /// How many for a word.
    pub size: u32,
    /// How.
    pub spelling: Spelling,
}

/// A word that may have been meant.
#[derive(Clone, Debug, PartialEq)]
struct Candidate {
    text: String,
    /// How similar it is to what was heard.
    channel: f64,
    /// In how many documents it is.
    frequency: u64,
}

/// What a text comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Corrections {
    /// Those that are more likely, best first.
    pub texts: Vec<Corrected>,
    /// They score more than this.
    pub cutoff: f64,
}

/// Frequencies of combinations: by place, and the candidates of that place and of those before it.
#[derive(Debug, Default)]
struct Grams {
    words: HashMap<(usize, usize), u64>,
    pairs: HashMap<(usize, usize, usize), u64>,
    triples: HashMap<(usize, usize, usize, usize), u64>,
}

impl Phrase {
    /// The likelier texts. `None` if something must be known first, which is noted.
    pub fn corrections(&self, known: &Known, lacking: &mut Lacking) -> Option<Corrections> {
        if self.words.is_empty() || self.words.len() >= self.words_max {
            return Some(Corrections::default());
        }
        let places: Vec<Option<Vec<Candidate>>> = self
            .words
            .iter()
            .map(|words| self.candidates(words, known, lacking))
            .collect();
        let vocabulary = known.vocabulary(&self.field, lacking);
        let places: Vec<Vec<Candidate>> = places.into_iter().collect::<Option<_>>()?;
        let grams = self.grams(&places, known, lacking)?;
        let model = Model {
            smoothing: self.smoothing,
            vocabulary: vocabulary?,
            documents: known.documents,
        };
        Some(self.ranked(&places, &grams, model))
    }

    /// What was heard, and the best candidates for it.
    fn candidates(&self, words: &[String], known: &Known, lacking: &mut Lacking) -> Option<Vec<Candidate>> {
        let first = self.generators.first()?;
        let (heard, others) = words.split_first()?;
        let vocabulary: Vec<Option<u64>> = self
            .generators
            .iter()
            .map(|generator| known.vocabulary(&generator.field, lacking))
            .collect();
        let frequency = known.frequency(&first.field, heard, lacking);
        let mut candidates: Vec<(f64, Candidate)> = Vec::new();
        let mut is_complete = true;
        for other in others {
            match known.frequency(&first.field, other, lacking) {
                None => is_complete = false,
                Some(0) => {}
                Some(frequency) => candidates.push((
                    f64::INFINITY,
                    Candidate {
                        text: other.clone(),
                        channel: self.real_word_likelihood,
                        frequency,
                    },
                )),
            }
        }
        for (generator, vocabulary) in self.generators.iter().zip(&vocabulary) {
            match generator.draw(heard, known, lacking).zip(*vocabulary) {
                None => is_complete = false,
                Some((drawn, vocabulary)) => {
                    let score = |candidate: &Candidate| {
                        candidate.channel * (candidate.frequency as f64 + 1.0) / (vocabulary as f64 + 1.0)
                    };
                    candidates.extend(drawn.into_iter().map(|drawn| (score(&drawn), drawn)));
                }
            }
        }
        let frequency = frequency?;
        if !is_complete {
            return None;
        }
        candidates
            .sort_by(|(a, a_word), (b, b_word)| b.total_cmp(a).then_with(|| a_word.text.cmp(&b_word.text)));
        let mut seen = BTreeSet::from([heard.clone()]);
        candidates.retain(|(_, candidate)| seen.insert(candidate.text.clone()));
        candidates.truncate(self.ranked as usize);
        let heard = Candidate {
            text: heard.clone(),
            channel: 1.0,
            frequency,
        };
        let candidates = candidates.into_iter().map(|(_, candidate)| candidate);
        Some(std::iter::once(heard).chain(candidates).collect())
    }

    /// How often the candidates' combinations are in the index. Three words can only be together where the last two are.
    fn grams(&self, places: &[Vec<Candidate>], known: &Known, lacking: &mut Lacking) -> Option<Grams> {
        let mut grams = Grams::default();
        let mut is_complete = true;
        let mut count = |words: &[&str], lacking: &mut Lacking| {
            let count = known.frequency(&self.field, &words.join(&self.separator), lacking);
            is_complete &= count.is_some();
            count.unwrap_or(0)
        };
        for (at, place) in places.iter().enumerate() {
            for (nth, word) in place.iter().enumerate() {
                grams.words.insert((at, nth), count(&[&word.text], lacking));
            }
        }
        for (at, pair) in (1..).zip(places.windows(2)).filter(|_| self.gram_size > 1) {
            for (before, first) in pair[0].iter().enumerate() {
                for (nth, word) in pair[1].iter().enumerate() {
                    let together = count(&[&first.text, &word.text], lacking);
                    grams.pairs.insert((at, before, nth), together);
                }
            }
        }
        for (at, triple) in (2..).zip(places.windows(3)).filter(|_| self.gram_size > 2) {
            for (before, second) in triple[1].iter().enumerate() {
                for (nth, word) in triple[2].iter().enumerate() {
                    if grams
                        .pairs
                        .get(&(at, before, nth))
                        .is_none_or(|together| *together == 0)
                    {
                        continue;
                    }
                    for (before_it, first) in triple[0].iter().enumerate() {
                        let together = count(&[&first.text, &second.text, &word.text], lacking);
                        grams.triples.insert((at, before_it, before, nth), together);
                    }
                }
            }
        }
        is_complete.then_some(grams)
    }

    fn ranked(&self, places: &[Vec<Candidate>], grams: &Grams, model: Model) -> Corrections {
        let log = |path: &[usize]| {
            let at = path.len() - 1;
            let candidate = &places[at][path[at]];
            // Only what was heard, and what is spelt the same elsewhere, is as similar as that.
            let channel = if candidate.channel >= 1.0 {
                self.real_word_likelihood
            } else {
                candidate.channel
            };
            (channel * self.likely(path, places, grams, model)).log10()
        };
        let heard = vec![0; places.len()];
        let mut cutoff = f64::MIN_POSITIVE;
        if self.confidence > 0.0 {
            let input: f64 = (1..=heard.len()).map(|length| log(&heard[..length])).sum();
            cutoff = input.exp() * self.confidence;
        }
        let counts: Vec<usize> = places.iter().map(Vec::len).collect();
        let memory = (self.gram_size.clamp(1, 3) - 1) as usize;
        let paths = channel::likeliest(&counts, self.errors(), self.ranked as usize, memory, log);
        let mut texts: Vec<Corrected> = paths
            .iter()
            .filter(|path| path.log.exp() > cutoff)
            .map(|path| self.corrected(path, places))
            .collect();
        texts.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.text.cmp(&b.text)));
        texts.truncate(self.size as usize);
        Corrections { texts, cutoff }
    }

    /// How likely the last word of a beginning is after those before it.
    fn likely(&self, path: &[usize], places: &[Vec<Candidate>], grams: &Grams, model: Model) -> f64 {
        let at = path.len() - 1;
        let mut counts = Counts {
            word: grams.words.get(&(at, path[at])).copied().unwrap_or(0),
            ..Counts::default()
        };
        if at == 0 || self.gram_size == 1 {
            return model.unigram(counts);
        }
        counts.before = places[at - 1][path[at - 1]].frequency;
        counts.pair = grams
            .pairs
            .get(&(at, path[at - 1], path[at]))
            .copied()
            .unwrap_or(0);
        if at == 1 || self.gram_size == 2 {
            return model.bigram(counts);
        }
        let triple = (at, path[at - 2], path[at - 1], path[at]);
        counts.triple = grams.triples.get(&triple).copied().unwrap_or(0);
        model.trigram(counts)
    }

    /// How many words may be misspelt.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative; `as` cuts fractions off and saturates"
    )]
    fn errors(&self) -> usize {
        let errors = if self.errors_max >= 1.0 {
            self.errors_max as usize
        } else {
            (self.errors_max * self.words.len() as f64).round() as usize
        };
        errors.max(1)
    }

    fn corrected(&self, path: &Path, places: &[Vec<Candidate>]) -> Corrected {
        let words: Vec<&str> = path
            .choices
            .iter()
            .zip(places)
            .map(|(choice, place)| place[*choice].text.as_str())
            .collect();
        let highlighted = self.highlight.as_ref().map(|(pre, post)| {
            let changed = |at: usize| path.choices.get(at).is_some_and(|choice| *choice > 0);
            let marked = words.iter().enumerate().map(|(at, word)| {
                // Words that were changed one after the other are marked as one.
                let begins = changed(at) && !at.checked_sub(1).is_some_and(changed);
                let ends = changed(at) && !changed(at + 1);
                let (pre, post) = (if begins { pre } else { "" }, if ends { post } else { "" });
                format!("{pre}{word}{post}")
            });
            marked.collect::<Vec<_>>().join(" ")
        });
        Corrected {
            text: words.join(" "),
            highlighted,
            score: path.log.exp(),
        }
    }
}

impl Generator {
    /// The best candidates for a word.
    fn draw(&self, heard: &str, known: &Known, lacking: &mut Lacking) -> Option<Vec<Candidate>> {
        let above = match self.spelling.mode {
            Mode::Always => Some(0),
            Mode::Missing | Mode::Popular => {
                let frequency = known.frequency(&self.field, heard, lacking);
                frequency.map(|frequency| self.threshold(frequency, known.documents))
            }
        };
        let similar = self.spelling.similar(
            (&self.field, heard),
            self.size,
            above.unwrap_or(0),
            known,
            lacking,
        );
        above?;
        let candidate = |similar: super::spelling::Similar| Candidate {
            text: similar.text,
            channel: f64::from(similar.score),
            frequency: similar.frequency,
        };
        Some(similar?.into_iter().map(candidate).collect())
    }

    /// A word must be clearly more frequent than one that it stands for: the more, the more frequent that is.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "`as` makes what is no number or negative 0, and saturates"
    )]
    fn threshold(&self, frequency: u64, documents: u64) -> u64 {
        if frequency == 0 {
            return 0;
        }
        let min = f64::from(self.spelling.frequency_min);
        let plateau = if min >= 1.0 { min } else { min * documents as f64 }.floor();
        let frequency = frequency as f64;
        (frequency * ((frequency - plateau).log10() / 5_f64.log10()) + 1.0).round() as u64
    }
}
