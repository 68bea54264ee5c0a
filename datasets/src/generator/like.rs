//! Settings that make a generated corpus like a real one: its vocabulary, how unequal its words are, how long its texts.
//!
//! Topics and facets stay as they are: a corpus does not say which it has.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::Value;

use super::alias::zipf_weights;
use super::config::{BODY_WORDS_MAX, GeneratorConfig, VOCABULARY_WORDS_MAX};
use super::math;
use crate::corpus::Document;
use crate::error::DatasetError;

/// How many documents of a corpus are looked at: more say the same.
pub const LIKE_DOCUMENTS_MAX: usize = 50_000;
/// A corpus with fewer words says little about which are frequent.
const WORDS_MIN: u64 = 1_000;
/// Different words that are counted; memory is some 100 bytes each.
const DIFFERENT_WORDS_MAX: usize = 4_000_000;
/// Longer words are no words, but digits and addresses.
const WORD_BYTES_MAX: usize = 64;
/// Fields that hold a text, best first; where there is none the longest field is taken.
const BODY_FIELDS: [&str; 4] = ["body", "text", "abstract", "content"];
const TITLE_FIELDS: [&str; 2] = ["title", "name"];
/// Words that are rarer come in steps, which a line does not fit.
const COUNT_MIN: u32 = 5;
/// Each rank that is looked at is so much further than the one before: the many rare words do not outvote the others.
const RANK_GROWTH: usize = 20;
/// Words that are said less often than this in a whole corpus are not said twice.
const RARE: f64 = 1e-3;
/// Shifts that are tried.
const SHIFTS: [f64; 10] = [0.0, 0.5, 1.0, 2.0, 2.7, 4.0, 7.0, 12.0, 25.0, 50.0];

/// Why settings could not be taken from a corpus.
#[derive(Debug, thiserror::Error)]
pub enum LikeError {
    /// The corpus cannot be read.
    #[error(transparent)]
    Corpus(#[from] DatasetError),
    /// There is too little text in it.
    #[error(
        "the corpus has {words} words of text, and at least {WORDS_MIN} are needed to tell what it is like"
    )]
    TooSmall {
        /// Words of all bodies.
        words: u64,
    },
}

impl GeneratorConfig {
    /// Takes vocabulary and lengths from a corpus, of which the first [`LIKE_DOCUMENTS_MAX`] documents are read.
    ///
    /// The text of a document is its field `body`, `text`, `abstract` or `content`, else its longest one.
    ///
    /// # Errors
    /// [`LikeError`].
    pub fn like(
        &mut self,
        corpus: impl IntoIterator<Item = Result<Document, DatasetError>>,
    ) -> Result<(), LikeError> {
        let mut sample = Sample::default();
        for document in corpus.into_iter().take(LIKE_DOCUMENTS_MAX) {
            match document {
                Ok(document) => sample.add(&document),
                // The others are enough.
                Err(error) if error.is_about_one_record() => {}
                Err(error) => return Err(error.into()),
            }
        }
        sample.fit(self)
    }
}

/// What is counted.
#[derive(Debug, Default)]
struct Sample {
    counts: HashMap<String, u32>,
    words: u64,
    title_lengths: Vec<u32>,
    body_lengths: Vec<u32>,
}

/// A document's fields; whatever is not text is passed over.
#[derive(Deserialize)]
#[serde(transparent)]
struct Fields(HashMap<String, Value>);

impl Fields {
    fn named(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.0.get(*name)?.as_str())
    }

    fn longest(&self) -> Option<&str> {
        let texts = self
            .0
            .iter()
            .filter(|(name, _)| !TITLE_FIELDS.contains(&name.as_str()));
        // Of two that are equally long the same one is taken each time.
        texts
            .filter_map(|(_, value)| value.as_str())
            .max_by_key(|text| (text.len(), *text))
    }
}

impl Sample {
    fn add(&mut self, document: &Document) {
        // Loaders promise objects; a document that is none has no text.
        let Ok(fields) = serde_json::from_str::<Fields>(&document.source) else {
            return;
        };
        if let Some(title) = fields.named(&TITLE_FIELDS) {
            self.title_lengths.push(length(words(title).count()));
        }
        let Some(body) = fields.named(&BODY_FIELDS).or_else(|| fields.longest()) else {
            return;
        };
        let mut count = 0;
        for word in words(body) {
            count += 1;
            let word = word.to_lowercase();
            if let Some(known) = self.counts.get_mut(&word) {
                *known = known.saturating_add(1);
            } else if self.counts.len() < DIFFERENT_WORDS_MAX {
                self.counts.insert(word, 1);
            }
        }
        // Abstracts that are missing say nothing about how long abstracts are.
        if count > 0 {
            self.words += count as u64;
            self.body_lengths.push(length(count));
        }
    }

