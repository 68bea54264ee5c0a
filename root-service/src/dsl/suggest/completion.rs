//! The completion suggester's parameters.

use serde_json::{Map, Value};
use shared::limits;
use shared::query::Edits;

use super::{Common, Reading, Texts, unsupported};
use crate::dsl::fuzziness;
use crate::dsl::read::At;
use crate::error::ApiError;

/// Inputs that begin with a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Completion {
    /// What every kind has.
    pub common: Common,
    /// What inputs begin with.
    pub how: How,
    /// Whether a text is shown once.
    pub distinct: bool,
}

/// What inputs begin with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum How {
    /// The text.
    Exactly,
    /// Something like it.
    Fuzzily {
        /// How far it may be.
        edits: Edits,
        /// Whether a swap of neighbours is one edit.
        transpositions: bool,
        /// Shorter texts are taken exactly.
        length_min: u32,
        /// How many characters at the beginning must be the same.
        prefix_length: u32,
    },
    /// What the text says as a regular expression.
    Regexp,
}

const FUZZY: How = How::Fuzzily {
    edits: Edits::Auto { low: 3, high: 6 },
    transpositions: true,
    length_min: 3,
    prefix_length: 1,
};

/// The text, and how it is completed.
pub(super) fn parse(options: &Map<String, Value>, texts: &Texts) -> Result<(String, Completion), ApiError> {
    let mut common = Reading::new("completion", limits::COMPLETION_SIZE_MAX);
    let mut how = None;
    let mut distinct = false;
    for (key, value) in options {
        let at = At::new("completion", key);
        match key.as_str() {
            _ if common.read(key, value)? => {}
            "skip_duplicates" => distinct = at.truth(value)?,
            "fuzzy" => how = fuzzy(at, value)?,
            "regex" => check_regex(at, value)?,
            "contexts" | "context" => {
                return Err(ApiError::parsing(
                    "suggester[completion] doesn't support field [contexts]: completions by context are not offered",
                ));
            }
            _ => return Err(unsupported("completion", key)),
        }
    }
    let common = common.done()?;
    let (text, how) = match (texts.prefix.as_ref().or(texts.text.as_ref()), &texts.regex) {
        (Some(text), _) => (text, how.unwrap_or(How::Exactly)),
        (None, Some(text)) => (text, How::Regexp),
        (None, None) => {
            return Err(ApiError::illegal("'prefix/text' or 'regex' must be defined"));
        }
    };
    let completion = Completion {
        common,
        how,
        distinct,
    };
    Ok((text.clone(), completion))
}

fn fuzzy(at: At<'_>, value: &Value) -> Result<Option<How>, ApiError> {
    // `"fuzzy": true` is short for the defaults.
    if value.is_boolean() {
        return Ok(at.truth(value)?.then_some(FUZZY));
    }
    let How::Fuzzily {
        mut edits,
        mut transpositions,
        mut length_min,
        mut prefix_length,
    } = FUZZY
    else {
        return Ok(None);
    };
    for (key, value) in at.object(value)? {
        let at = At::new("completion.fuzzy", key);
        match key.as_str() {
            "fuzziness" => edits = fuzziness::edits(at, value)?,
            "transpositions" => transpositions = at.truth(value)?,
            "min_length" => length_min = fuzziness::prefix_length(at, value)?,
            "prefix_length" => prefix_length = fuzziness::prefix_length(at, value)?,
            // Characters are what counts, always.
            "unicode_aware" => drop(at.truth(value)?),
            // Automata here are bounded by the text.
            "max_determinized_states" => drop(at.whole(value)?),
            _ => return Err(unsupported("completion.fuzzy", key)),
        }
    }
    Ok(Some(How::Fuzzily {
        edits,
        transpositions,
        length_min,
        prefix_length,
    }))
}

/// The options of a regular expression change nothing that is offered here, and are refused if they would.
fn check_regex(at: At<'_>, value: &Value) -> Result<(), ApiError> {
    if value.is_boolean() {
        return Ok(());
    }
    for (key, value) in at.object(value)? {
        let at = At::new("completion.regex", key);
        match key.as_str() {
            "flags" if matches!(value.as_str(), Some("ALL" | "")) => {}
            "flags" => return Err(at.expected("[ALL]; other flags are not offered", value)),
            "max_determinized_states" => drop(at.whole(value)?),
            _ => return Err(unsupported("completion.regex", key)),
        }
    }
    Ok(())
}
