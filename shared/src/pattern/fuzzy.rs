//! Words within a small edit distance of another, as an automaton: one row of the table of distances after the other, of
//! which only the band around the diagonal matters.

use super::Automaton;

/// The largest distance, as in Lucene.
const DISTANCE_MAX: u8 = 2;
const BAND: usize = 2 * DISTANCE_MAX as usize + 1;

/// A word, and how far others may be from it.
#[derive(Clone, Debug)]
pub struct Fuzzy {
    /// What others must begin with.
    prefix: Vec<char>,
    /// What follows.
    rest: Vec<char>,
    distance: u8,
    transpositions: bool,
}

/// Where a candidate is.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Characters read.
    read: u16,
    last: char,
    /// Distances of what was read after the prefix to beginnings of the rest, around the same length.
    row: [u8; BAND],
    /// The row before.
    before: [u8; BAND],
}

impl Fuzzy {
    /// Words within a distance (at most 2; more counts as 2) that share the first `prefix_length` characters. A swap of
    /// neighbours is one edit with `transpositions`, else two.
    pub fn new(text: &str, distance: u8, prefix_length: usize, transpositions: bool) -> Self {
        let mut prefix: Vec<char> = text.chars().collect();
        let rest = prefix.split_off(prefix_length.min(prefix.len()));
        Self {
            prefix,
            rest,
            distance: distance.min(DISTANCE_MAX),
            transpositions,
        }
    }

    /// How similar a word is: 1 for the same, less by the share of edits in the shorter of the two; `None` if it is too far
    /// away, or nothing of it is the same (Lucene's boost of an expansion).
    pub fn similarity(&self, word: &str) -> Option<f32> {
        let end = word.chars().fold(self.start(), |state, c| self.step(state, c));
        let distance = self.reached(end)?;
        if distance == 0 {
            return Some(1.0);
        }
        let shorter = word.chars().count().min(self.prefix.len() + self.rest.len());
        let similarity = 1.0 - f32::from(distance) / shorter as f32;
        (similarity > 0.0).then_some(similarity)
    }

    fn far(&self) -> u8 {
        self.distance + 1
    }

    fn reached(&self, state: Row) -> Option<u8> {
        let read = usize::from(state.read).checked_sub(self.prefix.len())?;
        let at = (self.rest.len() + usize::from(self.distance)).checked_sub(read)?;
        state
            .row
            .get(at)
            .copied()
            .filter(|distance| *distance <= self.distance)
    }

    fn next_row(&self, state: Row, read: usize, c: char) -> [u8; BAND] {
        let (k, far) = (usize::from(self.distance), self.far());
        let mut next = [far; BAND];
        for at in 0..=2 * k {
            // The length of the beginning of the rest that this cell is about.
            let Some(length) = (read + 1 + at).checked_sub(k) else {
                continue;
            };
            if length > self.rest.len() {
                break;
            }
            let mut least = far;
            if length > 0 {
                let wanted = self.rest[length - 1];
                least = least.min(state.row[at] + u8::from(wanted != c));
                if at > 0 {
                    least = least.min(next[at - 1] + 1);
                }
                let swapped = length >= 2 && read >= 1 && wanted == state.last && self.rest[length - 2] == c;
                if self.transpositions && swapped {
                    least = least.min(state.before[at] + 1);
                }
            }
            if at < 2 * k {
                least = least.min(state.row[at + 1] + 1);
            }
            next[at] = least.min(far);
        }
        next
    }
}

impl Automaton for Fuzzy {
    type State = Row;

    fn start(&self) -> Row {
        let (k, far) = (usize::from(self.distance), self.far());
        let mut row = [far; BAND];
        for (length, cell) in row[k..=2 * k].iter_mut().enumerate() {
            if length <= self.rest.len() {
                *cell = u8::try_from(length).unwrap_or(far);
            }
        }
        Row {
            read: 0,
            last: '\0',
            row,
            before: [far; BAND],
        }
    }

    fn step(&self, state: Row, c: char) -> Row {
        let far = [self.far(); BAND];
        let read = usize::from(state.read);
        let (row, before) = match self.prefix.get(read) {
            Some(wanted) if *wanted == c => (state.row, state.before),
            Some(_) => (far, far),
            None => (self.next_row(state, read - self.prefix.len(), c), state.row),
        };
        Row {
            read: state.read.saturating_add(1),
            last: c,
            row,
            before,
        }
    }

    fn is_match(&self, state: Row) -> bool {
        self.reached(state).is_some()
    }

    fn is_dead(&self, state: Row) -> bool {
        let alive = |row: &[u8; BAND], most: u8| row.iter().any(|distance| *distance <= most);
        // A swap that has begun is paid for at its end.
        let swapping = self.distance > 0 && alive(&state.before, self.distance - 1);
        !(swapping || alive(&state.row, self.distance))
    }
}
