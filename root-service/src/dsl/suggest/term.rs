//! The term suggester's parameters.

use serde_json::{Map, Value};
use shared::limits;

use super::{Common, Reading, spelling, unsupported};
use crate::error::ApiError;
use crate::suggest::spelling::Spelling;

/// Similar words for each word.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// What every kind has.
    pub common: Common,
    /// How similar words are looked for.
    pub spelling: Spelling,
}

pub(super) fn parse(options: &Map<String, Value>) -> Result<Term, ApiError> {
    let mut common = Reading::new("term", limits::SUGGEST_SIZE_MAX);
    let mut spelling = Spelling::default();
    for (key, value) in options {
        if !common.read(key, value)? && !spelling::read(&mut spelling, "term", key, value)? {
            return Err(unsupported("term", key));
        }
    }
    Ok(Term {
        common: common.done()?,
        spelling,
    })
}
