//! How far words may be from the ones in the index.

/// How many edits a word may be away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edits {
    /// None for words shorter than `low` characters, one for those shorter than `high`, else two.
    Auto {
        /// Where one edit begins.
        low: u32,
        /// Where two edits begin.
        high: u32,
    },
    /// So many, at most 2.
    Count(u8),
}

impl Default for Edits {
    fn default() -> Self {
        Self::Auto { low: 3, high: 6 }
    }
}

/// A fuzziness that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot read fuzziness [{0}]: expected 0, 1, 2, [AUTO] or [AUTO:low,high]")]
pub struct EditsError(String);

impl Edits {
    /// Reads `AUTO`, `AUTO:3,6`, `0`, `1` or `2`.
    ///
    /// # Errors
    /// [`EditsError`] with the text.
    pub fn parse(text: &str) -> Result<Self, EditsError> {
        let error = || EditsError(text.chars().take(64).collect());
        let upper = text.trim().to_ascii_uppercase();
        if upper == "AUTO" {
            return Ok(Self::default());
        }
        if let Some(bounds) = upper.strip_prefix("AUTO:") {
            let (low, high) = bounds.split_once(',').ok_or_else(error)?;
            let read = |text: &str| text.trim().parse::<u32>().map_err(|_| error());
            let (low, high) = (read(low)?, read(high)?);
            return if low <= high {
                Ok(Self::Auto { low, high })
            } else {
                Err(error())
            };
        }
        // Some clients send `1.0`.
        match upper.strip_suffix(".0").unwrap_or(&upper) {
            "0" => Ok(Self::Count(0)),
            "1" => Ok(Self::Count(1)),
            "2" => Ok(Self::Count(2)),
            _ => Err(error()),
        }
    }

    /// How many edits a word may be away.
    pub fn of(self, word: &str) -> u8 {
        match self {
            Self::Count(count) => count,
            Self::Auto { low, high } => {
                let length = u32::try_from(word.chars().count()).unwrap_or(u32::MAX);
                u8::from(length >= low) + u8::from(length >= high)
            }
        }
    }
}

/// Which words a fuzzy word stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fuzziness {
    /// How far away.
    pub edits: Edits,
    /// How many characters must be the same at the beginning.
    pub prefix_length: u32,
    /// At most so many words.
    pub expansions_max: u32,
    /// Whether a swap of neighbours is one edit.
    pub transpositions: bool,
}

/// How many terms a word stands for at most, unless the client says so (Elasticsearch's default).
pub const EXPANSIONS_DEFAULT: u32 = 50;

impl Default for Fuzziness {
    fn default() -> Self {
        Self {
            edits: Edits::default(),
            prefix_length: 0,
            expansions_max: EXPANSIONS_DEFAULT,
            transpositions: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn automatic_fuzziness_grows_with_the_word() {
        let of = |text: &str, word| Edits::parse(text).unwrap().of(word);
        for (word, edits) in [("ab", 0), ("abc", 1), ("abcde", 1), ("abcdef", 2), ("äöüäöü", 2)] {
            assert_eq!(of("AUTO", word), edits, "{word}");
        }
        assert_eq!(of("auto:4,8", "abc"), 0);
        assert_eq!(of("auto:4,8", "abcdefgh"), 2);
        assert_eq!((of("1", "a"), of("2.0", "a")), (1, 2));
        for text in ["3", "-1", "AUTO:6,3", "AUTO:1", "much", "0.5"] {
            assert!(Edits::parse(text).is_err(), "{text}");
        }
    }
}
