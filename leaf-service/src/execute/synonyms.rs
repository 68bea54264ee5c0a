//! Terms that are taken for one: a document has it as often as it has all of them.

use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::{Bm25StatisticsProvider as _, Bm25Weight, EmptyScorer, Explanation, Scorer, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, Term};

use super::bm25::Provided;
use super::compile::Compiler;
use super::error::ExecuteError;
use super::weights::unexplained;

impl Compiler<'_> {
    /// Any of some terms of one text field. As many documents have it as have the most frequent one.
    pub(super) fn synonyms(&self, numbers: &[u32], scored: bool) -> Result<Arc<dyn Weight>, ExecuteError> {
        let mut terms: Vec<Term> = Vec::with_capacity(numbers.len());
        let mut most = 0;
        let mut place = None;
        for number in numbers {
            let (field, frequency, term) = self.term(*number)?;
            place = Some(field);
            most = most.max(frequency);
            // Named twice, it would be counted twice.
            if !terms.contains(&term) {
                terms.push(term);
            }
        }
        let (Some(field), Some(first)) = (place, terms.first()) else {
            return Err(ExecuteError::Misfit("no term is taken for one".to_owned()));
        };
        let similarity = if scored {
            let known = [(first.clone(), most)];
            let provided = Provided::new(self.statistics, field, &known);
            let documents = provided.total_num_docs()?;
            let length = provided.total_num_tokens(first.field())? as Score / documents as Score;
            Some(Bm25Weight::for_one_term(
                provided.doc_freq(first)?,
                documents,
                length,
            ))
        } else {
            None
        };
        Ok(Arc::new(Synonyms { terms, similarity }))
    }
}

/// Matches any of its terms. With a similarity it scores BM25 of the sum of their frequencies.
struct Synonyms {
    /// Of one field; at least one.
    terms: Vec<Term>,
    similarity: Option<Bm25Weight>,
}

impl Weight for Synonyms {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let Some(first) = self.terms.first() else {
            return Ok(Box::new(EmptyScorer));
        };
        let index = reader.inverted_index(first.field())?;
        let (record, lengths) = match &self.similarity {
            Some(_) => (
                IndexRecordOption::WithFreqs,
                reader.fieldnorms_readers().get_field(first.field())?,
            ),
            None => (IndexRecordOption::Basic, None),
        };
        let mut postings = Vec::with_capacity(self.terms.len());
        for term in &self.terms {
            postings.extend(index.read_postings(term, record)?);
        }
        if postings.is_empty() {
            return Ok(Box::new(EmptyScorer));
        }
        let mut union = Union {
            postings,
            lengths: lengths.unwrap_or_else(|| FieldNormReader::constant(reader.max_doc(), 1)),
            similarity: self
                .similarity
                .as_ref()
                .map(|similarity| similarity.boost_by(boost)),
            doc: 0,
        };
        union.find();
        Ok(Box::new(union))
    }

    fn explain(&self, _reader: &SegmentReader, _doc: DocId) -> tantivy::Result<Explanation> {
        Err(unexplained())
    }
}

/// The documents of a segment that have any of the terms.
struct Union {
    postings: Vec<SegmentPostings>,
    lengths: FieldNormReader,
    similarity: Option<Bm25Weight>,
    /// The least of the documents that the postings are at.
    doc: DocId,
}

impl Union {
    fn find(&mut self) -> DocId {
        let docs = self.postings.iter().map(SegmentPostings::doc);
        self.doc = docs.min().unwrap_or(TERMINATED);
        self.doc
    }
}

impl DocSet for Union {
    fn advance(&mut self) -> DocId {
        let doc = self.doc;
        if doc == TERMINATED {
            return doc;
        }
        for postings in &mut self.postings {
            if postings.doc() == doc {
                postings.advance();
            }
        }
        self.find()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        for postings in &mut self.postings {
            if postings.doc() < target {
                postings.seek(target);
            }
        }
        self.find()
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        let hints = self.postings.iter().map(SegmentPostings::size_hint);
        hints.fold(0, u32::saturating_add)
    }
}

impl Scorer for Union {
    fn score(&mut self) -> Score {
        let Some(similarity) = &self.similarity else {
            return 1.0;
        };
        let here = self.postings.iter().filter(|postings| postings.doc() == self.doc);
        let frequency = here.map(SegmentPostings::term_freq).fold(0, u32::saturating_add);
        similarity.score(self.lengths.fieldnorm_id(self.doc), frequency)
    }
}
