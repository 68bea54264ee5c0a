//! Queries of words in order, and of words of which the last is just being typed: `match_phrase`, `match_phrase_prefix`,
//! `match_bool_prefix`.

use serde_json::Value;
use shared::limits;
use shared::query::{EXPANSIONS_DEFAULT, Query, QueryKind, Wording, Words};

use super::fuzziness::expansions;
use super::read::{At, missing, single, unsupported};
use super::words::words_in_field;
use crate::error::ApiError;

pub(super) fn slop(at: At<'_>, value: &Value) -> Result<u32, ApiError> {
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
    phrase("match_phrase", body, None)
}

/// Reads `{"title": "x y"}` or `{"title": {"query": "x y", "max_expansions": 50}}`.
pub(super) fn match_phrase_prefix(body: &Value) -> Result<Query, ApiError> {
    phrase("match_phrase_prefix", body, Some(EXPANSIONS_DEFAULT))
}

fn phrase(name: &str, body: &Value, mut expanded: Option<u32>) -> Result<Query, ApiError> {
    let (field, value) = single(name, body)?;
    let (mut boost, mut slop_given) = (1.0, 0);
    let mut wording = Wording::default();
    let text = if let Value::Object(options) = value {
        let mut text = None;
        for (key, value) in options {
            let at = At::new(name, key);
            match key.as_str() {
                "query" => text = Some(at.words(value)?),
                "boost" => boost = at.boost(value)?,
                "slop" => slop_given = slop(at, value)?,
                "analyzer" => wording.analyzer = Some(at.text(value)?),
                "max_expansions" if expanded.is_some() => expanded = Some(expansions(at, value)?),
                "zero_terms_query"
                    if value
                        .as_str()
                        .is_some_and(|text| text.eq_ignore_ascii_case("none")) => {}
                other => return Err(unsupported(name, other)),
            }
        }
        text.ok_or_else(|| missing(name, "query"))?
    } else {
        At::new(name, field).words(value)?
    };
    let kind = QueryKind::MatchPhrase {
        field: field.clone(),
        text,
        wording,
        slop: slop_given,
        expansions: expanded,
    };
    Ok(Query {
        boost,
        ..Query::new(kind)
    })
}

/// Reads `{"title": "quick br"}` or `{"title": {"query": "quick br", …}}`.
pub(super) fn match_bool_prefix(body: &Value) -> Result<Query, ApiError> {
    let words = Words {
        last_is_prefix: true,
        ..Words::default()
    };
    words_in_field("match_bool_prefix", body, words, &["lenient", "zero_terms_query"])
}
