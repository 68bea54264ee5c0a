//! Queries of words: `match`, and what it has in common with others.

use serde_json::Value;
use shared::query::{MinimumShouldMatch, Query, QueryKind, Words};

use super::fuzziness::FuzzyOptions;
use super::read::{At, missing, single, unsupported};
use super::read_operator;
use crate::error::ApiError;

/// Reads `{"title": "x"}` or `{"title": {"query": "x", …}}`.
pub(super) fn match_words(body: &Value) -> Result<Query, ApiError> {
    words_in_field("match", body, Words::default(), &[])
}

/// Reads words in a field for a query of that name, which does not have the refused options.
pub(super) fn words_in_field(
    name: &str,
    body: &Value,
    mut words: Words,
    refused: &[&str],
) -> Result<Query, ApiError> {
    let (field, value) = single(name, body)?;
    let mut boost = 1.0;
    if let Value::Object(options) = value {
        let (mut text, mut fuzzy) = (None, FuzzyOptions::default());
        for (key, value) in options {
            let at = At::new(name, key);
            match key.as_str() {
                "query" => text = Some(at.words(value)?),
                "boost" => boost = at.boost(value)?,
                key if refused.contains(&key) => return Err(unsupported(name, key)),
                _ if word_option(&mut words, at, value)? || fuzzy.read(at, value)? || is_idle(at, value)? => {
                }
                other => return Err(unsupported(name, other)),
            }
        }
        words.text = text.ok_or_else(|| missing(name, "query"))?;
        words.fuzziness = fuzzy.fuzziness();
    } else {
        words.text = At::new(name, field).words(value)?;
    }
    let field = field.clone();
    let kind = QueryKind::Match { field, words };
    Ok(Query {
        boost,
        ..Query::new(kind)
    })
}

/// Reads an option that queries of words share; false if it is none.
pub(super) fn word_option(words: &mut Words, at: At<'_>, value: &Value) -> Result<bool, ApiError> {
    match at.key {
        "operator" => words.operator = read_operator(at, value)?,
        "minimum_should_match" => words.minimum_should_match = Some(minimum(at, value)?),
        "lenient" => words.lenient = at.truth(value)?,
        "analyzer" => words.wording.analyzer = Some(at.text(value)?),
        "auto_generate_synonyms_phrase_query" => {
            words.wording.scattered_synonyms = !at.truth(value)?;
        }
        "zero_terms_query" => {
            words.zero_terms_match_all = match value.as_str() {
                Some(text) if text.eq_ignore_ascii_case("all") => true,
                Some(text) if text.eq_ignore_ascii_case("none") => false,
                _ => return Err(at.expected("[none] or [all]", value)),
            };
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// Whether an option only states what is the case anyway.
pub(super) fn is_idle(at: At<'_>, value: &Value) -> Result<bool, ApiError> {
    match at.key {
        "analyze_wildcard" => Ok(!at.truth(value)?),
        _ => Ok(false),
    }
}

/// `minimum_should_match`, a number or a specification.
pub(super) fn minimum(at: At<'_>, value: &Value) -> Result<MinimumShouldMatch, ApiError> {
    match value {
        Value::String(text) => {
            MinimumShouldMatch::parse(text).map_err(|error| ApiError::parsing(error.to_string()))
        }
        _ => i32::try_from(at.whole(value)?)
            .map(MinimumShouldMatch::count)
            .map_err(|_| at.expected("a number of clauses", value)),
    }
}
