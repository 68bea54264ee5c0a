//! Analyzers: text to tokens, the same at the root (queries) and at the leaf (documents).
//!
//! `standard` and `english` cut words by Unicode's rules (UAX #29, as Elasticsearch's `standard` tokenizer does).

mod segment;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, LazyLock};

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use tantivy::tokenizer::{
    Language, LowerCaser, RawTokenizer, Stemmer, StopWordFilter, TextAnalyzer, WhitespaceTokenizer,
};

pub use segment::WordTokenizer;

/// An analyzer: a name and what it does. Cheap to clone; two are equal if both name and definition are.
#[derive(Clone)]
pub struct Analyzer(Arc<Built>);

struct Built {
    name: String,
    definition: Definition,
    tokenizer: TextAnalyzer,
}

/// What an analyzer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Definition {
    /// Words by Unicode's rules, lower-cased.
    Standard,
    /// As `standard`, then possessives cut, stop words dropped, stems (Porter's second algorithm).
    English,
    /// What stands between white space, as it is.
    Whitespace,
    /// The whole text as one token.
    Keyword,
}

/// A token and where it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its position among the tokens; stop words leave gaps.
    pub position: u32,
    /// Where it begins in the text, in bytes.
    pub start: usize,
    /// Where it ends in the text, in bytes.
    pub end: usize,
    /// The token after all filters.
    pub text: String,
}

/// The analyzers that every index has.
static BUILT_IN: LazyLock<[Analyzer; 4]> = LazyLock::new(|| {
    [
        ("standard", Definition::Standard),
        ("english", Definition::English),
        ("whitespace", Definition::Whitespace),
        ("keyword", Definition::Keyword),
    ]
    .map(|(name, definition)| Analyzer::built(name, definition))
});

impl Analyzer {
    fn built(name: &str, definition: Definition) -> Self {
        Self(Arc::new(Built {
            name: name.to_owned(),
            definition,
            tokenizer: definition.build(),
        }))
    }

    /// The analyzers that every index has.
    pub fn built_in() -> &'static [Self] {
        &*BUILT_IN
    }

    /// Words by Unicode's rules, lower-cased.
    pub fn standard() -> Self {
        BUILT_IN[0].clone()
    }

    /// As [`Analyzer::standard`], then possessives cut, stop words dropped, stems (Porter's second algorithm).
    pub fn english() -> Self {
        BUILT_IN[1].clone()
    }

    /// What stands between white space, as it is.
    pub fn whitespace() -> Self {
        BUILT_IN[2].clone()
    }

    /// The whole text as one token.
    pub fn keyword() -> Self {
        BUILT_IN[3].clone()
    }

    /// The analyzer of that name that every index has.
    pub fn by_name(name: &str) -> Option<Self> {
        BUILT_IN.iter().find(|analyzer| analyzer.name() == name).cloned()
    }

    /// Its name in mappings.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// A tantivy analyzer that does it. Building one (its stop words, its stemmer) costs more than a short text's
    /// analysis, so it is a copy of one built before.
    pub fn tokenizer(&self) -> TextAnalyzer {
        self.0.tokenizer.clone()
    }

    /// Text with its letters as this analyzer makes them: what a pattern or a fuzzy word is compared as.
    pub fn normalized(&self, text: &str) -> String {
        match self.0.definition {
            Definition::Standard | Definition::English => text.to_lowercase(),
            Definition::Whitespace | Definition::Keyword => text.to_owned(),
        }
    }

    /// The tokens of a text.
    pub fn tokens(&self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut tokenizer = self.tokenizer();
        tokenizer.token_stream(text).process(&mut |token| {
            tokens.push(Token {
                position: u32::try_from(token.position).unwrap_or(u32::MAX),
                start: token.offset_from,
                end: token.offset_to,
                text: token.text.clone(),
            });
        });
        tokens
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

impl<'de> Deserialize<'de> for Analyzer {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::by_name(&name).ok_or_else(|| D::Error::custom(format!("unknown analyzer [{name}]")))
    }
}

impl Definition {
    fn build(self) -> TextAnalyzer {
        match self {
            Self::Standard => TextAnalyzer::builder(WordTokenizer::default())
                .filter(LowerCaser)
                .build(),
            Self::English => TextAnalyzer::builder(WordTokenizer::without_possessives())
                .filter(LowerCaser)
                .filter(StopWordFilter::remove(
                    ENGLISH_STOP_WORDS.iter().map(|word| (*word).to_owned()),
                ))
                .filter(Stemmer::new(Language::English))
                .build(),
            Self::Whitespace => TextAnalyzer::builder(WhitespaceTokenizer::default()).build(),
            Self::Keyword => TextAnalyzer::builder(RawTokenizer::default()).build(),
        }
    }
}

/// The stop words of Lucene's English analyzer.
const ENGLISH_STOP_WORDS: [&str; 33] = [
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no",
    "not", "of", "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to",
    "was", "will", "with",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn words(analyzer: &Analyzer, text: &str) -> Vec<String> {
        analyzer
            .tokens(text)
            .into_iter()
            .map(|token| token.text)
            .collect()
    }

    #[test]
    fn english_drops_stop_words_and_possessives_and_stems() {
        assert_eq!(
            words(&Analyzer::english(), "The runner's shoes were running"),
            ["runner", "shoe", "were", "run"]
        );
    }

    #[test]
    fn stop_words_leave_gaps_for_phrases() {
        let positions: Vec<u32> = Analyzer::english()
            .tokens("state of the art")
            .iter()
            .map(|t| t.position)
            .collect();
        assert_eq!(positions, [0, 3]);
    }

    #[test]
    fn keyword_and_whitespace_keep_the_text_as_it_is() {
        assert_eq!(words(&Analyzer::keyword(), "New York"), ["New York"]);
        assert_eq!(words(&Analyzer::whitespace(), "New-York  x"), ["New-York", "x"]);
    }
}
