//! The flags that say what a generated corpus looks like.

use clap::Args;
use datasets::generator::GeneratorConfig;

use super::set;
use crate::cli::count::small_count;

/// One flag for each setting. Their defaults are the configuration's, not theirs: flags override a file.
#[derive(Debug, Default, Args)]
pub(super) struct KnobFlags {
    /// Different words of the language [default: 100k]
    #[arg(long, value_name = "N", value_parser = small_count, help_heading = "Words")]
    pub(super) vocabulary_words: Option<u32>,
    /// How fast words become rare: rank r has a frequency of 1 / (r + shift) to the power of this [default: 1]
    #[arg(long, value_name = "X", help_heading = "Words")]
    pub(super) zipf_exponent: Option<f64>,
    /// How much flatter the beginning is: 0 is Zipf's law, more is Mandelbrot's [default: 2.7]
    #[arg(long, value_name = "X", help_heading = "Words")]
    pub(super) zipf_shift: Option<f64>,
    /// Words on the first ranks, like "the" and "of", that belong to no topic [default: 100]
    #[arg(long, value_name = "N", value_parser = small_count, help_heading = "Words")]
    pub(super) common_words: Option<u32>,
    /// Topics; each category has some of them, each document a first and a second one [default: 200]
    #[arg(long, value_name = "N", value_parser = small_count, help_heading = "Words")]
    pub(super) topics: Option<u32>,
    /// Words that belong to a topic [default: 2k]
    #[arg(long, value_name = "N", value_parser = small_count, help_heading = "Words")]
    pub(super) topic_words: Option<u32>,
    /// Share of a body's words, common ones aside, that comes from its topics [default: 0.5]
    #[arg(long, value_name = "X", help_heading = "Words")]
    pub(super) topic_share: Option<f64>,
    /// Share of these that comes from the second topic [default: 0.3]
    #[arg(long, value_name = "X", help_heading = "Words")]
    pub(super) second_topic_share: Option<f64>,
    /// Half of the bodies have fewer words [default: 80]
    #[arg(long, value_name = "N", value_parser = small_count, help_heading = "Lengths")]
    pub(super) body_words_median: Option<u32>,
    /// Standard deviation of the logarithm of lengths; 0 makes all alike [default: 0.6]
    #[arg(long, value_name = "X", help_heading = "Lengths")]
    pub(super) body_words_sigma: Option<f64>,
    /// No body has fewer words [default: 8]
    #[arg(long, value_name = "N", value_parser = small_count, help_heading = "Lengths")]
    pub(super) body_words_min: Option<u32>,
    /// No body has more words [default: 1k]
    #[arg(long, value_name = "N", value_parser = small_count, help_heading = "Lengths")]
    pub(super) body_words_max: Option<u32>,
    /// No title has fewer words [default: 3]
    #[arg(long, value_name = "N", value_parser = small_count, help_heading = "Lengths")]
    pub(super) title_words_min: Option<u32>,
    /// No title has more words [default: 9]
    #[arg(long, value_name = "N", value_parser = small_count, help_heading = "Lengths")]
    pub(super) title_words_max: Option<u32>,
    /// Different values of category [default: 24]
    #[arg(long, value_name = "N", value_parser = small_count, help_heading = "Facets")]
    pub(super) categories: Option<u32>,
    /// How unequal categories are: the exponent of Zipf's law [default: 1]
    #[arg(long, value_name = "X", help_heading = "Facets")]
    pub(super) category_exponent: Option<f64>,
    /// Different tags [default: 1k]
    #[arg(long, value_name = "N", value_parser = small_count, help_heading = "Facets")]
    pub(super) tags: Option<u32>,
    /// How unequal tags are [default: 1]
    #[arg(long, value_name = "X", help_heading = "Facets")]
    pub(super) tag_exponent: Option<f64>,
    /// A document has 0 to so many tags [default: 4]
    #[arg(long, value_name = "N", value_parser = small_count, help_heading = "Facets")]
    pub(super) tags_max: Option<u32>,
    /// Different authors [default: 10k]
    #[arg(long, value_name = "N", value_parser = small_count, help_heading = "Facets")]
    pub(super) authors: Option<u32>,
    /// How unequal authors are [default: 0.8]
    #[arg(long, value_name = "X", help_heading = "Facets")]
    pub(super) author_exponent: Option<f64>,
    /// The first year; later years have ever more documents [default: 2000]
    #[arg(long, value_name = "N", value_parser = small_count, help_heading = "Facets")]
    pub(super) year_min: Option<u32>,
    /// The last year [default: 2025]
    #[arg(long, value_name = "N", value_parser = small_count, help_heading = "Facets")]
    pub(super) year_max: Option<u32>,
    /// Half of the prices are lower [default: 25]
    #[arg(long, value_name = "X", help_heading = "Facets")]
    pub(super) price_median: Option<f64>,
    /// Standard deviation of the logarithm of prices; 0 makes all alike [default: 1]
    #[arg(long, value_name = "X", help_heading = "Facets")]
    pub(super) price_sigma: Option<f64>,
    /// No price is higher [default: 10000]
    #[arg(long, value_name = "X", help_heading = "Facets")]
    pub(super) price_max: Option<f64>,
    /// Share of documents that are available [default: 0.8]
    #[arg(long, value_name = "X", help_heading = "Facets")]
    pub(super) available_share: Option<f64>,
    /// How unequal the weights of queries are: the exponent of Zipf's law [default: 0.8]
    #[arg(long, value_name = "X", help_heading = "Queries")]
    pub(super) query_exponent: Option<f64>,
}

impl KnobFlags {
    /// Overrides what was typed.
    pub(super) fn apply(&self, config: &mut GeneratorConfig) {
        set(&mut config.vocabulary_words, self.vocabulary_words);
        set(&mut config.zipf_exponent, self.zipf_exponent);
        set(&mut config.zipf_shift, self.zipf_shift);
        set(&mut config.common_words, self.common_words);
        set(&mut config.topics, self.topics);
        set(&mut config.topic_words, self.topic_words);
        set(&mut config.topic_share, self.topic_share);
        set(&mut config.second_topic_share, self.second_topic_share);
        set(&mut config.body_words_median, self.body_words_median);
        set(&mut config.body_words_sigma, self.body_words_sigma);
        set(&mut config.body_words_min, self.body_words_min);
        set(&mut config.body_words_max, self.body_words_max);
        set(&mut config.title_words_min, self.title_words_min);
        set(&mut config.title_words_max, self.title_words_max);
        set(&mut config.categories, self.categories);
        set(&mut config.category_exponent, self.category_exponent);
        set(&mut config.tags, self.tags);
        set(&mut config.tag_exponent, self.tag_exponent);
        set(&mut config.tags_max, self.tags_max);
        set(&mut config.authors, self.authors);
        set(&mut config.author_exponent, self.author_exponent);
        set(&mut config.year_min, self.year_min);
        set(&mut config.year_max, self.year_max);
        set(&mut config.price_median, self.price_median);
        set(&mut config.price_sigma, self.price_sigma);
        set(&mut config.price_max, self.price_max);
        set(&mut config.available_share, self.available_share);
        set(&mut config.query_exponent, self.query_exponent);
    }
}
