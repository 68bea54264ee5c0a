//! BM25 statistics as tantivy asks for them, answered from the request.

use shared::wire::Statistics;
use shared::wire::clause::Field;
use tantivy::query::Bm25StatisticsProvider;
use tantivy::{TantivyError, Term};

/// The statistics of some terms of one field.
pub(super) struct Provided<'a> {
    statistics: &'a Statistics,
    field: &'a Field,
    terms: &'a [(Term, u64)],
}

impl<'a> Provided<'a> {
    /// `terms` with their document frequencies; all of them in `field`.
    pub(super) fn new(statistics: &'a Statistics, field: &'a Field, terms: &'a [(Term, u64)]) -> Self {
        Self {
            statistics,
            field,
            terms,
        }
    }

    /// Never 0, so that averages are numbers.
    pub(super) fn documents(&self) -> u64 {
        self.statistics.documents.max(1)
    }
}

impl Bm25StatisticsProvider for Provided<'_> {
    /// Fields without lengths, and text that nothing has, get the average length 1.
    fn total_num_tokens(&self, _field: tantivy::schema::Field) -> tantivy::Result<u64> {
        let Field::Text(slot) = self.field else {
            return Ok(self.documents());
        };
        let tokens = self.statistics.tokens.iter().find(|(of, _)| of == slot);
        match tokens {
            Some((_, 0)) => Ok(self.documents()),
            Some((_, tokens)) => Ok(*tokens),
            None => Err(TantivyError::InvalidArgument(format!(
                "the request has no statistics of text slot {slot}"
            ))),
        }
    }

    fn total_num_docs(&self) -> tantivy::Result<u64> {
        Ok(self.documents())
    }

    /// At most the number of documents: tantivy panics on more, and counts of different instants may disagree.
    fn doc_freq(&self, term: &Term) -> tantivy::Result<u64> {
        let found = self.terms.iter().find(|(of, _)| of == term);
        Ok(found.map_or(0, |(_, frequency)| (*frequency).min(self.documents())))
    }
}
