//! Where fragments of a text begin and end. All places are in bytes, all sizes in characters.

use unicode_segmentation::UnicodeSegmentation as _;

use crate::dsl::highlight::Boundaries;

/// How far from a place its word's ends are looked for, in bytes; longer words are cut.
const WORD_BYTES_MAX: usize = 256;

/// Cuts one text.
pub(super) struct Cutter<'a> {
    text: &'a str,
    size: usize,
    boundaries: &'a Boundaries,
    /// Where sentences begin, and the end of the text.
    sentences: Vec<usize>,
}

impl<'a> Cutter<'a> {
    /// Cuts a text into fragments of about `size` characters; 0 means no limit.
    pub(super) fn new(text: &'a str, size: usize, boundaries: &'a Boundaries) -> Self {
        let mut sentences = Vec::new();
        if *boundaries == Boundaries::Sentence {
            sentences.extend(text.split_sentence_bound_indices().map(|(at, _)| at));
            sentences.push(text.len());
        }
        Self {
            text,
            size,
            boundaries,
            sentences,
        }
    }

    /// The fragment around a mark, of what comes after the fragment before.
    pub(super) fn around(&self, (start, end): (usize, usize), from: usize) -> (usize, usize) {
        let (begin, finish) = match self.boundaries {
            Boundaries::Sentence => self.sentence(start, end, from),
            Boundaries::Word | Boundaries::Chars { .. } => self.window(start, end, from, 0, self.text.len()),
        };
        (begin.clamp(from, start), finish.max(end))
    }

    /// The sentence of the mark and as many after it as there is room for, or a part of the sentence.
    fn sentence(&self, start: usize, end: usize, from: usize) -> (usize, usize) {
        let next = self.sentences.partition_point(|boundary| *boundary <= start);
        let sentence_end = self.sentences.get(next).copied().unwrap_or(self.text.len());
        let sentence_start = next.checked_sub(1).map_or(0, |nth| self.sentences[nth]);
        let begin = sentence_start.max(from);
        if self.size == 0 {
            return (begin, sentence_end);
        }
        let reach = forward(self.text, begin, self.size);
        let within = self.sentences.partition_point(|boundary| *boundary <= reach);
        match within.checked_sub(1).map(|nth| self.sentences[nth]) {
            Some(last) if last >= end => (begin, last),
            _ if end <= reach => (begin, word_end(self.text, reach).min(sentence_end)),
            _ => self.window(start, end, from, sentence_start, sentence_end),
        }
    }

    /// A piece of the text between two places, with the mark in its middle.
    fn window(&self, start: usize, end: usize, from: usize, first: usize, last: usize) -> (usize, usize) {
        if self.size == 0 {
            return (first.max(from), last);
        }
        let marked = self.text[start..end].chars().take(self.size).count();
        let begin = backward(self.text, start, (self.size - marked) / 2)
            .max(first)
            .max(from);
        let begin = if begin == first || begin == from {
            begin
        } else {
            self.adjusted(begin, false).max(first).max(from)
        };
        let finish = forward(self.text, begin, self.size).min(last);
        if finish == last {
            return (begin, last);
        }
        (begin, self.adjusted(finish, true).min(last))
    }

    /// A place moved outwards to where a fragment may begin or end.
    fn adjusted(&self, at: usize, is_end: bool) -> usize {
        match self.boundaries {
            Boundaries::Chars { chars, scan_max } if is_end => {
                if let Some(c) = self.text[..at].chars().next_back().filter(|c| chars.contains(*c)) {
                    return at - c.len_utf8();
                }
                let mut rest = self.text[at..].char_indices().take(*scan_max);
                rest.find(|(_, c)| chars.contains(*c))
                    .map_or(at, |(offset, _)| at + offset)
            }
            Boundaries::Chars { chars, scan_max } => {
                if let Some(c) = self.text[at..].chars().next().filter(|c| chars.contains(*c)) {
                    return at + c.len_utf8();
                }
                let mut before = self.text[..at].char_indices().rev().take(*scan_max);
                before
                    .find(|(_, c)| chars.contains(*c))
                    .map_or(at, |(offset, c)| offset + c.len_utf8())
            }
            _ if is_end => word_end(self.text, at),
            _ => word_start(self.text, at),
        }
    }
}

/// The beginning of a text, of about `size` characters.
pub(super) fn beginning(text: &str, size: usize) -> &str {
    // A word that would begin there is shown too, as in Elasticsearch.
    let end = forward(text, 0, size.saturating_add(1));
    &text[..word_end(text, end)]
}

/// So many characters further on, or the end.
pub(super) fn forward(text: &str, at: usize, chars: usize) -> usize {
    let mut rest = text[at..].char_indices();
    rest.nth(chars).map_or(text.len(), |(offset, _)| at + offset)
}

/// So many characters before, or the beginning.
fn backward(text: &str, at: usize, chars: usize) -> usize {
    if chars == 0 {
        return at;
    }
    let mut before = text[..at].char_indices().rev();
    before.nth(chars - 1).map_or(0, |(offset, _)| offset)
}

/// The first end of a word here or after.
fn word_end(text: &str, at: usize) -> usize {
    word_boundaries(text, at)
        .find(|boundary| *boundary >= at)
        .unwrap_or(at)
}

/// The last beginning of a word here or before.
fn word_start(text: &str, at: usize) -> usize {
    word_boundaries(text, at)
        .take_while(|boundary| *boundary <= at)
        .last()
        .unwrap_or(at)
}

/// The ends of words around a place; where no white space is near, as if the text began and ended there.
fn word_boundaries(text: &str, at: usize) -> impl Iterator<Item = usize> {
    let low = text.floor_char_boundary(at.saturating_sub(WORD_BYTES_MAX));
    let space = text[low..at].rfind(char::is_whitespace);
    let low = space.map_or(low, |offset| low + offset);
    let high = text.ceil_char_boundary((at + WORD_BYTES_MAX).min(text.len()));
    let words = text[low..high].split_word_bound_indices();
    words.map(move |(offset, _)| low + offset).chain([high])
}
