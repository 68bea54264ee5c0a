//! Passages of a field that hold marks: how they are cut, which are the best.
//!
//! They are scored as if they were the documents of a small index, the field: BM25 with the lengths and the frequencies
//! of the field alone, so that a score depends on nothing but the document and the query. What comes early counts a little more.

use std::collections::BTreeMap;
use std::ops::Range;

use super::boundaries::Cutter;
use super::matchers::Mark;

/// BM25's saturation and how much lengths count.
const K1: f64 = 1.2;
const B: f64 = 0.75;
/// The length of a usual passage, in bytes.
const PIVOT: f64 = 87.0;

/// A text of a field with what is marked in it.
pub(super) struct Marked<'a> {
    /// The text.
    pub(super) text: &'a str,
    /// In the order of the text.
    pub(super) marks: Vec<Mark>,
}

/// A piece of one of a field's texts.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Passage {
    /// The text's number.
    pub(super) text: usize,
    /// The piece, in bytes.
    pub(super) bytes: Range<usize>,
    /// The marks in it, by their numbers.
    pub(super) marks: Range<usize>,
    /// How good it is.
    score: f64,
}

/// The best passages of a field, at most `most`, in the order of the text or the best first.
pub(super) fn best<'a>(
    texts: &'a [Marked<'a>],
    cutter: impl Fn(&'a str) -> Cutter<'a>,
    most: usize,
    by_score: bool,
) -> Vec<Passage> {
    let scorer = Scorer::of(texts);
    let mut passages = Vec::new();
    let mut before = 0;
    for (nth, marked) in texts.iter().enumerate() {
        if !marked.marks.is_empty() {
            let cutter = cutter(marked.text);
            passages.extend(cut(marked, &cutter).map(|(bytes, marks)| {
                let score = scorer.score(&marked.marks[marks.clone()], &bytes, before);
                Passage {
                    text: nth,
                    bytes,
                    marks,
                    score,
                }
            }));
        }
        before += marked.text.len() + 1;
    }
    let place = |passage: &Passage| (passage.text, passage.bytes.start);
    passages.sort_by(|a, b| b.score.total_cmp(&a.score).then(place(a).cmp(&place(b))));
    passages.truncate(most);
    if !by_score {
        passages.sort_by_key(place);
    }
    passages
}

/// The passages of one text, in its order: each mark is in exactly one.
fn cut(marked: &Marked<'_>, cutter: &Cutter<'_>) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    let marks = &marked.marks;
    let (mut next, mut from) = (0, 0);
    std::iter::from_fn(move || {
        let first = marks.get(next)?;
        let (start, mut end) = cutter.around((first.start, first.end), from);
        let begun = next;
        // What begins in a passage ends in it.
        while let Some(mark) = marks.get(next).filter(|mark| mark.start < end) {
            end = end.max(mark.end);
            next += 1;
        }
        from = end;
        Some((start..end, begun..next))
    })
}

/// The frequencies of a field.
struct Scorer {
    bytes: usize,
    frequencies: BTreeMap<u32, u32>,
}

impl Scorer {
    fn of(texts: &[Marked<'_>]) -> Self {
        let mut frequencies = BTreeMap::new();
        for mark in texts.iter().flat_map(|marked| &marked.marks) {
            *frequencies.entry(mark.wanted).or_default() += 1;
        }
        Self {
            bytes: texts.iter().map(|marked| marked.text.len() + 1).sum(),
            frequencies,
        }
    }

    fn score(&self, marks: &[Mark], bytes: &Range<usize>, before: usize) -> f64 {
        let mut here: BTreeMap<u32, u32> = BTreeMap::new();
        for mark in marks {
            *here.entry(mark.wanted).or_default() += 1;
        }
        let length = bytes.len() as f64;
        let sum: f64 = here
            .into_iter()
            .map(|(wanted, frequency)| self.weight(wanted) * saturated(f64::from(frequency), length))
            .sum();
        let start = (before + bytes.start) as f64;
        sum * (1.0 + 1.0 / (PIVOT + start).ln())
    }

    /// How rare something is in the field.
    fn weight(&self, wanted: u32) -> f64 {
        let passages = 1.0 + self.bytes as f64 / PIVOT;
        let frequency = f64::from(self.frequencies.get(&wanted).copied().unwrap_or(0));
        (K1 + 1.0) * (1.0 + (passages + 0.5) / (frequency + 0.5)).ln()
    }
}

fn saturated(frequency: f64, length: f64) -> f64 {
    frequency / (frequency + K1 * (1.0 - B + B * (length / PIVOT)))
}
