//! Analyzers: text to tokens, the same at the root (queries) and at the leaf (documents).
//!
//! `standard` and `english` cut words by Unicode's rules (UAX #29, as Elasticsearch's `standard` tokenizer does).

mod char_filters;
mod definition;
mod error;
mod filters;
mod pattern;
mod segment;
mod settings;
mod table;
#[cfg(test)]
mod tests;
mod token;
mod tokenizers;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::json;
use tantivy::tokenizer::{Language, LowerCaser, Stemmer, StopWordFilter, TextAnalyzer};

pub use definition::Explained;
pub use error::{AnalysisError, Part};
pub use segment::WordTokenizer;
pub use table::{Analysis, Differences};
pub use token::{Token, TokenKind};

use definition::{Chain, Definition};
use filters::{Filter, Lower, Stem, StopWords};
use settings::BUILT_IN;
use tokenizers::Tokenizer;

/// An analyzer: a name and what it does. Cheap to clone; two are equal if both name and definition are.
#[derive(Clone)]
pub struct Analyzer(Arc<Built>);

struct Built {
    name: String,
    /// `None` for a name that was read and is still to be looked up in its index.
    definition: Option<Arc<Definition>>,
    tokenizer: TextAnalyzer,
}

/// The analyzers that every index has, in the order of [`BUILT_IN`].
static ALL: LazyLock<Vec<Analyzer>> = LazyLock::new(|| {
    let analysis = Analysis::default();
    let of = |name: &&str| analysis.typed(name).expect("every type needs no parameters");
    BUILT_IN.iter().map(of).collect()
});

impl Analyzer {
    /// An analyzer of that name.
    fn defined(name: &str, definition: Definition) -> Self {
        let definition = Arc::new(definition);
        let tokenizer = quick(&definition)
            .unwrap_or_else(|| TextAnalyzer::builder(Chain::new(Arc::clone(&definition))).build());
        Self(Arc::new(Built {
            name: name.to_owned(),
            definition: Some(definition),
            tokenizer,
        }))
    }

    /// The analyzers that every index has.
    pub fn built_in() -> &'static [Self] {
        &ALL
    }

    /// Words by Unicode's rules, lower-cased.
    pub fn standard() -> Self {
        ALL[0].clone()
    }

    /// As [`Analyzer::standard`], then possessives cut, stop words dropped, stems (Porter's second algorithm).
    pub fn english() -> Self {
        ALL[1].clone()
    }

    /// What stands between white space, as it is.
    pub fn whitespace() -> Self {
        ALL[2].clone()
    }

    /// The whole text as one token.
    pub fn keyword() -> Self {
        ALL[3].clone()
    }

    /// The analyzer of that name that every index has.
    pub fn by_name(name: &str) -> Option<Self> {
        ALL.iter().find(|analyzer| analyzer.name() == name).cloned()
    }

    /// Its name in mappings.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether it is only a name, read from where the definitions of its index were not at hand.
    pub fn is_unresolved(&self) -> bool {
        self.0.definition.is_none()
    }

    /// A tantivy analyzer that does it. Building one (its stop words, its stemmer) costs more than a short text's
    /// analysis, so it is a copy of one built before.
    pub fn tokenizer(&self) -> TextAnalyzer {
        self.0.tokenizer.clone()
    }

    /// Text with its letters as this analyzer makes them: what a pattern or a fuzzy word is compared as.
    pub fn normalized(&self, text: &str) -> String {
        let definition = self.0.definition.as_ref();
        definition.map_or_else(|| text.to_owned(), |definition| definition.normalized(text))
    }

    /// The most words that it joins into one token, if it joins words.
    pub fn shingle_words_max(&self) -> Option<usize> {
        let filters = self
            .0
            .definition
            .iter()
            .flat_map(|definition| &definition.filters);
        filters.into_iter().find_map(|filter| match filter {
            Filter::Shingles(shingles) => Some(shingles.max),
            _ => None,
        })
    }

    /// The tokens of a text.
    pub fn tokens(&self, text: &str) -> Vec<Token> {
        let definition = self.0.definition.as_ref();
        definition.map_or_else(Vec::new, |definition| definition.tokens(text))
    }

    /// At most so many tokens of a text: `None` if it has more.
    pub fn tokens_up_to(&self, text: &str, max: usize) -> Option<Vec<Token>> {
        let definition = self.0.definition.as_ref()?;
        definition.tokens_up_to(text, max)
    }

    /// What each part of it makes of a text: `None` if some part makes more than so many tokens.
    pub fn explained(&self, text: &str, max: usize) -> Option<Explained> {
        let definition = self.0.definition.as_ref()?;
        definition.explained(text, max)
    }
}

/// Quicker ways to the same tokens, for the analyzers that most text goes through.
fn quick(definition: &Definition) -> Option<TextAnalyzer> {
    let words = |tokenizer: WordTokenizer| TextAnalyzer::builder(tokenizer).filter(LowerCaser);
    if *definition == Definition::standard() {
        return Some(words(WordTokenizer::default()).build());
    }
    if *definition == Definition::english() {
        let english = words(WordTokenizer::without_possessives())
            .filter(StopWordFilter::new(Language::English)?)
            .filter(Stemmer::new(Language::English));
        return Some(english.build());
    }
    None
}

impl Definition {
    fn standard() -> Self {
        let chars_max = crate::limits::TOKEN_BYTES_MAX;
        Self::of(
            Tokenizer::Standard { chars_max },
            vec![Filter::Lower(Lower::Plain)],
        )
    }

    fn english() -> Self {
        let chars_max = crate::limits::TOKEN_BYTES_MAX;
        let stop_words = StopWords::new(["_english_".to_owned()], false).unwrap_or_default();
        let filters = vec![
            Filter::Possessive,
            Filter::Lower(Lower::Plain),
            Filter::Stop(stop_words),
            Filter::Stem(Stem::Snowball(Language::English)),
        ];
        Self::of(Tokenizer::Standard { chars_max }, filters)
    }

    /// The normalizer that every index has.
    fn lowercase() -> Self {
        Self::of(Tokenizer::Keyword, vec![Filter::Lower(Lower::Plain)])
    }
}

impl Analysis {
    /// The analyzer of a type without parameters, under the type's name.
    fn typed(&self, kind: &str) -> Result<Analyzer, AnalysisError> {
        self.define(kind, &json!({ "type": kind }))
    }
}

impl Default for Analyzer {
    fn default() -> Self {
        Self::standard()
    }
}

impl PartialEq for Analyzer {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
            || (self.0.name == other.0.name && self.0.definition == other.0.definition)
    }
}

impl Eq for Analyzer {}

impl Hash for Analyzer {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.name.hash(state);
    }
}

impl fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Analyzer({})", self.name())
    }
}

impl Serialize for Analyzer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// A name that no index need have is only a name: whoever reads a mapping looks it up in the index's own analyzers.
impl<'de> Deserialize<'de> for Analyzer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Ok(Self::by_name(&name).unwrap_or_else(|| {
            Self(Arc::new(Built {
                name,
                definition: None,
                tokenizer: TextAnalyzer::default(),
            }))
        }))
    }
}
