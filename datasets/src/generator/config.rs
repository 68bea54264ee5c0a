//! What a generated corpus looks like, and what is refused.

use std::fmt::{self, Display};
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

/// Ids have ten digits.
pub const DOCUMENTS_MAX: u64 = 10_000_000_000;
/// Words take 40 bytes each while the generator runs, and 100 while it starts.
pub const VOCABULARY_WORDS_MAX: u32 = 2_000_000;
/// Words of all topics together: they take four bytes each.
pub const TOPIC_WORDS_TOTAL_MAX: u64 = 20_000_000;
/// A document of so many words has some 200 kB.
pub const BODY_WORDS_MAX: u32 = 20_000;
/// Names of facets of one kind: they take about 20 bytes each.
pub const NAMES_MAX: u32 = 1_000_000;
/// A query log is made in memory.
pub const QUERIES_MAX: u32 = 1_000_000;

/// Standard deviations of logarithms below this would be finer than a distribution is kept; 0 is exact.
const SIGMA_MIN: f64 = 0.05;
const SIGMA_MAX: f64 = 3.0;
/// Exponents of Zipf's law; natural languages are at about 1.
const EXPONENTS: RangeInclusive<f64> = 0.0..=3.0;

/// A corpus to generate. The same configuration gives the same bytes, on every machine and with any number of threads.
///
/// The defaults make documents like abstracts: titles of 3 to 9 words and a median of 80 words of body, 0.8 kB as JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GeneratorConfig {
    /// Everything random follows from it: language, topics, names, documents and queries.
    pub seed: u64,
    /// How many documents there are.
    pub documents: u64,
    /// The number of the first document. A document depends on the seed and its number, not on where a corpus begins:
    /// parts made one by one are, one behind the other, the whole.
    pub from: u64,

    /// Different words of the language.
    pub vocabulary_words: u32,
    /// How fast words become rare: the frequency of rank `r` is 1 / (r + shift) to the power of this.
    pub zipf_exponent: f64,
    /// How much flatter the beginning is: 0 is Zipf's law, more is Mandelbrot's. Natural languages are at 2 to 3.
    pub zipf_shift: f64,
    /// Words on the first ranks, like "the" and "of": they belong to no topic.
    pub common_words: u32,

    /// Topics. Each category has some of them, and each document a first and a second one.
    pub topics: u32,
    /// Words that belong to a topic, frequent and rare ones.
    pub topic_words: u32,
    /// Of the words of a body that are not common, the share that comes from its topics.
    pub topic_share: f64,
    /// Of the words from topics, the share that comes from the second one.
    pub second_topic_share: f64,

    /// Half of the bodies have fewer words.
    pub body_words_median: u32,
    /// How much lengths differ: the standard deviation of their natural logarithm. 0 makes all alike.
    pub body_words_sigma: f64,
    /// No body has fewer words.
    pub body_words_min: u32,
    /// No body has more words.
    pub body_words_max: u32,
    /// No title has fewer words.
    pub title_words_min: u32,
    /// No title has more words.
    pub title_words_max: u32,

    /// Different values of `category`, by Zipf's law.
    pub categories: u32,
    /// How unequal categories are.
    pub category_exponent: f64,
    /// Different values of `tags`, by Zipf's law.
    pub tags: u32,
    /// How unequal tags are.
    pub tag_exponent: f64,
    /// A document has 0 to so many tags.
    pub tags_max: u32,
    /// Different values of `author`, by Zipf's law.
    pub authors: u32,
    /// How unequal authors are.
    pub author_exponent: f64,
    /// The least `year`; years become more frequent at a constant rate.
    pub year_min: u32,
    /// The greatest `year`.
    pub year_max: u32,
    /// Half of the values of `price` are lower.
    pub price_median: f64,
    /// How much prices differ: the standard deviation of their natural logarithm. 0 makes all alike.
    pub price_sigma: f64,
    /// No price is higher.
    pub price_max: f64,
    /// The share of documents that are `available`.
    pub available_share: f64,

    /// How unequal the weights of queries are: query `i` of the log weighs 1 / `i` to the power of this.
    pub query_exponent: f64,
}

impl Default for GeneratorConfig {
    fn default() -> Self {
        Self {
            seed: 1,
            documents: 100_000,
            from: 0,
            vocabulary_words: 100_000,
            zipf_exponent: 1.0,
            zipf_shift: 2.7,
            common_words: 100,
            topics: 200,
            topic_words: 2_000,
            topic_share: 0.5,
            second_topic_share: 0.3,
            body_words_median: 80,
            body_words_sigma: 0.6,
            body_words_min: 8,
            body_words_max: 1_000,
            title_words_min: 3,
            title_words_max: 9,
            categories: 24,
            category_exponent: 1.0,
            tags: 1_000,
            tag_exponent: 1.0,
            tags_max: 4,
            authors: 10_000,
            author_exponent: 0.8,
            year_min: 2000,
            year_max: 2025,
            price_median: 25.0,
            price_sigma: 1.0,
            price_max: 10_000.0,
            available_share: 0.8,
            query_exponent: 0.8,
        }
    }
}

/// Everything that is wrong with a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", Listed(.0))]
pub struct ConfigError(pub Vec<ConfigProblem>);

/// What is wrong with one setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The setting's name.
    pub setting: &'static str,
    /// What it may be.
    pub advice: String,
}

/// The problems as a sentence or as lines.
struct Listed<'problems>(&'problems [ConfigProblem]);

impl Display for Listed<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        for problem in self.0 {
            write!(formatter, "{separator}{}: {}", problem.setting, problem.advice)?;
            separator = "\n";
        }
        Ok(())
    }
}

