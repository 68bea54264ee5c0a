//! How likely a word is after others, by how often the index has them together.

/// What is said of combinations of words that the index has rarely or never.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Smoothing {
    /// The shorter combination counts, less.
    StupidBackoff {
        /// By this factor.
        discount: f64,
    },
    /// All combinations count as more frequent than they are.
    Laplace {
        /// By so much.
        alpha: f64,
    },
    /// Combinations of all lengths count, with weights.
    Linear {
        /// Of three words.
        trigram: f64,
        /// Of two words.
        bigram: f64,
        /// Of one word.
        unigram: f64,
    },
}

impl Default for Smoothing {
    fn default() -> Self {
        Self::StupidBackoff { discount: 0.4 }
    }
}

/// How often words are together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// The word itself.
    pub(super) word: u64,
    /// The word before it.
    pub(super) before: u64,
    /// Both of them.
    pub(super) pair: u64,
    /// Both of them after the word before them.
    pub(super) triple: u64,
}

/// Keeps a division from being one by nothing.
const TINY: f64 = 0.000_000_000_01;

/// A language model of words and their combinations.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Model {
    /// How it treats what is rare.
    pub(super) smoothing: Smoothing,
    /// Words of the field in all.
    pub(super) vocabulary: u64,
    /// Documents of the index, for how many different words there are.
    pub(super) documents: u64,
}

impl Model {
    /// A word alone.
    pub(super) fn unigram(&self, counts: Counts) -> f64 {
        // An empty index has no likely words, and no division by zero.
        let all = (self.vocabulary as f64 + self.documents as f64).max(1.0);
        (1.0 + counts.word as f64) / all
    }

    /// A word after another.
    pub(super) fn bigram(&self, counts: Counts) -> f64 {
        let (pair, before) = (counts.pair as f64, counts.before as f64);
        match self.smoothing {
            Smoothing::StupidBackoff { discount } if counts.pair == 0 => discount * self.unigram(counts),
            Smoothing::StupidBackoff { .. } => pair / (before + TINY),
            Smoothing::Laplace { alpha } => {
                (alpha + pair) / (before + alpha * self.documents as f64).max(TINY)
            }
            Smoothing::Linear { unigram, .. } if counts.pair == 0 => unigram * self.unigram(counts),
            Smoothing::Linear { bigram, unigram, .. } => {
                bigram * (pair / (0.5 + before)) + unigram * self.unigram(counts)
            }
        }
    }

    /// A word after two others.
    pub(super) fn trigram(&self, counts: Counts) -> f64 {
        let (triple, pair) = (counts.triple as f64, counts.pair as f64);
        match self.smoothing {
            Smoothing::StupidBackoff { discount } if counts.pair == 0 => discount * self.unigram(counts),
            Smoothing::StupidBackoff { discount } if counts.triple == 0 => discount * self.bigram(counts),
            Smoothing::StupidBackoff { .. } => triple / (pair + TINY),
            Smoothing::Laplace { alpha } => {
                (alpha + triple) / (pair + alpha * self.documents as f64).max(TINY)
            }
            Smoothing::Linear { .. } if counts.triple == 0 => self.bigram(counts),
            Smoothing::Linear { trigram, .. } => trigram * (triple / (1.0 + pair)) + self.bigram(counts),
        }
    }
}