    fn fit(mut self, config: &mut GeneratorConfig) -> Result<(), LikeError> {
        if self.words < WORDS_MIN {
            return Err(LikeError::TooSmall { words: self.words });
        }
        let mut counts: Vec<u32> = self.counts.into_values().collect();
        counts.sort_unstable_by(|a, b| b.cmp(a));
        (config.zipf_exponent, config.zipf_shift) = zipf_of(&counts);
        config.vocabulary_words = vocabulary(&counts, self.words, config.zipf_exponent, config.zipf_shift);
        config.common_words = config.common_words.min(config.vocabulary_words / 10);
        let topical = config.vocabulary_words - config.common_words;
        config.topic_words = config.topic_words.min(topical / 4).max(1);
        self.body_lengths.sort_unstable();
        let of_ten = |tenth: usize| self.body_lengths[(self.body_lengths.len() - 1) * tenth / 10];
        config.body_words_median = of_ten(5);
        config.body_words_min = of_ten(0);
        config.body_words_max = of_ten(10);
        config.body_words_sigma = sigma(&self.body_lengths);
        if !self.title_lengths.is_empty() {
            self.title_lengths.sort_unstable();
            // Titles are evenly long between their ends: the longest of all would be far too long an end.
            let of_ten = |tenth: usize| self.title_lengths[(self.title_lengths.len() - 1) * tenth / 10];
            config.title_words_min = of_ten(1).clamp(1, 100);
            config.title_words_max = of_ten(9).clamp(1, 100);
        }
        Ok(())
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| (1..=WORD_BYTES_MAX).contains(&word.len()))
}

fn length(words: usize) -> u32 {
    u32::try_from(words).unwrap_or(u32::MAX).min(BODY_WORDS_MAX)
}

/// Exponent and shift of the law that fits counts, given in falling order, best.
fn zipf_of(counts: &[u32]) -> (f64, f64) {
    let mut points = Vec::new();
    let mut index = 0;
    while let Some(count) = counts.get(index).filter(|count| **count >= COUNT_MIN) {
        points.push((index as f64 + 1.0, math::ln(f64::from(*count))));
        index += (index / RANK_GROWTH).max(1);
    }
    let mut best = (0.0, 0.0, f64::INFINITY);
    for shift in SHIFTS {
        let (exponent, error) = falling_line(points.iter().map(|(rank, y)| (math::ln(rank + shift), *y)));
        if error < best.2 {
            best = (exponent, shift, error);
        }
    }
    (rounded(best.0.clamp(0.0, 3.0)), best.1)
}

/// How fast a line through the points falls, by least squares, and the squares that are left.
fn falling_line(points: impl Iterator<Item = (f64, f64)> + Clone) -> (f64, f64) {
    let count = points.clone().count().max(1) as f64;
    let sums = points
        .clone()
        .fold((0.0, 0.0), |sums, (x, y)| (sums.0 + x, sums.1 + y));
    let (x_mean, y_mean) = (sums.0 / count, sums.1 / count);
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for (x, y) in points {
        let (x, y) = (x - x_mean, y - y_mean);
        (xx, xy, yy) = (xx + x * x, xy + x * y, yy + y * y);
    }
    if xx == 0.0 {
        return (1.0, yy);
    }
    (-xy / xx, yy - xy * xy / xx)
}

/// How many words a language has of which so many words of text show as many as were counted.
fn vocabulary(counts: &[u32], words: u64, exponent: f64, shift: f64) -> u32 {
    let weights: Vec<f64> = zipf_weights(VOCABULARY_WORDS_MAX, exponent, shift)
        .into_iter()
        .map(|weight| weight as f64)
        .collect();
    // What the words up to each rank weigh together.
    let mut sum = 0.0;
    let up_to: Vec<f64> = weights
        .iter()
        .map(|weight| {
            sum += weight;
            sum
        })
        .collect();
    // How many different words a text shows if the language has only the first so many.
    let shown = |size: u32| {
        let last = size as usize - 1;
        let per_weight = words as f64 / up_to[last];
        let shown = |weight: &f64| 1.0 - math::exp(-weight * per_weight);
        // Rare words are shown as often as they are expected to be said: once or not at all.
        let frequent = weights[..=last].partition_point(|weight| weight * per_weight > RARE);
        let before_rare = frequent.checked_sub(1).map_or(0.0, |at| up_to[at]);
        weights[..frequent].iter().map(shown).sum::<f64>() + (up_to[last] - before_rare) * per_weight
    };
    let seen = counts.len() as f64;
    let least = u32::try_from(counts.len())
        .unwrap_or(u32::MAX)
        .clamp(20, VOCABULARY_WORDS_MAX);
    let (mut low, mut high) = (least, VOCABULARY_WORDS_MAX);
    while low < high {
        let middle = low.midpoint(high);
        if shown(middle) < seen {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// The standard deviation of the logarithm of lengths, where it is one that a configuration takes.
fn sigma(lengths: &[u32]) -> f64 {
    let count = lengths.len() as f64;
    let logarithms = lengths.iter().map(|length| math::ln(f64::from(*length)));
    let mean = logarithms.clone().sum::<f64>() / count;
    let variance = logarithms.map(|x| (x - mean) * (x - mean)).sum::<f64>() / count;
    let sigma = variance.sqrt();
    if sigma < 0.05 {
        0.0
    } else {
        rounded(sigma.min(3.0))
    }
}

/// Three digits behind the point are more than a corpus tells, and can be typed.
fn rounded(x: f64) -> f64 {
    // Adding zero takes the sign from a negative one.
    (x * 1e3).round() / 1e3 + 0.0
}

#[cfg(test)]
#[path = "like_tests.rs"]
mod tests;
