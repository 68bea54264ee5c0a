//! What a completion begins with.

use serde::{Deserialize, Serialize};

use crate::pattern::{Automaton, Dfa, Fuzzy, Pattern, PatternError, Syntax};

/// What a completion begins with.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Begins {
    /// A text.
    With(String),
    /// Something like a text. The more of the beginning is the same, the better it scores.
    Like {
        /// The text.
        text: String,
        /// At most so many edits away, of at most 2.
        distance: u8,
        /// How many characters must be the same at the beginning.
        prefix_length: u32,
        /// Whether a swap of neighbours is one edit.
        transpositions: bool,
    },
    /// Something that a regular expression fits.
    Fits(String),
}

/// What a completion begins with, ready to be compared: an automaton that accepts whatever begins so.
#[derive(Clone, Debug)]
pub enum Matcher {
    /// A text.
    Exact(Vec<char>),
    /// Something like a text, and the text.
    Fuzzy(Fuzzy, Vec<char>),
    /// A regular expression.
    Regexp(Dfa),
}

/// Where a comparison is.
#[derive(Clone, Copy, Debug)]
pub enum State {
    /// It is settled that it begins so.
    Begun,
    /// It is settled that it does not.
    Dead,
    /// So many characters are the same.
    Exact(usize),
    /// Within a fuzzy word.
    Fuzzy(<Fuzzy as Automaton>::State),
    /// Within a regular expression.
    Regexp(u32),
}

impl Begins {
    /// Ready to be compared.
    ///
    /// # Errors
    /// [`PatternError`] for a regular expression that is wrong or too much.
    pub fn matcher(&self) -> Result<Matcher, PatternError> {
        Ok(match self {
            Self::With(text) => Matcher::Exact(text.chars().collect()),
            Self::Like {
                text,
                distance,
                prefix_length,
                transpositions,
            } => {
                let prefix_length = usize::try_from(*prefix_length).unwrap_or(usize::MAX);
                let fuzzy = Fuzzy::new(text, *distance, prefix_length, *transpositions);
                Matcher::Fuzzy(fuzzy, text.chars().collect())
            }
            Self::Fits(text) => Matcher::Regexp(
                Pattern {
                    syntax: Syntax::Regexp,
                    text: text.clone(),
                    case_insensitive: false,
                }
                .compile()?,
            ),
        })
    }
}

impl Matcher {
    /// The score of an input that begins so: its weight, times how many characters are the same up to where it was settled that it
    /// begins like the text.
    pub fn score(&self, path: &str, weight: u32) -> u64 {
        let Self::Fuzzy(_, wanted) = self else {
            return weight.into();
        };
        let mut state = self.start();
        let mut common = 0_u64;
        let mut is_same = true;
        for (at, c) in path.chars().enumerate() {
            if matches!(state, State::Begun) {
                break;
            }
            state = self.step(state, c);
            is_same &= wanted.get(at) == Some(&c);
            common += u64::from(is_same);
        }
        match common {
            0 => weight.into(),
            common => u64::from(weight.max(1)) * common,
        }
    }

    fn settled(&self, state: State) -> State {
        let (is_match, is_dead) = match (self, state) {
            (Self::Exact(text), State::Exact(read)) => (read >= text.len(), false),
            (Self::Fuzzy(fuzzy, _), State::Fuzzy(state)) => (fuzzy.is_match(state), fuzzy.is_dead(state)),
            (Self::Regexp(dfa), State::Regexp(state)) => (dfa.is_match(state), dfa.is_dead(state)),
            _ => return state,
        };
        match (is_match, is_dead) {
            (true, _) => State::Begun,
            (false, true) => State::Dead,
            (false, false) => state,
        }
    }
}

impl Automaton for Matcher {
    type State = State;

    fn start(&self) -> State {
        self.settled(match self {
            Self::Exact(_) => State::Exact(0),
            Self::Fuzzy(fuzzy, _) => State::Fuzzy(fuzzy.start()),
            Self::Regexp(dfa) => State::Regexp(dfa.start()),
        })
    }

    fn step(&self, state: State, c: char) -> State {
        let next = match (self, state) {
            (Self::Exact(text), State::Exact(read)) if text.get(read) == Some(&c) => State::Exact(read + 1),
            (Self::Fuzzy(fuzzy, _), State::Fuzzy(state)) => State::Fuzzy(fuzzy.step(state, c)),
            (Self::Regexp(dfa), State::Regexp(state)) => State::Regexp(dfa.step(state, c)),
            (_, State::Begun) => State::Begun,
            _ => State::Dead,
        };
        self.settled(next)
    }

    fn is_match(&self, state: State) -> bool {
        matches!(state, State::Begun)
    }

    fn is_dead(&self, state: State) -> bool {
        matches!(state, State::Dead)
    }
}
