//! Analyzers: text to tokens, the same at the root (queries) and at the leaf (documents).
//!
//! `standard` and `english` cut words by Unicode's rules (UAX #29, as Elasticsearch's `standard` tokenizer does).

mod segment;

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use tantivy::tokenizer::{
    Language, LowerCaser, RawTokenizer, Stemmer, StopWordFilter, TextAnalyzer, WhitespaceTokenizer,
};

pub use segment::WordTokenizer;

/// The analyzers that a text field can name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Analyzer {
    /// Words by Unicode's rules, lower-cased.
    #[default]
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

impl Analyzer {
    /// Every analyzer, for messages that list them.
    pub const ALL: [Self; 4] = [Self::Standard, Self::English, Self::Whitespace, Self::Keyword];

    /// The analyzer of that name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|analyzer| analyzer.name() == name)
    }

    /// Its name in mappings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::English => "english",
            Self::Whitespace => "whitespace",
            Self::Keyword => "keyword",
        }
    }

    /// A tantivy analyzer that does it. Building one (its stop words, its stemmer) costs more than a short text's
    /// analysis, so it is a copy of one built before.
    pub fn tokenizer(self) -> TextAnalyzer {
        static BUILT: LazyLock<[TextAnalyzer; 4]> = LazyLock::new(|| Analyzer::ALL.map(Analyzer::build));
        let [standard, english, whitespace, keyword] = &*BUILT;
        match self {
            Self::Standard => standard.clone(),
            Self::English => english.clone(),
            Self::Whitespace => whitespace.clone(),
            Self::Keyword => keyword.clone(),
        }
    }

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

    /// The tokens of a text.
    pub fn tokens(self, text: &str) -> Vec<Token> {
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

/// The stop words of Lucene's English analyzer.
const ENGLISH_STOP_WORDS: [&str; 33] = [
    "a", "an", "and", "are", "as", "at", "be", "but", "by", "for", "if", "in", "into", "is", "it", "no",
    "not", "of", "on", "or", "such", "that", "the", "their", "then", "there", "these", "they", "this", "to",
    "was", "will", "with",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn words(analyzer: Analyzer, text: &str) -> Vec<String> {
        analyzer
            .tokens(text)
            .into_iter()
            .map(|token| token.text)
            .collect()
    }

    #[test]
    fn english_drops_stop_words_and_possessives_and_stems() {
        assert_eq!(
            words(Analyzer::English, "The runner's shoes were running"),
            ["runner", "shoe", "were", "run"]
        );
    }

    #[test]
    fn stop_words_leave_gaps_for_phrases() {
        let positions: Vec<u32> = Analyzer::English
            .tokens("state of the art")
            .iter()
            .map(|t| t.position)
            .collect();
        assert_eq!(positions, [0, 3]);
    }

    #[test]
    fn keyword_and_whitespace_keep_the_text_as_it_is() {
        assert_eq!(words(Analyzer::Keyword, "New York"), ["New York"]);
        assert_eq!(words(Analyzer::Whitespace, "New-York  x"), ["New-York", "x"]);
    }
}
