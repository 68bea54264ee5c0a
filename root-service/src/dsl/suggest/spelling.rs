//! How similar words are looked for: the parameters that the term suggester and the generators of the phrase suggester have.

use serde_json::Value;

use crate::dsl::read::At;
use crate::error::{ApiError, brief};
use crate::suggest::Distance;
use crate::suggest::spelling::{By, Mode, Spelling};

/// Reads a parameter; false if it is none of these.
pub(super) fn read(spelling: &mut Spelling, part: &str, key: &str, value: &Value) -> Result<bool, ApiError> {
    let at = At::new(part, key);
    match key {
        "suggest_mode" => spelling.mode = mode(at, value)?,
        "sort" => spelling.by = by(at, value)?,
        "string_distance" => {
            let name = at.text(value)?;
            spelling.distance = Distance::by_name(&name.to_ascii_lowercase()).ok_or_else(|| {
                at.expected(
                    "[internal], [damerau_levenshtein], [levenshtein], [jaro_winkler] or [ngram]",
                    value,
                )
            })?;
        }
        "accuracy" => spelling.accuracy = at.share(value)?,
        "max_edits" => spelling.edits_max = edits(at, value)?,
        "prefix_length" => spelling.prefix_length = count(at, value)?,
        "min_word_length" => {
            spelling.word_length_min = count(at, value)?;
            if spelling.word_length_min == 0 {
                return Err(ApiError::illegal("minWordLength must be greater or equal to 1"));
            }
        }
        "max_inspections" => spelling.inspections = count(at, value)?,
        "min_doc_freq" => spelling.frequency_min = frequency(at, value)?,
        "max_term_freq" => spelling.frequency_max = frequency(at, value)?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn mode(at: At<'_>, value: &Value) -> Result<Mode, ApiError> {
    Ok(match at.text(value)?.to_ascii_lowercase().as_str() {
        "missing" => Mode::Missing,
        "popular" => Mode::Popular,
        "always" => Mode::Always,
        other => {
            return Err(ApiError::illegal(format!(
                "Illegal suggest mode {}; expected [missing], [popular] or [always]",
                brief(other)
            )));
        }
    })
}

fn by(at: At<'_>, value: &Value) -> Result<By, ApiError> {
    Ok(match at.text(value)?.to_ascii_lowercase().as_str() {
        "score" => By::Score,
        "frequency" => By::Frequency,
        other => {
            return Err(ApiError::illegal(format!(
                "Illegal suggest sort {}; expected [score] or [frequency]",
                brief(other)
            )));
        }
    })
}

fn edits(at: At<'_>, value: &Value) -> Result<u8, ApiError> {
    match at.whole(value)? {
        1 => Ok(1),
        2 => Ok(2),
        other => Err(ApiError::illegal(format!(
            "Illegal max_edits value {other}; expected 1 or 2"
        ))),
    }
}

fn count(at: At<'_>, value: &Value) -> Result<u32, ApiError> {
    u32::try_from(at.whole(value)?).map_err(|_| at.expected("a number that is not negative", value))
}

/// A number of documents, or a share of them.
#[expect(clippy::cast_possible_truncation, reason = "checked to be finite afterwards")]
fn frequency(at: At<'_>, value: &Value) -> Result<f32, ApiError> {
    let frequency = at.number(value)? as f32;
    if !frequency.is_finite() || frequency < 0.0 {
        return Err(at.expected("a number that is not negative", value));
    }
    if frequency >= 1.0 && frequency.fract() != 0.0 {
        return Err(ApiError::illegal(format!(
            "if [{}] is at least 1, it is a number of documents and cannot be fractional, but was [{frequency}]",
            at.key
        )));
    }
    Ok(frequency)
}
