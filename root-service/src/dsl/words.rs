//! Queries of words: `match`, `multi_match`, `match_phrase`, `query_string`.

use serde_json::Value;
use shared::limits;
use shared::query::{MinimumShouldMatch, MultiMatchKind, Query, QueryKind, Words};

use super::query_text::{self, Defaults};
use super::read::{At, missing, single, unsupported};
use super::read_operator;
use crate::error::{ApiError, brief};

/// Reads `{"title": "x"}` or `{"title": {"query": "x", …}}`.
pub(super) fn match_words(body: &Value) -> Result<Query, ApiError> {
    const NAME: &str = "match";
    let (field, value) = single(NAME, body)?;
    let mut boost = 1.0;
    let mut words = Words::default();
    if let Value::Object(options) = value {
        let mut text = None;
        for (key, value) in options {
            let at = At::new(NAME, key);
            match key.as_str() {
                "query" => text = Some(at.words(value)?),
                "boost" => boost = at.boost(value)?,
                _ if word_option(&mut words, at, value)? || is_idle(at, value)? => {}
                other => return Err(unsupported(NAME, other)),
            }
        }
        words.text = text.ok_or_else(|| missing(NAME, "query"))?;
    } else {
        words.text = At::new(NAME, field).words(value)?;
    }
    let field = field.clone();
    let kind = QueryKind::Match { field, words };
    Ok(Query { kind, boost })
}

