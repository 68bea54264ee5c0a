//! Letters to other letters.

use tantivy::tokenizer::{AsciiFoldingFilter, RawTokenizer, TextAnalyzer};

use super::super::token::Token;
use super::{Next, Stage};

/// How letters become small.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::analysis) enum Lower {
    /// As Unicode says, whatever the language.
    #[default]
    Plain,
    /// A dot more or less is another letter.
    Turkish,
    /// Without accents, and with one sigma.
    Greek,
}

impl Lower {
    pub(in crate::analysis) fn apply(self, text: &str) -> String {
        match self {
            Self::Plain => lowered(text),
            Self::Turkish => turkish(text),
            Self::Greek => lowered(text).chars().map(without_accent).collect(),
        }
    }
}

fn turkish(text: &str) -> String {
    // A dot that is a character of its own belongs to the letter before.
    let text = text.replace("I\u{307}", "i").replace('İ', "i").replace('I', "ı");
    lowered(&text)
}

/// Letter by letter, so that a sigma is the same wherever it stands.
pub(in crate::analysis) fn lowered(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

fn without_accent(c: char) -> char {
    match c {
        'ά' => 'α',
        'έ' => 'ε',
        'ή' => 'η',
        'ί' | 'ϊ' | 'ΐ' => 'ι',
        'ό' => 'ο',
        'ύ' | 'ϋ' | 'ΰ' => 'υ',
        'ώ' => 'ω',
        'ς' => 'σ',
        c => c,
    }
}

/// The first digits of scripts that have their own.
const ZEROS: [u32; 18] = [
    0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xE50, 0xED0, 0xF20,
    0x1040, 0x17E0, 0xFF10,
];

/// A text with ASCII's digits.
pub(super) fn ascii_digits(text: &str) -> String {
    let digit = |c: char| {
        let code = u32::from(c);
        let zero = ZEROS.iter().find(|zero| (**zero..**zero + 10).contains(&code))?;
        char::from_digit(code - zero, 10)
    };
    text.chars().map(|c| digit(c).unwrap_or(c)).collect()
}

/// tantivy's folding of letters to ASCII, which it offers as a filter of streams only.
pub(super) struct Fold(TextAnalyzer);

impl Fold {
    pub(super) fn new() -> Self {
        Self(
            TextAnalyzer::builder(RawTokenizer::default())
                .filter(AsciiFoldingFilter)
                .build(),
        )
    }

    pub(super) fn apply(&mut self, text: String) -> String {
        if text.is_ascii() {
            return text;
        }
        let mut stream = self.0.token_stream(&text);
        stream.next().map(|token| token.text.clone()).unwrap_or_default()
    }
}

/// Folding at work.
pub(super) struct Folds {
    pub(super) preserve: bool,
    pub(super) fold: Fold,
}

impl Stage for Folds {
    fn take(&mut self, mut token: Token, next: Next<'_>) {
        let before = self.preserve.then(|| token.clone());
        token.text = self.fold.apply(token.text);
        let before = before.filter(|before| before.text != token.text);
        next(token);
        if let Some(before) = before {
            next(before);
        }
    }
}
