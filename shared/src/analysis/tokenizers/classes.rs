//! Classes of characters.

/// A class of characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::analysis) enum CharClass {
    /// Letters of all scripts.
    Letter,
    /// Digits of all scripts.
    Digit,
    /// Spaces, tabs and ends of lines.
    Whitespace,
    /// `!`, `"`, and so on.
    Punctuation,
    /// `$`, `√`, and so on.
    Symbol,
    /// These very characters.
    Of(String),
}

impl CharClass {
    /// The class of that name.
    pub(in crate::analysis) fn by_name(name: &str) -> Option<Self> {
        Some(match name {
            "letter" => Self::Letter,
            "digit" => Self::Digit,
            "whitespace" => Self::Whitespace,
            "punctuation" => Self::Punctuation,
            "symbol" => Self::Symbol,
            _ => return None,
        })
    }

    fn contains(&self, c: char) -> bool {
        match self {
            Self::Letter => c.is_alphabetic(),
            Self::Digit => c.is_numeric() && (c.is_ascii_digit() || !c.is_ascii()),
            Self::Whitespace => c.is_whitespace(),
            Self::Punctuation => c.is_ascii_punctuation() && !is_symbol(c) || is_wide_punctuation(c),
            Self::Symbol => is_symbol(c),
            Self::Of(characters) => characters.contains(c),
        }
    }
}

/// Any of some classes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::analysis) struct Classes(pub(in crate::analysis) Vec<CharClass>);

impl Classes {
    /// Whether a character is in one of them.
    pub(in crate::analysis) fn contain(&self, c: char) -> bool {
        self.0.iter().any(|class| class.contains(c))
    }
}

/// Unicode's general categories S* as far as they are in common use.
fn is_symbol(c: char) -> bool {
    matches!(
        c,
        '$' | '+' | '<' | '=' | '>' | '^' | '`' | '|' | '~' | '¢'..='¦' | '¨' | '©' | '¬' | '®'..='±' | '´' | '¸'
        | '×' | '÷' | '\u{2C2}'..='\u{2DF}' | '\u{20A0}'..='\u{20C0}' | '\u{2100}'..='\u{214F}'
        | '\u{2190}'..='\u{23FF}' | '\u{2500}'..='\u{27BF}' | '\u{2900}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}'
    ) && !c.is_alphabetic()
        && !c.is_numeric()
}

/// Unicode's general categories P* beyond ASCII as far as they are in common use.
fn is_wide_punctuation(c: char) -> bool {
    matches!(
        c,
        '¡' | '§' | '«' | '¶' | '·' | '»' | '¿' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}'
        | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3014}'..='\u{301F}' | '\u{30FB}'
        | '\u{FF01}'..='\u{FF0F}' | '\u{FF1A}'..='\u{FF20}' | '\u{FF3B}'..='\u{FF3D}' | '\u{FF5B}'..='\u{FF65}'
    )
}
