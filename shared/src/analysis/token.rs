//! Tokens.

/// A token and where it stood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Token {
    /// Its position among the tokens; what was dropped leaves gaps, and what stands for the same shares one.
    pub position: u32,
    /// How many positions it spans, as what stands for several words does.
    pub position_length: u32,
    /// Where it begins in the text, in bytes.
    pub start: usize,
    /// Where it ends in the text, in bytes.
    pub end: usize,
    /// The token after all filters.
    pub text: String,
    /// What it is made of.
    pub kind: TokenKind,
    /// Whether stemmers leave it alone.
    pub keyword: bool,
}

impl Token {
    /// Whether it stands for a way of several words beside another way, rather than for some of the same words.
    pub fn is_side_path(&self) -> bool {
        self.position_length > 1 && self.kind != TokenKind::Shingle
    }
}

/// What a token is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TokenKind {
    /// A word with a letter.
    Alphanumeric,
    /// A number.
    Number,
    /// An ideograph.
    Ideograph,
    /// A syllable.
    Hiragana,
    /// A word.
    Katakana,
    /// A word.
    Hangul,
    /// A word of a script without spaces.
    SoutheastAsian,
    /// Whatever a tokenizer that knows no kinds has cut.
    #[default]
    Word,
    /// What stands for other words.
    Synonym,
    /// Several words in a row.
    Shingle,
}

impl TokenKind {
    /// Its name in Elasticsearch.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alphanumeric => "<ALPHANUM>",
            Self::Number => "<NUM>",
            Self::Ideograph => "<IDEOGRAPHIC>",
            Self::Hiragana => "<HIRAGANA>",
            Self::Katakana => "<KATAKANA>",
            Self::Hangul => "<HANGUL>",
            Self::SoutheastAsian => "<SOUTHEAST_ASIAN>",
            Self::Word => "word",
            Self::Synonym => "SYNONYM",
            Self::Shingle => "shingle",
        }
    }

    /// The kind of a word cut by Unicode's rules.
    pub(super) fn of(word: &str) -> Self {
        let mut kind = Self::Number;
        for c in word.chars() {
            kind = match c {
                '\u{3040}'..='\u{309F}' => return Self::Hiragana,
                '\u{30A0}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{FF66}'..='\u{FF9D}' => {
                    return Self::Katakana;
                }
                '\u{2E80}'..='\u{2FDF}'
                | '\u{3005}'..='\u{3007}'
                | '\u{3400}'..='\u{4DBF}'
                | '\u{4E00}'..='\u{9FFF}'
                | '\u{F900}'..='\u{FAFF}'
                | '\u{20000}'..='\u{323AF}' => return Self::Ideograph,
                '\u{1100}'..='\u{11FF}' | '\u{3130}'..='\u{318F}' | '\u{AC00}'..='\u{D7A3}' => {
                    return Self::Hangul;
                }
                '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' => {
                    return Self::SoutheastAsian;
                }
                c if c.is_alphabetic() => Self::Alphanumeric,
                _ => kind,
            };
        }
        kind
    }
}
