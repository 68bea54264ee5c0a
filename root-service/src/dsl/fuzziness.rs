//! The options of fuzzy words.

use serde_json::Value;
use shared::limits;
use shared::query::{Edits, Fuzziness};

use super::read::At;
use crate::error::{ApiError, brief};

/// The options of fuzzy words as they are read. They count only if `fuzziness` is given, as in Elasticsearch.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FuzzyOptions {
    options: Fuzziness,
    given: bool,
}

impl FuzzyOptions {
    /// Reads an option of `match` and its kin; false if it is none.
    pub(super) fn read(&mut self, at: At<'_>, value: &Value) -> Result<bool, ApiError> {
        match at.key {
            "fuzziness" => {
                self.options.edits = edits(at, value)?;
                self.given = true;
            }
            "prefix_length" => self.options.prefix_length = prefix_length(at, value)?,
            "max_expansions" => self.options.expansions_max = expansions(at, value)?,
            "fuzzy_transpositions" => self.options.transpositions = at.truth(value)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// What words are to be, if they are to be fuzzy.
    pub(super) fn fuzziness(self) -> Option<Fuzziness> {
        self.given.then_some(self.options)
    }

    /// `max_expansions`.
    pub(super) fn expansions_max(self) -> u32 {
        self.options.expansions_max
    }
}

/// `AUTO`, `1` and the like.
pub(super) fn edits(at: At<'_>, value: &Value) -> Result<Edits, ApiError> {
    Edits::parse(&at.words(value)?).map_err(|error| ApiError::parsing(format!("[{}] {error}", at.part)))
}

/// How many characters must be the same at the beginning.
pub(super) fn prefix_length(at: At<'_>, value: &Value) -> Result<u32, ApiError> {
    u32::try_from(at.whole(value)?).map_err(|_| at.expected("a number of characters", value))
}

/// For how many terms a word stands at most.
pub(super) fn expansions(at: At<'_>, value: &Value) -> Result<u32, ApiError> {
    let given = at.whole(value)?;
    u32::try_from(given)
        .ok()
        .filter(|max| (1..=limits::EXPANSIONS_MAX).contains(max))
        .ok_or_else(|| {
            ApiError::illegal(format!(
                "[{}] [{}] must be from 1 to the limit of [{}], but was [{}]",
                at.part,
                at.key,
                limits::EXPANSIONS_MAX,
                brief(&value.to_string())
            ))
        })
}
