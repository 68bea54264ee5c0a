//! The completion suggester: inputs of documents that begin with a text.

use shared::wire::suggest::Completing;

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Completion {
    /// The text, as the answer repeats it.
    pub text: String,
    /// What shards look for; `None` if nothing can begin so.
    pub wanted: Option<Completing>,
    /// How many are shown.
    pub size: u32,
    /// Whether a text is shown once.
    pub distinct: bool,
}
