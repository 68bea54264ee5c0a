//! Queries in a language for humans: `query_string` and `simple_query_string`.

use serde_json::Value;
use shared::limits;
use shared::query::{MinimumShouldMatch, Query, QueryKind};

use super::fuzziness::{edits, expansions, prefix_length};
use super::multi::boosted_fields;
use super::patterns::constant_rewrite;
use super::phrases::slop;
use super::query_text::{self, Defaults};
use super::read::{At, missing, unsupported};
use super::read_operator;
use super::simple::{self, Flags};
use super::words::{is_idle, minimum};
use crate::error::{ApiError, brief};

/// Reads `{"query": "title:x AND y", "default_operator": "and", …}`.
pub(super) fn query_string(body: &Value) -> Result<Query, ApiError> {
    const NAME: &str = "query_string";
    let mut boost = 1.0;
    let (mut text, mut least) = (None, None);
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
            "minimum_should_match" => least = Some(minimum(at, value)?),
            "lenient" => defaults.lenient = at.truth(value)?,
            "analyzer" => defaults.wording.analyzer = Some(at.text(value)?),
            "auto_generate_synonyms_phrase_query" => {
                defaults.wording.scattered_synonyms = !at.truth(value)?;
            }
            "phrase_slop" => defaults.slop = slop(at, value)?,
            "tie_breaker" => defaults.tie_breaker = at.share(value)?,
            "fuzziness" => defaults.fuzziness.edits = edits(at, value)?,
            "fuzzy_prefix_length" => defaults.fuzziness.prefix_length = prefix_length(at, value)?,
            "fuzzy_max_expansions" => defaults.fuzziness.expansions_max = expansions(at, value)?,
            "fuzzy_transpositions" => defaults.fuzziness.transpositions = at.truth(value)?,
            "rewrite" => constant_rewrite(at, value)?,
            "type" if value.as_str() == Some("best_fields") => {}
            "allow_leading_wildcard" | "enable_position_increments" if at.truth(value)? => {}
            "escape" if !at.truth(value)? => {}
            _ if is_idle(at, value)? => {}
            other => return Err(unsupported(NAME, other)),
        }
    }
    let text = text.ok_or_else(|| missing(NAME, "query"))?;
    let mut query = query_text::parse(&text, &defaults)?;
    apply_minimum(&mut query, least);
    query.boost *= boost;
    Ok(query)
}

/// Reads `{"query": "x + (y | z) -w", "fields": ["title^2"], …}`.
pub(super) fn simple_query_string(body: &Value) -> Result<Query, ApiError> {
    const NAME: &str = "simple_query_string";
    let mut boost = 1.0;
    let (mut text, mut least, mut flags) = (None, None, Flags::ALL);
    let mut defaults = Defaults {
        tie_breaker: 1.0,
        ..Defaults::default()
    };
    for (key, value) in At::new("query", NAME).object(body)? {
        let at = At::new(NAME, key);
        match key.as_str() {
            "query" => text = Some(at.words(value)?),
            "fields" => defaults.fields = boosted_fields(at, value)?,
            "default_operator" => defaults.operator = read_operator(at, value)?,
            "boost" => boost = at.boost(value)?,
            "minimum_should_match" => least = Some(minimum(at, value)?),
            "lenient" => defaults.lenient = at.truth(value)?,
            "analyzer" => defaults.wording.analyzer = Some(at.text(value)?),
            "auto_generate_synonyms_phrase_query" => {
                defaults.wording.scattered_synonyms = !at.truth(value)?;
            }
            "fuzzy_prefix_length" => defaults.fuzziness.prefix_length = prefix_length(at, value)?,
            "fuzzy_max_expansions" => defaults.fuzziness.expansions_max = expansions(at, value)?,
            "fuzzy_transpositions" => defaults.fuzziness.transpositions = at.truth(value)?,
            "flags" => flags = Flags::read(at, value)?,
            _ if is_idle(at, value)? => {}
            other => return Err(unsupported(NAME, other)),
        }
    }
    let text = text.ok_or_else(|| missing(NAME, "query"))?;
    if text.len() > limits::QUERY_STRING_BYTES_MAX {
        return Err(ApiError::parsing(format!(
            "[{NAME}] the query [{}] has [{}] bytes, the limit is [{}]",
            brief(&text),
            text.len(),
            limits::QUERY_STRING_BYTES_MAX
        )));
    }
    let mut query = simple::parse(&text, &defaults, flags)?;
    apply_minimum(&mut query, least);
    query.boost *= boost;
    Ok(query)
}

/// Applies to the outermost alternatives, as in Elasticsearch.
fn apply_minimum(query: &mut Query, least: Option<MinimumShouldMatch>) {
    if let QueryKind::Bool {
        minimum_should_match, ..
    } = &mut query.kind
    {
        *minimum_should_match = least;
    }
}
