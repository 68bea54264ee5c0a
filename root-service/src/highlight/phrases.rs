//! Which words of a text take part in a phrase.
//!
//! A word's position minus its place in the phrase says where the phrase would begin. Words match where these beginnings
//! are at most the slop apart, one for each place; without slop they are equal.

use super::wanted::Phrase;

/// Where the words of one phrase stand in a text.
pub(super) struct Places {
    offsets: Vec<u32>,
    slop: i64,
    found: Vec<Found>,
}

/// A word of the phrase.
#[derive(Clone, Copy)]
struct Found {
    /// Where the phrase would begin.
    beginning: i64,
    /// Its place in the phrase.
    place: usize,
    position: u32,
    /// Its number among the tokens.
    token: usize,
}

impl Places {
    pub(super) fn of(phrase: &Phrase) -> Self {
        Self {
            offsets: phrase.places.iter().map(|(offset, _)| *offset).collect(),
            slop: i64::from(phrase.slop),
            found: Vec::new(),
        }
    }

    /// A word for a place stands at a position.
    pub(super) fn add(&mut self, place: u32, position: u32, token: usize) {
        let place = place as usize;
        self.found.push(Found {
            beginning: i64::from(position) - i64::from(self.offsets[place]),
            place,
            position,
            token,
        });
    }

    /// The tokens that take part in the phrase, each once for each of its places.
    pub(super) fn matching(mut self) -> Vec<usize> {
        self.found
            .sort_unstable_by_key(|found| (found.beginning, found.token, found.place));
        let mut in_window = vec![0_usize; self.offsets.len()];
        let (mut missing, mut end, mut taken) = (self.offsets.len(), 0, 0);
        let mut tokens = Vec::new();
        for start in 0..self.found.len() {
            let reach = self.found[start].beginning + self.slop;
            while end < self.found.len() && self.found[end].beginning <= reach {
                let count = &mut in_window[self.found[end].place];
                missing -= usize::from(*count == 0);
                *count += 1;
                end += 1;
            }
            if missing == 0 && self.is_spread(start, end) {
                // What an earlier window took is not taken again.
                taken = taken.max(start);
                tokens.extend(self.found[taken..end].iter().map(|found| found.token));
                taken = end;
            }
            let count = &mut in_window[self.found[start].place];
            *count -= 1;
            missing += usize::from(*count == 0);
        }
        tokens.sort_unstable();
        tokens.dedup();
        tokens
    }

    /// Whether there are as many positions as places: with slop, one word could stand for two places otherwise.
    fn is_spread(&self, start: usize, end: usize) -> bool {
        if self.slop == 0 {
            return true;
        }
        let mut positions: Vec<u32> = Vec::with_capacity(self.offsets.len());
        for found in &self.found[start..end] {
            if !positions.contains(&found.position) {
                positions.push(found.position);
            }
            if positions.len() == self.offsets.len() {
                return true;
            }
        }
        false
    }
}