impl GeneratorConfig {
    /// Whether a corpus can be made of it.
    ///
    /// # Errors
    /// [`ConfigError`] names every setting that is wrong.
    pub fn check(&self) -> Result<(), ConfigError> {
        let mut problems = Problems(Vec::new());
        self.check_words(&mut problems);
        self.check_lengths(&mut problems);
        self.check_facets(&mut problems);
        problems.within("documents", self.documents, 1..=DOCUMENTS_MAX);
        problems.within("from", self.from, 0..=DOCUMENTS_MAX - 1);
        problems.within("query_exponent", self.query_exponent, EXPONENTS);
        if problems.0.is_empty() {
            // What follows from several settings makes sense only if each is.
            self.check_together(&mut problems);
        }
        if problems.0.is_empty() {
            Ok(())
        } else {
            Err(ConfigError(problems.0))
        }
    }

    fn check_words(&self, problems: &mut Problems) {
        problems.within(
            "vocabulary_words",
            self.vocabulary_words,
            2..=VOCABULARY_WORDS_MAX,
        );
        problems.within("zipf_exponent", self.zipf_exponent, EXPONENTS);
        problems.within("zipf_shift", self.zipf_shift, 0.0..=1_000.0);
        problems.within("common_words", self.common_words, 0..=VOCABULARY_WORDS_MAX - 1);
        problems.within("topics", self.topics, 1..=100_000);
        problems.within("topic_words", self.topic_words, 1..=VOCABULARY_WORDS_MAX);
        problems.within("topic_share", self.topic_share, 0.0..=1.0);
        problems.within("second_topic_share", self.second_topic_share, 0.0..=1.0);
    }

    fn check_lengths(&self, problems: &mut Problems) {
        problems.within("body_words_median", self.body_words_median, 1..=BODY_WORDS_MAX);
        problems.sigma("body_words_sigma", self.body_words_sigma);
        problems.within("body_words_min", self.body_words_min, 1..=BODY_WORDS_MAX);
        problems.within("body_words_max", self.body_words_max, 1..=BODY_WORDS_MAX);
        problems.within("title_words_min", self.title_words_min, 1..=100);
        problems.within("title_words_max", self.title_words_max, 1..=100);
    }

    fn check_facets(&self, problems: &mut Problems) {
        problems.within("categories", self.categories, 1..=NAMES_MAX);
        problems.within("category_exponent", self.category_exponent, EXPONENTS);
        problems.within("tags", self.tags, 1..=NAMES_MAX);
        problems.within("tag_exponent", self.tag_exponent, EXPONENTS);
        problems.within("tags_max", self.tags_max, 0..=16);
        problems.within("authors", self.authors, 1..=NAMES_MAX);
        problems.within("author_exponent", self.author_exponent, EXPONENTS);
        problems.within("year_min", self.year_min, 1000..=9999);
        problems.within("year_max", self.year_max, 1000..=9999);
        problems.within("price_median", self.price_median, 0.01..=1e6);
        problems.sigma("price_sigma", self.price_sigma);
        problems.within("price_max", self.price_max, 0.01..=1e6);
        problems.within("available_share", self.available_share, 0.0..=1.0);
    }

    fn check_together(&self, problems: &mut Problems) {
        if self.from + self.documents > DOCUMENTS_MAX {
            problems.add(
                "from",
                format!("the last document would be beyond number {DOCUMENTS_MAX}"),
            );
        }
        problems.order(
            "common_words",
            self.common_words,
            "vocabulary_words",
            self.vocabulary_words - 1,
        );
        let beside_common = self.vocabulary_words.saturating_sub(self.common_words);
        if self.topic_words > beside_common {
            let advice = format!("only {beside_common} words of the vocabulary are not common");
            problems.add("topic_words", advice);
        }
        if u64::from(self.topics) * u64::from(self.topic_words) > TOPIC_WORDS_TOTAL_MAX {
            let advice = format!("all topics together may have {TOPIC_WORDS_TOTAL_MAX} words");
            problems.add("topics", advice);
        }
        problems.order(
            "body_words_min",
            self.body_words_min,
            "body_words_median",
            self.body_words_median,
        );
        problems.order(
            "body_words_median",
            self.body_words_median,
            "body_words_max",
            self.body_words_max,
        );
        problems.order(
            "title_words_min",
            self.title_words_min,
            "title_words_max",
            self.title_words_max,
        );
        problems.order("year_min", self.year_min, "year_max", self.year_max);
        problems.order("price_median", self.price_median, "price_max", self.price_max);
    }
}

struct Problems(Vec<ConfigProblem>);

impl Problems {
    fn add(&mut self, setting: &'static str, advice: String) {
        self.0.push(ConfigProblem { setting, advice });
    }

    fn within<N: PartialOrd + Display + Copy>(
        &mut self,
        setting: &'static str,
        value: N,
        range: RangeInclusive<N>,
    ) {
        if !range.contains(&value) {
            let (least, most) = (range.start(), range.end());
            self.add(setting, format!("{value} is not between {least} and {most}"));
        }
    }

    fn sigma(&mut self, setting: &'static str, value: f64) {
        if value != 0.0 && !(SIGMA_MIN..=SIGMA_MAX).contains(&value) {
            let advice = format!("{value} is neither 0 nor between {SIGMA_MIN} and {SIGMA_MAX}");
            self.add(setting, advice);
        }
    }

    fn order<N: PartialOrd + Display + Copy>(
        &mut self,
        setting: &'static str,
        least: N,
        other: &str,
        most: N,
    ) {
        if least > most {
            self.add(setting, format!("{least} is more than {other} allows, {most}"));
        }
    }
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
