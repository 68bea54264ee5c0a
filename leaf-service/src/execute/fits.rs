//! Documents with any term that fits a pattern, as a set of bits made by walking the dictionary of a segment.

use std::sync::Arc;

use parking_lot::Mutex;
use shared::limits::PATTERN_TERMS_MAX;
use shared::pattern::Dfa;
use tantivy::index::SegmentId;
use tantivy::query::{ConstScorer, EmptyScorer, Explanation, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, DocSet, Score, SegmentReader, TERMINATED};

use super::clock::Clock;
use super::dictionary::Room;
use super::weights::unexplained;

/// Matches documents with a term that fits; scores the boost.
pub(super) struct FitsWeight {
    room: Room,
    pattern: Dfa,
    /// The pattern, for messages.
    shown: String,
    clock: Clock,
    /// The segment looked at last: most often it is asked for several times in a row.
    last: Mutex<Option<(SegmentId, Arc<Bits>)>>,
}

impl FitsWeight {
    pub(super) fn new(room: Room, pattern: Dfa, shown: String, clock: Clock) -> Self {
        Self {
            room,
            pattern,
            shown,
            clock,
            last: Mutex::new(None),
        }
    }

    fn bits(&self, reader: &SegmentReader) -> tantivy::Result<Arc<Bits>> {
        let mut last = self.last.lock();
        if let Some((of, bits)) = &*last
            && *of == reader.segment_id()
        {
            return Ok(Arc::clone(bits));
        }
        let bits = Arc::new(self.walked(reader)?);
        // What the deadline cut short is not to be believed.
        if !self.clock.has_expired() {
            *last = Some((reader.segment_id(), Arc::clone(&bits)));
        }
        Ok(bits)
    }

    fn walked(&self, reader: &SegmentReader) -> tantivy::Result<Bits> {
        let index = reader.inverted_index(self.room.field)?;
        let mut bits = Bits::new(reader.max_doc());
        let mut terms = 0;
        let mut buffer = [0; COLLECT_BLOCK_BUFFER_LEN];
        self.room.visit(&index, &self.pattern, |_, info| {
            terms += 1;
            if terms > PATTERN_TERMS_MAX {
                self.clock.refuse(format!(
                    "the pattern [{}] matches more terms of a segment than the limit of [{PATTERN_TERMS_MAX}]",
                    self.shown
                ));
                return Ok(false);
            }
            let mut postings = index.read_postings_from_terminfo(info, IndexRecordOption::Basic)?;
            loop {
                // A term costs about as much as some documents, even if it has few.
                if self.clock.expired_after(16) {
                    return Ok(false);
                }
                let filled = postings.fill_buffer(&mut buffer);
                buffer[..filled].iter().for_each(|doc| bits.insert(*doc));
                if filled < buffer.len() {
                    return Ok(true);
                }
            }
        })?;
        Ok(bits)
    }
}

impl Weight for FitsWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let bits = self.bits(reader)?;
        if bits.count == 0 {
            return Ok(Box::new(EmptyScorer));
        }
        Ok(Box::new(ConstScorer::new(BitDocs::new(bits), boost)))
    }

    fn explain(&self, _reader: &SegmentReader, _doc: DocId) -> tantivy::Result<Explanation> {
        Err(unexplained())
    }
}

/// A set of documents of one segment.
struct Bits {
    words: Vec<u64>,
    count: u32,
}

impl Bits {
    fn new(max_doc: u32) -> Self {
        Self {
            words: vec![0; max_doc.div_ceil(64) as usize],
            count: 0,
        }
    }

    fn insert(&mut self, doc: DocId) {
        let word = &mut self.words[(doc / 64) as usize];
        let bit = 1 << (doc % 64);
        self.count += u32::from(*word & bit == 0);
        *word |= bit;
    }

    /// The first document from `target` on.
    fn from(&self, target: DocId) -> DocId {
        let mut at = (target / 64) as usize;
        let Some(word) = self.words.get(at) else {
            return TERMINATED;
        };
        let mut word = word & (u64::MAX << (target % 64));
        loop {
            if word != 0 {
                let base = u32::try_from(at * 64).expect("documents are numbered with 32 bits");
                return base + word.trailing_zeros();
            }
            at += 1;
            match self.words.get(at) {
                Some(next) => word = *next,
                None => return TERMINATED,
            }
        }
    }
}

struct BitDocs {
    bits: Arc<Bits>,
    doc: DocId,
}

impl BitDocs {
    fn new(bits: Arc<Bits>) -> Self {
        let doc = bits.from(0);
        Self { bits, doc }
    }
}

impl DocSet for BitDocs {
    fn advance(&mut self) -> DocId {
        if self.doc != TERMINATED {
            self.doc = self.bits.from(self.doc + 1);
        }
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if target > self.doc {
            self.doc = self.bits.from(target);
        }
        self.doc
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.bits.count
    }
}
