//! A seeded generator of corpora and query logs: the same bytes for the same [`GeneratorConfig`], on every machine.
//!
//! What it makes looks like natural language where search engines care: few words are frequent and most are rare, frequent
//! words are short, texts have topics and differ in length, and values of facets are unequally popular. What it does not
//! have is grammar and meaning: for judging rankings take a real corpus.
//!
//! - `words`: an invented language; `text`: which words a text is made of;
//! - `facets`: the fields beside the text; `document`: one document, from its number;
//! - [`write_corpus`]: a whole corpus on several threads, packed or not; `queries`: the query log that goes with it;
//! - [`GeneratorConfig::like`]: the settings of a corpus that is like a real one;
//! - `random`, `alias`, `lognormal`, `math`: chance whose every bit is defined.
//!
//! A document depends on the seed and its number alone. The following is one, with a shorter body:
//!
//! ```json
//! {"id":"0000000042","title":"Klio stearud","body":"Trai …","category":"shoupen","tags":["droi"],"author":"Blen Fuprail",
//!  "year":2019,"price":12.50,"available":true,"created":"2019-04-30T21:09:55Z"}
//! ```

mod alias;
mod config;
mod corpus;
mod document;
mod facets;
mod like;
mod lognormal;
mod math;
mod order;
mod output;
mod queries;
mod random;
mod text;
mod words;

pub use config::{
    BODY_WORDS_MAX, DOCUMENTS_MAX, NAMES_MAX, QUERIES_MAX, TOPIC_WORDS_TOTAL_MAX, VOCABULARY_WORDS_MAX,
};
pub use config::{ConfigError, ConfigProblem, GeneratorConfig};
pub use like::{LIKE_DOCUMENTS_MAX, LikeError};
pub use output::{Packing, THREADS_MAX, WriteError, WritePlan, Written, write_corpus};
pub use queries::write_log;

use facets::Facets;
use lognormal::{Lognormal, LognormalShape};
use text::Text;

/// Makes the documents of one configuration. Making it takes a fraction of a second, and some 100 bytes for each word of
/// the vocabulary.
#[derive(Debug)]
pub struct Generator {
    config: GeneratorConfig,
    text: Text,
    body_words: Lognormal,
    facets: Facets,
}

impl Generator {
    /// Draws language, topics and names.
    ///
    /// # Errors
    /// If [`GeneratorConfig::check`] refuses the configuration.
    pub fn new(config: GeneratorConfig) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self {
            text: Text::new(&config),
            body_words: Lognormal::new(LognormalShape {
                median: u64::from(config.body_words_median),
                sigma: config.body_words_sigma,
                min: u64::from(config.body_words_min),
                max: u64::from(config.body_words_max),
            }),
            facets: Facets::new(&config),
            config,
        })
    }

    /// What it was made of.
    pub fn config(&self) -> &GeneratorConfig {
        &self.config
    }

    /// About how many bytes a document has.
    pub fn document_bytes_hint(&self) -> u64 {
        // A word and its space; the facets, their names, and a title.
        const WORD_BYTES: u64 = 6;
        const REST_BYTES: u64 = 300;
        self.body_words.mean() * WORD_BYTES + REST_BYTES
    }
}

#[cfg(test)]
mod statistics_tests;
#[cfg(test)]
#[path = "generator_tests.rs"]
mod tests;
