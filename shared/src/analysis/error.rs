//! What can be wrong with an index's own analyzers.

use std::fmt;

/// What a definition defines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Text to tokens.
    Analyzer,
    /// A keyword to the keyword that it is found as.
    Normalizer,
    /// Text to pieces.
    Tokenizer,
    /// Tokens to other tokens.
    Filter,
    /// Text to other text.
    CharFilter,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Analyzer,
        Self::Normalizer,
        Self::Tokenizer,
        Self::Filter,
        Self::CharFilter,
    ];

    /// Its name in settings.
    pub fn name(self) -> &'static str {
        match self {
            Self::Analyzer => "analyzer",
            Self::Normalizer => "normalizer",
            Self::Tokenizer => "tokenizer",
            Self::Filter => "filter",
            Self::CharFilter => "char_filter",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a definition is refused. The text is what a client reads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnalysisError {
    /// A key under `analysis` that is not known.
    #[error(
        "unknown key [{0}] of the analysis settings; offered are analyzer, normalizer, tokenizer, filter and char_filter"
    )]
    Section(String),
    /// A name that nothing has.
    #[error(
        "failed to find {part} under name [{name}]; offered are {offered} and those that the index defines"
    )]
    NotFound {
        /// What was looked for.
        part: Part,
        /// Its name.
        name: String,
        /// What every index has.
        offered: String,
    },
    /// A type that is not offered.
    #[error("Unknown {part} type [{kind}] for [{name}]; offered are {offered}")]
    Type {
        /// What was to be defined.
        part: Part,
        /// Its name.
        name: String,
        /// Its type.
        kind: String,
        /// The types there are.
        offered: String,
    },
    /// A parameter that this type does not have.
    #[error("unknown parameter [{parameter}] of {part} [{name}]")]
    Parameter {
        /// What was to be defined.
        part: Part,
        /// Its name.
        name: String,
        /// The parameter.
        parameter: String,
    },
    /// A parameter with a value that it cannot have.
    #[error("invalid value for [{parameter}] of {part} [{name}]: {reason}")]
    Value {
        /// What was to be defined.
        part: Part,
        /// Its name.
        name: String,
        /// The parameter.
        parameter: String,
        /// What is wrong, and what would be right.
        reason: String,
    },
    /// Past a limit.
    #[error("the analysis settings have [{found}] {what}, the limit is [{max}]")]
    Limit {
        /// What there is too much of.
        what: &'static str,
        /// How much.
        found: usize,
        /// How much there may be.
        max: usize,
    },
}
