//! Query strings for humans: `title:whales AND "white whale"~2 -shark year:[1840 TO 1860]`.
//!
//! The grammar is the one of the `tantivy-query-grammar` crate, with what people type besides made digestible for it first
//! (see [`mod@scan`]). Operators bind as that crate binds them: `AND` tighter than `OR`, and where both are missing the default
//! operator counts. That is kinder than Lucene's classic parser, which has no precedence.

mod clauses;
mod convert;
mod literal;
mod scan;
mod special;
#[cfg(test)]
mod tests;

use shared::limits;
use shared::query::{Fuzziness, Operator, Query, Wording};

use crate::error::{ApiError, brief};

/// What a word without a field or an operator means.
#[derive(Clone, Debug, PartialEq)]
pub struct Defaults {
    /// The fields it is looked for in, with their boosts; none means all text and keyword fields.
    pub fields: Vec<(String, f32)>,
    /// Whether all words must match.
    pub operator: Operator,
    /// How words are made of texts.
    pub wording: Wording,
    /// What a fuzzy word that does not say more means.
    pub fuzziness: Fuzziness,
    /// The slop of phrases that do not say theirs.
    pub slop: u32,
    /// Whether a text that a field cannot hold is nothing instead of an error.
    pub lenient: bool,
    /// Share of the other fields' scores, 0 to 1.
    pub tie_breaker: f32,
}

/// Reads a query string.
///
/// # Errors
/// A 400 that says what is wrong, what is not offered, or which limit is exceeded.
pub fn parse(text: &str, defaults: &Defaults) -> Result<Query, ApiError> {
    if text.len() > limits::QUERY_STRING_BYTES_MAX {
        return Err(ApiError::parsing(format!(
            "Failed to parse query [{}]: it has [{}] bytes, the limit is [{}]",
            brief(text),
            text.len(),
            limits::QUERY_STRING_BYTES_MAX
        )));
    }
    let failed =
        |reason: String| ApiError::parsing(format!("Failed to parse query [{}]: {reason}", brief(text)));
    let digestible = scan::scan(text).map_err(failed)?;
    let ast = tantivy_query_grammar::parse_query(&digestible).map_err(|_| failed(explain(&digestible)))?;
    convert::convert(&ast, defaults).map_err(failed)
}

/// Why the grammar refuses a text whose quotes and brackets are in order.
fn explain(text: &str) -> String {
    let first = text.split_whitespace().next().unwrap_or_default();
    let last = text.split_whitespace().next_back().unwrap_or_default();
    if matches!(first, "AND" | "OR") {
        return format!("it begins with the operator [{first}]; put a word before it, or quote it");
    }
    if matches!(last, "AND" | "OR" | "NOT") {
        return format!("it ends with the operator [{last}]; put a word after it, or quote it");
    }
    if last.ends_with(':') {
        return format!("no value after [{}]", literal::readable(last));
    }
    "expected words, \"phrases\", field:value, ranges such as field:[1 TO 5] and (groups), joined by AND, OR, NOT, + or -"
        .to_owned()
}
