//! Analyzers by type: those that every index has under the type's name, too.

use std::sync::Arc;

use super::super::definition::Definition;
use super::super::error::AnalysisError;
use super::super::filters::{Filter, Lower, Stem, StopWords, WordSet};
use super::super::tokenizers::{CharClass, Classes, Tokenizer};
use super::filters::stop_words;
use super::options::Options;
use super::tokenizers;
use crate::limits;

/// The types of analyzers, which are the names of those that every index has.
pub(in crate::analysis) const BUILT_IN: [&str; 19] = [
    "standard",
    "english",
    "whitespace",
    "keyword",
    "simple",
    "stop",
    "pattern",
    "danish",
    "dutch",
    "finnish",
    "french",
    "german",
    "hungarian",
    "italian",
    "norwegian",
    "portuguese",
    "russian",
    "spanish",
    "swedish",
];

/// Articles that stand before an apostrophe in French.
const FRENCH_ARTICLES: [&str; 14] = [
    "l", "m", "t", "qu", "n", "s", "j", "d", "c", "jusqu", "quoiqu", "lorsqu", "puisqu", "presqu",
];

/// Articles and prepositions that stand before an apostrophe in Italian.
const ITALIAN_ARTICLES: [&str; 22] = [
    "c", "l", "all", "dall", "dell", "nell", "sull", "coll", "pell", "gl", "agl", "dagl", "degl", "negl",
    "sugl", "un", "m", "t", "s", "v", "d", "quest",
];

/// An analyzer of a type other than `custom`.
pub(super) fn of_type(kind: &str, mut options: Options<'_>) -> Result<Definition, AnalysisError> {
    let lower = || Filter::Lower(Lower::Plain);
    let definition = match kind {
        "standard" => {
            let tokenizer = Tokenizer::Standard {
                chars_max: options.whole(
                    "max_token_length",
                    limits::TOKEN_BYTES_MAX,
                    1,
                    limits::TOKEN_BYTES_MAX,
                )?,
            };
            let words = stop_words(&mut options, "_none_", false)?;
            Definition::of(tokenizer, with_stop_words(vec![lower()], words))
        }
        "whitespace" => Definition::of(whitespace(), Vec::new()),
        "keyword" => Definition::of(Tokenizer::Keyword, Vec::new()),
        "simple" => Definition::of(Tokenizer::Letters { lowercase: true }, Vec::new()),
        "stop" => {
            let words = stop_words(&mut options, "_english_", false)?;
            let filters = with_stop_words(Vec::new(), words);
            Definition::of(Tokenizer::Letters { lowercase: true }, filters)
        }
        "pattern" => {
            let tokenizer = tokenizers::pattern(&mut options)?;
            let lowercase = options.truth("lowercase", true)?;
            let words = stop_words(&mut options, "_none_", false)?;
            let filters = if lowercase { vec![lower()] } else { Vec::new() };
            Definition::of(tokenizer, with_stop_words(filters, words))
        }
        language if BUILT_IN.contains(&language) => of_language(language, &mut options)?,
        other => {
            let offered = ["custom"].into_iter().chain(BUILT_IN);
            return Err(options.unknown_type(other, offered));
        }
    };
    options.finish()?;
    Ok(definition)
}

fn whitespace() -> Tokenizer {
    Tokenizer::Between {
        separators: Classes(vec![CharClass::Whitespace]),
        chars_max: limits::TOKEN_BYTES_MAX,
    }
}

fn with_stop_words(mut filters: Vec<Filter>, words: StopWords) -> Vec<Filter> {
    if words != StopWords::default() {
        filters.push(Filter::Stop(words));
    }
    filters
}

/// Words, lower-cased, without stop words, stemmed but for some.
fn of_language(language: &str, options: &mut Options<'_>) -> Result<Definition, AnalysisError> {
    let mut filters = Vec::new();
    let elision = |articles: &[&str]| Filter::Elision {
        articles: Arc::new(articles.iter().map(|article| (*article).to_owned()).collect()),
        ignore_case: true,
    };
    match language {
        "english" => filters.push(Filter::Possessive),
        "french" => filters.push(elision(&FRENCH_ARTICLES)),
        "italian" => filters.push(elision(&ITALIAN_ARTICLES)),
        _ => {}
    }
    filters.push(Filter::Lower(Lower::Plain));
    filters.push(Filter::Stop(stop_words(
        options,
        &format!("_{language}_"),
        false,
    )?));
    let exclusion = options.words("stem_exclusion")?;
    if !exclusion.is_empty() {
        filters.push(Filter::Mark(WordSet::new(exclusion, false)));
    }
    let stem = Stem::by_name(language).ok_or_else(|| options.wrong("type", "the language has no stemmer"))?;
    filters.push(Filter::Stem(stem));
    let tokenizer = Tokenizer::Standard {
        chars_max: limits::TOKEN_BYTES_MAX,
    };
    Ok(Definition::of(tokenizer, filters))
}
