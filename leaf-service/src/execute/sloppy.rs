//! Phrases whose words may be out of place.
//!
//! tantivy's own scorer for them goes through the words in the order of their frequency in the segment, and both what
//! matches and how often depends on that order. Here it depends on the document alone.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{Bm25Weight, EmptyScorer, Explanation, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED, Term};

use super::weights::unexplained;

/// A phrase with slop. With a similarity it scores BM25, taking the number of matches as the term's frequency.
pub(super) struct SloppyWeight {
    /// Each word's position in the phrase, and its term; at least two, all of one field.
    pub(super) words: Vec<(u32, Term)>,
    pub(super) slop: u32,
    pub(super) similarity: Option<Bm25Weight>,
}

impl SloppyWeight {
    /// A scorer that has not looked for a match yet; `None` if a word is in no document.
    fn unplaced(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Option<SloppyScorer>> {
        let Some((_, first)) = self.words.first() else {
            return Ok(None);
        };
        let index = reader.inverted_index(first.field())?;
        let mut words = Vec::with_capacity(self.words.len());
        for (position, term) in &self.words {
            let Some(postings) = index.read_postings(term, IndexRecordOption::WithFreqsAndPositions)? else {
                return Ok(None);
            };
            let same = self.words.iter().position(|(_, other)| other == term);
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
        Ok(Some(SloppyScorer {
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

impl Weight for SloppyWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let Some(mut scorer) = self.unplaced(reader, boost)? else {
            return Ok(Box::new(EmptyScorer));
        };
        scorer.find(0);
        Ok(Box::new(scorer))
    }

    fn scorer_danger(
        &self,
        reader: &SegmentReader,
        target: DocId,
        boost: Score,
    ) -> tantivy::Result<(SeekDangerResult, Box<dyn Scorer>)> {
        let Some(mut scorer) = self.unplaced(reader, boost)? else {
            return Ok((
                SeekDangerResult::SeekLowerBound(TERMINATED),
                Box::new(EmptyScorer),
            ));
        };
        Ok((scorer.seek_danger(target), Box::new(scorer)))
    }

    fn explain(&self, _reader: &SegmentReader, _doc: DocId) -> tantivy::Result<Explanation> {
        Err(unexplained())
    }
}

/// A word of the phrase, and where it is in the document at hand.
struct Word {
    postings: SegmentPostings,
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
    /// Where the phrase would begin if this occurrence were in its place; `None` when there are no more.
    fn beginning(&self) -> Option<i64> {
        let position = self.positions.get(self.at)?;
        Some(i64::from(*position) - self.position)
    }
}

struct SloppyScorer {
    words: Vec<Word>,
    slop: i64,
    similarity: Option<Bm25Weight>,
    lengths: FieldNormReader,
    matches: u32,
    doc: DocId,
}

impl SloppyScorer {
    /// Goes to the first match from `target` on.
    fn find(&mut self, target: DocId) -> DocId {
        let mut candidate = target;
        while candidate < TERMINATED {
            candidate = self.common(candidate);
            if candidate == TERMINATED {
                break;
            }
            self.matches = self.count();
            if self.matches > 0 {
                break;
            }
            candidate += 1;
        }
        self.doc = candidate.min(TERMINATED);
        self.doc
    }

    /// The first document from `candidate` on that has every word.
    fn common(&mut self, mut candidate: DocId) -> DocId {
        loop {
            let before = candidate;
            for word in &mut self.words {
                if word.postings.doc() < candidate {
                    word.postings.seek(candidate);
                }
                candidate = candidate.max(word.postings.doc());
            }
            if candidate == before || candidate >= TERMINATED {
                return candidate.min(TERMINATED);
            }
        }
    }

    /// How many matches the document has that share no word: the words' beginnings are at most `slop` apart.
    fn count(&mut self) -> u32 {
        for word in &mut self.words {
            word.postings.positions(&mut word.positions);
            word.at = 0;
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

impl DocSet for SloppyScorer {
    fn advance(&mut self) -> DocId {
        if self.doc == TERMINATED {
            return TERMINATED;
        }
        self.find(self.doc + 1)
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target > self.doc {
            self.find(target);
        }
        self.doc
    }

    /// Looks at one candidate at most.
    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        let candidate = self.common(target);
        if candidate > target || candidate == TERMINATED {
            return SeekDangerResult::SeekLowerBound(candidate);
        }
        self.matches = self.count();
        if self.matches == 0 {
            return SeekDangerResult::SeekLowerBound(target + 1);
        }
        self.doc = target;
        SeekDangerResult::Found
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        let rarest = self.words.iter().map(|word| word.postings.size_hint()).min();
        rarest.unwrap_or_default()
    }

    /// Positions are dear to read.
    fn cost(&self) -> u64 {
        u64::from(self.size_hint()) * 10 * self.words.len() as u64
    }
}

impl Scorer for SloppyScorer {
    fn score(&mut self) -> Score {
        let length = self.lengths.fieldnorm_id(self.doc);
        self.similarity
            .as_ref()
            .map_or(1.0, |similarity| similarity.score(length, self.matches))
    }
}
