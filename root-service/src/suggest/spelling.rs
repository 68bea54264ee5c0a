//! Similar words of an index for a word, as Lucene's `DirectSpellChecker` chooses and ranks them.

use std::cmp::Ordering;

use shared::limits;
use shared::pattern::Fuzzy;
use shared::wire::clause::{Expansion, ExpansionKind, Field};

use super::distance::Distance;
use super::known::{Known, Lacking};

/// For which words there are suggestions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// For those that the index does not have.
    #[default]
    Missing,
    /// For all, but only more frequent ones.
    Popular,
    /// For all.
    Always,
}

/// Which suggestions come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum By {
    /// The most similar.
    #[default]
    Score,
    /// The most frequent.
    Frequency,
}

/// How similar words are looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spelling {
    /// For which words.
    pub mode: Mode,
    /// Which come first.
    pub by: By,
    /// The measure of similarity.
    pub distance: Distance,
    /// Less similar ones are left out.
    pub accuracy: f32,
    /// How many edits they may be away: 1 or 2.
    pub edits_max: u8,
    /// How many characters at the beginning must be the same.
    pub prefix_length: u32,
    /// Shorter words have none.
    pub word_length_min: u32,
    /// How many are looked at for each that is wanted.
    pub inspections: u32,
    /// They must be in more documents than this: a number, or a share below 1.
    pub frequency_min: f32,
    /// Words in more documents than this have none: a number, or a share below 1.
    pub frequency_max: f32,
}

impl Default for Spelling {
    fn default() -> Self {
        Self {
            mode: Mode::default(),
            by: By::default(),
            distance: Distance::default(),
            accuracy: 0.5,
            edits_max: 2,
            prefix_length: 1,
            word_length_min: 4,
            inspections: 5,
            frequency_min: 0.0,
            frequency_max: 0.01,
        }
    }
}

/// A similar word.
#[derive(Clone, Debug, PartialEq)]
pub struct Similar {
    /// The term.
    pub text: String,
    /// How similar, 0 to 1.
    pub score: f32,
    /// In how many documents it is.
    pub frequency: u64,
}

/// Where candidates may be left out for their frequency, so many times more are looked at.
const WIDER: u32 = 8;

impl Spelling {
    /// The best similar words, at most `wanted` of them. `frequency_above` is a lower bound besides the settings' own. `None`
    /// if something must be known first, which is noted.
    pub(super) fn similar(
        &self,
        (field, word): (&Field, &str),
        wanted: u32,
        frequency_above: u64,
        known: &Known,
        lacking: &mut Lacking,
    ) -> Option<Vec<Similar>> {
        let length = word.chars().count();
        let too_short = u32::try_from(length).is_ok_and(|length| length < self.word_length_min);
        if wanted == 0 || too_short || length > limits::FUZZY_CHARS_MAX {
            return Some(Vec::new());
        }
        if self.mode != Mode::Missing {
            // Most likely they are needed, and asking for them along with the frequency saves a round.
            self.candidates((field, word), wanted, known, lacking);
        }
        let frequency = known.frequency(field, word, lacking)?;
        if self.mode == Mode::Missing && frequency > 0 || self.is_frequent(frequency, known.documents) {
            return Some(Vec::new());
        }
        let mut above = if self.mode == Mode::Popular { frequency } else { 0 };
        above = above.max(self.least(frequency_above, known.documents));
        let candidates = self.candidates((field, word), wanted, known, lacking)?;
        let mut similar = Vec::with_capacity(candidates.len());
        let mut is_complete = true;
        for (internal, text) in candidates {
            match known.frequency(field, &text, lacking) {
                None => is_complete = false,
                Some(frequency) if frequency > above => {
                    let score = self.distance.similarity(word, &text, internal);
                    similar.push(Similar {
                        text,
                        score,
                        frequency,
                    });
                }
                Some(_) => {}
            }
        }
        if !is_complete {
            return None;
        }
        similar.retain(|similar| similar.score >= self.accuracy);
        similar.truncate(wanted.saturating_mul(self.inspections) as usize);
        similar.sort_by(|a, b| self.by.order(a, b));
        similar.truncate(wanted as usize);
        Some(similar)
    }

    /// Terms within the distance, the most similar first, then in their order.
    fn candidates(
        &self,
        (field, word): (&Field, &str),
        wanted: u32,
        known: &Known,
        lacking: &mut Lacking,
    ) -> Option<Vec<(f32, String)>> {
        let chooses =
            self.mode == Mode::Popular || self.frequency_min > 0.0 || self.distance != Distance::Internal;
        let inspections = wanted.saturating_mul(self.inspections);
        let inspected = inspections.saturating_mul(if chooses { WIDER } else { 1 });
        let expansion = |distance: u8, prefix_length: u32| Expansion {
            field: field.clone(),
            text: word.to_owned(),
            kind: ExpansionKind::Fuzzy {
                distance,
                prefix_length,
                transpositions: true,
            },
            // The word itself is among them.
            terms_max: inspected.saturating_add(1).min(limits::EXPANSIONS_MAX),
        };
        // Two edits are only looked for behind a common first character, which saves most of the work.
        let near = (self.edits_max == 1 || self.prefix_length == 0).then(|| expansion(1, self.prefix_length));
        let far = (self.edits_max > 1).then(|| expansion(2, self.prefix_length.max(1)));
        let known: Vec<Option<&[String]>> = [&near, &far]
            .into_iter()
            .flatten()
            .map(|expansion| known.similar(expansion, lacking))
            .collect();
        let of_all = Fuzzy::new(word, self.edits_max, 0, true);
        let mut candidates = Vec::new();
        for text in known.into_iter().collect::<Option<Vec<_>>>()?.concat() {
            let is_new = !candidates.iter().any(|(_, other)| *other == text);
            if text != word
                && is_new
                && let Some(similarity) = of_all.similarity(&text)
            {
                candidates.push((similarity, text));
            }
        }
        candidates.sort_by(|(a, a_text), (b, b_text)| b.total_cmp(a).then_with(|| a_text.cmp(b_text)));
        Some(candidates)
    }

    /// Whether a word is too frequent to be misspelt.
    fn is_frequent(&self, frequency: u64, documents: u64) -> bool {
        let max = if self.frequency_max >= 1.0 {
            f64::from(self.frequency_max)
        } else {
            (f64::from(self.frequency_max) * documents as f64).ceil()
        };
        frequency as f64 > max
    }

    /// Similar words must be in more documents than this.
    fn least(&self, frequency_above: u64, documents: u64) -> u64 {
        let own = match self.frequency_min {
            min if min >= 1.0 => whole(f64::from(min)),
            min if min > 0.0 => whole(f64::from(min) * documents as f64).saturating_sub(1),
            _ => 0,
        };
        own.max(frequency_above)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "not negative; `as` cuts fractions off and saturates"
)]
fn whole(number: f64) -> u64 {
    number as u64
}

impl By {
    /// The order of similar words, best first.
    pub fn order(self, a: &Similar, b: &Similar) -> Ordering {
        let by_score = b.score.total_cmp(&a.score);
        let by_frequency = b.frequency.cmp(&a.frequency);
        let first = match self {
            Self::Score => by_score.then(by_frequency),
            Self::Frequency => by_frequency.then(by_score),
        };
        first.then_with(|| a.text.cmp(&b.text))
    }
}
