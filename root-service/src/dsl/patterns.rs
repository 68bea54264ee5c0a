//! Queries of terms that are not given whole: `prefix`, `wildcard`, `regexp`, `fuzzy`.

use serde_json::Value;
use shared::limits;
use shared::pattern::{Pattern, Syntax};
use shared::query::{Fuzziness, Query, QueryKind};

use super::fuzziness::{edits, expansions, prefix_length};
use super::read::{At, missing, single, unsupported};
use crate::error::{ApiError, brief};

/// Reads `{"title": "wha"}` or `{"title": {"value": "wha", …}}` of a syntax.
pub(super) fn pattern(syntax: Syntax, body: &Value) -> Result<Query, ApiError> {
    let name = syntax.name();
    let (field, value) = single(name, body)?;
    let (mut boost, mut case_insensitive, mut states_max) = (1.0, false, limits::PATTERN_STATES_MAX);
    let text = if let Value::Object(options) = value {
        let mut text = None;
        for (key, value) in options {
            let at = At::new(name, key);
            match key.as_str() {
                "value" => text = Some(at.words(value)?),
                "prefix" | "wildcard" | "regexp" if key == name => text = Some(at.words(value)?),
                "boost" => boost = at.boost(value)?,
                "case_insensitive" => case_insensitive = at.truth(value)?,
                "rewrite" => constant_rewrite(at, value)?,
                "max_determinized_states" if syntax == Syntax::Regexp => states_max = states(at, value)?,
                // Lucene's default syntax is the one offered.
                "flags" if syntax == Syntax::Regexp && value.as_str() == Some("ALL") => {}
                other => return Err(unsupported(name, other)),
            }
        }
        text.ok_or_else(|| missing(name, "value"))?
    } else {
        At::new(name, field).words(value)?
    };
    let pattern = Pattern {
        syntax,
        text,
        case_insensitive,
    };
    if states_max < limits::PATTERN_STATES_MAX
        && pattern
            .compile()
            .is_ok_and(|automaton| automaton.states() > states_max)
    {
        return Err(ApiError::illegal(format!(
            "[{name}] Determinizing [{}] would require more than [max_determinized_states] of [{states_max}] states",
            brief(&pattern.text)
        )));
    }
    let field = field.clone();
    let kind = QueryKind::Fits { field, pattern };
    Ok(Query {
        boost,
        ..Query::new(kind)
    })
}

/// Whatever scores a constant is the same here.
pub(super) fn constant_rewrite(at: At<'_>, value: &Value) -> Result<(), ApiError> {
    match value.as_str() {
        Some("constant_score" | "constant_score_blended" | "constant_score_boolean") => Ok(()),
        _ => Err(at.expected(
            "[constant_score], [constant_score_blended] or [constant_score_boolean], which are the ones offered",
            value,
        )),
    }
}

fn states(at: At<'_>, value: &Value) -> Result<usize, ApiError> {
    usize::try_from(at.whole(value)?)
        .ok()
        .filter(|states| (1..=limits::PATTERN_STATES_MAX).contains(states))
        .ok_or_else(|| {
            at.expected(
                &format!("a number from 1 to the limit of [{}]", limits::PATTERN_STATES_MAX),
                value,
            )
        })
}

/// Reads `{"title": "whael"}` or `{"title": {"value": "whael", "fuzziness": 1, …}}`.
pub(super) fn fuzzy(body: &Value) -> Result<Query, ApiError> {
    const NAME: &str = "fuzzy";
    let (field, value) = single(NAME, body)?;
    let (mut boost, mut fuzziness) = (1.0, Fuzziness::default());
    let text = if let Value::Object(options) = value {
        let mut text = None;
        for (key, value) in options {
            let at = At::new(NAME, key);
            match key.as_str() {
                "value" | "term" => text = Some(at.words(value)?),
                "boost" => boost = at.boost(value)?,
                "fuzziness" => fuzziness.edits = edits(at, value)?,
                "prefix_length" => fuzziness.prefix_length = prefix_length(at, value)?,
                "max_expansions" => fuzziness.expansions_max = expansions(at, value)?,
                "transpositions" => fuzziness.transpositions = at.truth(value)?,
                other => return Err(unsupported(NAME, other)),
            }
        }
        text.ok_or_else(|| missing(NAME, "value"))?
    } else {
        At::new(NAME, field).words(value)?
    };
    let kind = QueryKind::Fuzzy {
        field: field.clone(),
        text,
        fuzziness,
    };
    Ok(Query {
        boost,
        ..Query::new(kind)
    })
}
