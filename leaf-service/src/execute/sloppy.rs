//! Phrases whose words may be out of place.
//!
//! tantivy's own scorer for them goes through the words in the order of their frequency in the segment, and both what
//! matches and how often depends on that order. Here it depends on the document alone.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::Bm25Weight;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED, Term};

use super::stepwise::{Candidates, DOCUMENTS_PER_PHRASE, Opens};

/// A phrase with slop. With a similarity it scores BM25, taking the number of matches as the term's frequency.
pub(super) struct Sloppy {
    /// Each place's position in the phrase, and the terms of which any may be there; all of one field.
    pub(super) words: Vec<(u32, Vec<Term>)>,
    pub(super) slop: u32,
    pub(super) similarity: Option<Bm25Weight>,
}

impl Opens for Sloppy {
    type In = Occurrences;

    fn open(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Option<Occurrences>> {
        let Some(first) = self.words.iter().find_map(|(_, terms)| terms.first()) else {
            return Ok(None);
        };
        let index = reader.inverted_index(first.field())?;
        let mut words = Vec::with_capacity(self.words.len());
        for (position, terms) in &self.words {
            let mut postings = Vec::with_capacity(terms.len());
            for term in terms {
                postings.extend(index.read_postings(term, IndexRecordOption::WithFreqsAndPositions)?);
            }
            if postings.is_empty() {
                return Ok(None);
            }
            let shares = |(_, others): &(u32, Vec<Term>)| others.iter().any(|other| terms.contains(other));
            let same = self.words.iter().position(shares);
            words.push(Word {
                postings,
                position: i64::from(*position),
                same: same.unwrap_or_default(),
                positions: Vec::new(),
                at: 0,
            });
        }
        let lengths = match reader.fieldnorms_readers().get_field(first.field())? {
            Some(lengths) if self.similarity.is_some() => lengths,
            _ => FieldNormReader::constant(reader.max_doc(), 1),
        };
        Ok(Some(Occurrences {
            words,
            slop: i64::from(self.slop),
            similarity: self
                .similarity
                .as_ref()
                .map(|similarity| similarity.boost_by(boost)),
            lengths,
            matches: 0,
            doc: 0,
        }))
    }
}

/// A word of the phrase, and where it is in the document at hand.
struct Word {
    /// Of each term that may be there.
    postings: Vec<SegmentPostings>,
    /// Its place in the phrase.
    position: i64,
    /// The first word of the phrase that is the same.
    same: usize,
    /// Its positions in the document.
    positions: Vec<u32>,
    /// Which of them is tried.
    at: usize,
}

impl Word {
    /// The first document that has one of the terms, from where they are.
    fn doc(&self) -> DocId {
        self.postings
            .iter()
            .map(SegmentPostings::doc)
            .min()
            .unwrap_or(TERMINATED)
    }

    fn seek(&mut self, target: DocId) {
        for postings in &mut self.postings {
            if postings.doc() < target {
                postings.seek(target);
            }
        }
    }

    /// Reads the positions in a document, ascending.
    fn read(&mut self, doc: DocId, more: &mut Vec<u32>) {
        self.at = 0;
        self.positions.clear();
        let mut here = self.postings.iter_mut().filter(|postings| postings.doc() == doc);
        if let Some(first) = here.next() {
            first.positions(&mut self.positions);
        }
        let terms = self.positions.len();
        for postings in here {
            postings.positions(more);
            self.positions.append(more);
        }
        if self.positions.len() > terms {
            self.positions.sort_unstable();
            self.positions.dedup();
        }
    }

    /// Where the phrase would begin if this occurrence were in its place; `None` when there are no more.
    fn beginning(&self) -> Option<i64> {
        let position = self.positions.get(self.at)?;
        Some(i64::from(*position) - self.position)
    }
}

/// The words in a segment.
pub(super) struct Occurrences {
    words: Vec<Word>,
    slop: i64,
    similarity: Option<Bm25Weight>,
    lengths: FieldNormReader,
    matches: u32,
    doc: DocId,
}

impl Occurrences {
    /// How often a document has the phrase.
    pub(super) fn frequency(&mut self, doc: DocId) -> u32 {
        match self.look(doc) {
            SeekDangerResult::Found => self.matches,
            SeekDangerResult::SeekLowerBound(_) => 0,
        }
    }

    /// The first document from `candidate` on that has every word.
    fn common(&mut self, mut candidate: DocId) -> DocId {
        loop {
            let before = candidate;
            for word in &mut self.words {
                word.seek(candidate);
                candidate = candidate.max(word.doc());
            }
            if candidate == before || candidate >= TERMINATED {
                return candidate.min(TERMINATED);
            }
        }
    }

    /// How many matches the document has that share no word: the words' beginnings are at most `slop` apart.
    fn count(&mut self, doc: DocId) -> u32 {
        let mut more = Vec::new();
        for word in &mut self.words {
            word.read(doc, &mut more);
        }
        let mut matches = 0;
        while let Some((earliest, spread)) = self.spread() {
            if spread > self.slop {
                self.words[earliest].at += 1;
            } else if let Some(collided) = self.collided() {
                self.words[collided].at += 1;
            } else {
                matches += 1;
                for word in &mut self.words {
                    word.at += 1;
                }
            }
        }
        matches
    }

    /// The word with the earliest beginning, and how far the latest is from it; `None` when a word has run out.
    fn spread(&self) -> Option<(usize, i64)> {
        let mut earliest = (i64::MAX, 0);
        let mut latest = i64::MIN;
        for (number, word) in self.words.iter().enumerate() {
            let beginning = word.beginning()?;
            earliest = earliest.min((beginning, number));
            latest = latest.max(beginning);
        }
        Some((earliest.1, latest - earliest.0))
    }

    /// A repeated word that is tried at a place where its twin is tried already.
    fn collided(&self) -> Option<usize> {
        (1..self.words.len()).find(|number| {
            let word = &self.words[*number];
            let taken = |other: &Word| {
                other.same == word.same
                    && other.positions.get(other.at) == word.positions.get(word.at)
                    && other.position != word.position
            };
            self.words[..*number].iter().any(taken)
        })
    }
}

impl Candidates for Occurrences {
    const COST: u32 = DOCUMENTS_PER_PHRASE;

    fn look(&mut self, target: DocId) -> SeekDangerResult {
        let candidate = self.common(target);
        if candidate > target || candidate == TERMINATED {
            return SeekDangerResult::SeekLowerBound(candidate);
        }
        self.matches = self.count(target);
        if self.matches == 0 {
            return SeekDangerResult::SeekLowerBound(target + 1);
        }
        self.doc = target;
        SeekDangerResult::Found
    }

    fn score(&mut self) -> Score {
        let length = self.lengths.fieldnorm_id(self.doc);
        self.similarity
            .as_ref()
            .map_or(1.0, |similarity| similarity.score(length, self.matches))
    }

    fn size_hint(&self) -> u32 {
        let of = |word: &Word| {
            word.postings
                .iter()
                .map(SegmentPostings::size_hint)
                .fold(0, u32::saturating_add)
        };
        self.words.iter().map(of).min().unwrap_or_default()
    }

    /// Positions are dear to read.
    fn cost(&self) -> u64 {
        u64::from(self.size_hint()) * 10 * self.words.len() as u64
    }
}
