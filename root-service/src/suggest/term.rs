//! The term suggester: similar words for each word of a text.

use shared::wire::clause::Field;

use super::Spoken;
use super::known::{Known, Lacking};
use super::result::Entry;
use super::spelling::{Similar, Spelling};

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Where words are looked for.
    pub field: Field,
    /// The words of the text.
    pub words: Vec<Spoken>,
    /// How many similar words are shown of each.
    pub size: u32,
    /// How many are ranked of each.
    pub ranked: u32,
    /// How they are looked for.
    pub spelling: Spelling,
}

impl Term {
    /// What is similar to each word. `None` if something must be known first, which is noted.
    pub fn entries(&self, known: &Known, lacking: &mut Lacking) -> Option<Vec<Entry<Similar>>> {
        let entry = |word: &Spoken| {
            let place = (&self.field, word.text.as_str());
            let mut options = self.spelling.similar(place, self.ranked, 0, known, lacking)?;
            options.truncate(self.size as usize);
            Some(Entry::of(word, options))
        };
        // All of them first, so that what they lack is asked for at once.
        let entries: Vec<Option<_>> = self.words.iter().map(entry).collect();
        entries.into_iter().collect()
    }
}