/// Reads an option that `match` and `multi_match` share; false if it is none.
fn word_option(words: &mut Words, at: At<'_>, value: &Value) -> Result<bool, ApiError> {
    match at.key {
        "operator" => words.operator = read_operator(at, value)?,
        "minimum_should_match" => words.minimum_should_match = Some(minimum(at, value)?),
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
fn is_idle(at: At<'_>, value: &Value) -> Result<bool, ApiError> {
    match at.key {
        "lenient" | "analyze_wildcard" => Ok(!at.truth(value)?),
        // No analyzer here makes synonyms.
        "auto_generate_synonyms_phrase_query" => at.truth(value).map(|_| true),
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

/// How `multi_match` names its types.
#[derive(Clone, Copy, PartialEq)]
enum MultiType {
    BestFields,
    MostFields,
    Phrase,
}

/// Reads `{"query": "x", "fields": ["title^2", "body"], …}`.
pub(super) fn multi_match(body: &Value) -> Result<Query, ApiError> {
    const NAME: &str = "multi_match";
    let mut boost = 1.0;
    let mut words = Words::default();
    let (mut text, mut fields, mut kind) = (None, Vec::new(), MultiType::BestFields);
    let (mut tie_breaker, mut slop_given) = (None, None);
    for (key, value) in At::new("query", NAME).object(body)? {
        let at = At::new(NAME, key);
        match key.as_str() {
            "query" => text = Some(at.words(value)?),
            "fields" => fields = boosted_fields(at, value)?,
            "type" => kind = multi_type(at, value)?,
            "tie_breaker" => tie_breaker = Some(at.share(value)?),
            "slop" => slop_given = Some(slop(at, value)?),
            "boost" => boost = at.boost(value)?,
            _ if word_option(&mut words, at, value)? || is_idle(at, value)? => {}
            other => return Err(unsupported(NAME, other)),
        }
    }
    let text = text.ok_or_else(|| missing(NAME, "query"))?;
    if kind == MultiType::Phrase {
        let slop = slop_given.unwrap_or(0);
        let kind = QueryKind::MultiPhrase { fields, text, slop };
        return Ok(Query { kind, boost });
    }
    if slop_given.is_some_and(|slop| slop > 0) {
        return Err(ApiError::parsing(
            "[multi_match] [slop] goes with [type] [phrase] only",
        ));
    }
    words.text = text;
    // A share of all the other fields' scores is what `most_fields` means; with another share it is `best_fields`.
    let kind = match (kind, tie_breaker) {
        (MultiType::MostFields, None | Some(1.0)) => MultiMatchKind::MostFields,
        _ => MultiMatchKind::BestFields,
    };
    let tie_breaker = tie_breaker.unwrap_or(0.0);
    let kind = QueryKind::MultiMatch {
        fields,
        words,
        kind,
        tie_breaker,
    };
    Ok(Query { kind, boost })
}

fn multi_type(at: At<'_>, value: &Value) -> Result<MultiType, ApiError> {
    match value.as_str() {
        Some("best_fields") => Ok(MultiType::BestFields),
        Some("most_fields") => Ok(MultiType::MostFields),
        Some("phrase") => Ok(MultiType::Phrase),
        Some(other @ ("cross_fields" | "phrase_prefix" | "bool_prefix")) => Err(ApiError::parsing(format!(
            "[multi_match] type [{other}] is not offered yet; offered are best_fields, most_fields, phrase"
        ))),
        _ => Err(at.expected("[best_fields], [most_fields] or [phrase]", value)),
    }
}

/// `title^2` and the like, one or a list.
fn boosted_fields(at: At<'_>, value: &Value) -> Result<Vec<(String, f32)>, ApiError> {
    let fields = match value {
        Value::Array(values) => values.as_slice(),
        one => std::slice::from_ref(one),
    };
    if fields.len() > limits::MAPPING_FIELDS_MAX {
        return Err(ApiError::illegal(format!(
            "[{}] [fields] has [{}] names, the limit is [{}]",
            at.part,
            fields.len(),
            limits::MAPPING_FIELDS_MAX
        )));
    }
    fields
        .iter()
        .map(|field| boosted_field(at, &at.text(field)?))
        .collect()
}

fn boosted_field(at: At<'_>, text: &str) -> Result<(String, f32), ApiError> {
    let (name, boost) = match text.split_once('^') {
        Some((name, boost)) => (
            name,
            At::new(at.part, "boost").boost(&Value::String(boost.to_owned()))?,
        ),
        None => (text, 1.0),
    };
    if name.is_empty() || name.len() > limits::FIELD_NAME_BYTES_MAX {
        return Err(ApiError::parsing(format!(
            "[{}] [fields] has a name that is empty or too long: [{}]",
            at.part,
            brief(text)
        )));
    }
    Ok((name.to_owned(), boost))
}

fn slop(at: At<'_>, value: &Value) -> Result<u32, ApiError> {
    let slop = at.whole(value)?;
    u32::try_from(slop)
        .ok()
        .filter(|slop| *slop <= limits::PHRASE_SLOP_MAX)
        .ok_or_else(|| {
            ApiError::illegal(format!(
                "[{}] [slop] must be from 0 to the limit of [{}], but was [{slop}]",
                at.part,
                limits::PHRASE_SLOP_MAX
            ))
        })
}

/// Reads `{"title": "x y"}` or `{"title": {"query": "x y", "slop": 2}}`.
pub(super) fn match_phrase(body: &Value) -> Result<Query, ApiError> {
    const NAME: &str = "match_phrase";
    let (field, value) = single(NAME, body)?;
    let (mut boost, mut slop_given) = (1.0, 0);
    let text = if let Value::Object(options) = value {
        let mut text = None;
        for (key, value) in options {
            let at = At::new(NAME, key);
            match key.as_str() {
                "query" => text = Some(at.words(value)?),
                "boost" => boost = at.boost(value)?,
                "slop" => slop_given = slop(at, value)?,
                "zero_terms_query"
                    if value
                        .as_str()
                        .is_some_and(|text| text.eq_ignore_ascii_case("none")) => {}
                other => return Err(unsupported(NAME, other)),
            }
        }
        text.ok_or_else(|| missing(NAME, "query"))?
    } else {
        At::new(NAME, field).words(value)?
    };
    let kind = QueryKind::MatchPhrase {
        field: field.clone(),
        text,
        slop: slop_given,
    };
    Ok(Query { kind, boost })
}

/// Reads `{"query": "title:x AND y", "default_operator": "and", …}`.
pub(super) fn query_string(body: &Value) -> Result<Query, ApiError> {
    const NAME: &str = "query_string";
    let mut boost = 1.0;
    let mut text = None;
    let mut defaults = Defaults::default();
    let mut fields_from: Option<&str> = None;
    for (key, value) in At::new("query", NAME).object(body)? {
        let at = At::new(NAME, key);
        match key.as_str() {
            "query" => text = Some(at.words(value)?),
            "default_field" | "fields" => {
                if fields_from.replace(key).is_some() {
                    return Err(ApiError::parsing(
                        "[query_string] takes [default_field] or [fields], but not both",
                    ));
                }
                defaults.fields = boosted_fields(at, value)?;
            }
            "default_operator" => defaults.operator = read_operator(at, value)?,
            "boost" => boost = at.boost(value)?,
            _ if is_idle(at, value)? => {}
            other => return Err(unsupported(NAME, other)),
        }
    }
    let text = text.ok_or_else(|| missing(NAME, "query"))?;
    let mut query = query_text::parse(&text, &defaults)?;
    query.boost *= boost;
    Ok(query)
}
