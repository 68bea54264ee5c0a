//! Patterns of terms: prefixes, wildcards, regular expressions and fuzzy words, as automata over characters.
//!
//! The root compiles them to refuse what is too complex, and the leaves to walk their dictionaries of terms.

mod dfa;
mod fuzzy;
mod regexp;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use dfa::Dfa;
pub use fuzzy::Fuzzy;

use crate::limits;
use dfa::Ast;

/// An automaton over characters.
pub trait Automaton {
    /// Where it is.
    type State: Copy;
    /// Where it begins.
    fn start(&self) -> Self::State;
    /// Where a character leads.
    fn step(&self, state: Self::State, c: char) -> Self::State;
    /// Whether the text so far matches.
    fn is_match(&self, state: Self::State) -> bool;
    /// Whether no text that begins so matches.
    fn is_dead(&self, state: Self::State) -> bool;

    /// Whether a text matches.
    fn matches(&self, text: &str) -> bool {
        let end = text.chars().fold(self.start(), |state, c| self.step(state, c));
        self.is_match(end)
    }
}

/// How a pattern is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Syntax {
    /// What terms begin with.
    Prefix,
    /// `*` for any characters, `?` for one, `\` before one that is meant literally.
    Wildcard,
    /// Lucene's regular expressions, which match whole terms.
    Regexp,
}

impl Syntax {
    /// The name of the query that has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Prefix => "prefix",
            Self::Wildcard => "wildcard",
            Self::Regexp => "regexp",
        }
    }
}

/// A pattern of terms.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pattern {
    /// How it is written.
    pub syntax: Syntax,
    /// What is written.
    pub text: String,
    /// Whether ASCII letters match in either case, as in Lucene.
    pub case_insensitive: bool,
}

/// A pattern that is wrong or too much.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// It cannot be read.
    #[error("cannot be read: {0}")]
    Malformed(String),
    /// It is longer than the limit.
    #[error("has [{0}] characters, the limit is [{max}]", max = limits::PATTERN_CHARS_MAX)]
    TooLong(usize),
    /// Its automaton is larger than the limit.
    #[error(
        "is too complex: its automaton exceeds the limit of [{states}] states or [{transitions}] transitions",
        states = limits::PATTERN_STATES_MAX,
        transitions = limits::PATTERN_TRANSITIONS_MAX
    )]
    TooComplex,
}

impl Pattern {
    /// The automaton.
    ///
    /// # Errors
    /// [`PatternError`], if it is malformed or exceeds a limit; the same on every machine.
    pub fn compile(&self) -> Result<Dfa, PatternError> {
        let length = self.text.chars().count();
        if length > limits::PATTERN_CHARS_MAX {
            return Err(PatternError::TooLong(length));
        }
        let ast = match self.syntax {
            Syntax::Prefix => {
                let literal = self.text.chars().map(Ast::character);
                Ast::Concat(literal.chain([Ast::anything()]).collect())
            }
            Syntax::Wildcard => wildcard(&self.text),
            Syntax::Regexp => regexp::parse(&self.text)?,
        };
        Dfa::new(&ast, self.case_insensitive)
    }
}

fn wildcard(text: &str) -> Ast {
    let mut parts = Vec::new();
    let mut rest = text.chars();
    let mut after_star = false;
    while let Some(c) = rest.next() {
        let is_star = c == '*';
        match c {
            // Stars in a row say nothing more than one.
            '*' if after_star => {}
            '*' => parts.push(Ast::anything()),
            '?' => parts.push(Ast::any_character()),
            '\\' => parts.push(Ast::character(rest.next().unwrap_or('\\'))),
            other => parts.push(Ast::character(other)),
        }
        after_star = is_star;
    }
    Ast::Concat(parts)
}
