//! Suggestions: what the words of a text may have meant, by what the index knows of words.
//!
//! Pure: a suggester computes as far as it can from what is known, and notes what it lacks. The search asks the shards for that
//! and computes again, so that nothing depends on how the index is split.

mod channel;
pub mod completion;
mod distance;
mod known;
#[cfg(test)]
mod merging_tests;
mod model;
pub mod phrase;
pub mod result;
pub mod spelling;
pub mod term;
#[cfg(test)]
mod tests;

pub use distance::Distance;
pub use known::{Known, Lacking, Word};
pub use model::Smoothing;

use completion::Completion;
use phrase::Phrase;
use term::Term;

/// A suggestion that was asked for, with its fields as places in the index.
#[derive(Clone, Debug, PartialEq)]
pub struct Suggestion {
    /// Its name in the answer.
    pub name: String,
    /// What is to be computed.
    pub what: What,
}

/// The kinds of suggestions.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// Similar words for each word.
    Term(Term),
    /// Likelier texts for a text.
    Phrase(Box<Phrase>),
    /// Inputs of documents that begin with a text.
    Completion(Completion),
}

/// A word of a text that is suggested for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// The word, analyzed.
    pub text: String,
    /// Where it begins in the text, in UTF-16 units, as clients count.
    pub offset: usize,
    /// Its length in the text, in UTF-16 units.
    pub length: usize,
}

/// The length of a text as clients count it.
pub fn utf16_len(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}
